#include "herald/cheating/relativistic.h"

#include <cmath>

#include "herald/study/expectations_test.h"

namespace herald::study {
namespace {

double first_value(const Casting& casting) { return expectations(casting).front().value; }

// Light takes 334 microseconds over 100 km.
TEST(RelativisticExpectations, WaitingPaysWithinTheWindowOnly) {
  for (const double window : {3.3e-4, 3.4e-4})
    for (const auto& [role, wins] : {std::pair{"alice", "alice-wins"}, std::pair{"bob", "bob-wins"}}) {
      const Casting casting = casting_of("coin-flip-relativistic", {{role, "cheat-wait"}}, {{"window", window}});
      EXPECT_EQ(expectations(casting).back().event, wins);
      EXPECT_EQ(expectations(casting).back().value, window < 3.35e-4 ? 0.5 : 1);
      compare(casting, 2'000);
    }
  const Casting near = casting_of("coin-flip-relativistic", {{"bob", "cheat-wait"}}, {{"distance", 80}});
  EXPECT_EQ(first_value(near), 1);
  compare(near, 2'000);
}

TEST(RelativisticExpectations, OfCommitmentsOfAFewPhotons) {
  for (const std::string_view alice : {"cheat-breidbart", "cheat-measure"})
    for (const double photons : {1, 2, 8})
      compare(casting_of("commit-relativistic", {{"alice", alice}}, {{"photons", photons}}), 20'000);
  // One photon halfway reaches the bound.
  const auto one = expectations(casting_of("commit-relativistic", {{"alice", "cheat-breidbart"}}, {{"photons", 1}}));
  ASSERT_EQ(one.size(), 3u);
  EXPECT_NEAR(one[0].value, one[1].value, 1e-15);
  EXPECT_NEAR(one[0].value, one[2].value, 1e-14);
}

TEST(RelativisticExpectations, OfPhotonsThatAreLostOrWrong) {
  for (const std::string_view alice : {"honest", "cheat-breidbart", "cheat-measure", "cheat-differ"})
    for (const double errors : {0.0, 0.1, 0.3})
      for (const double holes : {0.0, 0.4})
        expect_theory(
            casting_of(
                "commit-relativistic", {{"alice", alice}},
                {{"photons", 12}, {"transmittance", 0.8}, {"depolarising", 0.1}, {"holes", holes}, {"errors", errors}}),
            alice == "honest" ? 1 : 2, 10'000);
}

TEST(RelativisticExpectations, NobodyReadsTheBitBeforeItIsOpened) {
  for (const std::string_view protocol : {"commit-relativistic", "commit-relativistic-rounds"}) {
    const Casting casting = casting_of(protocol, {{"bob", "cheat-look"}}, {});
    EXPECT_EQ(theory_of(casting, "guess-right"), 0.5);
    compare(casting, 20'000);
  }
  compare(casting_of("commit-relativistic", {{"bob", "cheat-look"}},
                     {{"photons", 10}, {"transmittance", 0.7}, {"holes", 0.8}}),
          20'000);
  for (const double rounds : {1, 2, 6})
    compare(casting_of("commit-relativistic-rounds", {{"bob", "cheat-look"}}, {{"bits", 1}, {"rounds", rounds}}),
            10'000);
}

// As many rounds as fit into a test, of 128 bits as in 2016: the 5e9 rounds of 24 hours are the formula's.
TEST(RelativisticExpectations, OfManyRoundsOfLongStrings) {
  compare(casting_of("commit-relativistic-rounds", {}, {{"bits", 128}, {"rounds", 20'000}}), 10);
  // Who waits is late however long it has lasted.
  compare(casting_of("commit-relativistic-rounds", {{"alice", "cheat-wait"}}, {{"bits", 128}, {"rounds", 2'000}}), 50);
  const Casting hopes =
      casting_of("commit-relativistic-rounds", {{"alice", "cheat-hope"}}, {{"bits", 32}, {"rounds", 1000}});
  EXPECT_NEAR(theory_of(hopes, "opens", Relation::at_most), 0.5 + sustained_commitment(1000, 32).value() / 2, 1e-12);
  EXPECT_LT(theory_of(hopes, "opens"), theory_of(hopes, "opens", Relation::at_most));
  compare(hopes, 500);
}

TEST(RelativisticExpectations, DelayPaysWithinTheSlackOnly) {
  for (const double slack : {0.9e-3, 1.1e-3}) {
    const Casting casting = casting_of("commit-relativistic", {{"alice", "cheat-delay"}}, {{"slack", slack}});
    EXPECT_EQ(first_value(casting), slack < 1e-3 ? 0 : 1);
    compare(casting, 1'000);
  }
}

TEST(RelativisticExpectations, OfSustainedCommitmentsInSmallFields) {
  for (const std::string_view alice : {"honest", "cheat-hope", "cheat-wait"})
    for (const double bits : {1, 4, 7, 10})
      for (const double rounds : {1, 2, 20})
        compare(casting_of("commit-relativistic-rounds", {{"alice", alice}}, {{"bits", bits}, {"rounds", rounds}}),
                3'000);
}

TEST(RelativisticExpectations, OfGuessesInTheSecondRound) {
  for (const double bits : {2, 4, 8, 10})
    for (const double rounds : {2, 3, 20})
      compare(
          casting_of("commit-relativistic-rounds", {{"alice", "cheat-subplane"}}, {{"bits", bits}, {"rounds", rounds}}),
          5'000);
  // Within a factor of 2^(5/2) of the bound where that says something.
  const auto all = expectations(
      casting_of("commit-relativistic-rounds", {{"alice", "cheat-subplane"}}, {{"bits", 10}, {"rounds", 2}}));
  EXPECT_LT((2 * all[1].value - 1) / (2 * all[0].value - 1), std::exp2(2.5));
}

TEST(RelativisticExpectations, PublishedFigures) {
  // Geneva and Singapore: how long from the photons to the opening.
  EXPECT_NEAR(single_round_commitment(Kilometre(9354)).value * 1e3, 15.601, 5e-4);
  const auto commit = expectations(casting_of("commit-relativistic", {{"alice", "cheat-breidbart"}}, {}));
  ASSERT_EQ(commit.size(), 3u);
  EXPECT_NEAR(2 * commit[1].value - 1, 1.3276e-7, 5e-12);
  // What is optimal is less.
  EXPECT_LT(2 * commit[2].value - 1, 1e-12);
  // 24 hours over 7 km, in rounds of the standard time.
  const Casting sustained = casting_of("commit-relativistic-rounds", {}, {});
  const Kilometre distance(sustained.real("distance"));
  const Seconds round(sustained.real("round-time"));
  EXPECT_NEAR(rounds_over(Seconds(86400), round, distance).value(), 5e9, 1);
  EXPECT_NEAR(sustained_commitment(5e9, 128).value(), 7.667e-10, 1e-4 * 7.667e-10);
  EXPECT_LT(round.value + sustained.real("answer-time"), light_time(distance).value);
  EXPECT_NEAR(light_time(distance).value, 23.35e-6, 5e-9);
}

}  // namespace
}  // namespace herald::study
