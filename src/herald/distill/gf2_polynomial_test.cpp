#include "herald/distill/gf2_polynomial.h"

#include <gtest/gtest.h>

#include "herald/base/random.h"
#if __has_include(<gf2x.h>)
#include <gf2x.h>
#define HERALD_HAS_GF2X
#endif

namespace herald {
namespace {

std::vector<std::uint64_t> random_words(SimulationRandom& random, std::size_t size) {
  std::vector<std::uint64_t> words(size);
  random.fill(words);
  return words;
}

std::vector<std::uint64_t> middle_product_slow(const std::vector<std::uint64_t>& a,
                                               const std::vector<std::uint64_t>& x) {
  const std::size_t k = x.size();
  std::vector<std::uint64_t> product(3 * k + 1);
  for (std::size_t i = 0; i < 2 * k; ++i) {
    for (std::size_t j = 0; j < k; ++j) {
      const auto part = gf2_product_slow(a[i], x[j]);
      product[i + j] ^= part[0];
      product[i + j + 1] ^= part[1];
    }
  }
  return {product.begin() + static_cast<std::ptrdiff_t>(k), product.begin() + static_cast<std::ptrdiff_t>(2 * k)};
}

std::vector<std::uint64_t> middle_product(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& x,
                                          Kernel kernel) {
  std::vector<std::uint64_t> y(x.size()), scratch(gf2_scratch_words(x.size()));
  gf2_middle_product(a, x, y, scratch, kernel);
  return y;
}

TEST(Gf2Polynomial, SlowProductHasTheCoefficientsOfTheDefinition) {
  SimulationRandom random(31);
  for (int trial = 0; trial < 50; ++trial) {
    const std::uint64_t a = random.next_word(), b = random.next_word();
    const auto product = gf2_product_slow(a, b);
    for (unsigned c = 0; c < 128; ++c) {
      bool sum = false;
      for (unsigned i = 0; i < 64; ++i)
        if (c >= i && c - i < 64) sum ^= (a >> i) & (b >> (c - i)) & 1;
      ASSERT_EQ((product[c / 64] >> (c % 64)) & 1, sum);
    }
  }
}

TEST(Gf2Polynomial, MiddleProductsOfEveryKernelAreThoseOfTheTwin) {
  SimulationRandom random(32);
  for (std::size_t k = 8; k <= 200; k = gf2_next_size(k + 1)) {
    auto a = random_words(random, 2 * k);
    const auto x = random_words(random, k);
    const auto expected = middle_product_slow(a, x);
    for (const Kernel kernel : available_kernels()) {
      EXPECT_EQ(middle_product(a, x, kernel), expected) << k << " " << to_string(kernel);
      a[0] ^= 1;
      EXPECT_EQ(middle_product(a, x, kernel), expected) << "bit 0 does not enter";
      a[0] ^= 1;
    }
  }
}

TEST(Gf2Polynomial, SizesGrowByAQuarterAtMost) {
  EXPECT_EQ(gf2_next_size(1), 8u);
  EXPECT_EQ(gf2_next_size(56), 56u);
  EXPECT_EQ(gf2_next_size(57), 64u);
  EXPECT_EQ(gf2_next_size(65), 80u);
  EXPECT_EQ(gf2_next_size(1 << 20), 1u << 20);
  for (std::size_t k = 57; k < 5000; ++k) {
    const std::size_t size = gf2_next_size(k);
    ASSERT_TRUE(size >= k && 4 * size <= 5 * k + 16 && gf2_next_size(size) == size) << k;
    for (std::size_t half = size; half > 56; half /= 2) ASSERT_EQ(half % 16, 0u) << k;
  }
}

#if defined(HERALD_HAS_GF2X)
TEST(Gf2Polynomial, MiddleProductsAreThoseOfGf2x) {
  SimulationRandom random(33);
  for (const std::size_t k : {40u, 512u, 1280u, 3584u}) {
    const auto a = random_words(random, 2 * k), x = random_words(random, k);
    std::vector<unsigned long> product(3 * k);
    gf2x_mul(product.data(), a.data(), 2 * k, x.data(), k);
    const std::vector<std::uint64_t> expected(product.begin() + static_cast<std::ptrdiff_t>(k),
                                              product.begin() + static_cast<std::ptrdiff_t>(2 * k));
    for (const Kernel kernel : available_kernels())
      EXPECT_EQ(middle_product(a, x, kernel), expected) << to_string(kernel);
  }
}
#endif

TEST(Gf128, IsTheFieldOfItsPolynomial) {
  SimulationRandom random(34);
  const Gf128 z{2, 0};
  Gf128 power{1, 0};
  for (int i = 0; i < 128; ++i) power = gf128_product(power, z);
  EXPECT_EQ(power, (Gf128{0x87, 0}));
  for (int trial = 0; trial < 200; ++trial) {
    const Gf128 a{random.next_word(), random.next_word()}, b{random.next_word(), random.next_word()},
        c{random.next_word(), random.next_word()};
    const Gf128 twin = gf128_product(a, b, Kernel::portable);
    for (const Kernel kernel : available_kernels()) ASSERT_EQ(gf128_product(a, b, kernel), twin);
    ASSERT_EQ(gf128_product(b, a), twin);
    ASSERT_EQ(gf128_product(gf128_product(a, b), c), gf128_product(a, gf128_product(b, c)));
    // Fermat: a^(2^128) = a.
    Gf128 squared = a;
    for (int i = 0; i < 128; ++i) squared = gf128_product(squared, squared);
    ASSERT_EQ(squared, a);
  }
}

TEST(Gf128, PolynomialsOfEveryKernelAreHornersRule) {
  SimulationRandom random(35);
  const Gf128 r{random.next_word(), random.next_word()};
  for (std::size_t size = 0; size < 40; ++size) {
    const auto words = random_words(random, size);
    Gf128 h{};
    for (std::size_t i = 0; i < size; i += 2)
      h = gf128_product({h[0] ^ words[i], h[1] ^ (i + 1 < size ? words[i + 1] : 0)}, r, Kernel::portable);
    for (const Kernel kernel : available_kernels()) EXPECT_EQ(gf128_polynomial(words, r, kernel), h) << size;
  }
}

}  // namespace
}  // namespace herald
