#pragma once
// The one-time pad (Vernam 1926; Shannon 1949): perfectly secret as long as every pad bit is used once. It hides
// content, not length, and protects nothing from change: authenticate what it encrypts.

#include <cstdint>
#include <span>

#include "herald/base/bits.h"

namespace herald {

// Pad bits that `bytes` bytes need.
constexpr std::uint64_t one_time_pad_bits(std::uint64_t bytes) { return 8 * bytes; }

// Encrypts in place, and decrypts. Bit i of the pad meets bit i % 8 of byte i / 8. The pad holds exactly
// one_time_pad_bits bits; the caller lets it die.
inline void apply_one_time_pad(std::span<std::uint8_t> data, BitView pad) {
  HERALD_CHECK(pad.size() == one_time_pad_bits(data.size()));
  for (std::size_t i = 0; i < data.size(); ++i)
    data[i] = static_cast<std::uint8_t>(data[i] ^ (pad.words()[i / 8] >> (8 * (i % 8))));
}

}  // namespace herald
