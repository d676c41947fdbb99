#include "herald/study/trials.h"

#include <gtest/gtest.h>

#include <cmath>

#include "herald/protocol/registry.h"

namespace herald::study {
namespace {

Trials lies(std::uint64_t most) {
  Casting casting = Casting::standard(**find_protocol("coin-flip"));
  EXPECT_TRUE(casting.cast("alice", "cheat-lie"));
  EXPECT_TRUE(casting.set("photons", 3));
  return {std::move(casting), 5, most};
}

std::size_t event_named(const Protocol& protocol, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find(protocol.events, name, &Event::name) - protocol.events.begin());
}

TEST(Trials, ThreadsDoNotChangeTheTally) {
  const Trials trials = lies(5'000);
  const auto one = run(trials, {.threads = 1}), many = run(trials, {.threads = 7});
  ASSERT_TRUE(one && many);
  EXPECT_EQ(one->runs, 5'000u);
  EXPECT_EQ(one->happened, many->happened);
}

TEST(Trials, SeedsChangeIt) {
  Trials trials = lies(5'000);
  const auto one = run(trials);
  trials.seed = 6;
  EXPECT_NE(one->happened, run(trials)->happened);
}

TEST(Trials, StopWhenEveryIntervalIsPreciseEnough) {
  Trials trials = lies(10'000'000);
  trials.precision = 0.02;
  const auto tally = run(trials);
  ASSERT_TRUE(tally);
  EXPECT_LT(tally->runs, trials.most);
  for (std::size_t event = 0; event < tally->happened.size(); ++event) {
    const Estimate measured = estimate(trials, *tally, event);
    EXPECT_LE(measured.high - measured.probability, trials.precision);
    EXPECT_LE(measured.probability - measured.low, trials.precision);
  }
  EXPECT_EQ(run(trials, {.threads = 1})->happened, run(trials, {.threads = 3})->happened);
}

TEST(Trials, ConditionsCountAmongTheirOwn) {
  const Trials trials = lies(20'000);
  const auto tally = run(trials);
  const Protocol& protocol = *trials.casting.protocol;
  const Estimate passes = estimate(trials, *tally, event_named(protocol, "lie-passes"));
  EXPECT_EQ(passes.among, tally->happened[event_named(protocol, "alice-lies")]);
  // (3/4)^3, six standard deviations.
  EXPECT_NEAR(passes.probability, 27.0 / 64, 6 * std::sqrt(27.0 / 64 * 37 / 64 / static_cast<double>(passes.among)));
}

TEST(Trials, AnEventThatIsNeverGivenHasNoProbability) {
  Trials trials = lies(300);
  ASSERT_TRUE(trials.casting.cast("alice", "honest"));
  const auto tally = run(trials);
  const Estimate passes = estimate(trials, *tally, event_named(*trials.casting.protocol, "lie-passes"));
  EXPECT_TRUE(std::isnan(passes.probability));
  EXPECT_EQ(passes.low, 0);
  EXPECT_EQ(passes.high, 1);
}

TEST(Trials, ASignalStopsThemAndWhatWasPlayedCounts) {
  const std::atomic<bool> stop = true;
  const auto tally = run(lies(1'000'000), {.threads = 2, .stop = &stop});
  ASSERT_TRUE(tally);
  EXPECT_TRUE(tally->interrupted);
  EXPECT_LT(tally->runs, 1'000'000u);
}

// Intervals of 300 seeds, each missing the probability with at most 10 %: more than 60 misses have a probability below
// 1e-6 (Chernoff: exp(-300 D(61/300 || 1/10))).
TEST(Trials, IntervalsHoldAlsoWhenStoppedEarly) {
  Trials trials = lies(1 << 14);
  trials.doubt = FailureProbability(0.1);
  trials.precision = 0.05;
  int misses = 0;
  for (trials.seed = 0; trials.seed < 300; ++trials.seed) {
    const auto tally = run(trials, {.threads = 1});
    const Estimate passes = estimate(trials, *tally, event_named(*trials.casting.protocol, "lie-passes"));
    misses += passes.low > 27.0 / 64 || passes.high < 27.0 / 64 ? 1 : 0;
  }
  EXPECT_LE(misses, 60);
}

}  // namespace
}  // namespace herald::study
