#include "herald/base/uuid.h"

#include <algorithm>

#include <botan/hash.h>
#include <fmt/format.h>

#include "herald/base/codec.h"

namespace herald {
namespace {

constexpr bool is_hyphen(std::size_t position) {
  return position == 8 || position == 13 || position == 18 || position == 23;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Uuid with_version(Uuid id, unsigned version) {
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | version << 4);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);  // the variant of RFC 9562
  return id;
}

Uuid derive(std::string_view domain, std::string_view source, std::uint64_t block, std::uint64_t index) {
  Writer input;
  input.text(domain);
  input.fixed(std::uint64_t{source.size()});
  input.raw({reinterpret_cast<const std::uint8_t*>(source.data()), source.size()});
  input.fixed(block);
  input.fixed(index);
  auto hash = Botan::HashFunction::create_or_throw("SHA-256");
  hash->update(input.bytes());
  const auto digest = hash->final();
  Uuid id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  return with_version(id, 8);
}

}  // namespace

Uuid key_id(std::string_view link, std::uint64_t block, std::uint64_t index) {
  return derive("herald key id 1", link, block, index);
}

Uuid pad_segment_id(std::string_view source, std::uint64_t block, std::uint64_t index) {
  return derive("herald pad id 1", source, block, index);
}

Uuid random_uuid(SecretRandom& random) {
  std::array<std::uint8_t, 16> bytes;
  random.fill_bytes(bytes);
  return random_uuid(bytes);
}

Uuid random_uuid(const std::array<std::uint8_t, 16>& random_bytes) { return with_version({random_bytes}, 4); }

std::string to_string(const Uuid& id) {
  std::string text;
  for (const std::uint8_t byte : id.bytes) {
    if (is_hyphen(text.size())) text += '-';
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

Result<Uuid> uuid_from_string(std::string_view text) {
  Uuid id;
  std::size_t digits = 0;
  bool good = text.size() == 36;
  for (std::size_t i = 0; good && i < text.size(); ++i) {
    if (is_hyphen(i)) {
      good = text[i] == '-';
      continue;
    }
    const int value = hex_value(text[i]);
    good = value >= 0;
    id.bytes[digits / 2] = static_cast<std::uint8_t>(id.bytes[digits / 2] << 4 | (value & 15));
    ++digits;
  }
  if (good) return id;
  return fail(
      ErrorCode::malformed,
      fmt::format("\"{}\" is no key ID; key IDs look like 123e4567-e89b-82d3-a456-426614174000 (`herald key list` "
                  "shows those of a store)",
                  text.substr(0, 64)));
}

}  // namespace herald
