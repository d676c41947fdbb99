#include "herald/kme/one_time_seal.h"

namespace herald::kme {
namespace {

constexpr std::size_t kKey = kTagKeyBits / 8;

OneTimeTag tagger(ByteView key) {
  SecretBits bits(kTagKeyBits);
  from_bytes(key, kTagKeyBits, bits.words());
  return OneTimeTag(std::move(bits));
}

// Over both, with the size of the first behind them.
OneTimeTag over(ByteView key, ByteView about, ByteView ciphertext) {
  OneTimeTag tag = tagger(key);
  Writer size;
  size.fixed(static_cast<std::uint64_t>(about.size()));
  for (const ByteView each : {about, ciphertext, ByteView(size.bytes())}) tag.absorb(each);
  return tag;
}

}  // namespace

OneTimeSealed seal_once(const SecretBytes& pad, ByteView plain, ByteView about) {
  const ByteView all = pad.expose_secret();
  HERALD_CHECK(all.size() == sealing_bytes(plain.size()));
  OneTimeSealed sealed{Bytes(plain.begin(), plain.end()), {}};
  for (std::size_t i = 0; i < plain.size(); ++i) sealed.ciphertext[i] ^= all[kKey + i];
  sealed.tag = over(all.first(kKey), about, sealed.ciphertext).tag();
  return sealed;
}

Result<SecretBytes> open_once(const SecretBytes& pad, const OneTimeSealed& sealed, ByteView about) {
  const ByteView all = pad.expose_secret();
  if (all.size() != sealing_bytes(sealed.ciphertext.size()))
    return fail(ErrorCode::malformed, "the pad is not as long as what it covers");
  if (!over(all.first(kKey), about, sealed.ciphertext).verify(sealed.tag))
    return fail(ErrorCode::authentication, "the one-time tag is wrong: somebody changed what came");
  SecretBytes plain(sealed.ciphertext);
  const auto bytes = plain.expose_secret_mutable();
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] ^= all[kKey + i];
  return plain;
}

Tag one_time_tag(ByteView key, ByteView bytes) {
  OneTimeTag tag = tagger(key);
  tag.absorb(bytes);
  return std::move(tag).tag();
}

}  // namespace herald::kme
