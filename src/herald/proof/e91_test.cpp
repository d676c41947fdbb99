#include "herald/proof/e91.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "herald/base/entropy.h"
#include "herald/proof/device_independent.h"

namespace herald {
namespace {

constexpr double kPi = std::numbers::pi;

// Correlations of a Bell-diagonal pair: cos a cos b <ZZ> + sin a sin b <XX>.
struct Pair {
  double zz, xx;
  double correlation(double a, double b) const {
    return std::cos(a) * std::cos(b) * zz + std::sin(a) * std::sin(b) * xx;
  }
  double chsh() const {
    const double a1 = 0, a3 = kPi / 2, b1 = kPi / 4, b3 = 3 * kPi / 4;
    return correlation(a1, b1) - correlation(a1, b3) + correlation(a3, b1) + correlation(a3, b3);
  }
  double error(double angle) const { return (1 - correlation(angle, angle)) / 2; }
};

TEST(E91, ThePhaseErrorIsThatOfThePerpendicularDirection) {
  EXPECT_TRUE(rc::check([] {
    // Weights of the Bell states Phi+, Phi-, Psi+, Psi-.
    const double a = *rc::gen::inRange(500, 1000) * 1e-3, b = (1 - a) * *rc::gen::inRange(0, 1000) * 1e-3;
    const double c = (1 - a - b) * *rc::gen::inRange(0, 1000) * 1e-3, d = 1 - a - b - c;
    const Pair pair{a + b - c - d, a - b + c - d};
    if (pair.chsh() < 0) return;
    for (const double angle : {kPi / 4, kPi / 2}) {  // Ekert's two pairs of equal settings
      const double phase = e91_phase_error(ErrorRate(pair.error(angle)), pair.chsh())->value;
      RC_ASSERT(std::abs(phase - pair.error(angle + kPi / 2)) < 1e-14);
    }
  }));
}

TEST(E91, TheSingletsTable) {
  EXPECT_NEAR((Pair{1, 1}.chsh()), 2 * std::numbers::sqrt2, 1e-14);
  struct Row {
    double q, chsh, trusted, untrusted;
  };
  for (const Row& row : {Row{0.01, 2.771859, 0.838414, 0.776598}, Row{0.02, 2.715290, 0.717119, 0.612291}}) {
    const double chsh = Pair{1 - 2 * row.q, 1 - 2 * row.q}.chsh();
    EXPECT_NEAR(chsh, row.chsh, 5e-7);
    EXPECT_NEAR(*e91_rate(ErrorRate(row.q), chsh), row.trusted, 5e-7);
    EXPECT_NEAR(*device_independent_rate(chsh, binary_entropy(row.q)), row.untrusted, 5e-7);
  }
  // The CHSH inequality is violated up to 14.6 % of errors.
  EXPECT_NEAR((1 - 1 / std::numbers::sqrt2) / 2, 0.146447, 5e-7);
  EXPECT_NEAR(*depolarised_chsh(ErrorRate((1 - 1 / std::numbers::sqrt2) / 2)), 2, 1e-14);
}

TEST(E91, RateFallsWithErrorsAndRisesWithTheViolation) {
  EXPECT_TRUE(rc::check([] {
    const double q = *rc::gen::inRange(1, 140) * 1e-3, s = kTsirelson * (1 - 2 * q);
    RC_ASSERT(*e91_rate(ErrorRate(q), s) < *e91_rate(ErrorRate(q), s + 1e-3));
    RC_ASSERT(*e91_rate(ErrorRate(q), s, 1.2) < *e91_rate(ErrorRate(q), s));
    RC_ASSERT(*e91_rate(ErrorRate(q), s) >= *device_independent_rate(s, binary_entropy(q)));
  }));
  // No violation at all: not a bit.
  EXPECT_LE(*e91_rate(ErrorRate(0), std::numbers::sqrt2), 0);
}

TEST(E91, NonsenseIsRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(e91_rate(ErrorRate(-0.1), 2.5));
  EXPECT_FALSE(e91_rate(ErrorRate(nan), 2.5));
  EXPECT_FALSE(e91_rate(ErrorRate(0.01), 2.9));
  EXPECT_FALSE(e91_rate(ErrorRate(0.01), nan));
  EXPECT_FALSE(e91_rate(ErrorRate(0.01), 2.5, 0.9));
  EXPECT_FALSE(e91_phase_error(ErrorRate(0.2), kTsirelson));  // more correlation than there can be
}

}  // namespace
}  // namespace herald
