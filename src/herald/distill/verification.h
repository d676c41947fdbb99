#pragma once
// Verification that two corrected keys are equal, by an ε-almost-universal hash with a fresh public seed: the key is a
// polynomial over GF(2^128) without constant term, evaluated at a random point r; the value times a random a, cut to t
// bits, is the tag. Two different keys of n bits have the same value with probability at most ⌈n/128⌉ 2^-128 (roots;
// Carter, Wegman 1979), else the same tag with probability 2^-t exactly. So ε_cor ≤ 2^-t + ⌈n/128⌉ 2^-128, and t bits
// of the key are disclosed.

#include <array>
#include <cstdint>

#include "herald/base/bits.h"
#include "herald/base/codec.h"
#include "herald/base/kernel.h"
#include "herald/base/random.h"
#include "herald/base/result.h"
#include "herald/base/units.h"

namespace herald {

// Public, uniform, drawn for one verification after the keys are fixed.
struct VerificationSeed {
  std::array<std::uint64_t, 2> point{};   // r
  std::array<std::uint64_t, 2> factor{};  // a

  static VerificationSeed draw(RandomBits auto& random) {
    VerificationSeed seed;
    random.fill(seed.point);
    random.fill(seed.factor);
    return seed;
  }
  bool operator==(const VerificationSeed&) const = default;
  void encode(Writer& writer) const;
  static VerificationSeed decode(Reader& reader);
};
inline constexpr unsigned kVerificationSeedBits = 256;
inline constexpr unsigned kMostVerificationBits = 128;

// The bound on ε_cor for keys of n bits and tags of t.
FailureProbability verification_failure(std::size_t n, unsigned t);
// The shortest tag whose bound is at most `failure`: 50 bits for 1e-15 up to 2^27 bits and far beyond. Errors:
// invalid_argument (no tag of up to 128 bits does).
Result<unsigned> verification_bits(std::size_t n, FailureProbability failure);

// t ≤ kMostVerificationBits bits.
BitString verification_tag(BitView key, const VerificationSeed& seed, unsigned t, Kernel kernel = best_kernel());

}  // namespace herald
