// The comparison of a coin flip's string with both tables, against slow twins.

#include "herald/cheating/coin_flip_errors.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace herald {
namespace {

double uniform(double low, double high) { return low + (high - low) * *rc::gen::inRange(0, 1 << 20) / (1 << 20); }

// Photon by photon, all that may become of it: lost, right or wrong in either table.
double enumerate(std::int64_t left, std::int64_t opened, std::int64_t wrong, std::int64_t other, std::int64_t differ,
                 const HoleRule& rule, double t, const TableErrors& errors, const Comparison& comparison) {
  if (left == 0) {
    if (opened + other < rule.fewest_clicks) return 0;
    if (static_cast<double>(wrong) > comparison.tolerated * static_cast<double>(opened)) return 0;
    const double o = static_cast<double>(other);
    const bool correlated = other > 0 && std::abs(static_cast<double>(differ) / o - 0.5) >
                                             std::sqrt((comparison.correlation_bits + 1) * std::numbers::ln2 / (2 * o));
    return correlated ? 0 : 1;
  }
  const auto next = [&](std::int64_t e, std::int64_t w, std::int64_t o, std::int64_t d) {
    return enumerate(left - 1, opened + e, wrong + w, other + o, differ + d, rule, t, errors, comparison);
  };
  return (1 - t) * next(0, 0, 0, 0) +
         t / 2 * (errors.opened * next(1, 1, 0, 0) + (1 - errors.opened) * next(1, 0, 0, 0)) +
         t / 2 * (errors.other * next(0, 0, 1, 1) + (1 - errors.other) * next(0, 0, 1, 0));
}

RC_GTEST_PROP(CoinFlipErrors, TheSumIsWhatHappensToEachPhoton, ()) {
  const std::int64_t pulses = *rc::gen::inRange(0, 7), fewest = *rc::gen::inRange<std::int64_t>(0, pulses + 1);
  const double t = uniform(0, 1);
  const TableErrors errors{uniform(0, 1), uniform(0, 1)};
  // Few bits of doubt, so that a few photons can be correlated; odd enough that no share lies on an edge.
  const Comparison comparison{uniform(0, 1), uniform(0, 3) + 1e-7};
  const double exact = enumerate(pulses, 0, 0, 0, 0, {pulses, fewest}, t, errors, comparison);
  RC_ASSERT(std::abs(*pass_comparison({pulses, fewest}, t, errors, comparison) - exact) < 1e-12);
}

TEST(CoinFlipErrors, WithoutToleranceTheyAreThePowers) {
  for (const double t : {0.3, 0.8, 1.0})
    for (const std::int64_t fewest : {0, 10, 25})
      for (const auto& [errors, pass] : {std::pair{errors_lie(), pass_lie()},
                                         {errors_mixture(), pass_mixture()},
                                         {errors_breidbart(), pass_breidbart()},
                                         {*errors_epr(0.7), *pass_epr(0.7)}})
        EXPECT_NEAR(*pass_comparison({30, fewest}, t, errors, {}), *pass_with_random_holes({30, fewest}, t, pass),
                    1e-13);
}

TEST(CoinFlipErrors, TheOtherTableStopsALieThatHalfOfATableLetsPass) {
  // A lie has half of its errors in the opened table, so half of the time few enough; with more than 90 entries the
  // other table, which has none, tells.
  EXPECT_GT(*pass_comparison({100, 100}, 1, errors_lie(), {0.5, 64}), 0.5);
  EXPECT_LT(*pass_comparison({400, 400}, 1, errors_lie(), {0.5, 64}), 1e-12);
  // An honest Alice with as many errors passes.
  EXPECT_GT(*pass_comparison({400, 400}, 1, *depolarised(errors_honest(), 0.2), {0.25, 64}), 1 - 1e-5);
}

TEST(CoinFlipErrors, ImpossibleArgumentsAreRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(pass_comparison({-1, 0}, 1, {}, {}));
  EXPECT_FALSE(pass_comparison({5, 6}, 1, {}, {}));
  EXPECT_FALSE(pass_comparison({100'001, 6}, 1, {}, {}));
  for (const double bad : {-0.1, 1.1, nan}) {
    EXPECT_FALSE(pass_comparison({5, 5}, bad, {}, {}));
    EXPECT_FALSE(pass_comparison({5, 5}, 1, {bad, 0.5}, {}));
    EXPECT_FALSE(pass_comparison({5, 5}, 1, {0, bad}, {}));
    EXPECT_FALSE(pass_comparison({5, 5}, 1, {}, {bad, 64}));
    EXPECT_FALSE(errors_epr(bad));
    EXPECT_FALSE(depolarised({}, bad));
  }
  EXPECT_FALSE(pass_comparison({5, 5}, 1, {}, {0, nan}));
}

}  // namespace
}  // namespace herald
