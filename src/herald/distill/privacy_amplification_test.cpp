#include "herald/distill/privacy_amplification.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "herald/base/random.h"

namespace herald {
namespace {

TEST(PrivacyAmplification, EveryKernelIsTheMatrixForEverySmallShape) {
  SimulationRandom random(41);
  for (std::size_t n = 1; n <= 200; n += n < 12 ? 1 : 17) {
    for (std::size_t l = 0; l <= n; l += n < 12 ? 1 : 13) {
      const BitString key = random_bits(random, n), seed = random_bits(random, amplification_seed_bits(n));
      const SecretBits expected = amplify_slow(key, seed, l);
      for (const Kernel kernel : available_kernels())
        ASSERT_EQ(amplify(key, seed, l, kernel), expected) << n << " " << l << " " << to_string(kernel);
    }
  }
}

TEST(PrivacyAmplification, EveryKernelIsTheMatrixForLongAndWideShapes) {
  SimulationRandom random(42);
  for (const auto& [n, l] : std::initializer_list<std::pair<std::size_t, std::size_t>>{
           {9000, 4500}, {9001, 1}, {9001, 9000}, {9001, 8999}, {8192, 64}, {8193, 6100}, {12345, 2000}}) {
    const BitString key = random_bits(random, n), seed = random_bits(random, amplification_seed_bits(n));
    const SecretBits expected = amplify_slow(key, seed, l);
    for (const Kernel kernel : available_kernels())
      ASSERT_EQ(amplify(key, seed, l, kernel), expected) << n << " " << l << " " << to_string(kernel);
  }
}

TEST(PrivacyAmplification, KernelsAgreeOnBigKeys) {
  SimulationRandom random(43);
  for (const std::size_t n : {100000u, 262144u, 300001u}) {
    const BitString key = random_bits(random, n), seed = random_bits(random, amplification_seed_bits(n));
    const std::size_t l = random.next_below(n);
    const SecretBits first = amplify(key, seed, l, Kernel::portable);
    for (const Kernel kernel : available_kernels()) EXPECT_EQ(amplify(key, seed, l, kernel), first) << n << " " << l;
  }
}

TEST(PrivacyAmplification, IsUniversal) {
  // For every difference x ≠ 0 of tiny keys, the share of seeds that send it to 0 is at most 2^-l: exactly, over all
  // seeds.
  for (std::size_t n = 1; n <= 7; ++n) {
    for (std::size_t l = 0; l <= n; ++l) {
      for (std::uint64_t x = 1; x < std::uint64_t{1} << n; ++x) {
        BitString key(n);
        key.words()[0] = x;
        std::size_t collisions = 0;
        const std::uint64_t seeds = std::uint64_t{1} << amplification_seed_bits(n);
        for (std::uint64_t s = 0; s < seeds; ++s) {
          BitString seed(amplification_seed_bits(n));
          if (n > 1) seed.words()[0] = s;
          collisions += BitView(amplify(key, seed, l)).count_ones() == 0;
        }
        ASSERT_LE(collisions << l, seeds) << n << " " << l << " " << x;
      }
    }
  }
}

TEST(PrivacyAmplification, IsLinearInTheKey) {
  EXPECT_TRUE(rc::check("linear", [] {
    const std::size_t n = *rc::gen::inRange<std::size_t>(1, 3000), l = *rc::gen::inRange<std::size_t>(0, n + 1);
    SimulationRandom random(*rc::gen::arbitrary<std::uint64_t>());
    const BitString a = random_bits(random, n), b = random_bits(random, n), seed = random_bits(random, n - 1);
    BitString sum = a;
    sum ^= b;
    SecretBits expected = amplify(a, seed, l);
    expected ^= amplify(b, seed, l);
    RC_ASSERT(amplify(sum, seed, l) == expected);
  }));
}

}  // namespace
}  // namespace herald
