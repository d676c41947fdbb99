#include "herald/protocol/storage/parity_checks.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "herald/base/random.h"

namespace herald {
namespace {

RC_GTEST_PROP(ParityChecks, SyndromesAreLinearAndTheirOwnStringIsLeftAlone, (std::uint64_t seed)) {
  SimulationRandom random(seed);
  const auto bits = static_cast<std::size_t>(random.next_below(300));
  const auto checks = static_cast<std::size_t>(random.next_below(bits + 1));
  const ParityChecks code(bits, checks, seed);
  const BitString a = random_bits(random, bits), b = random_bits(random, bits);
  BitString sum = a, syndromes = code.syndrome(a);
  sum ^= b;
  syndromes ^= code.syndrome(b);
  RC_ASSERT(code.syndrome(sum) == syndromes);
  RC_ASSERT(code.correct(a, code.syndrome(a), 0.01) == a);
  RC_ASSERT(code.correct(a, code.syndrome(b), 0.01).size() == bits);
}

TEST(ParityChecks, AnyOneErrorIsCorrected) {
  SimulationRandom random(2);
  const ParityChecks code(200, ParityChecks::needed(200, 0.02), 5);
  const BitString string = random_bits(random, 200);
  std::size_t corrected = 0;
  for (std::size_t i = 0; i < 200; ++i) {
    BitString received = string;
    received.flip(i);
    corrected += code.correct(received, code.syndrome(string), 0.02) == string ? 1u : 0u;
  }
  // A bit whose three checks are not three different ones, or shared with another bit, may be missed.
  EXPECT_GE(corrected, 195u);
}

// Of 60 strings at each point at most 5 may stay uncorrected.
TEST(ParityChecks, ErrorsAreCorrectedAtTheRateThatTheyAreMadeFor) {
  SimulationRandom random(3);
  for (const double errors : {0.01, 0.03, 0.08})
    for (const std::size_t bits : {500u, 2000u}) {
      const std::size_t checks = ParityChecks::needed(bits, errors);
      EXPECT_LT(checks, bits * 3 / 4);
      int failed = 0;
      for (std::uint64_t run = 0; run < 60; ++run) {
        const ParityChecks code(bits, checks, run);
        const BitString string = random_bits(random, bits);
        BitString received = string, noise(bits);
        random.fill_bernoulli(noise.words(), errors);
        noise.trim();
        received ^= noise;
        failed += code.correct(received, code.syndrome(string), errors) == string ? 0 : 1;
      }
      EXPECT_LE(failed, 5) << errors << " " << bits;
    }
}

TEST(ParityChecks, NothingIsNeededForNothing) {
  EXPECT_EQ(ParityChecks::needed(0, 0.1), 0u);
  EXPECT_EQ(ParityChecks::needed(100, 0), 0u);
  EXPECT_EQ(ParityChecks::needed(3, 0.25), 3u);
  EXPECT_EQ(ParityChecks(0, 0, 1).syndrome({}).size(), 0u);
}

}  // namespace
}  // namespace herald
