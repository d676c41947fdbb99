#include "herald/optics/twin_field.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

#include "herald/optics/bessel.h"
#include "herald/optics/mdi.h"

namespace herald {
namespace {

using Real = long double;

// Twins in long double. I0 less 1 from its series, the smallest terms first.
Real i0_less_one(Real x) {
  Real sum = 0;
  for (int k = 60; k > 0; --k) sum = x * x / 4 / k / k * (1 + sum);
  return sum;
}
Real i0(Real x) { return 1 + i0_less_one(x); }
Real poisson(Real mean, unsigned n) { return std::exp(-mean + n * std::log(mean) - std::lgamma(Real(n) + 1)); }

double arm(double kilometres, double efficiency) {
  return single_arm_transmittance(Decibel(0.2 * kilometres), Probability(efficiency));
}

TEST(TwinField, HalfTheLossIsOnEachSide) {
  EXPECT_NEAR(arm(100, 1), 0.1, 1e-16);
  EXPECT_NEAR(arm(500, 0.8) / 8e-6, 1, 1e-12);
  EXPECT_EQ(arm(0, 0.5), 0.5);
}

TEST(TwinField, ErrorsOfPhaseSlices) {
  EXPECT_NEAR(phase_slice_error(16), 0.012752, 5e-7);
  EXPECT_NEAR(phase_slice_error(8), 0.04984, 5e-6);
  EXPECT_NEAR(phase_slice_error(10), 0.03226, 5e-6);
  EXPECT_NEAR(phase_slice_error(32), 0.00321, 5e-6);
  EXPECT_NEAR(phase_matching_error(16), 0.0037534816, 1e-10);
}

TEST(TwinField, PhotonNumberYields) {
  const PhotonNumberClicks clicks({0.1, 1e-6}, 10);
  EXPECT_NEAR(clicks(0, 0) / 9.99999e-7, 1, 1e-12);
  EXPECT_NEAR(clicks(1, 0) / 5.00008499991e-2, 1, 1e-12);
  EXPECT_NEAR(clicks(1, 1) / 9.500071499919e-2, 1, 1e-12);
  EXPECT_NEAR(clicks(2, 0) / 9.250071749919e-2, 1, 1e-12);
  EXPECT_NEAR(clicks(2, 2) / 1.674379886618e-1, 1, 1e-12);
}

TEST(TwinField, PhotonNumberYieldsAgreeWithCountingPhotons) {
  for (const double r : {0.0, 0.03, 0.5, 1.0}) {
    const double dark = 1e-3;
    const PhotonNumberClicks clicks({r, dark}, 8);
    const auto binomial = [](unsigned n, unsigned k) {
      return std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0));
    };
    for (unsigned n = 0; n <= 4; ++n) {
      for (unsigned m = 0; m <= 4; ++m) {
        double sum = 0;  // over the photons i, j that arrive, all of them at one detector
        for (unsigned i = 0; i <= n; ++i)
          for (unsigned j = 0; j <= m; ++j)
            sum += binomial(n, i) * binomial(m, j) * std::pow(r, i + j) * std::pow(1 - r, n + m - i - j) *
                   binomial(i + j, i) * std::pow(0.5, i + j);
        const double expected = (1 - dark) * (sum - (1 - dark) * std::pow(1 - r, n + m));
        EXPECT_NEAR(clicks(n, m), expected, 1e-13);
        EXPECT_EQ(clicks(n, m), clicks(m, n));
      }
    }
  }
}

// A pulse of random phase is a mixture of photon numbers.
TEST(TwinField, RandomisedPulsesAreMixturesOfPhotonNumbers) {
  const CharlieNode node{0.2, 1e-4};
  const PhotonNumberClicks clicks(node, 60);
  for (const auto& [a, b] : {std::pair{0.3, 0.7}, {0.5, 0.5}, {0.01, 1.2}}) {
    Real sum = 0;
    for (unsigned n = 0; n <= 30; ++n)
      for (unsigned m = 0; m <= 30; ++m) sum += poisson(a, n) * poisson(b, m) * static_cast<Real>(clicks(n, m));
    EXPECT_NEAR(randomised_click(node, a, b) / static_cast<double>(sum), 1, 1e-13);
  }
  const SendingClicks windows = sending_clicks(node, 0.6);
  EXPECT_NEAR(windows.one / (2 * randomised_click(node, 0.6, 0)), 1, 1e-14);
  EXPECT_NEAR(windows.both / (2 * randomised_click(node, 0.6, 0.6)), 1, 1e-14);
  EXPECT_NEAR(windows.none / (2 * randomised_click(node, 0, 0)), 1, 1e-14);
  EXPECT_NEAR(sending_single_photon(node, 0.1).gain / (2 * clicks(1, 0)), 1, 1e-14);
}

// The average over the phase between two coherent states is the randomised pulse.
TEST(TwinField, PhasesAverageToRandomisedPulses) {
  const CharlieNode node{0.3, 1e-5};
  const double mean = 0.4;
  double sum = 0;
  constexpr int kSteps = 64;
  for (int k = 0; k < kSteps; ++k) {
    const double error = (1 - std::cos(2 * std::numbers::pi * k / kSteps)) / 2;
    const GainAndError click = phase_encoded_click(node, mean, error);
    sum += 2 * click.gain * click.error_rate / kSteps;  // given the bits, the wrong detector's
    EXPECT_NEAR(2 * click.gain * click.error_rate / matched_phase_wrong_click(node, mean, error), 1, 1e-12);
  }
  EXPECT_NEAR(sum / randomised_click(node, mean, mean), 1, 1e-12);
}

TEST(TwinField, NothingCancelsAtAThousandKilometres) {
  for (const double kilometres : {100.0, 600.0, 1000.0, 1400.0}) {
    for (const double dark : {1e-11, 1e-7}) {
      const double mean = 0.45, error = 0.15;
      const CharlieNode node{arm(kilometres, 0.8), dark};
      const Real x = static_cast<Real>(node.transmittance) * mean, live = 1 - static_cast<Real>(dark);
      const Real one = 2 * live * std::exp(-x / 2) * (-std::expm1(-x / 2) + dark * std::exp(-x / 2));
      const Real both = 2 * live * std::exp(-x) * (i0_less_one(x) - std::expm1(-x) + dark * std::exp(-x));
      const SendingClicks clicks = sending_clicks(node, mean);
      EXPECT_NEAR(clicks.one / static_cast<double>(one), 1, 1e-14);
      EXPECT_NEAR(clicks.both / static_cast<double>(both), 1, 1e-14);
      const Real cosine = 1 - 2 * static_cast<Real>(error);
      const Real gain =
          live * std::exp(-x) * (2 * std::pow(std::sinh(x * cosine / 2), 2) - std::expm1(-x) + dark * std::exp(-x));
      const GainAndError click = phase_encoded_click(node, mean, error);
      EXPECT_NEAR(click.gain / static_cast<double>(gain), 1, 1e-14);
      const PhotonNumberClicks photons(node, 4);
      const Real r = node.transmittance, p11 = live * (r * (1 - r / 2) + dark * (1 - r) * (1 - r));
      EXPECT_NEAR(photons(1, 1) / static_cast<double>(p11), 1, 1e-14);
    }
  }
}

TEST(TwinField, NothingArrivesFromInfinitelyFar) {
  const CharlieNode node{0, 0};
  EXPECT_EQ(sending_clicks(node, 0.5).one, 0);
  EXPECT_EQ(sending_single_photon(node, 0.1).error_rate, 0.5);
  EXPECT_EQ(phase_encoded_click(node, 0.5, 0.1).gain, 0);
  EXPECT_EQ(twin_field_pulse(node, 0.5, 0.1).error_rate, 0.5);
  EXPECT_EQ(phase_matching_photons(node, 3, 0.1).error_rate, 0.5);
  EXPECT_EQ(mdi_test_basis({0, 0, 0, 0.1}, 0.5, 0.5).error_rate, 0.5);
  // And all of it from nowhere at all.
  EXPECT_EQ(phase_matching_photons({1, 0}, 3, 0.1).gain, 1);
  EXPECT_NEAR(PhotonNumberClicks({1, 0}, 2)(1, 1), 0.5, 1e-15);  // two photons bunch: one detector or the other
}

TEST(Bessel, SeriesWithoutTheirLeadingTerms) {
  EXPECT_NEAR(bessel_i0_minus_one(1) / 0.26606587775200834, 1, 1e-15);
  EXPECT_NEAR(bessel_i0_minus_one(1e-9) / 2.5e-19, 1, 1e-15);
  EXPECT_NEAR(bessel_i0_minus_one(10) / 2814.716628466254, 1, 1e-14);
  for (const double x : {1e-6, 0.3, 2.0}) {
    const double expected = x < 1e-3 ? x * x * x * x * 3 / 16 : static_cast<double>(i0(2 * x) - 4 * i0(x) + 3);
    EXPECT_NEAR(bessel_i0_interference(x) / expected, 1, 1e-11);
  }
}

// Coefficients of the generating function: gains of weak pulses give the yield of single photons.
TEST(Mdi, PulsesContainTheirSinglePhotons) {
  const BellMeasurement node{0.3, 0.2, 1e-4, 0.02};
  const GainAndError single = mdi_single_photons_test_basis(node);
  // Mixed second difference of Q e^(a+b): Y11 + O(a).
  const auto yield = [&](auto gains, double a, bool wrong) {
    const auto weighted = [&](double x, double y) {
      const GainAndError g = gains(node, x, y);
      return g.gain * (wrong ? g.error_rate : 1) * std::exp(x + y);
    };
    return (weighted(a, a) - weighted(a, 0) - weighted(0, a) + weighted(0, 0)) / (a * a);
  };
  for (auto gains : {mdi_key_basis, mdi_test_basis}) {
    const double coarse = yield(gains, 2e-3, false), fine = yield(gains, 1e-3, false);
    EXPECT_NEAR((2 * fine - coarse) / single.gain, 1, 1e-5);
  }
  const double coarse = yield(mdi_test_basis, 2e-3, true), fine = yield(mdi_test_basis, 1e-3, true);
  EXPECT_NEAR((2 * fine - coarse) / (single.gain * single.error_rate), 1, 1e-4);
}

TEST(Mdi, NothingCancelsAtAThousandKilometres) {
  for (const double kilometres : {50.0, 400.0, 1000.0}) {
    const double r = arm(kilometres, 0.145), mean = 0.5, dark = 3e-6;
    const BellMeasurement node{r, r, dark, 0.015};
    const Real x = static_cast<Real>(r) * mean, live = (1 - static_cast<Real>(dark)) * (1 - static_cast<Real>(dark));
    const Real one = -std::expm1(-x / 2) + dark * std::exp(-x / 2);
    const Real right = 2 * live * std::exp(-x) * one * one;
    const Real wrong = 2 * dark * live * std::exp(-x) * (i0_less_one(x) - std::expm1(-x) + dark * std::exp(-x));
    EXPECT_NEAR(mdi_key_basis(node, mean, mean).gain / static_cast<double>(right + wrong), 1, 1e-14);
    // 2 y^2 [2 (1-y)^2 + 4 (1-y) (I0(s)-1) + s^4 3/16 ...], s = x/2
    const Real y = (1 - static_cast<Real>(dark)) * std::exp(-x / 2),
               less = dark * std::exp(-x / 2) - std::expm1(-x / 2);
    const Real s = x / 2, tail = s * s * s * s * (3.0L / 16 + s * s * (15.0L / 576));
    const Real gain = 2 * y * y * (2 * less * less + 4 * less * (s * s / 4 + s * s * s * s / 64) + tail);
    EXPECT_NEAR(mdi_test_basis(node, mean, mean).gain / static_cast<double>(gain), 1, 1e-9);
  }
}

}  // namespace
}  // namespace herald
