#pragma once
// Privacy amplification (Bennett, Brassard, Crépeau, Maurer 1995) by a modified Toeplitz matrix: the key x = (x1, x2)
// of n bits becomes T x1 + x2 of l bits, with T a random l × (n - l) Toeplitz matrix, that is [T | I_l] x (Krawczyk
// 1994; Hayashi, Tsurumaki, IEEE Trans. IT 62, 2213 (2016)). Universal_2: for x ≠ 0 with x1 = 0 the output is x2 ≠ 0;
// with x1 ≠ 0, T x1 is uniform. So the leftover hash lemma holds with the seed's n - 1 bits, which are public, uniform,
// fresh for each key, and drawn after the last detection.

#include <cstdint>

#include "herald/base/bits.h"
#include "herald/base/kernel.h"

namespace herald {

inline constexpr std::size_t kMostAmplifiedBits = std::size_t{1} << 27;

// Bits of seed for a key of n bits, whatever the length of the output.
constexpr std::size_t amplification_seed_bits(std::size_t n) { return n == 0 ? 0 : n - 1; }

// The first n - l bits of the key meet T, with T_ij = seed[i - j + n - l - 1]; the last l bits are added. `seed` has
// amplification_seed_bits(n) bits; l ≤ n ≤ kMostAmplifiedBits, where l is what a theorem allows.
SecretBits amplify(BitView key, BitView seed, std::size_t l, Kernel kernel = best_kernel());

// The matrix, bit by bit: the twin.
SecretBits amplify_slow(BitView key, BitView seed, std::size_t l);

}  // namespace herald
