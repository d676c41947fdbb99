// Transfer against noisy memories at other parameters than the standard ones.

#include "herald/cheating/noisy_storage.h"

#include <gtest/gtest.h>

#include "herald/study/expectations_test.h"

namespace herald::study {
namespace {

double measured(const Casting& casting, std::string_view event, std::uint64_t runs) {
  const Trials trials{casting, 6, runs, FailureProbability(1e-9)};
  const auto found = std::ranges::find(casting.protocol->events, event, &Event::name);
  return estimate(trials, run(trials).value(), static_cast<std::size_t>(found - casting.protocol->events.begin()))
      .probability;
}

TEST(NoisyStorage, CheatsOfAnyMemoryDoAsTheorySays) {
  for (const std::string_view bob : {"cheat-store", "cheat-breidbart", "cheat-individual", "cheat-holes"})
    for (const double storage : {0.0, 0.6, 0.75, 1.0})
      for (const double depolarising : {0.0, 0.2})
        expect_theory(
            casting_of(
                "ot-noisy-storage", {{"bob", bob}},
                {{"photons", 7}, {"length", 3}, {"storage", storage}, {"depolarising", depolarising}, {"holes", 0.45}}),
            2);
}

// Sheet 8.5: stored from r = 1/sqrt 2 on, else cos^2(pi/8).
TEST(NoisyStorage, ABitIsGuessedAsWellAsIndividualAttacksCan) {
  for (const double storage : {0.0, 0.7, 0.7072, 0.9}) {
    const Casting casting = casting_of("ot-noisy-storage", {{"bob", "cheat-individual"}},
                                       {{"photons", 1}, {"length", 1}, {"storage", storage}});
    expect_theory(casting, 2, 40'000);
    EXPECT_NEAR(theory_of(casting, "bit-guessed"), storage < 0.7071 ? 0.853553 : (1 + storage) / 2, 1e-6);
  }
}

TEST(NoisyStorage, LossesAndErrorsOfHonestPartiesAreAsTheoryHasThem) {
  for (const double holes : {0.0, 0.2, 0.5, 1.0})
    expect_theory(casting_of("ot-noisy-storage", {}, {{"photons", 10}, {"transmittance", 0.7}, {"holes", holes}}), 2);
  expect_theory(casting_of("ot-noisy-storage", {}, {{"photons", 10}, {"length", 2}, {"depolarising", 0.3}}), 2);
  expect_theory(casting_of("ot-noisy-storage", {{"alice", "cheat-spoil"}}, {{"photons", 200}, {"errors", 0.05}}), 1,
                2000);
}

// Two and a half errors in a hundred, and a third of the photons lost.
TEST(NoisyStorage, TheTransferWorksOverALineWithLossAndErrors) {
  const Casting fibre = casting_of("ot-noisy-storage", {},
                                   {{"photons", 2000},
                                    {"transmittance", 0.7},
                                    {"holes", 0.36},
                                    {"depolarising", 0.05},
                                    {"errors", 0.04},
                                    {"length", 32}});
  EXPECT_GE(measured(fibre, "strings-agree", 200), 0.97);
}

// What is granted to a noisy line serves a memory that is as good.
TEST(NoisyStorage, SyndromesForHonestErrorsServeACheatWhoseMemoryIsAsGood) {
  const Casting granted = casting_of("ot-noisy-storage", {{"bob", "cheat-holes"}},
                                     {{"photons", 1000}, {"errors", 0.04}, {"storage", 0.96}, {"length", 32}});
  EXPECT_GE(measured(granted, "bob-knows-both", 100), 0.9);
  Casting none = granted;
  ASSERT_TRUE(none.set("errors", 0));
  EXPECT_LE(measured(none, "bob-knows-both", 100), 0.05);
}

// What the record names.
TEST(NoisyStorage, TheBoundHoldsWhereItIsNotTrivial) {
  const Casting casting = casting_of("ot-noisy-storage", {{"bob", "cheat-individual"}},
                                     {{"photons", 100'000}, {"storage", 0.2}, {"length", 4}});
  EXPECT_LT(theory_of(casting, "bob-knows-both", Relation::at_most), 0.065);
  expect_theory(casting, 2, 60);
}

TEST(NoisyStorage, TheBoundFallsWithTheLengthAndRisesWithTheMemory) {
  EXPECT_DOUBLE_EQ(*noisy_transfer_both_bound({0.9, 1}, 100, 8), 1);
  const double weak = *noisy_transfer_both_bound({0.1, 1}, 1e7, 20);
  EXPECT_LT(weak, 1.1 / (1 << 20));
  EXPECT_GE(*noisy_transfer_both_bound({0.5, 1}, 1e7, 20), weak);
  EXPECT_FALSE(noisy_transfer_both_bound({1.5, 1}, 1e7, 20));
  EXPECT_FALSE(noisy_transfer_both_bound({0.5, 1}, 1e7, 0));
}

}  // namespace
}  // namespace herald::study
