#include "herald/proof/bb84_finite.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "herald/base/random.h"
#include "herald/proof/asymptotic.h"
#include "herald/proof/bb84_finite_one_decoy.h"
#include "herald/proof/decoy_bounds.h"
#include "herald/proof/growth.h"

namespace herald {
namespace {

// About 50 km and ten million sifted key bits.
DecoyObservation three_intensities() {
  return {{{MeanPhotonNumber(0.5), Probability(0.7), 8000000, 80000, 200000, 2100},
           {MeanPhotonNumber(0.1), Probability(0.2), 460000, 5000, 11500, 130},
           {MeanPhotonNumber(0.0002), Probability(0.1), 1200, 500, 30, 12}}};
}
DecoyObservation two_intensities() {
  return {{{MeanPhotonNumber(0.5), Probability(0.7), 8000000, 80000, 200000, 2100},
           {MeanPhotonNumber(0.15), Probability(0.3), 1030000, 11000, 26000, 280}}};
}
Disclosure disclosure(std::int64_t leak = 800000, Reconciliation r = Reconciliation::two_way) { return {leak, 51, r}; }

using LengthOf = Result<KeyLength> (*)(const DecoyObservation&, const Disclosure&, const Epsilon&, Accounting);
struct Case {
  LengthOf length;
  DecoyObservation observation;
};
std::vector<Case> cases() { return {{bb84_finite, three_intensities()}, {bb84_finite_one_decoy, two_intensities()}}; }

TEST(Bb84Finite, AnOrdinaryBlockLeavesAKeyBelowTheAsymptoticOne) {
  for (const Case& c : cases()) {
    for (const Reconciliation r : {Reconciliation::one_way, Reconciliation::two_way}) {
      const auto key = c.length(c.observation, disclosure(800000, r), {}, Accounting::rigorous);
      const auto asymptotic = bb84_decoy_asymptotic(c.observation, disclosure(800000, r));
      ASSERT_TRUE(key && asymptotic);
      EXPECT_GT(key->bits, 1000000);
      EXPECT_LT(key->bits, asymptotic->bits);
      EXPECT_TRUE(key->reason.empty());
      EXPECT_GE(key->phase_error_rate, asymptotic->phase_error_rate);
      EXPECT_LE(key->single_photon_events, asymptotic->single_photon_events);
      EXPECT_EQ(key->bits, static_cast<std::int64_t>(std::floor(key->exact_bits)));
    }
  }
}

TEST(Bb84Finite, OneMoreLeakedBitCostsExactlyOneBit) {
  for (const Case& c : cases()) {
    const auto key = c.length(c.observation, disclosure(), {}, Accounting::rigorous);
    for (const std::int64_t more : {1, 17, 100000}) {
      const auto shorter = c.length(c.observation, disclosure(800000 + more), {}, Accounting::rigorous);
      EXPECT_EQ(shorter->bits, key->bits - more);
      Disclosure tags = disclosure();
      tags.verification_bits += more;
      EXPECT_EQ(c.length(c.observation, tags, {}, Accounting::rigorous)->bits, key->bits - more);
    }
  }
}

TEST(Bb84Finite, MoreErrorsNeverLengthenTheKey) {
  EXPECT_TRUE(rc::check([] {
    for (Case c : cases()) {
      auto& k = c.observation.intensities;
      const auto before = c.length(c.observation, disclosure(), {}, Accounting::rigorous);
      // All but the weakest: an error more of the weakest says that the vacuum, not the single photon, was wrong.
      const auto i = *rc::gen::inRange<std::size_t>(0, k.size() - 1);
      k[i].test_errors += *rc::gen::inRange<std::int64_t>(1, 3000);
      const auto after = c.length(c.observation, disclosure(), {}, Accounting::rigorous);
      RC_ASSERT(after && before);
      RC_ASSERT(after->bits <= before->bits);
    }
  }));
}

TEST(Bb84Finite, SmallerEpsilonsAndSmallerBlocksShortenTheKey) {
  for (const Case& c : cases()) {
    std::int64_t last = std::numeric_limits<std::int64_t>::max();
    for (const double secrecy : {1e-3, 1e-6, 1e-10, 1e-20, 1e-60}) {
      Epsilon epsilon;
      epsilon.secrecy = FailureProbability(secrecy);
      const auto key = c.length(c.observation, disclosure(), epsilon, Accounting::rigorous);
      EXPECT_LT(key->bits, last);
      last = key->bits;
    }
    double last_share = 0;
    for (const double factor : {0.01, 0.1, 1.0, 10.0, 100.0, 10000.0}) {
      const auto key = c.length(scaled(c.observation, factor), scaled(disclosure(), factor), {}, Accounting::rigorous);
      const double share = static_cast<double>(key->bits) / factor;
      EXPECT_GE(share, last_share);
      last_share = share;
    }
  }
}

TEST(Bb84Finite, TwoWayReconciliationDropsTheVacuum) {
  DecoyObservation dark = three_intensities();
  dark.intensities[2].key_detections = 30000;  // a good estimate of the vacuum's share
  const auto one_way = bb84_finite(dark, disclosure(800000, Reconciliation::one_way), {});
  const auto two_way = bb84_finite(dark, disclosure(), {});
  ASSERT_GT(one_way->vacuum_events, 1000);
  EXPECT_NEAR(one_way->exact_bits - two_way->exact_bits, one_way->vacuum_events, 1e-3);
}

TEST(Bb84Finite, OneDecoyCountsAnnouncedErrorsWhereBobsMessagesAreCounted) {
  const auto one_way = bb84_finite_one_decoy(two_intensities(), disclosure(800000, Reconciliation::one_way), {});
  EXPECT_NEAR(one_way->announced_bits, std::log2(8000001.0) + std::log2(1030001.0), 1e-9);
  EXPECT_EQ(bb84_finite_one_decoy(two_intensities(), disclosure(), {})->announced_bits, 0);
}

TEST(Bb84Finite, NoErrorsSeenInASmallSampleIsNotNoPhaseErrors) {
  DecoyObservation o = three_intensities();
  for (IntensityCounts& k : o.intensities) {
    k.test_errors = 0;
  }
  const auto rigorous = bb84_finite(o, disclosure(), {}, Accounting::rigorous);
  const auto published = bb84_finite(o, disclosure(), {}, Accounting::as_published);
  // ln(1/alpha^2)/k: what any sound bound must at least allow for.
  const double least = 2 * std::log(21 / 1e-10) / rigorous->test_single_photon_events;
  EXPECT_GT(rigorous->phase_error_rate.value, 0.9 * least);
  EXPECT_EQ(published->phase_error_rate.value, 0);
}

TEST(Bb84Finite, TooLittleIsSaidToBeTooLittle) {
  for (Case c : cases()) {
    for (IntensityCounts& k : c.observation.intensities)
      k.key_detections = k.key_errors = k.test_detections = k.test_errors = 0;
    const auto none = c.length(c.observation, disclosure(0), {}, Accounting::rigorous);
    ASSERT_TRUE(none);
    EXPECT_EQ(none->bits, 0);
    EXPECT_FALSE(none->reason.empty());
    const auto leaky =
        c.length(cases()[0].observation.intensities.size() == c.observation.intensities.size() ? three_intensities()
                                                                                               : two_intensities(),
                 disclosure(9000000), {}, Accounting::rigorous);
    EXPECT_EQ(leaky->bits, 0);
    EXPECT_NE(leaky->reason.find("9000051"), std::string::npos) << leaky->reason;
  }
}

TEST(Bb84Finite, WhatWouldBeNeededSufficesAndALittleLessDoesNot) {
  const auto needed = {std::pair{&bb84_block_needed, Case{bb84_finite, three_intensities()}},
                       {&bb84_one_decoy_block_needed, Case{bb84_finite_one_decoy, two_intensities()}}};
  for (const auto& [block_needed, c] : needed) {
    const DecoyObservation small = scaled(c.observation, 1e-3);
    const auto factor = block_needed(small, disclosure(800), {});
    ASSERT_TRUE(factor && std::isfinite(*factor) && *factor > 1);
    const auto at = [&](double f) {
      return c.length(scaled(small, f), scaled(disclosure(800), f), {}, Accounting::rigorous);
    };
    EXPECT_GT(at(*factor)->bits, 0);
    EXPECT_EQ(at(*factor * 0.99)->bits, 0);
    EXPECT_EQ(*block_needed(c.observation, disclosure(), {}), 1);
    EXPECT_TRUE(std::isinf(*block_needed(small, disclosure(8000), {})));
  }
}

TEST(Bb84Finite, ImpossibleObservationsAreRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto refused = [](const std::function<void(DecoyObservation&)>& spoil) {
    DecoyObservation o = three_intensities();
    spoil(o);
    const auto key = bb84_finite(o, disclosure(), {});
    return !key && key.error().code == ErrorCode::invalid_argument;
  };
  EXPECT_TRUE(refused([](auto& o) { o.intensities.pop_back(); }));
  EXPECT_TRUE(refused([](auto& o) { o.intensities.clear(); }));
  EXPECT_TRUE(refused([](auto& o) { o.intensities[0].test_errors = o.intensities[0].test_detections + 1; }));
  EXPECT_TRUE(refused([](auto& o) { o.intensities[1].key_detections = -1; }));
  EXPECT_TRUE(refused([](auto& o) { o.intensities[1].key_detections = std::numeric_limits<std::int64_t>::max(); }));
  EXPECT_TRUE(refused([](auto& o) { o.intensities[0].sent = Probability(1.2); }));
  EXPECT_TRUE(refused([](auto& o) { o.intensities[0].sent = Probability(0.6); }));
  EXPECT_TRUE(refused([&](auto& o) { o.intensities[0].sent = Probability(nan); }));
  EXPECT_TRUE(refused([&](auto& o) { o.intensities[0].mean = MeanPhotonNumber(nan); }));
  EXPECT_TRUE(refused([](auto& o) { o.intensities[2].mean = MeanPhotonNumber(-0.1); }));
  EXPECT_TRUE(refused([](auto& o) { o.intensities[0].mean = MeanPhotonNumber(0.1); }));      // not above mu2
  EXPECT_TRUE(refused([](auto& o) { o.intensities[0].mean = MeanPhotonNumber(0.10015); }));  // not above mu2 + mu3
  EXPECT_TRUE(refused([](auto& o) { std::swap(o.intensities[1], o.intensities[2]); }));
  DecoyObservation vacuum = two_intensities();
  vacuum.intensities[1].mean = MeanPhotonNumber(0);
  EXPECT_FALSE(bb84_finite_one_decoy(vacuum, disclosure(), {}));
  EXPECT_FALSE(bb84_finite(three_intensities(), {-1, 51}, {}));
  EXPECT_FALSE(bb84_finite(three_intensities(), {0, 10}, {}));
  Epsilon epsilon;
  epsilon.secrecy = FailureProbability(nan);
  EXPECT_FALSE(bb84_finite(three_intensities(), disclosure(), epsilon));
}

TEST(Bb84Finite, AnyPossibleObservationGivesAFiniteAnswerNoLongerThanTheBlock) {
  EXPECT_TRUE(rc::check([] {
    for (Case c : cases()) {
      for (IntensityCounts& k : c.observation.intensities) {
        const auto count = [] {
          return *rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << *rc::gen::inRange(1, 51));
        };
        k.key_detections = count();
        k.test_detections = count();
        k.key_errors = std::min(count(), k.key_detections);
        k.test_errors = std::min(count(), k.test_detections);
      }
      for (const Accounting a : {Accounting::rigorous, Accounting::as_published}) {
        const auto key = c.length(c.observation, disclosure(0, Reconciliation::one_way), {}, a);
        RC_ASSERT(key.has_value());
        RC_ASSERT(std::isfinite(key->exact_bits));
        RC_ASSERT(key->bits >= 0 && key->bits <= key_detections(c.observation));
        RC_ASSERT(key->phase_error_rate.value >= 0 && key->phase_error_rate.value <= 0.5);
      }
    }
  }));
}

// A channel whose photon-number classes are known: the bounds on them fail no more often than stated. Every single use
// of Hoeffding may fail with probability 0.01; a bound that uses it u times with at most 0.01 u. 400 trials; a false
// alarm of 1e-9 is allowed for by the binomial deviation sqrt(400/2 ln 1e9) = 64.
TEST(Bb84Finite, TheDecoyBoundsHoldForChannelsThatTreatPhotonNumbersAsTheyLike) {
  SimulationRandom random(7);
  constexpr int kTrials = 400;
  constexpr double kEach = 0.01, kDeviation = 64.4;
  int single_failed = 0, errors_failed = 0, one_decoy_failed = 0;
  const double yield[] = {0.002, 0.05, 0.3}, wrong[] = {0.5, 0.03, 0.2};  // by 0, 1, several photons
  for (int trial = 0; trial < kTrials; ++trial) {
    for (const bool three : {true, false}) {
      DecoyObservation o = three ? three_intensities() : two_intensities();
      std::int64_t single = 0, single_errors = 0;
      for (IntensityCounts& k : o.intensities) {
        k.test_detections = k.test_errors = 0;
      }
      for (int pulse = 0; pulse < 20000; ++pulse) {
        double u = random.next_double();
        std::size_t i = 0;
        while (i + 1 < o.intensities.size() && u >= o.intensities[i].sent.value) u -= o.intensities[i++].sent.value;
        IntensityCounts& k = o.intensities[i];
        const double mu = k.mean.value, v = random.next_double();
        const int photons = v < std::exp(-mu) ? 0 : v < std::exp(-mu) * (1 + mu) ? 1 : 2;
        if (!random.next_bernoulli(yield[photons])) continue;
        const bool error = random.next_bernoulli(wrong[photons]);
        ++k.test_detections;
        k.test_errors += error ? 1 : 0;
        single += photons == 1 ? 1 : 0;
        single_errors += photons == 1 && error ? 1 : 0;
      }
      const Fluctuation f{FailureProbability(kEach), Accounting::rigorous};
      const DecoyBounds b =
          (three ? three_intensity_bounds : two_intensity_bounds)(expectation_of(o), BasisRole::test, f);
      if (three) {
        single_failed += b.single_photon_lower > static_cast<double>(single) ? 1 : 0;
        errors_failed += b.single_photon_errors_upper < static_cast<double>(single_errors) ? 1 : 0;
      } else {
        one_decoy_failed += b.single_photon_lower > static_cast<double>(single) ||
                                    b.single_photon_errors_upper < static_cast<double>(single_errors)
                                ? 1
                                : 0;
      }
    }
  }
  EXPECT_LE(single_failed, kTrials * 5 * kEach + kDeviation);
  EXPECT_LE(errors_failed, kTrials * 2 * kEach + kDeviation);
  EXPECT_LE(one_decoy_failed, kTrials * 6 * kEach + kDeviation);
}

}  // namespace
}  // namespace herald
