#include "herald/base/entropy.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace herald {
namespace {

// The textbook form in 80-bit arithmetic: the slow twin.
double textbook_entropy(double p) {
  const long double x = p;
  return p == 0 || p == 1 ? 0 : static_cast<double>(-(x * std::log2(x) + (1 - x) * std::log2(1 - x)));
}

TEST(Entropy, BinaryEntropyAgreesWithTheTextbookAndIsSymmetric) {
  for (int i = 0; i <= 4096; ++i) {
    const double p = i / 4096.0;
    EXPECT_NEAR(binary_entropy(p), textbook_entropy(p), 4e-16);
    EXPECT_EQ(binary_entropy(p), binary_entropy(1 - p));
  }
  EXPECT_EQ(binary_entropy(0.0), 0);
  EXPECT_EQ(binary_entropy(1.0), 0);
  EXPECT_EQ(binary_entropy(0.5), 1);
}

TEST(Entropy, TinyProbabilitiesKeepTheirRelativeAccuracy) {
  // h(p) = p (log2(1/p) + log2 e) + O(p^2).
  for (const double p : {1e-12, 1e-30, 1e-200, 1e-300}) {
    const double expected = p * (-std::log2(p) + std::numbers::log2e);
    EXPECT_NEAR(binary_entropy(p) / expected, 1, 1e-12) << p;
  }
}

TEST(Entropy, TheInverseInverts) {
  for (const double p : {1e-300, 1e-30, 1e-9, 1e-3, 0.05, 0.11, 0.3, 0.49})
    EXPECT_NEAR(inverse_binary_entropy(binary_entropy(p)) / p, 1, 1e-10) << p;
  EXPECT_EQ(inverse_binary_entropy(0), 0);
  EXPECT_NEAR(inverse_binary_entropy(1), 0.5, 1e-7);
  // Shor and Preskill's threshold (theory sheet 1.1): 1 - 2h(Q) = 0.
  EXPECT_NEAR(inverse_binary_entropy(0.5), 0.1100278644, 1e-10);
}

TEST(Entropy, TheInverseGrowsWithItsArgument) {
  EXPECT_TRUE(rc::check([] {
    const double a = *rc::gen::inRange(0, 1000000) / 1e6, b = *rc::gen::inRange(0, 1000000) / 1e6;
    RC_ASSERT((a <= b) == (inverse_binary_entropy(a) <= inverse_binary_entropy(b)) || a == b);
  }));
}

TEST(Entropy, ShannonEntropyOfKnownDistributions) {
  EXPECT_DOUBLE_EQ(shannon_entropy(std::vector<double>(8, 0.125)), 3);
  EXPECT_DOUBLE_EQ(shannon_entropy(std::vector{0.5, 0.25, 0.125, 0.125, 0.0}), 1.75);
  EXPECT_EQ(shannon_entropy(std::vector{0.0, 1.0}), 0);
  for (const double p : {0.01, 0.2, 0.5}) EXPECT_NEAR(shannon_entropy(std::vector{p, 1 - p}), binary_entropy(p), 1e-15);
}

TEST(Entropy, CapacityAgreesWithTheEntropyAndDoesNotCancelNearOneHalf) {
  for (int i = 0; i <= 1000; ++i) EXPECT_NEAR(bsc_capacity(i / 1000.0), 1 - binary_entropy(i / 1000.0), 1e-15);
  for (const double t : {1e-3, 1e-6, 1e-10}) {
    const double expected = t * t / (2 * std::numbers::ln2) * (1 + t * t / 6);
    EXPECT_NEAR(bsc_capacity(0.5 - t / 2) / expected, 1, 1e-6) << t;
  }
  EXPECT_EQ(bsc_capacity(0.5), 0);
}

TEST(Entropy, DivergenceIsZeroOnlyAtEqualityAndAgreesWithTheTextbook) {
  for (int i = 1; i < 50; ++i) {
    for (int j = 1; j < 50; ++j) {
      const double p = i / 50.0, q = j / 50.0;
      const double expected = p * std::log(p / q) + (1 - p) * std::log((1 - p) / (1 - q));
      EXPECT_NEAR(bernoulli_divergence(p, q), expected, 1e-14);
      EXPECT_EQ(bernoulli_divergence(p, q) == 0, i == j);
    }
  }
  EXPECT_EQ(bernoulli_divergence(0, 0), 0);
  EXPECT_TRUE(std::isinf(bernoulli_divergence(0.1, 0)));
  EXPECT_NEAR(bernoulli_divergence(0, 0.3), -std::log(0.7), 1e-15);
  EXPECT_NEAR(bernoulli_divergence(0.5 + 1e-9, 0.5) / 2e-18, 1, 1e-6);
}

TEST(EntropyDeathTest, NonsenseIsABug) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_DEATH(binary_entropy(nan), "bug");
  EXPECT_DEATH(binary_entropy(1.2), "bug");
  EXPECT_DEATH(inverse_binary_entropy(-1e-9), "bug");
  EXPECT_DEATH(shannon_entropy(std::vector{0.5, 0.4}), "bug");
}

}  // namespace
}  // namespace herald
