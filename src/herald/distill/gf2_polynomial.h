#pragma once
// Polynomials over GF(2) as words: bit i of word w is the coefficient of z^(64 w + i).

#include <array>
#include <cstdint>
#include <span>

#include "herald/base/bits.h"
#include "herald/base/kernel.h"

namespace herald {

// The product of two polynomials of degree below 64; [0] holds the low half. Bit by bit: the twin of every kernel here.
std::array<std::uint64_t, 2> gf2_product_slow(std::uint64_t a, std::uint64_t b);

// The middle product: y ^= words k to 2k - 1 of a·x, for k = |x| = |y| and |a| = 2k words; bit 0 of a does not enter.
// In other words y_i ^= Σ_j a_(i - j + 64 k) x_j: a Toeplitz matrix times a vector. Transposed Karatsuba (Hanrot,
// Quercia, Zimmermann 2004) over a base case of word products: k^1.58 of them, half of what two full products would
// take. k is one that gf2_next_size() gives. `scratch` has gf2_scratch_words(k) words and is left with secrets in it.
void gf2_middle_product(std::span<const std::uint64_t> a, std::span<const std::uint64_t> x, std::span<std::uint64_t> y,
                        std::span<std::uint64_t> scratch, Kernel kernel = best_kernel());

constexpr std::size_t gf2_scratch_words(std::size_t k) { return 4 * k; }
// The smallest size that is at least k: (8, 16, 24 or) 32, 40, 48, 56 times a power of two.
std::size_t gf2_next_size(std::size_t k);
// Word products that a middle product of this size takes, about.
double gf2_cost(std::size_t k);

// An element of GF(2^128) modulo z^128 + z^7 + z^2 + z + 1; [0] holds the low coefficients.
using Gf128 = std::array<std::uint64_t, 2>;
Gf128 gf128_product(Gf128 a, Gf128 b, Kernel kernel = best_kernel());
// Σ_i m_i r^(d - i) over the d 128-bit blocks m_0, m_1, … of the words (an odd last word fills half a block), d =
// ⌈|words| / 2⌉.
Gf128 gf128_polynomial(std::span<const std::uint64_t> words, Gf128 r, Kernel kernel = best_kernel());

}  // namespace herald
