#include "herald/proof/randomness_expansion.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>

#include "herald/proof/device_independent.h"

namespace herald {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

CertifiedRandomness run(double rounds, double chsh, double q = 0.25, double epsilon = 0.01) {
  return *randomness_expansion_finite({rounds, chsh, q}, FailureProbability(epsilon));
}

TEST(RandomnessExpansion, MinEntropyOfARound) {
  for (const auto& [s, f] :
       {std::pair{2.1, 0.03847686}, {2.4, 0.19402126}, {2.5, 0.26756769}, {2.8, 0.73696559}, {kTsirelson, 1.0}})
    EXPECT_NEAR(*chsh_min_entropy(s), f, 5e-9);
  EXPECT_NEAR(std::exp2(-*chsh_min_entropy(2.8)), 0.6, 1e-14);
  EXPECT_EQ(*chsh_min_entropy(2), 0);
  EXPECT_EQ(*chsh_min_entropy(1), 0);
}

// 42 bits in the paper; 40.8 by its formula from the S = 2.414 that it prints.
TEST(RandomnessExpansion, TheIonsOf2010) {
  EXPECT_NEAR(run(3016, 2.414).min_entropy, 40.8, 0.05);
  EXPECT_NEAR(run(3016, 2.4151).min_entropy, 42, 0.1);
  EXPECT_NEAR(run(3016, 2.414).settings_entropy, 2 * 3016, 1e-9);
}

TEST(RandomnessExpansion, MinEntropyIsConvexAndBelowTheVonNeumannEntropy) {
  EXPECT_TRUE(rc::check([] {
    const double s = 2 + *rc::gen::inRange(2, 826) * 1e-3;
    RC_ASSERT(*chsh_min_entropy(s) < *chsh_min_entropy(s + 1e-3));
    RC_ASSERT(*chsh_min_entropy(s) <= *chsh_entropy(s));
    RC_ASSERT(2 * *chsh_min_entropy(s) <= *chsh_min_entropy(s - 1e-3) + *chsh_min_entropy(s + 1e-3) + 1e-15);
  }));
}

TEST(RandomnessExpansion, LongRunsTendToTheRateOfARoundAndCostLessThanTheyGive) {
  double last = 0;
  for (double n = 1e4; n < 1e16; n *= 100) {
    const double per_round = run(n, 2.7).min_entropy / n;
    EXPECT_GT(per_round, last);
    EXPECT_LT(per_round, *chsh_min_entropy(2.7));
    last = per_round;
  }
  EXPECT_NEAR(last, *chsh_min_entropy(2.7), 1e-5);
  EXPECT_LT(run(1e9, 2.7, 0.01).min_entropy, run(1e9, 2.7).min_entropy);
  EXPECT_LT(run(1e9, 2.7, 0.25, 1e-12).min_entropy, run(1e9, 2.7).min_entropy);
  // Expansion: rare tests of a long run give more than choosing the settings took.
  const CertifiedRandomness expanded = run(1e12, 2.7, 1e-3);
  EXPECT_GT(expanded.min_entropy, 10 * expanded.settings_entropy);
  EXPECT_EQ(run(10, 2.8).min_entropy, 0);
}

TEST(RandomnessExpansion, NonsenseIsRefused) {
  const auto refused = [](double n, double s, double q, double e) {
    return !randomness_expansion_finite({n, s, q}, FailureProbability(e));
  };
  EXPECT_FALSE(refused(1e6, 2.5, 0.25, 0.01));
  for (const double bad : {0.0, -1.0, kNan, 1e30}) EXPECT_TRUE(refused(bad, 2.5, 0.25, 0.01));
  for (const double bad : {-0.1, 2.9, kNan}) EXPECT_TRUE(refused(1e6, bad, 0.25, 0.01));
  for (const double bad : {0.0, 0.26, kNan}) EXPECT_TRUE(refused(1e6, 2.5, bad, 0.01));
  for (const double bad : {0.0, 1.0, kNan}) EXPECT_TRUE(refused(1e6, 2.5, 0.25, bad));
  EXPECT_FALSE(chsh_min_entropy(kNan));
}

}  // namespace
}  // namespace herald
