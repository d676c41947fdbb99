#include "herald/proof/pauli_errors.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "herald/base/entropy.h"
#include "herald/proof/asymptotic.h"
#include "herald/proof/noisy_preprocessing.h"
#include "herald/proof/sarg04.h"
#include "herald/proof/six_state.h"

namespace herald {
namespace {

double fraction() { return *rc::gen::inRange(0, 100001) / 1e5; }

long double h(long double p) { return p <= 0 || p >= 1 ? 0 : -p * std::log2(p) - (1 - p) * std::log2(1 - p); }

// S(X'|E) - f h(X'|Y) in long double, from the eigenvalues of Eve's states.
long double twin(const PauliErrors& e, long double f, long double q) {
  const long double none = 1 - static_cast<long double>(e.bit) - e.phase - e.both;
  const long double bit = static_cast<long double>(e.bit) + e.both;
  long double rate = 1 - f * h(bit * (1 - q) + (1 - bit) * q);
  for (const auto& [right, wrong] :
       {std::array<long double, 2>{none, e.phase}, std::array<long double, 2>{e.bit, e.both}}) {
    if (right + wrong == 0) continue;
    const long double r = wrong / (right + wrong);
    rate -= (right + wrong) * (h(r) - h((1 - std::sqrt(1 - 16 * q * (1 - q) * r * (1 - r))) / 2));
  }
  return rate;
}

PauliErrors some_errors() {
  const double a = fraction(), b = fraction(), c = fraction(), sum = a + b + c + 4 * fraction() + 1e-9;
  return {a / sum, b / sum, c / sum};
}

TEST(PauliErrors, TheRateEqualsItsTwin) {
  EXPECT_TRUE(rc::check([] {
    const PauliErrors errors = some_errors();
    const double f = 1 + fraction(), q = fraction() / 2;
    RC_ASSERT(std::abs(*one_way_rate(errors, f, q) - static_cast<double>(twin(errors, f, q))) < 1e-13);
  }));
}

// Down to (1 - 2q)^2 = 1e-12, where the textbook form has lost all digits.
TEST(PauliErrors, NothingCancelsNearTheMostNoise) {
  EXPECT_TRUE(rc::check([] {
    const PauliErrors errors = some_errors();
    const double limit = *one_way_rate_at_most_noise(errors);
    double before = 1;
    for (const double x : {1e-2, 1e-3, 1e-4, 1e-5, 1e-6}) {
      const double scaled = *one_way_rate(errors, 1, (1 - x) / 2) / (x * x);
      const double off = std::abs(scaled - limit);
      RC_ASSERT(off <= std::max(before, 1e-8));
      before = off;
    }
    RC_ASSERT(before < 1e-7 + 1e-6 * std::abs(limit));
  }));
}

TEST(PauliErrors, WithoutNoiseIndependentErrorsAreShorAndPreskills) {
  for (const double q : {0.0, 0.01, 0.05, 0.11, 0.3, 0.5})
    for (const double p : {0.0, 0.02, 0.11, 0.5})
      EXPECT_NEAR(*bb84_preprocessing_rate(ErrorRate(q), ErrorRate(p), 0, 1.1),
                  *shor_preskill_rate(ErrorRate(q), ErrorRate(p), 1.1), 1e-14);
}

// Eve may correlate bit and phase errors as she likes: no key is shorter than with independent ones.
TEST(PauliErrors, IndependentErrorsAreBb84sWorstWhateverTheNoise) {
  EXPECT_TRUE(rc::check([] {
    const double bit = fraction() / 2, phase = fraction() / 2, q = fraction() / 2;
    const double least = std::max(0.0, bit + phase - 1), most = std::min(bit, phase);
    const double both = least + (most - least) * fraction();
    RC_ASSERT(*one_way_rate({bit - both, phase - both, both}, 1, q) >=
              *bb84_preprocessing_rate(ErrorRate(bit), ErrorRate(phase), q) - 1e-13);
  }));
}

// ... and of the pairs that SARG04's kept bits may come from, those of sarg04_errors.
TEST(PauliErrors, Sarg04sErrorsAreTheWorstWhateverTheNoise) {
  EXPECT_TRUE(rc::check([] {
    const double kept = fraction() / 3, q = fraction() / 2;
    const double bit = fraction() * kept / 2;
    RC_ASSERT(*one_way_rate({bit, kept / 2 + bit, kept - bit}, 1, q) >= *sarg04_rate(ErrorRate(kept), 1, q) - 1e-13);
  }));
  for (double kept = 1.0 / 3; kept <= 0.5; kept += 0.01) {
    EXPECT_LT(*sarg04_rate(ErrorRate(kept)), 0);
    for (double bit = 0; bit <= kept / 2; bit += 0.01) {
      const PauliErrors other{bit, kept / 2 + bit, kept - bit};
      if (!validate(other)) continue;
      EXPECT_GE(*one_way_rate(other), *sarg04_rate(ErrorRate(kept)) - 1e-13);
    }
  }
}

TEST(SixState, ThreeErrorRatesFixThePair) {
  const auto errors = six_state_errors(ErrorRate(0.05), ErrorRate(0.03), ErrorRate(0.04));
  ASSERT_TRUE(errors);
  EXPECT_NEAR(errors->bit + errors->both, 0.05, 1e-15);
  EXPECT_NEAR(errors->phase + errors->both, 0.03, 1e-15);
  EXPECT_NEAR(errors->bit + errors->phase, 0.04, 1e-15);
  EXPECT_FALSE(six_state_errors(ErrorRate(0.05), ErrorRate(0.01), ErrorRate(0.01)));
  EXPECT_FALSE(six_state_errors(ErrorRate(0.9), ErrorRate(0.9), ErrorRate(0.9)));
  EXPECT_GT(*six_state_rate(ErrorRate(0.05), ErrorRate(0.05), ErrorRate(0.05)), 0.427206);  // BB84's
}

TEST(NoisyPreprocessing, RescuesWhatIsBeyondTheThresholdAndNoMore) {
  const auto best = [](double e) {
    double most = -1;
    for (double q = 0; q < 0.5; q += 1e-3)
      most = std::max(most, *bb84_preprocessing_rate(ErrorRate(e), ErrorRate(e), q));
    return most;
  };
  EXPECT_GT(best(0.12), 0);
  EXPECT_LT(best(0.1245), 0);
  EXPECT_LT(*bb84_preprocessing_rate(ErrorRate(0.12), ErrorRate(0.12), 0), 0);
  // Few errors want no noise.
  EXPECT_EQ(best(0.01), *bb84_preprocessing_rate(ErrorRate(0.01), ErrorRate(0.01), 0));
}

TEST(PauliErrors, RatesFallWithErrorsAndInefficiency) {
  EXPECT_TRUE(rc::check([] {
    const double e = fraction() / 4, more = e + fraction() * (0.25 - e), q = fraction() / 2, f = 1 + fraction();
    RC_ASSERT(*six_state_rate(ErrorRate(more), ErrorRate(more), ErrorRate(more), f, q) <=
              *six_state_rate(ErrorRate(e), ErrorRate(e), ErrorRate(e), f, q) + 1e-14);
    RC_ASSERT(*sarg04_rate(ErrorRate(more), f, q) <= *sarg04_rate(ErrorRate(e), f, q) + 1e-14);
    RC_ASSERT(*bb84_preprocessing_rate(ErrorRate(more), ErrorRate(more), q, f) <=
              *bb84_preprocessing_rate(ErrorRate(e), ErrorRate(e), q, f) + 1e-14);
    RC_ASSERT(*bb84_preprocessing_rate(ErrorRate(e), ErrorRate(e), q, f + 0.1) <=
              *bb84_preprocessing_rate(ErrorRate(e), ErrorRate(e), q, f));
    RC_ASSERT(*six_state_rate(ErrorRate(e), ErrorRate(e), ErrorRate(e)) >=
              *shor_preskill_rate(ErrorRate(e), ErrorRate(e)) - 1e-14);
  }));
}

TEST(PauliErrors, NonsenseIsRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const PauliErrors& errors : std::vector<PauliErrors>{{-0.1, 0, 0}, {0.5, 0.4, 0.2}, {nan, 0, 0}, {0, 0, nan}}) {
    EXPECT_FALSE(one_way_rate(errors));
    EXPECT_FALSE(one_way_rate_at_most_noise(errors));
  }
  for (const double noise : {-0.1, 0.6, nan}) EXPECT_FALSE(one_way_rate({0.1, 0, 0}, 1, noise));
  for (const double f : {0.9, nan}) EXPECT_FALSE(one_way_rate({0.1, 0, 0}, f));
  for (const double e : {-0.1, 0.6, nan}) EXPECT_FALSE(sarg04_errors(ErrorRate(e)));
  EXPECT_FALSE(six_state_rate(ErrorRate(nan), ErrorRate(0), ErrorRate(0)));
  EXPECT_FALSE(bb84_preprocessing_rate(ErrorRate(1.2), ErrorRate(0), 0));
}

}  // namespace
}  // namespace herald
