#include "herald/optics/pair_source.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <cmath>
#include <limits>

namespace herald {
namespace {

double share(int permille) { return permille * 1e-3; }

// Q_lambda and E_lambda as printed, in long double.
CoincidenceRate printed(double mean_pairs, const PairReceiver& alice, const PairReceiver& bob,
                        const PairErrors& errors) {
  const long double l = mean_pairs / 2, a = alice.efficiency, b = bob.efficiency, none = 1 + a * l + b * l - a * b * l;
  const long double dark_a = 1 - alice.background, dark_b = 1 - bob.background;
  const long double q =
      1 - dark_a / ((1 + a * l) * (1 + a * l)) - dark_b / ((1 + b * l) * (1 + b * l)) + dark_a * dark_b / (none * none);
  const long double error = errors.background - 2 * (errors.background - errors.misalignment) * a * b * l * (1 + l) /
                                                    ((1 + a * l) * (1 + b * l) * none) / q;
  return {static_cast<double>(q), static_cast<double>(error)};
}

TEST(PairSource, AgreesWithThePrintedFormulasWhereTheyDoNotCancel) {
  EXPECT_TRUE(rc::check([] {
    const PairReceiver alice{share(*rc::gen::inRange(10, 1001)), 1e-6 * *rc::gen::inRange(0, 100)};
    const PairReceiver bob{share(*rc::gen::inRange(10, 1001)), 1e-6 * *rc::gen::inRange(0, 100)};
    const PairErrors errors{share(*rc::gen::inRange(0, 200)), 0.5};
    const double mean = share(*rc::gen::inRange(1, 5000));
    const CoincidenceRate ours = *down_conversion(mean, alice, bob, errors), theirs = printed(mean, alice, bob, errors);
    RC_ASSERT(std::abs(ours.gain / theirs.gain - 1) < 1e-10);
    RC_ASSERT(std::abs(ours.error_rate - theirs.error_rate) < 1e-9);
  }));
}

TEST(PairSource, IsTheMeanOverNumbersOfPairs) {
  for (const double mean : {0.01, 0.1, 0.5, 1.5}) {
    for (const PairReceiver& bob : {PairReceiver{0.2, 1e-5}, PairReceiver{0.9, 0}, PairReceiver{1, 1e-3}}) {
      const PairReceiver alice{0.3, 2e-5};
      const PairErrors errors{0.015, 0.5};
      double total = 0, gain = 0, wrong = 0;
      for (unsigned n = 0; n < 200; ++n) {
        const CoincidenceRate part = *pair_number_coincidence(n, alice, bob, errors);
        const double weight = pair_number_probability(mean, n);
        total += weight;
        gain += weight * part.gain;
        wrong += weight * part.gain * part.error_rate;
      }
      const CoincidenceRate whole = *down_conversion(mean, alice, bob, errors);
      EXPECT_NEAR(total, 1, 1e-12);
      EXPECT_NEAR(whole.gain / gain, 1, 1e-12);
      EXPECT_NEAR(whole.error_rate / (wrong / gain), 1, 1e-12);
    }
  }
}

TEST(PairSource, OnePairIsOneChance) {
  const PairErrors errors{0.02, 0.5};
  const CoincidenceRate pair = *pair_number_coincidence(1, {0.3, 0}, {0.4, 0}, errors);
  EXPECT_NEAR(pair.gain, 0.12, 1e-15);
  EXPECT_NEAR(pair.error_rate, 0.02, 1e-15);
  EXPECT_EQ(pair_number_coincidence(0, {0.3, 0}, {0.4, 0}, errors)->gain, 0);
  EXPECT_NEAR(pair_number_coincidence(0, {0.3, 1e-3}, {0.4, 1e-3}, errors)->error_rate, 0.5, 1e-15);
}

// At 200 dB of loss all that is left is the pair itself: gain 2 lambda eta^2 (1 + 1.5 lambda ...).
TEST(PairSource, NothingCancelsOverALongLine) {
  const double eta = 1e-10, mean = 0.1, lambda = mean / 2;
  const CoincidenceRate far = *down_conversion(mean, {eta, 0}, {eta, 0}, {0.01, 0.5});
  EXPECT_NEAR(far.gain / (2 * lambda * eta * eta * (1 + 3 * lambda)), 1, 1e-8);
  const double correlation = (1 + lambda) / (1 + 3 * lambda);
  EXPECT_NEAR(far.error_rate, 0.5 - 0.49 * correlation, 1e-8);
}

TEST(PairSource, NonsenseIsRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const PairReceiver good{0.1, 1e-6};
  for (const double mean : {0.0, -1.0, nan, 1e4}) EXPECT_FALSE(down_conversion(mean, good, good, {}));
  for (const PairReceiver& bad : {PairReceiver{1.1, 0}, PairReceiver{nan, 0}, PairReceiver{0.1, -1}}) {
    EXPECT_FALSE(down_conversion(0.1, bad, good, {}));
    EXPECT_FALSE(pair_number_coincidence(1, good, bad, {}));
  }
  EXPECT_FALSE(down_conversion(0.1, good, good, {2, 0.5}));
  EXPECT_FALSE(down_conversion(0.1, good, good, {0, nan}));
  EXPECT_FALSE(pair_number_coincidence(2'000'000, good, good, {}));
  EXPECT_EQ(down_conversion(0.1, {0, 0}, good, {0, 0.5})->gain, 0);
}

}  // namespace
}  // namespace herald
