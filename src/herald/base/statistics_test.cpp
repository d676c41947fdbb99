#include "herald/base/statistics.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "herald/base/random.h"

namespace herald {
namespace {

TEST(Statistics, ChiSquareKnownQuantiles) {
  // Abramowitz and Stegun, table 26.8.
  EXPECT_NEAR(chi_square_p_value(3.84146, 1), 0.05, 1e-6);
  EXPECT_NEAR(chi_square_p_value(18.3070, 10), 0.05, 1e-6);
  EXPECT_NEAR(chi_square_p_value(10.8276, 1), 0.001, 1e-7);
  EXPECT_EQ(chi_square_p_value(0, 5), 1);
  EXPECT_NEAR(chi_square_p_value(6, 2), std::exp(-3.0), 1e-15);
}

// Under the hypothesis the p-values are close to uniform: of 2000, those below 0.05 are a binomial, and a count outside
// its 1e-9 interval is a false alarm at most once in 1e9. The chi-square approximation itself is good to a percent
// here.
TEST(Statistics, PValuesAreUniformWhenTheHypothesisHolds) {
  SimulationRandom random(11);
  const std::array<double, 4> law = {0.1, 0.2, 0.3, 0.4};
  int one_sample = 0, two_sample = 0;
  constexpr int kTrials = 2000;
  const auto draw = [&](int size) {
    std::array<std::uint64_t, 4> counts{};
    for (int i = 0; i < size; ++i) {
      const double u = random.next_double();
      ++counts[u < 0.1 ? 0 : u < 0.3 ? 1 : u < 0.6 ? 2 : 3];
    }
    return counts;
  };
  for (int trial = 0; trial < kTrials; ++trial) {
    const auto a = draw(1000), b = draw(300);
    one_sample += chi_square_test(a, law) < 0.05 ? 1 : 0;
    two_sample += two_sample_chi_square_test(a, b) < 0.05 ? 1 : 0;
  }
  for (const int rejected : {one_sample, two_sample}) {
    const auto [low, high] = binomial_interval(static_cast<std::uint64_t>(rejected), kTrials, FailureProbability(1e-9));
    EXPECT_LE(low.value, 0.055);
    EXPECT_GE(high.value, 0.045);
  }
}

TEST(Statistics, DifferentLawsAreToldApart) {
  const std::array<std::uint64_t, 3> a = {1000, 2000, 3000}, b = {1100, 1900, 3000}, big = {10000, 20000, 30000};
  EXPECT_LT(chi_square_test(b, std::array{1.0, 2.0, 3.0}), 0.01);
  EXPECT_NEAR(two_sample_chi_square_test(a, big), 1, 1e-12);
  EXPECT_LT(two_sample_chi_square_test(b, big), 0.01);
  EXPECT_EQ(two_sample_chi_square_test(a, b), two_sample_chi_square_test(b, a));
}

TEST(Statistics, SparseAndEmptyTablesAreHarmless) {
  const std::array<std::uint64_t, 3> none = {0, 0, 0}, one = {1, 0, 0};
  EXPECT_EQ(chi_square_test(none, std::array{1.0, 1.0, 1.0}), 1);
  EXPECT_EQ(chi_square_test(one, std::array{1.0, 1.0, 1.0}), 1);
  EXPECT_EQ(chi_square_test(one, std::array{0.0, 1.0, 1.0}), 0);
  EXPECT_EQ(two_sample_chi_square_test(none, one), 1);
  EXPECT_EQ(two_sample_chi_square_test(one, one), 1);
}

TEST(Statistics, MeansAndMedians) {
  const std::vector<double> odd = {5, 1, 3}, even = {4, 1, 3, 2};
  EXPECT_EQ(mean(odd), 3);
  EXPECT_EQ(median(odd), 3);
  EXPECT_EQ(median(even), 2.5);
  EXPECT_EQ(sample_variance(odd), 4);
}

}  // namespace
}  // namespace herald
