#include "herald/optics/bell_statistics.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "herald/base/entropy.h"

namespace herald {
namespace {

// Every outcome of the two ends, one by one: detected or not, equal or not.
BellStatistics by_enumeration(double v, double a, double b) {
  BellStatistics shown;
  for (int x = 0; x < 2; ++x) {
    for (int y = 0; y < 2; ++y) {
      const double correlation = (x & y ? -1 : 1) * v / std::numbers::sqrt2;
      double mean = a * b * correlation + (1 - a) * (1 - b);  // a single detection is +1 or -1 alike
      shown.chsh += x & y ? -mean : mean;
    }
  }
  std::array<std::array<double, 3>, 2> joint{};  // [Alice's bit][Bob's bit or missing]
  for (int bit_a = 0; bit_a < 2; ++bit_a) {
    for (int bit_b = 0; bit_b < 2; ++bit_b)
      joint[static_cast<std::size_t>(bit_a)][static_cast<std::size_t>(bit_b)] +=
          a * b * (1 + (bit_a == bit_b ? v : -v)) / 4;
    joint[static_cast<std::size_t>(bit_a)][2] += a * (1 - b) / 2;
    joint[0][static_cast<std::size_t>(bit_a)] += (1 - a) * b / 2;
  }
  joint[0][2] += (1 - a) * (1 - b);
  shown.key_error = ErrorRate(joint[0][1] + joint[1][0] + joint[1][2]);
  for (std::size_t bob = 0; bob < 3; ++bob) {
    const double total = joint[0][bob] + joint[1][bob];
    if (total > 0) shown.flagged_entropy += total * binary_entropy(joint[1][bob] / total);
  }
  return shown;
}

TEST(BellStatistics, AgreesWithAllOutcomesCounted) {
  for (const double v : {0.0, 0.8, 0.98, 1.0}) {
    for (const double a : {0.0, 0.3, 0.9, 1.0}) {
      for (const double b : {0.0, 0.5, 0.93, 1.0}) {
        const BellStatistics ours = *bell_statistics(v, a, b), theirs = by_enumeration(v, a, b);
        EXPECT_NEAR(ours.chsh, theirs.chsh, 1e-14);
        EXPECT_NEAR(ours.key_error.value, theirs.key_error.value, 1e-14);
        EXPECT_NEAR(ours.flagged_entropy, theirs.flagged_entropy, 1e-14);
      }
    }
  }
}

// S = 2 where 2 sqrt2 eta^2 + 2 (1 - eta)^2 = 2: eta = 2/(1 + sqrt2), 82.8 % (Garg and Mermin 1987).
TEST(BellStatistics, TheDetectionLoopholeClosesAt83Percent) {
  const double threshold = 2 / (1 + std::numbers::sqrt2);
  EXPECT_NEAR(threshold, 0.8284271, 5e-8);
  EXPECT_NEAR(bell_statistics(1, threshold, threshold)->chsh, 2, 1e-14);
  EXPECT_GT(bell_statistics(1, 0.829, 0.829)->chsh, 2);
  EXPECT_LT(bell_statistics(1, 0.828, 0.828)->chsh, 2);
}

TEST(BellStatistics, NoiseOnlyHidesTheKey) {
  double last = 0;
  for (const double noise : {0.0, 0.1, 0.3, 0.5}) {
    const double entropy = bell_statistics(0.95, 0.95, 0.95, noise)->flagged_entropy;
    EXPECT_GT(entropy, last);
    last = entropy;
  }
  EXPECT_NEAR(last, 1, 1e-15);
}

TEST(BellStatistics, NonsenseIsRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(bell_statistics(1.1, 1, 1));
  EXPECT_FALSE(bell_statistics(1, -0.1, 1));
  EXPECT_FALSE(bell_statistics(1, 1, nan));
  EXPECT_FALSE(bell_statistics(1, 1, 1, 0.6));
}

}  // namespace
}  // namespace herald
