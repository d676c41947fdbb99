#pragma once
// The names of keys: UUIDs (RFC 9562). Both ends of a link derive the same one without talking about it.

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "herald/base/key.h"
#include "herald/base/random.h"
#include "herald/base/result.h"

namespace herald {

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Uuid&) const = default;
};

// Version 8 (RFC 9562, section 5.8): the first 122 free bits of SHA-256(domain ‖ |link| ‖ link ‖ block ‖ index),
// integers as 64 bits little-endian. Equal for equal (link, block, index); two different ones meet with probability
// 2^-122.
Uuid key_id(std::string_view link, std::uint64_t block, std::uint64_t index);
// The same with a domain of its own: segment `index` of the pads of a source (a link, or a pre-shared key) and block.
Uuid pad_segment_id(std::string_view source, std::uint64_t block, std::uint64_t index);

// Version 4 (RFC 9562, section 5.4): 122 random bits.
Uuid random_uuid(SecretRandom& random);
Uuid random_uuid(const std::array<std::uint8_t, 16>& random_bytes);

// "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", lower case.
std::string to_string(const Uuid& id);

// Exactly that form, in either case. Errors: malformed.
Result<Uuid> uuid_from_string(std::string_view text);

// A key under its name. The keys of one block fail together: its epsilon is spent once for all of them.
struct IdentifiedKey {
  Uuid id;
  std::uint64_t block = 0;
  SecretKey key;
};

}  // namespace herald
