#pragma once
// Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011): a counter-based generator, block by block and in bulk.

#include <array>
#include <cstdint>
#include <span>

#include "herald/base/kernel.h"

namespace herald {

// The block function: 128 random bits from a 128-bit counter and a 64-bit key.
std::array<std::uint32_t, 4> philox4x32_10(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

// Blocks `first`, `first` + 1, ... (modulo 2^64) of the stream `stream` of key `seed`, two words each: an even number
// of words. The counter's low half is the block's number, the high half the stream.
void fill_with_philox(std::uint64_t seed, std::uint64_t stream, std::uint64_t first, std::span<std::uint64_t> words,
                      Kernel kernel = best_kernel());

}  // namespace herald
