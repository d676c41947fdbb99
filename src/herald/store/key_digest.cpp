#include "herald/store/key_digest.h"

#include <botan/hash.h>
#include <botan/hex.h>
#include <fmt/format.h>

#include "herald/base/codec.h"

namespace herald::store {

Result<std::string> key_digest(const IdentifiedKey& key) {
  if (key.key.size() < kDigestKeyBitsLeast)
    return fail(ErrorCode::insecure, fmt::format("key {} has {} bits: a digest of fewer than {} gives the key away",
                                                 to_string(key.id), key.key.size(), kDigestKeyBitsLeast));
  Writer head;
  head.text("herald key digest 1");
  head.raw(key.id.bytes);
  head.fixed(std::uint64_t{key.key.size()});
  SecretBytes bits((key.key.size() + 7) / 8);
  to_bytes(key.key.expose_secret(), bits.expose_secret_mutable());
  auto hash = Botan::HashFunction::create_or_throw("SHA-256");
  hash->update(head.bytes());
  hash->update(bits.expose_secret());
  const auto digest = hash->final();
  return Botan::hex_encode(digest.data(), 8, false);
}

}  // namespace herald::store
