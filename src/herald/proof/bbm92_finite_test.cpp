#include "herald/proof/bbm92_finite.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "herald/base/entropy.h"
#include "herald/base/tail_bounds.h"
#include "herald/proof/phase_error.h"

namespace herald {
namespace {

constexpr std::int64_t kTags = 51;
Disclosure leaking(double bits, Reconciliation r = Reconciliation::two_way) {
  return {static_cast<std::int64_t>(std::ceil(bits)), kTags, r};
}

// Theory sheet 1.7: best l/M over the basis bias, Q = 1, 2.5, 5 %, epsilon_sec = epsilon_cor = 1e-14, f = 1.1. M
// signals in all: n = M p^2, k = M (1-p)^2.
double best_rate(double signals, double q) {
  const Epsilon epsilon{FailureProbability(1e-14), FailureProbability(1e-14), FailureProbability(1e-12)};
  double best = 0;
  for (double p = 0.5; p < 1; p += 5e-4) {
    const double n = signals * p * p, k = signals * (1 - p) * (1 - p);
    const auto whole = [](double x) { return static_cast<std::int64_t>(x); };
    if (whole(n) < 1 || whole(k) < 1) continue;
    // The errors stand as a rate in the formula; a whole number of them would round it.
    const double e = 1e-14, mu = serfling_unseen_deviation(n, k, FailureProbability(e * e / 4));
    const double length =
        n * (1 - binary_entropy(std::min(0.5, q + mu))) - 1.1 * n * binary_entropy(q) - 1 + 3 * std::log2(e);
    best = std::max(best, length / signals);
    // The theorem says the same, up to that rounding.
    const auto key = bbm92_finite({whole(n), whole(k), whole(std::ceil(k * q)), 1}, {0, 47, Reconciliation::two_way},
                                  epsilon, Accounting::as_published);
    EXPECT_LE(key->exact_bits + 47 + std::log2(e) - 1.1 * n * binary_entropy(q), std::max(length, 0.0) + 1);
  }
  return best;
}

TEST(Bbm92Finite, BestRatesOfTomamichelEtAl) {
  struct Row {
    double signals, q, rate;
  };
  for (const Row& row :
       {Row{1e4, 0.01, 0.0693}, Row{1e4, 0.025, 0.0213}, Row{1e4, 0.05, 0}, Row{1e5, 0.01, 0.27596},
        Row{1e5, 0.025, 0.19038}, Row{1e5, 0.05, 0.08081}, Row{1e6, 0.01, 0.45806}, Row{1e6, 0.025, 0.34129},
        Row{1e6, 0.05, 0.18399}, Row{1e8, 0.01, 0.68805}, Row{1e8, 0.025, 0.53134}, Row{1e8, 0.05, 0.31767}})
    EXPECT_NEAR(best_rate(row.signals, row.q), row.rate, 1e-4) << row.signals << " " << row.q;
}

TEST(Bbm92Finite, SmallestBlocksOfTomamichelEtAl) {
  for (const auto& [q, signals] : {std::pair{0.01, 4685.0}, {0.025, 7482.0}, {0.05, 18495.0}}) {
    EXPECT_EQ(best_rate(signals * 0.99, q), 0) << q;
    EXPECT_GT(best_rate(signals * 1.01, q), 0) << q;
  }
}

// n = 7875 at 5.3 %, k = 1872 at 1.3 %, f = 1.15: about 500 bits by the published formula; the exact test leaves far
// more.
TEST(Bbm92Finite, TheRecordedPairsLeaveAKey) {
  const Bbm92Observation pairs{7875, 1872, 24, 1};
  const Disclosure disclosure = leaking(1.15 * 7875 * binary_entropy(0.053));
  const auto published = bbm92_finite(pairs, disclosure, {}, Accounting::as_published);
  const auto rigorous = bbm92_finite(pairs, disclosure, {});
  EXPECT_NEAR(static_cast<double>(published->bits), 500, 30);
  EXPECT_NEAR(static_cast<double>(rigorous->bits), 2470, 30);
}

TEST(Bbm92Finite, TheExactTestIsNeverLooserThanSerfling) {
  EXPECT_TRUE(rc::check([] {
    const auto n = *rc::gen::inRange<std::int64_t>(100, 1000000), k = *rc::gen::inRange<std::int64_t>(100, 1000000);
    const auto errors = *rc::gen::inRange<std::int64_t>(0, k);
    // At the same epsilon of the sampling bound.
    const FailureProbability epsilon(1e-20);
    const double serfling = static_cast<double>(errors) / static_cast<double>(k) +
                            serfling_unseen_deviation(static_cast<double>(n), static_cast<double>(k), epsilon);
    const ErrorRate exact =
        sampled_phase_error_rate(static_cast<double>(errors), static_cast<double>(k), static_cast<double>(n), epsilon);
    RC_ASSERT(exact.value <= std::min(0.5, serfling + 2 / static_cast<double>(n)));
  }));
}

TEST(Bbm92Finite, ErrorsLeakAndSizeActAsTheyMust) {
  EXPECT_TRUE(rc::check([] {
    const auto n = *rc::gen::inRange<std::int64_t>(1, 2000000), k = *rc::gen::inRange<std::int64_t>(1, 2000000);
    const auto errors = *rc::gen::inRange<std::int64_t>(0, k), leak = *rc::gen::inRange<std::int64_t>(0, n);
    const auto key = bbm92_finite({n, k, errors, 1}, {leak, kTags}, {});
    RC_ASSERT(key && key->bits >= 0 && key->bits <= n && std::isfinite(key->exact_bits));
    RC_ASSERT((key->bits == 0) == !key->reason.empty());
    const auto worse = bbm92_finite({n, k, std::min(k, errors + 1), 1}, {leak, kTags}, {});
    RC_ASSERT(worse->exact_bits <= key->exact_bits);
    const auto more_leak = bbm92_finite({n, k, errors, 1}, {leak + 5, kTags}, {});
    RC_ASSERT(std::abs(more_leak->exact_bits - (key->exact_bits - 5)) <= 1e-6);  // 2^53 / 2e6 rounds below it
    const auto asymptotic = bbm92_asymptotic({n, k, errors, 1}, {leak, kTags});
    RC_ASSERT(asymptotic->exact_bits >= key->exact_bits);
  }));
}

TEST(Bbm92Finite, ALowerPreparationQualityCostsThatPerBitAndNeedsCountedMessages) {
  const auto perfect = bbm92_finite({100000, 100000, 1000, 1}, leaking(9000, Reconciliation::one_way), {});
  const auto poorer = bbm92_finite({100000, 100000, 1000, 0.98}, leaking(9000, Reconciliation::one_way), {});
  EXPECT_NEAR(perfect->exact_bits - poorer->exact_bits, 2000, 1e-6);
  const auto refused = bbm92_finite({100000, 100000, 1000, 0.98}, leaking(9000), {});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("one_way"), std::string::npos);
}

TEST(Bbm92Finite, WhatWouldBeNeededSufficesAndALittleLessDoesNot) {
  const Bbm92Observation small{300, 80, 1, 1};
  const Disclosure disclosure = leaking(60);
  ASSERT_EQ(bbm92_finite(small, disclosure, {})->bits, 0);
  const auto factor = bbm92_block_needed(small, disclosure, {});
  ASSERT_TRUE(factor && std::isfinite(*factor));
  const auto length_at = [&](double f) {
    const auto grown = [&](double count) { return std::llround(count * f); };
    return bbm92_finite({grown(300), grown(80), grown(1), 1}, {static_cast<std::int64_t>(std::ceil(60 * f)), kTags}, {})
        ->bits;
  };
  EXPECT_GT(length_at(*factor), 0);
  EXPECT_EQ(length_at(*factor * 0.95), 0);
  EXPECT_EQ(*bbm92_block_needed({100000, 100000, 1000, 1}, leaking(9000), {}), 1.0);
  // 12 % wrong: no amount of data helps.
  EXPECT_TRUE(std::isinf(*bbm92_block_needed({1000, 1000, 120, 1}, leaking(530), {})));
  EXPECT_TRUE(std::isinf(*bbm92_block_needed({0, 0, 0, 1}, leaking(0), {})));
}

TEST(Bbm92Finite, ImpossibleObservationsAreRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Bbm92Observation& o : {Bbm92Observation{-1, 10, 0, 1},
                                    {10, -1, 0, 1},
                                    {10, 10, 11, 1},
                                    {10, 10, -1, 1},
                                    {10, 10, 0, 1.2},
                                    {10, 10, 0, nan},
                                    {std::int64_t{1} << 62, 10, 0, 1}}) {
    EXPECT_FALSE(bbm92_finite(o, leaking(0), {}));
    EXPECT_FALSE(bbm92_asymptotic(o, leaking(0)));
    EXPECT_FALSE(bbm92_block_needed(o, leaking(0), {}));
  }
  const auto none = bbm92_finite({0, 0, 0, 1}, leaking(0), {});
  EXPECT_EQ(none->bits, 0);
  EXPECT_FALSE(none->reason.empty());
  const std::int64_t huge = std::int64_t{1} << 52;
  const auto key = bbm92_finite({huge, huge / 2, huge / 100, 1}, leaking(0), {});
  EXPECT_GT(key->bits, huge / 2);
  EXPECT_LT(key->bits, huge);
}

}  // namespace
}  // namespace herald
