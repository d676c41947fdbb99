#include "herald/cipher/sealed_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "herald/auth/one_time_pad.h"
#include "herald/auth/one_time_tag.h"
#include "herald/base/key_codec.h"

namespace herald::cipher {
namespace {

constexpr std::string_view kMagic = "HERALDSF";
constexpr std::uint16_t kFormat = 1;

struct Parsed {
  SealedHeader header;
  ByteView covered;  // by the tag: header and ciphertext
  ByteView ciphertext;
  Tag tag{};
};

Bytes encode(const SealedHeader& header) {
  Writer writer;
  for (const char c : kMagic) writer.fixed(static_cast<std::uint8_t>(c));
  writer.fixed(kFormat);
  writer.fixed(static_cast<std::uint8_t>(header.origin));
  writer.varint(header.groups.size());
  for (const KeyGroup& group : header.groups) {
    encode_provenance(writer, group.provenance);
    writer.varint(group.keys.size());
    for (const Uuid& id : group.keys) writer.raw(id.bytes);
  }
  writer.varint(header.content_bytes);
  return std::move(writer).take();
}

Origin weakest(const std::vector<KeyGroup>& groups) {
  Origin origin = Origin::device;
  for (const KeyGroup& group : groups) origin = std::min(origin, group.provenance.origin);
  return origin;
}

KeyGroup read_group(Reader& reader) {
  KeyGroup group;
  group.provenance = decode_provenance(reader);
  const std::uint64_t count = reader.varint();
  if (count == 0 || count > reader.remaining() / 16) reader.fault("a group of keys is empty or longer than the file");
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    Uuid id;
    std::ranges::copy(reader.raw(id.bytes.size()), id.bytes.begin());
    group.keys.push_back(id);
  }
  return group;
}

Result<Parsed> parse(ByteView container, std::string_view name) {
  Reader reader(container);
  const ByteView magic = reader.raw(kMagic.size());
  const auto format = reader.fixed<std::uint16_t>();
  if (!std::ranges::equal(magic, kMagic))
    return fail(ErrorCode::malformed, fmt::format("{}: no sealed file; `herald seal` makes them", name));
  if (reader.ok() && format != kFormat)
    return fail(
        ErrorCode::version,
        fmt::format("{}: this sealed file has format {}, and this Herald reads format {}; open it with the Herald "
                    "that sealed it",
                    name, format, kFormat));
  Parsed parsed;
  const auto origin = reader.fixed<std::uint8_t>();
  const std::uint64_t groups = reader.varint();
  if (groups == 0 || groups > reader.remaining()) reader.fault("it names no keys, or more than it can hold");
  for (std::uint64_t i = 0; i < groups && reader.ok(); ++i) parsed.header.groups.push_back(read_group(reader));
  parsed.header.origin = weakest(parsed.header.groups);
  if (reader.ok() && origin != static_cast<std::uint8_t>(parsed.header.origin))
    reader.fault("its mark of origin is not that of its keys");
  parsed.header.content_bytes = reader.varint();
  parsed.ciphertext = reader.raw(static_cast<std::size_t>(parsed.header.content_bytes));
  parsed.covered = container.first(container.size() - reader.remaining());
  std::ranges::copy(reader.raw(parsed.tag.size()), parsed.tag.begin());
  HERALD_TRY_VOID(reader.finish(fmt::format("{}: this sealed file", name)));
  return parsed;
}

// The tag's key and the pad, from the keys' bits in their order.
struct Material {
  SecretBits tag_key, pad;
};

Result<Material> material(std::span<const IdentifiedKey> keys, std::uint64_t content_bytes) {
  const std::uint64_t needed = sealed_key_bits(content_bytes);
  std::uint64_t have = 0;
  for (const IdentifiedKey& key : keys) have += key.key.size();
  if (have < needed)
    return fail(ErrorCode::exhausted,
                fmt::format("{} bytes take {} key bits to seal, and the keys have {}", content_bytes, needed, have));
  SecretBits bits;
  bits.reserve(have);
  for (const IdentifiedKey& key : keys) bits.append(key.key.expose_secret());
  return Material{secret_slice(bits, 0, kTagKeyBits), secret_slice(bits, kTagKeyBits, needed - kTagKeyBits)};
}

bool same(const Provenance& a, const Provenance& b) {
  Writer first, second;
  encode_provenance(first, a);
  encode_provenance(second, b);
  return first.bytes() == second.bytes();
}

}  // namespace

std::vector<Uuid> SealedHeader::keys() const {
  std::vector<Uuid> ids;
  for (const KeyGroup& group : groups) ids.insert(ids.end(), group.keys.begin(), group.keys.end());
  return ids;
}

std::uint64_t SealedHeader::key_count() const {
  std::uint64_t count = 0;
  for (const KeyGroup& group : groups) count += group.keys.size();
  return count;
}

FailureProbability SealedHeader::epsilon() const {
  FailureProbability sum = tag_failure(encode(*this).size() + content_bytes);
  for (const KeyGroup& group : groups) sum = sum + group.provenance.epsilon.total();
  return sum;
}

std::uint64_t sealed_key_bits(std::uint64_t content_bytes) { return kTagKeyBits + one_time_pad_bits(content_bytes); }

Result<Bytes> seal(ByteView content, std::vector<IdentifiedKey> keys, InsecureSimulated word) {
  SealedHeader header;
  header.content_bytes = content.size();
  const IdentifiedKey* before = nullptr;
  for (const IdentifiedKey& key : keys) {
    HERALD_TRY_VOID(require_real(key.key.provenance(), word));
    if (before == nullptr || before->block != key.block || !same(before->key.provenance(), key.key.provenance()))
      header.groups.push_back({key.key.provenance(), {}});
    header.groups.back().keys.push_back(key.id);
    before = &key;
  }
  header.origin = weakest(header.groups);
  HERALD_TRY(Material secret, material(keys, content.size()));
  const Bytes head = encode(header);
  Bytes container(head.size() + content.size() + sizeof(Tag));
  const auto body = std::span(container).subspan(head.size(), content.size());
  std::ranges::copy(head, container.begin());
  std::ranges::copy(content, body.begin());
  apply_one_time_pad(body, secret.pad);
  OneTimeTag tag(std::move(secret.tag_key));
  tag.absorb(std::span(container).first(head.size() + content.size()));
  std::ranges::copy(std::move(tag).tag(), container.end() - sizeof(Tag));
  return container;
}

Result<SealedHeader> read_sealed_header(ByteView container, std::string_view name) {
  HERALD_TRY(Parsed parsed, parse(container, name));
  return std::move(parsed.header);
}

Result<SecretBytes> open_sealed(ByteView container, std::span<const IdentifiedKey> keys, InsecureSimulated word,
                                std::string_view name) {
  HERALD_TRY(const Parsed parsed, parse(container, name));
  if (!std::ranges::equal(keys, parsed.header.keys(), {}, &IdentifiedKey::id))
    return fail(ErrorCode::disagreement, fmt::format("{}: these are not the keys it was sealed with", name));
  for (const KeyGroup& group : parsed.header.groups) HERALD_TRY_VOID(require_real(group.provenance, word));
  for (const IdentifiedKey& key : keys) HERALD_TRY_VOID(require_real(key.key.provenance(), word));
  HERALD_TRY(Material secret, material(keys, parsed.header.content_bytes));
  OneTimeTag tag(std::move(secret.tag_key));
  tag.absorb(parsed.covered);
  if (!std::move(tag).verify(parsed.tag))
    return fail(ErrorCode::authentication,
                fmt::format("{}: its tag is wrong: it was changed on its way, or sealed with other "
                            "keys; nothing was opened and no key used, ask for it again",
                            name));
  SecretBytes content(parsed.ciphertext);
  apply_one_time_pad(content.expose_secret_mutable(), secret.pad);
  return content;
}

}  // namespace herald::cipher
