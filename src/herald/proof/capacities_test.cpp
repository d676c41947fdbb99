#include "herald/proof/capacities.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace herald {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinite = std::numeric_limits<double>::infinity();

double plob(double eta) { return *pure_loss_capacity(Probability(eta)); }
double tgw(double eta) { return *takeoka_guha_wilde_bound(Probability(eta)); }
double chain(double loss, int repeaters) { return *repeater_chain_capacity(Decibel(loss), repeaters); }

// The textbook forms in long double, where they do not cancel yet.
TEST(Capacities, AgreeWithALongDoubleTwin) {
  for (int decibel = 1; decibel <= 120; ++decibel) {
    const double eta = std::pow(10.0, -decibel / 10.0);
    const long double e = eta;
    EXPECT_NEAR(plob(eta) / static_cast<double>(-log1pl(-e) / std::numbers::ln2_v<long double>), 1, 1e-15);
    EXPECT_NEAR(tgw(eta) / static_cast<double>(2 * atanhl(e) / std::numbers::ln2_v<long double>), 1, 1e-15);
    for (const int repeaters : {0, 1, 2, 3, 10, 1000}) {
      const long double link = expl(-static_cast<long double>(decibel) * logl(10.0L) / 10 / (repeaters + 1));
      EXPECT_NEAR(chain(decibel, repeaters) / static_cast<double>(-log2l(1 - link)), 1, decibel < 60 ? 1e-12 : 1e-5);
    }
  }
}

// 1000 km and more of fibre: -log2(1 - eta) = eta / ln 2, where a naive 1 - eta is 1.
TEST(Capacities, DoNotVanishOverLongFibres) {
  for (const double decibel : {130.0, 200.0, 400.0, 2000.0}) {
    const double eta = transmittance(Decibel(decibel));
    EXPECT_NEAR(plob(eta) * std::numbers::ln2 / eta, 1, 1e-12);
    EXPECT_NEAR(tgw(eta) * std::numbers::ln2 / eta, 2, 1e-12);
    EXPECT_NEAR(chain(decibel, 0) / plob(eta), 1, 1e-12);
  }
  EXPECT_NEAR(chain(20 * 1000, 999) / chain(20, 0), 1, 1e-12);  // a transmittance of 10^-2000 is no double
}

TEST(Capacities, OneBitAtHalfThePhotons) {
  EXPECT_EQ(plob(0.5), 1);
  const double length = 10 * std::log10(2.0) / 0.2;
  EXPECT_NEAR(length, 15.0515, 5e-5);
  EXPECT_NEAR(chain(0.2 * length, 0), 1, 1e-14);
  EXPECT_EQ(plob(0), 0);
  EXPECT_EQ(plob(1), kInfinite);
  EXPECT_EQ(chain(0, 3), kInfinite);
}

TEST(Capacities, FallWithLossAndRiseWithRepeaters) {
  EXPECT_TRUE(rc::check([] {
    const double loss = *rc::gen::inRange(1, 2'000'000) * 1e-3, more = loss * 1.01;
    const int repeaters = *rc::gen::inRange(0, 50);
    RC_ASSERT(chain(loss, repeaters) > chain(more, repeaters));
    RC_ASSERT(chain(loss, repeaters) < chain(loss, repeaters + 1));
    const double eta = transmittance(Decibel(loss));
    RC_ASSERT(plob(eta) < tgw(eta));
    // A chain of equal links is no better than one of them, a chain of unequal ones no better than equal ones.
    const double share = *rc::gen::inRange(1, 1000) * 1e-3;
    const std::array links = {chain(loss * share, 0), chain(loss * (1 - share), 0)};
    RC_ASSERT(*chain_capacity(links) <= chain(loss, 1) * (1 + 1e-9));
  }));
}

TEST(Capacities, ThermalLossIsPureLossWithoutPhotonsAndNothingAtTheThreshold) {
  for (const double eta : {0.9, 0.5, 1e-2, 1e-6, 1e-15}) {
    const auto bound = [&](double photons) { return *thermal_loss_bound(Probability(eta), MeanPhotonNumber(photons)); };
    const double threshold = eta / (1 - eta);
    EXPECT_NEAR(bound(0) / plob(eta), 1, 1e-14);
    EXPECT_NEAR(bound(threshold * 1e-12) / plob(eta), 1, 1e-9);
    EXPECT_EQ(bound(threshold), 0);
    EXPECT_EQ(bound(threshold * 2), 0);
    EXPECT_GT(bound(threshold * 0.999), 0);
    double last = bound(0);
    for (double share = 0.05; share < 1; share += 0.05) {
      EXPECT_LT(bound(threshold * share), last);
      last = bound(threshold * share);
      // -log2((1-eta) eta^n) - g(n), as printed
      const long double n = threshold * share, e = eta;
      const long double printed =
          (-log1pl(-e) - n * logl(e) - (n + 1) * log1pl(n) + n * logl(n)) / std::numbers::ln2_v<long double>;
      EXPECT_NEAR(last / static_cast<double>(printed), 1, 1e-12) << eta << " " << share;
    }
  }
}

TEST(Capacities, AmplifierAndAddedNoise) {
  for (const double gain : {1.01, 1.5, 2.0, 10.0, 1e6}) {
    EXPECT_NEAR(*amplifier_bound(gain, MeanPhotonNumber(0)) / std::log2(gain / (gain - 1)), 1, 1e-9);
    EXPECT_EQ(*amplifier_bound(gain, MeanPhotonNumber(1 / (gain - 1))), 0);
    EXPECT_LT(*amplifier_bound(gain, MeanPhotonNumber(0.5 / (gain - 1))), *amplifier_bound(gain, MeanPhotonNumber(0)));
  }
  for (const double xi : {1e-6, 0.1, 0.5, 0.9})
    EXPECT_NEAR(*additive_noise_bound(xi) / ((xi - 1) / std::numbers::ln2 - std::log2(xi)), 1, 1e-12);
  EXPECT_EQ(*additive_noise_bound(1), 0);
  EXPECT_EQ(*additive_noise_bound(5), 0);
}

TEST(Capacities, QubitChannels) {
  EXPECT_EQ(*erasure_capacity(Probability(0.25)), 0.75);
  EXPECT_EQ(*dephasing_capacity(Probability(0.5)), 0);
  EXPECT_EQ(*dephasing_capacity(Probability(0)), 1);
  EXPECT_NEAR(*dephasing_capacity(Probability(0.1100278644)), 0.5, 1e-9);
}

TEST(Capacities, NonsenseIsRefused) {
  for (const double bad : {-0.1, 1.1, kNan}) {
    EXPECT_FALSE(pure_loss_capacity(Probability(bad)));
    EXPECT_FALSE(takeoka_guha_wilde_bound(Probability(bad)));
    EXPECT_FALSE(thermal_loss_bound(Probability(bad), MeanPhotonNumber(0)));
    EXPECT_FALSE(erasure_capacity(Probability(bad)));
    EXPECT_FALSE(dephasing_capacity(Probability(bad)));
  }
  for (const double bad : {-1.0, kNan, kInfinite}) {
    EXPECT_FALSE(thermal_loss_bound(Probability(0.5), MeanPhotonNumber(bad)));
    EXPECT_FALSE(amplifier_bound(2, MeanPhotonNumber(bad)));
    EXPECT_FALSE(amplifier_bound(bad, MeanPhotonNumber(0)));
    EXPECT_FALSE(additive_noise_bound(bad));
  }
  EXPECT_FALSE(amplifier_bound(1, MeanPhotonNumber(0)));
  EXPECT_FALSE(repeater_chain_capacity(Decibel(kNan), 1));
  EXPECT_FALSE(repeater_chain_capacity(Decibel(-1), 1));
  EXPECT_FALSE(repeater_chain_capacity(Decibel(1), -1));
  EXPECT_FALSE(chain_capacity({}));
  EXPECT_FALSE(chain_capacity(std::array{1.0, kNan}));
  EXPECT_EQ(*repeater_chain_capacity(Decibel(kInfinite), 2), 0);
}

}  // namespace
}  // namespace herald
