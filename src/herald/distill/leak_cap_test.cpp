#include "herald/distill/leak_cap.h"

#include <gtest/gtest.h>

#include "herald/base/random.h"
#include "herald/distill/cascade.h"

namespace herald {
namespace {

// Runs that reach the cap, among `runs` honest ones. The expected error rate is known, or estimated from as many test
// bits.
int overflows(std::size_t n, double rate, int runs, std::uint64_t test_bits) {
  SimulationRandom random(n + static_cast<std::size_t>(1e6 * rate));
  int count = 0;
  for (int run = 0; run < runs; ++run) {
    double expected = rate;
    if (test_bits != 0) {
      int errors = 0;
      for (std::uint64_t i = 0; i < test_bits; ++i) errors += random.next_bernoulli(rate);
      expected = errors / static_cast<double>(test_bits);
    }
    const BitString key = random_bits(random, n);
    BitString noisy = key;
    for (std::size_t i = 0; i < n; ++i)
      if (random.next_bernoulli(rate)) noisy.flip(i);
    const auto parameters = CascadeParameters::choose(n, ErrorRate(expected), random.next_word());
    const std::uint64_t cap = leak_cap(n, ErrorRate(expected), test_bits);
    CascadeAlice alice(key, parameters, cap);
    CascadeBob bob(noisy, parameters, cap);
    while (!bob.done()) EXPECT_TRUE(bob.absorb(*alice.answer(bob.queries())));
    count += bob.state() == CascadeState::over_cap;
  }
  return count;
}

// At most one run in a thousand may overflow: among 100, 4 or more with probability below 4e-6, among 500, 6 or more
// below 2e-5.
TEST(LeakCap, HonestRunsHardlyEverReachIt) {
  for (const double rate : {0.005, 0.05, 0.11}) EXPECT_LT(overflows(2000, rate, 100, 0), 4) << rate;
}

TEST(LeakCap, AllowsForAnEstimatedErrorRate) { EXPECT_LT(overflows(2000, 0.03, 100, 1000), 4); }

TEST(Full_LeakCap, HoldsForShortAndLongKeysAndEstimates) {
  for (const double rate : {0.002, 0.01, 0.03, 0.05, 0.08, 0.11}) {
    for (const std::size_t n : {500u, 1000u, 4096u, 65536u})
      EXPECT_LT(overflows(n, rate, 500, 0), 6) << n << " " << rate;
    EXPECT_LT(overflows(4096, rate, 500, 2048), 6) << rate;
  }
}

TEST(LeakCap, StaysNearTheEntropyForLongKeys) {
  for (const double rate : {0.01, 0.03, 0.05}) {
    const double n = 1e6;
    EXPECT_LT(static_cast<double>(leak_cap(1000000, ErrorRate(rate))), 1.12 * n * binary_entropy(rate)) << rate;
    EXPECT_LT(static_cast<double>(leak_cap(1 << 27, ErrorRate(rate))), 1.07 * (1 << 27) * binary_entropy(rate)) << rate;
  }
  EXPECT_EQ(leak_cap(0, ErrorRate(0.1)), 0u);
  EXPECT_GT(leak_cap(1, ErrorRate(0)), 0u);
}

}  // namespace
}  // namespace herald
