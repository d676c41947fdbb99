#include "herald/proof/device_independent.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <functional>
#include <limits>

#include "herald/base/entropy.h"

namespace herald {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double depolarised(double q, double noise = 0) {
  return *device_independent_rate(*depolarised_chsh(ErrorRate(q)), binary_entropy(q * (1 - noise) + (1 - q) * noise),
                                  noise);
}

double threshold(const std::function<double(double)>& rate, double low, double high) {
  const bool rises = rate(high) > 0;
  while (high - low > 1e-12) {
    const double middle = (low + high) / 2;
    ((rate(middle) > 0) == rises ? high : low) = middle;
  }
  return low;
}

TEST(DeviceIndependent, CriticalErrorRates) {
  const double plain = threshold([](double q) { return depolarised(q); }, 0, 0.14);
  EXPECT_NEAR(plain, 0.0714917588, 5e-11);
  EXPECT_NEAR(*depolarised_chsh(ErrorRate(plain)), 2.424009, 5e-7);
  // More noise, more tolerance; the limit of strong noise is published.
  double last = plain;
  for (const double noise : {0.05, 0.1, 0.2, 0.3, 0.4, 0.49}) {
    const double noisy = threshold([noise](double q) { return depolarised(q, noise); }, 0, 0.14);
    EXPECT_GT(noisy, last);
    last = noisy;
  }
  EXPECT_NEAR(threshold([](double q) { return depolarised(q, 0.4995); }, 0, 0.14), 0.080847, 1e-6);
}

TEST(DeviceIndependent, AgreesWithThePrintedFormulas) {
  for (double s = 2.001; s < kTsirelson; s += 0.013) {
    const long double x = std::sqrt(static_cast<long double>(s) * s / 4 - 1);
    EXPECT_NEAR(*chsh_entropy(s), 1 - binary_entropy(static_cast<double>((1 + x) / 2)), 1e-14);
    for (const double p : {1e-3, 0.1, 0.3, 0.5}) {
      const long double y =
          std::sqrt(1 - static_cast<long double>(p) * (1 - p) * (8 - static_cast<long double>(s) * s));
      EXPECT_NEAR(
          *chsh_entropy(s, p),
          1 + binary_entropy(static_cast<double>((1 + y) / 2)) - binary_entropy(static_cast<double>((1 + x) / 2)),
          1e-14);
    }
  }
  EXPECT_EQ(*chsh_entropy(2), 0);
  EXPECT_EQ(*chsh_entropy(kTsirelson), 1);
  EXPECT_EQ(*chsh_entropy(kTsirelson, 0.3), 1);
  EXPECT_EQ(*chsh_entropy(0, 0.5), 1);
}

TEST(DeviceIndependent, EntropyRisesWithTheViolationAndTheNoise) {
  EXPECT_TRUE(rc::check([] {
    const double s = 2 + *rc::gen::inRange(0, 827) * 1e-3, p = *rc::gen::inRange(0, 499) * 1e-3;
    RC_ASSERT(*chsh_entropy(s, p) < *chsh_entropy(s + 1e-3, p));
    RC_ASSERT(*chsh_entropy(s, p) <= *chsh_entropy(s, p + 1e-3));
    RC_ASSERT(*chsh_entropy(s, p) >= binary_entropy(p) - 1e-15);
    RC_ASSERT(*chsh_entropy(s, p) <= 1);
    const double q = *rc::gen::inRange(0, 140) * 1e-3;
    RC_ASSERT(depolarised(q) <= 1 - 2 * binary_entropy(q) + 1e-15);  // trusting the devices gives no less
    RC_ASSERT(depolarised(q) > depolarised(q + 1e-3));
  }));
}

TEST(DeviceIndependent, NonsenseIsRefused) {
  for (const double bad : {-0.1, 2.83, 4.0, kNan}) EXPECT_FALSE(chsh_entropy(bad));
  for (const double bad : {-0.1, 0.6, kNan}) EXPECT_FALSE(chsh_entropy(2.5, bad));
  for (const double bad : {-0.1, 1e9, kNan}) EXPECT_FALSE(device_independent_rate(2.5, bad));
  for (const double bad : {-0.1, 0.6, kNan}) EXPECT_FALSE(depolarised_chsh(ErrorRate(bad)));
}

}  // namespace
}  // namespace herald
