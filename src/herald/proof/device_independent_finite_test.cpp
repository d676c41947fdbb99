#include "herald/proof/device_independent_finite.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "herald/base/entropy.h"
#include "herald/proof/device_independent.h"

namespace herald {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
const Epsilon kEpsilon{.secrecy = FailureProbability(4.5e-6), .correctness = FailureProbability(1e-6)};
const FailureProbability kCompleteness(1e-2), kRetry(1e-3);

double rate_at(double q, double rounds, double gamma) {
  const double wins = chsh_wins(kTsirelson * (1 - 2 * q));
  const double accepted = wins - std::sqrt(std::log(1 / kCompleteness.value) / (2 * rounds)) / gamma;
  if (accepted < 0) return -1;
  const double leak = *di_expected_leak(rounds, gamma, ErrorRate(q), wins, kEpsilon.correctness, kRetry);
  return di_finite({rounds, gamma, accepted, leak}, kEpsilon)->exact_bits / rounds;
}

double rate(double q, double rounds) {
  double best = -1;
  for (double gamma = 1; gamma > 1e-7; gamma *= 0.98) best = std::max(best, rate_at(q, rounds, gamma));
  return best;
}

double asymptotic(double q) { return *device_independent_rate(*depolarised_chsh(ErrorRate(q)), binary_entropy(q)); }

TEST(DeviceIndependentFinite, NoKeyFromAMillionRounds) {
  for (const double q : {0.005, 0.025, 0.05}) EXPECT_LT(rate(q, 1e6), 0);
  EXPECT_LT(rate(0.05, 1e8), 0);
}

TEST(DeviceIndependentFinite, LeastNumbersOfRounds) {
  for (const auto& [q, least] : {std::pair{0.005, 5.67e6}, {0.025, 2.32e7}, {0.05, 4.64e8}}) {
    EXPECT_LT(rate(q, least * 0.997), 0) << q;
    EXPECT_GT(rate(q, least * 1.003), 0) << q;
  }
}

TEST(DeviceIndependentFinite, TendsToTheAsymptoticRateFromBelow) {
  for (const double q : {0.005, 0.025, 0.05}) {
    double last = -1;
    for (double n = 1e7; n < 2e17; n *= 10) {
      const double here = rate(q, n);
      EXPECT_GT(here, last);
      EXPECT_LT(here, asymptotic(q));
      last = here;
    }
    // With the best share of tests g, what is missing is g and a part in g sqrt n: it falls as n^(-1/4).
    EXPECT_NEAR((asymptotic(q) - rate(q, 1e13)) / (asymptotic(q) - rate(q, 1e17)), 10, 0.5);
  }
}

// With a fixed share of tests, what is missing falls as one over the square root of the rounds.
TEST(DeviceIndependentFinite, TheCorrectionFallsAsTheRootOfTheRounds) {
  const double q = 0.025, gamma = 0.1;
  const double limit = *chsh_entropy(*depolarised_chsh(ErrorRate(q))) - gamma -
                       ((1 - gamma) * binary_entropy(q) + gamma * binary_entropy(chsh_wins(kTsirelson * 0.95)));
  for (double n = 1e12; n < 1e16; n *= 100)
    EXPECT_NEAR((limit - rate_at(q, n, gamma)) / (limit - rate_at(q, n * 100, gamma)), 10, 0.05);
}

// The paper maximises over tangents; the closed form finds the same.
TEST(DeviceIndependentFinite, TheBestTangentIsFoundWithoutASearch) {
  for (const double n : {1e7, 1e9, 1e12}) {
    for (const double gamma : {0.01, 0.1, 1.0}) {
      const double accepted = 0.84, eps = 4.5e-6 * 5 / 9 / 4, passing = 1e-6 + 1e-6;
      const double c = std::sqrt(1 - 2 * std::log2(eps * passing));
      double best = -1e9;
      for (double t = 0.7500001; t < 0.853553; t += 1e-6) {
        const double s = std::sqrt(16 * t * (t - 1) + 3),
                     slope = 4 * (2 * t - 1) * 2 * std::atanh(s) / s / std::log(2.0);
        const double f = *chsh_entropy(8 * (t - 0.5)) + slope * (accepted - t);
        best = std::max(best, f - 2 / std::sqrt(n) * (std::log2(13) + slope / gamma) * c);
      }
      const KeyLength key = *di_finite({n, gamma, accepted, 0}, kEpsilon);
      const double ours = (key.min_entropy -
                           3 * static_cast<double>(std::log2(1 - std::sqrt(1 - static_cast<long double>(eps) * eps)))) /
                              n +
                          gamma + 2 * std::log2(7) * c / std::sqrt(n);
      EXPECT_NEAR(ours, best, 1e-6 + 3e-6 * std::abs(best)) << n << " " << gamma;
    }
  }
}

TEST(DeviceIndependentFinite, MoreIsBetter) {
  EXPECT_TRUE(rc::check([] {
    const double n = std::pow(10, *rc::gen::inRange(60, 140) * 0.1), gamma = *rc::gen::inRange(1, 100) * 1e-2;
    const double wins = 0.75 + *rc::gen::inRange(0, 103) * 1e-3, leak = n * *rc::gen::inRange(0, 100) * 1e-3;
    const auto bits = [](const DiFiniteProtocol& p, const Epsilon& e) { return di_finite(p, e)->exact_bits; };
    const double here = bits({n, gamma, wins, leak}, kEpsilon);
    RC_ASSERT(bits({n, gamma, wins, leak * 1.01 + 1}, kEpsilon) < here);
    RC_ASSERT(bits({n, gamma, wins - 1e-3, leak}, kEpsilon) < here);
    const Epsilon stricter{.secrecy = FailureProbability(1e-9), .correctness = FailureProbability(1e-9)};
    RC_ASSERT(bits({n, gamma, wins, leak}, stricter) < here);
    RC_ASSERT(di_finite({n, gamma, wins, leak}, kEpsilon)->bits <= std::max(0.0, here));
  }));
}

TEST(DeviceIndependentFinite, NonsenseIsRefused) {
  const DiFiniteProtocol good{1e9, 0.1, 0.84, 1e7};
  const auto refused = [](DiFiniteProtocol protocol) { return !di_finite(protocol, kEpsilon); };
  EXPECT_FALSE(refused(good));
  for (const double bad : {0.0, -1.0, kNan, 1e30}) EXPECT_TRUE(refused({bad, 0.1, 0.84, 0}));
  for (const double bad : {0.0, 1.1, kNan}) EXPECT_TRUE(refused({1e9, bad, 0.84, 0}));
  for (const double bad : {-0.1, 0.86, kNan}) EXPECT_TRUE(refused({1e9, 0.1, bad, 0}));
  for (const double bad : {-1.0, kNan, 1e30}) EXPECT_TRUE(refused({1e9, 0.1, 0.84, bad}));
  for (const double bad : {0.0, 1.0, kNan}) {
    EXPECT_FALSE(di_finite(good, {.secrecy = FailureProbability(bad), .correctness = FailureProbability(1e-6)}));
    EXPECT_FALSE(di_finite(good, {.secrecy = FailureProbability(1e-6), .correctness = FailureProbability(bad)}));
    EXPECT_FALSE(di_expected_leak(1e9, 0.1, ErrorRate(0.01), 0.84, FailureProbability(bad), kRetry));
  }
  EXPECT_FALSE(di_expected_leak(1e9, 0.1, ErrorRate(0.6), 0.84, kEpsilon.correctness, kRetry));
  EXPECT_FALSE(di_finite({1e3, 0.1, 0.84, 0}, kEpsilon)->reason.empty());
}

}  // namespace
}  // namespace herald
