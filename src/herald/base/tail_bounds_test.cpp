#include "herald/base/tail_bounds.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "herald/base/entropy.h"

namespace herald {
namespace {

constexpr std::int64_t kTiny = 12;

double choose(std::int64_t n, std::int64_t k) {
  double result = k < 0 || k > n ? 0 : 1;
  for (std::int64_t i = 1; i <= k && k <= n; ++i)
    result = result * static_cast<double>(n - k + i) / static_cast<double>(i);
  return result;
}
double binomial(std::int64_t n, double p, std::int64_t k) {
  return choose(n, k) * std::pow(p, static_cast<double>(k)) * std::pow(1 - p, static_cast<double>(n - k));
}
double hypergeometric(std::int64_t population, std::int64_t marked, std::int64_t k, std::int64_t seen) {
  return choose(marked, seen) * choose(population - marked, k - seen) / choose(population, k);
}
// The computed truth is itself rounded.
constexpr double kRounding = 1e-12;

// Exactly, for every n up to 12, p in steps of 1/20, and every threshold.
TEST(TailBounds, NoBinomialTailExceedsAnyChernoffBound) {
  for (std::int64_t n = 1; n <= kTiny; ++n) {
    for (int step = 0; step <= 20; ++step) {
      const double p = step / 20.0, mu = static_cast<double>(n) * p;
      double upper = 0;
      for (std::int64_t k = n; k >= 0; --k) {
        upper += binomial(n, p, k);
        const double lower = 1 - upper + binomial(n, p, k);  // Pr[S <= k]
        const double x = static_cast<double>(k) / static_cast<double>(n), t = x - p;
        const auto real = static_cast<double>(n);
        if (t >= 0) {
          EXPECT_LE(upper, chernoff_divergence_tail(real, p, x).value + kRounding);
          EXPECT_LE(upper, chernoff_additive_tail(real, t).value + kRounding);
          EXPECT_LE(upper,
                    hoeffding_tail(std::vector<double>(static_cast<std::size_t>(n), 1.0), t * real).value + kRounding);
          if (mu > 0) {
            EXPECT_LE(upper, chernoff_multiplicative_upper_tail(mu, static_cast<double>(k) / mu - 1).value + kRounding);
          }
        }
        if (t <= 0) {
          EXPECT_LE(lower, chernoff_divergence_tail(real, p, x).value + kRounding);
          EXPECT_LE(lower, chernoff_additive_tail(real, -t).value + kRounding);
          if (mu > 0) {
            EXPECT_LE(lower, chernoff_multiplicative_lower_tail(mu, 1 - static_cast<double>(k) / mu).value + kRounding);
          }
        }
        // The divergence form is the tightest of the three.
        EXPECT_LE(chernoff_divergence_tail(real, p, x).value,
                  chernoff_additive_tail(real, std::abs(t)).value + kRounding);
      }
    }
  }
}

TEST(TailBounds, HoeffdingsDeviationIsExceededAtMostAsOftenAsStated) {
  for (std::int64_t n = 1; n <= kTiny; ++n) {
    for (int step = 0; step <= 20; ++step) {
      const double p = step / 20.0, mu = static_cast<double>(n) * p;
      for (const double epsilon : {0.5, 0.1, 0.01, 1e-3, 1e-6}) {
        const double deviation = hoeffding_deviation(static_cast<double>(n), FailureProbability(epsilon));
        double above = 0, below = 0;
        for (std::int64_t k = 0; k <= n; ++k) {
          if (static_cast<double>(k) > mu + deviation) above += binomial(n, p, k);
          if (static_cast<double>(k) < mu - deviation) below += binomial(n, p, k);
        }
        EXPECT_LE(above, epsilon);
        EXPECT_LE(below, epsilon);
      }
    }
  }
}

// Hoeffding and Azuma with unequal ranges: every sign pattern of a weighted walk.
TEST(TailBounds, WeightedWalksStayWithinHoeffdingAndAzuma) {
  const std::vector<double> steps = {1, 0.5, 2, 0.25, 1, 1, 0.125, 3, 0.5, 1};
  std::vector<double> ranges;
  for (const double step : steps) ranges.push_back(2 * step);
  std::vector<double> sums;
  for (unsigned signs = 0; signs < 1u << steps.size(); ++signs) {
    double sum = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) sum += (signs >> i & 1) != 0 ? steps[i] : -steps[i];
    sums.push_back(sum);
  }
  for (double t = 0; t <= 11; t += 0.125) {
    double count = 0;
    for (const double sum : sums) count += sum >= t ? 1 : 0;
    const double truth = count / static_cast<double>(sums.size());
    EXPECT_LE(truth, hoeffding_tail(ranges, t).value);
    EXPECT_LE(truth, azuma_tail(steps, t).value);
  }
  const double deviation = azuma_deviation(10, 1, FailureProbability(1e-3));
  EXPECT_NEAR(azuma_tail(std::vector<double>(10, 1.0), deviation).value, 1e-3, 1e-9);
}

TEST(TailBounds, SerflingHoldsForEveryTinyPopulation) {
  for (std::int64_t population = 1; population <= kTiny; ++population) {
    for (std::int64_t marked = 0; marked <= population; ++marked) {
      for (std::int64_t k = 1; k <= population; ++k) {
        double upper = 0;
        for (std::int64_t seen = k; seen >= 0; --seen) {
          upper += hypergeometric(population, marked, k, seen);
          const double lower = 1 - upper + hypergeometric(population, marked, k, seen);
          const double t = static_cast<double>(seen) / static_cast<double>(k) -
                           static_cast<double>(marked) / static_cast<double>(population);
          const double bound =
              serfling_tail(static_cast<double>(population), static_cast<double>(k), std::abs(t)).value;
          EXPECT_LE(t >= 0 ? upper : 0, bound + kRounding);
          EXPECT_LE(t <= 0 ? lower : 0, bound + kRounding);
          if (k == population) continue;
          const auto n = static_cast<double>(population - k);
          const double unseen_over =
              static_cast<double>(marked - seen) / n - static_cast<double>(seen) / static_cast<double>(k);
          const double unseen_bound = serfling_unseen_tail(n, static_cast<double>(k), std::abs(unseen_over)).value;
          EXPECT_LE(unseen_over >= 0 ? lower : 0, unseen_bound + kRounding);
        }
      }
    }
  }
}

TEST(TailBounds, HypergeometricProbabilitiesAreExactAndTheTailBoundHolds) {
  for (std::int64_t population = 1; population <= 2 * kTiny; ++population) {
    for (std::int64_t marked = 0; marked <= population; ++marked) {
      for (std::int64_t k = 0; k <= population; ++k) {
        double tail = 0;
        for (std::int64_t seen = 0; seen <= k; ++seen) {
          const double truth = hypergeometric(population, marked, k, seen);
          tail += truth;
          EXPECT_NEAR(std::exp(hypergeometric_log_pmf(population, marked, k, seen)), truth, 1e-12 * truth + 1e-300);
          EXPECT_LE(tail, hypergeometric_lower_tail(population, marked, k, seen).value + kRounding);
        }
      }
    }
  }
}

// For every population and every marking, the sample excludes the truth at most as often as stated.
TEST(TailBounds, TheUnseenExceedTheirBoundAtMostAsOftenAsStated) {
  for (const double epsilon : {0.3, 0.05, 1e-3}) {
    for (std::int64_t k = 1; k <= kTiny; ++k) {
      for (std::int64_t n = 0; n <= kTiny; ++n) {
        for (std::int64_t marked = 0; marked <= n + k; ++marked) {
          double failed = 0;
          for (std::int64_t seen = 0; seen <= std::min(k, marked); ++seen) {
            const std::int64_t bound = unseen_marked_upper(seen, k, n, FailureProbability(epsilon));
            ASSERT_LE(bound, n);
            if (marked - seen > bound) failed += hypergeometric(n + k, marked, k, seen);
          }
          EXPECT_LE(failed, epsilon + kRounding);
        }
      }
    }
  }
}

TEST(TailBounds, TheUnseenBoundGrowsWithWhatWasSeenAndIsNeverLooserThanSerfling) {
  const FailureProbability epsilon(1e-10);
  for (const std::int64_t k : {100, 1872, 1000000}) {
    for (const std::int64_t n : {100, 7875, 3000000}) {
      std::int64_t last = -1;
      for (std::int64_t percent = 0; percent <= 100; ++percent) {
        const std::int64_t seen = k * percent / 100;
        const std::int64_t bound = unseen_marked_upper(seen, k, n, epsilon);
        EXPECT_GE(bound, last);
        last = bound;
        const double serfling = static_cast<double>(seen) / static_cast<double>(k) +
                                serfling_unseen_deviation(static_cast<double>(n), static_cast<double>(k), epsilon);
        EXPECT_LE(static_cast<double>(bound), std::min(static_cast<double>(n), serfling * static_cast<double>(n) + 1));
      }
    }
  }
}

TEST(TailBounds, DeviationsInvertTheirTails) {
  for (const double epsilon : {0.1, 1e-10, 1e-30}) {
    const double t = serfling_unseen_deviation(5000, 300, FailureProbability(epsilon));
    EXPECT_NEAR(serfling_unseen_tail(5000, 300, t).value / epsilon, 1, 1e-9);
    const double d = hoeffding_deviation(1e6, FailureProbability(epsilon));
    EXPECT_NEAR(chernoff_additive_tail(1e6, d / 1e6).value / epsilon, 1, 1e-9);
  }
}

TEST(TailBounds, ClopperPearsonMissesAtMostAsOftenAsStatedForEveryTinyTrial) {
  for (std::int64_t n = 1; n <= kTiny; ++n) {
    for (const double epsilon : {0.2, 0.05, 1e-4}) {
      for (int step = 0; step <= 200; ++step) {
        const double p = step / 200.0;
        double missed_above = 0, missed_below = 0;
        for (std::int64_t k = 0; k <= n; ++k) {
          if (p < clopper_pearson_lower(k, n, FailureProbability(epsilon)).value) missed_below += binomial(n, p, k);
          if (p > clopper_pearson_upper(k, n, FailureProbability(epsilon)).value) missed_above += binomial(n, p, k);
        }
        EXPECT_LE(missed_below, epsilon + kRounding);
        EXPECT_LE(missed_above, epsilon + kRounding);
      }
    }
  }
  // The rule of three, exactly: no success in n leaves p <= 1 - epsilon^(1/n).
  EXPECT_NEAR(clopper_pearson_upper(0, 100, FailureProbability(0.05)).value, 1 - std::pow(0.05, 0.01), 1e-9);
}

TEST(TailBounds, BinomialProbabilitiesAreExactAndSumToOne) {
  for (std::int64_t n = 0; n <= 40; ++n) {
    for (const double p : {0.0, 1e-9, 0.03, 0.5, 0.97, 1.0}) {
      for (std::int64_t k = 0; k <= n; ++k)
        EXPECT_NEAR(std::exp(binomial_log_pmf(static_cast<double>(n), p, static_cast<double>(k))), binomial(n, p, k),
                    1e-12 * binomial(n, p, k) + 1e-300);
    }
  }
  double sum = 0;  // +- 12 sigma around the mean of a large one
  for (double k = 4.94e9; k <= 5.06e9; k += 1000) sum += 1000 * std::exp(binomial_log_pmf(1e10, 0.5, k));
  EXPECT_NEAR(sum, 1, 1e-7);
}

TEST(TailBounds, PoissonianProbabilitiesAreExactAndSumToOne) {
  for (const double mean : {0.0, 1e-9, 0.1, 3.0, 40.0}) {
    double exact = std::exp(-mean);
    for (std::int64_t n = 0; n <= 100; exact *= mean / static_cast<double>(++n))
      EXPECT_NEAR(std::exp(poisson_log_pmf(mean, static_cast<double>(n))), exact, 1e-12 * exact + 1e-300);
  }
  double sum = 0;
  for (double n = 0.94e10; n <= 1.06e10; n += 1000) sum += 1000 * std::exp(poisson_log_pmf(1e10, n));
  EXPECT_NEAR(sum, 1, 1e-7);
}

TEST(TailBounds, WaysToChooseAreExact) {
  for (std::int64_t n = 0; n <= 40; ++n) {
    const auto whole = static_cast<double>(n);
    EXPECT_NEAR(std::exp(log_factorial(whole) - log_factorial(whole + 1)), 1 / (whole + 1), kRounding);
    for (std::int64_t k = 0; k <= n; ++k)
      EXPECT_NEAR(std::exp(log_binomial(whole, static_cast<double>(k))), choose(n, k), kRounding * choose(n, k));
  }
}

TEST(TailBounds, HammingBallIsAnUpperBoundAndCloseToTheTruth) {
  for (std::int64_t n = 0; n <= 40; ++n) {
    double volume = 0;
    for (std::int64_t t = 0; t <= n; ++t) {
      volume += choose(n, t);
      const double bound = log2_hamming_ball(n, t);
      EXPECT_GE(bound, std::log2(volume) - 1e-12) << n << " " << t;
      EXPECT_LE(3 * t < n ? bound : 0, std::log2(volume) + 1.1);
    }
  }
  EXPECT_LE(log2_hamming_ball(1000000, 50000), 1e6 * binary_entropy(0.05));
  EXPECT_GE(log2_hamming_ball(1000000, 50000), 1e6 * binary_entropy(0.05) - 12);
}

TEST(TailBounds, HugeCountsGiveFiniteAnswers) {
  const std::int64_t half = std::int64_t{1} << 52;
  const FailureProbability epsilon(1e-24);
  const std::int64_t bound = unseen_marked_upper(half / 100, half, half, epsilon);
  EXPECT_GT(bound, half / 100);
  EXPECT_LT(bound, half / 100 + half / 10000);
  EXPECT_TRUE(std::isfinite(hoeffding_deviation(0x1p53, epsilon)));
  EXPECT_EQ(unseen_marked_upper(0, 1, 0, epsilon), 0);
}

TEST(TailBoundsDeathTest, NonsenseIsABug) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_DEATH(hoeffding_deviation(-1, FailureProbability(0.1)), "bug");
  EXPECT_DEATH(hoeffding_deviation(nan, FailureProbability(0.1)), "bug");
  EXPECT_DEATH(hoeffding_deviation(10, FailureProbability(0)), "bug");
  EXPECT_DEATH(serfling_tail(10, 11, 0.1), "bug");
  EXPECT_DEATH(unseen_marked_upper(3, 2, 10, FailureProbability(0.1)), "bug");
  EXPECT_DEATH(chernoff_additive_tail(10, nan), "bug");
}

}  // namespace
}  // namespace herald
