#include "herald/distill/sift.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "herald/base/random.h"
#include "herald/distill/estimation.h"

namespace herald {
namespace {

TEST(Sift, EveryPairOfBasesFallsWhereItBelongs) {
  for (std::size_t n = 0; n <= 5; ++n) {
    for (std::uint64_t a = 0; a < std::uint64_t{1} << n; ++a) {
      for (std::uint64_t b = 0; b < std::uint64_t{1} << n; ++b) {
        BitString alice(n), bob(n);
        if (n > 0) alice.words()[0] = a, bob.words()[0] = b;
        const SiftMasks z = match_bases(alice, bob), x = match_bases(alice, bob, true);
        EXPECT_EQ(z.key, x.test);
        EXPECT_EQ(z.test, x.key);
        for (std::size_t i = 0; i < n; ++i) {
          EXPECT_EQ(z.key[i], !alice[i] && !bob[i]);
          EXPECT_EQ(z.test[i], alice[i] && bob[i]);
        }
        EXPECT_EQ(z.key.view().count_ones() + z.test.view().count_ones(), n - hamming_distance(alice, bob));
      }
    }
  }
}

TEST(Sift, CompactionOfEveryKernelKeepsTheChosenInOrder) {
  EXPECT_TRUE(rc::check("compaction", [] {
    const std::size_t n = *rc::gen::inRange<std::size_t>(0, 1000);
    SimulationRandom random(*rc::gen::arbitrary<std::uint64_t>());
    const BitString bits = random_bits(random, n);
    BitString mask = random_bits(random, n);
    if (*rc::gen::inRange(0, 3) == 0) std::ranges::fill(mask.words(), 0);
    if (*rc::gen::inRange(0, 3) == 0) {
      std::ranges::fill(mask.words(), ~std::uint64_t{0});
      if (n != 0) mask.trim();
    }
    BitString expected;
    std::vector<std::uint64_t> positions(n), expected_positions;
    for (std::size_t i = 0; i < n; ++i) {
      positions[i] = 3 * i;
      if (!mask[i]) continue;
      expected.push_back(bits[i]);
      expected_positions.push_back(3 * i);
    }
    for (const Kernel kernel : available_kernels()) {
      RC_ASSERT(compact(bits, mask, kernel) == expected);
      RC_ASSERT(compact_secret(bits, mask, kernel) == SecretBits::duplicate_secret(expected));
    }
    RC_ASSERT(compact(std::span<const std::uint64_t>(positions), mask) == expected_positions);
  }));
}

TEST(Estimation, CountsDetectionsAndErrorsByIntensity) {
  SimulationRandom random(61);
  for (const std::size_t n : {0u, 1u, 64u, 1000u}) {
    const BitString alice = random_bits(random, n), bob = random_bits(random, n), all(n);
    std::vector<std::uint8_t> intensity(n);
    for (std::uint8_t& k : intensity) k = static_cast<std::uint8_t>(random.next_below(3));
    const auto counts = count_by_intensity(intensity, alice, bob, 3).value();
    for (std::uint8_t k = 0; k < 3; ++k) {
      std::uint64_t detections = 0, errors = 0;
      for (std::size_t i = 0; i < n; ++i) {
        detections += intensity[i] == k;
        errors += intensity[i] == k && alice[i] != bob[i];
      }
      EXPECT_EQ(counts.detections[k], detections);
      EXPECT_EQ(counts.errors[k], errors);
      BitString every(n);
      for (std::size_t i = 0; i < n; ++i) every.set(i, true);
      EXPECT_EQ(with_intensity(intensity, k, every).view().count_ones(), detections);
    }
    EXPECT_EQ(counts.total_detections(), n);
    EXPECT_EQ(counts.total_errors(), hamming_distance(alice, bob));
    EXPECT_EQ(count_detections(intensity, 3).value(), counts.detections);
  }
  const std::vector<std::uint8_t> impossible = {0, 3};
  EXPECT_EQ(count_detections(impossible, 3).error().code, ErrorCode::malformed);
  EXPECT_EQ(count_by_intensity(impossible, BitString(2), BitString(2), 3).error().code, ErrorCode::malformed);
}

}  // namespace
}  // namespace herald
