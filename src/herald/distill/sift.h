#pragma once
// Sifting: which of the clicked pulses make a key, and which a test. Index i below is click i; bases are 0 for Z, 1 for
// X.

#include <cstdint>
#include <span>
#include <vector>

#include "herald/base/bits.h"
#include "herald/base/kernel.h"

namespace herald {

// A mask has bit i set where click i belongs to it.
struct SiftMasks {
  BitString key;   // both parties in the key basis
  BitString test;  // both in the other one
};

// Both strings have a bit a click. The key basis is Z unless said otherwise.
SiftMasks match_bases(BitView alice_basis, BitView bob_basis, bool key_basis_is_x = false);

// The clicks of `within` whose pulse was sent with this intensity.
BitString with_intensity(std::span<const std::uint8_t> intensity, std::uint8_t wanted, BitView within);

// The bits where the mask is set, in their order: count_ones(mask) of them.
BitString compact(BitView bits, BitView mask, Kernel kernel = best_kernel());
SecretBits compact_secret(BitView bits, BitView mask, Kernel kernel = best_kernel());
// The same for a value a click.
std::vector<std::uint8_t> compact(std::span<const std::uint8_t> values, BitView mask);
std::vector<std::uint64_t> compact(std::span<const std::uint64_t> values, BitView mask);

}  // namespace herald
