#include "herald/optics/weak_pulse_statistics.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <utility>

namespace herald {
namespace {

// The textbook forms in long double, whose differences still hold at 1000 km.
long double light(long double eta, long double mean) { return 1 - std::exp(-eta * mean); }

BackgroundChannel gys(double kilometres) {
  return {fibre_transmittance(Kilometre(kilometres), DecibelPerKilometre(0.21), Decibel(0), Probability(0.045)),
          Probability(1.7e-6), ErrorRate(0.5), ErrorRate(0.033)};
}

TEST(WeakPulseStatistics, EqualTheTextbookFormsInLongDouble) {
  for (const double kilometres : {0.0, 50.0, 142.0, 250.0}) {
    const BackgroundChannel channel = gys(kilometres);
    const long double eta = channel.transmittance.value, gain = 1.7e-6L + light(eta, 0.48L);
    const ExpectedRate pulse = weak_pulse(channel, MeanPhotonNumber(0.48));
    EXPECT_NEAR(pulse.gain.value / static_cast<double>(gain), 1, 1e-12);
    EXPECT_NEAR(pulse.error_rate.value / static_cast<double>((0.85e-6L + 0.033L * light(eta, 0.48L)) / gain), 1, 1e-12);
  }
}

TEST(WeakPulseStatistics, KeepTheirDigitsAtAThousandKilometres) {
  BackgroundChannel channel = gys(1000);
  channel.background_yield = Probability(0);
  const double eta = 0.045 * 1e-21;
  EXPECT_NEAR(weak_pulse(channel, MeanPhotonNumber(0.48)).gain.value / (0.48 * eta), 1, 1e-12);
  EXPECT_NEAR(photon_number_state(channel, 3).gain.value / (3 * eta), 1, 1e-12);
  EXPECT_NEAR(weak_pulse(channel, MeanPhotonNumber(0.48)).error_rate.value, 0.033, 1e-15);
  const GatedChannel gated{channel.transmittance, Probability(0), Probability(0.04), ErrorRate(0.005)};
  EXPECT_NEAR(weak_pulse(gated, MeanPhotonNumber(0.5)).gain.value / (0.52 * eta), 1, 1e-12);
  // Further than a double reaches nothing is detected, and a bit is a guess.
  channel.transmittance = Probability(0);
  EXPECT_EQ(weak_pulse(channel, MeanPhotonNumber(0.5)).gain.value, 0);
  EXPECT_EQ(weak_pulse(channel, MeanPhotonNumber(0.5)).error_rate.value, 0.5);
}

TEST(WeakPulseStatistics, AWeakPulseIsThePoissonianMixtureOfPhotonNumbers) {
  EXPECT_TRUE(rc::check([] {
    const auto unit = [] { return *rc::gen::inRange(0, 1001) / 1000.0; };
    const BackgroundChannel channel{Probability(0.99 * unit()), Probability(0.01 * unit()), ErrorRate(0.5 * unit()),
                                    ErrorRate(0.5 * unit())};
    const double mean = 0.001 + 2 * unit();
    double weight = std::exp(-mean), gain = 0, wrong = 0;
    for (unsigned n = 0; n < 60; ++n) {
      const ExpectedRate state = photon_number_state(channel, n);
      // Where background and light together exceed 1 the sum of the paper is cut off.
      RC_PRE(state.gain.value < 1);
      gain += weight * state.gain.value;
      wrong += weight * state.gain.value * state.error_rate.value;
      weight *= mean / (n + 1);
    }
    const ExpectedRate pulse = weak_pulse(channel, MeanPhotonNumber(mean));
    RC_ASSERT(std::abs(pulse.gain.value - gain) < 1e-12);
    RC_ASSERT(std::abs(pulse.gain.value * pulse.error_rate.value - wrong) < 1e-12);
  }));
}

TEST(WeakPulseStatistics, ASourceOfTwoPhotonsAtMostIsAMixtureToo) {
  const BackgroundChannel channel{Probability(0.3), Probability(1e-3), ErrorRate(0.5), ErrorRate(0.02)};
  const double mean = 0.4, g2 = 0.1, two = g2 * mean * mean / 2, one = mean - 2 * two;
  double gain = 0, wrong = 0;
  for (const auto& [probability, photons] : {std::pair{1 - one - two, 0u}, {one, 1u}, {two, 2u}}) {
    const ExpectedRate state = photon_number_state(channel, photons);
    gain += probability * state.gain.value;
    wrong += probability * state.gain.value * state.error_rate.value;
  }
  const ExpectedRate pulse = source_pulse(channel, MeanPhotonNumber(mean), g2);
  EXPECT_NEAR(pulse.gain.value, gain, 1e-15);
  EXPECT_NEAR(pulse.error_rate.value, wrong / gain, 1e-14);
}

TEST(WeakPulseStatistics, GainsAndErrorRatesAreProbabilities) {
  EXPECT_TRUE(rc::check([] {
    const auto unit = [] { return *rc::gen::inRange(0, 1001) / 1000.0; };
    const BackgroundChannel channel{Probability(unit()), Probability(unit()), ErrorRate(0.5 * unit()),
                                    ErrorRate(0.5 * unit())};
    const GatedChannel gated{Probability(unit()), Probability(0.5 * unit()), Probability(0.5 * unit()),
                             ErrorRate(0.5 * unit())};
    const MeanPhotonNumber mean(5 * unit());
    for (const ExpectedRate& rate : {weak_pulse(channel, mean), weak_pulse(gated, mean),
                                     photon_number_state(channel, *rc::gen::inRange(0u, 100u))}) {
      RC_ASSERT(rate.gain.value >= 0 && rate.gain.value <= 1);
      RC_ASSERT(rate.error_rate.value >= 0 && rate.error_rate.value <= 1);
    }
  }));
}

}  // namespace
}  // namespace herald
