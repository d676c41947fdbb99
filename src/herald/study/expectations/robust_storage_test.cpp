// Transfers over lossy lines and with weak pulses at other parameters than the standard ones.

#include "herald/cheating/robust_storage.h"

#include <gtest/gtest.h>

#include <cmath>

#include "herald/base/tail_bounds.h"
#include "herald/cheating/bounded_storage.h"
#include "herald/cheating/noisy_storage.h"
#include "herald/study/expectations_test.h"

namespace herald::study {
namespace {

TEST(RobustStorage, HonestPartiesOverLossyLinesDoAsTheorySays) {
  for (const double holes : {0.0, 0.25, 0.6, 1.0})
    for (const double depolarising : {0.0, 0.2})
      expect_theory(casting_of("ot-bounded-storage-robust", {},
                               {{"photons", 30}, {"holes", holes}, {"depolarising", depolarising}, {"length", 2}}),
                    holes < 1 ? 4 : 3, 4000);
}

TEST(RobustStorage, CheatsOfAnyMemoryHideInLosses) {
  for (const std::string_view bob : {"cheat-holes", "cheat-pick"})
    for (const double memory : {0, 7, 15, 20})
      for (const double holes : {0.0, 0.3})
        expect_theory(casting_of("ot-bounded-storage-robust", {{"bob", bob}},
                                 {{"photons", 20}, {"memory", memory}, {"holes", holes}, {"length", 3}}),
                      3, 4000);
}

// Bright and dim pulses, bad detectors: what Bob sees follows the law of the simulated receiver.
TEST(RobustStorage, WhatComesFollowsTheClickLawOfTheReceiver) {
  for (const double mean : {0.05, 0.8, 2.0})
    for (const double dark : {0.0, 0.05})
      expect_theory(casting_of("ot-storage-coherent", {},
                               {{"pulses", 100},
                                {"clicks", 6},
                                {"mean-photon-number", mean},
                                {"dark-count", dark},
                                {"misalignment", 0.1},
                                {"length", 3}}),
                    4, 4000);
}

TEST(RobustStorage, PulsesOfSeveralPhotonsArriveInTheCheatsHands) {
  for (const std::string_view bob : {"cheat-split", "cheat-pick"})
    for (const double mean : {0.0, 0.1, 0.5, 2.0})
      for (const double memory : {0, 4, 30})
        expect_theory(casting_of("ot-storage-coherent", {{"bob", bob}},
                                 {{"pulses", 60},
                                  {"clicks", 12},
                                  {"mean-photon-number", mean},
                                  {"memory", memory},
                                  {"storage", 0.8},
                                  {"length", 3}}),
                      3, 1500);
}

// Two errors in a hundred, and nine of ten pulses lost.
TEST(RobustStorage, TheTransferWorksOverAFibreWithLossAndErrors) {
  const Casting fibre = casting_of("ot-storage-coherent", {},
                                   {{"pulses", 20'000},
                                    {"clicks", 1500},
                                    {"mean-photon-number", 0.3},
                                    {"misalignment", 0.02},
                                    {"dark-count", 1e-5},
                                    {"errors", 0.03},
                                    {"length", 32}});
  const Trials trials{fibre, 3, 100, FailureProbability(1e-9)};
  const auto tally = run(trials);
  ASSERT_TRUE(tally);
  // Were one transfer in a hundred to fail, 13 or more of a hundred would with probability below 1e-9.
  EXPECT_GE(estimate(trials, *tally, 0).probability, 0.88);
}

// Where the proof has a word: losses cost nothing but the lost photons, errors their syndromes, weak pulses those of
// several photons.
TEST(RobustStorage, TheBoundCountsLossesSyndromesAndSeveralPhotons) {
  const double plain = *transfer_both_bound({2e5, 1000, 4});
  EXPECT_NEAR(*counted_pulses_both_bound({3e5, 2e5}, {1000, 1}, 4, 0), plain, 1e-15);
  EXPECT_NEAR(*counted_pulses_both_bound({2e5, 2e5}, {1000, 1}, 4, 3000), *transfer_both_bound({2e5, 4000, 4}), 1e-15);
  const CountedPulses weak{1e7, 3e5, 0.05, false};
  const double several = *most_with_several_photons(1e7, 0.05, 1e-6);
  EXPECT_GT(several, 1e7 * *several_photons(0.05));
  EXPECT_LT(*counted_pulses_both_bound(weak, {1000, 1}, 4, 0), 0.0626);
  EXPECT_LE(*counted_pulses_both_bound(weak, {1000, 1}, 4, 0),
            1e-6 + *transfer_both_bound({3e5 - several, 1000, 4}) + 1e-15);
  // More pulses of several photons than clicks that are asked for: he has all of them.
  EXPECT_DOUBLE_EQ(*counted_pulses_both_bound({1e7, 1e4, 0.05, false}, {0, 1}, 4, 0), 1);
  EXPECT_DOUBLE_EQ(split_attack({1e7, 1e4, 0.05, false}, {0, 1}, 4, true)->both_known, 1);
  // Many qubits that are disturbed bind by their noise, few by their number.
  EXPECT_LT(*counted_pulses_both_bound({1e7, 1e7}, {1e7, 0.1}, 20, 1000), 1e-5);
  EXPECT_DOUBLE_EQ(*counted_pulses_both_bound({1e7, 1e7}, {1e7, 1}, 20, 1000), 1);
  EXPECT_LE(*noisy_transfer_both_bound({0.1, 1}, 1e7, 20), *noisy_transfer_both_bound({0.1, 1}, 1e7, 20, 1e5));
}

TEST(RobustStorage, TheBoundHoldsWhereItIsNotTrivial) {
  const Casting casting =
      casting_of("ot-bounded-storage-robust", {{"bob", "cheat-holes"}},
                 {{"photons", 300'000}, {"memory", 1000}, {"holes", 0.3}, {"transmittance", 0.75}, {"length", 4}});
  EXPECT_LT(theory_of(casting, "bob-knows-both", Relation::at_most), 0.0626);
  expect_theory(casting, 3, 10);
}

TEST(RobustStorage, FewPulsesHaveSeveralPhotons) {
  for (const double mu : {0.0, 1e-6, 9.9e-3, 1.01e-2, 0.5, 3.0}) {
    double sum = 0;
    for (double n = 2; n < 60; ++n) sum += std::exp(poisson_log_pmf(mu, n));
    EXPECT_NEAR(*several_photons(mu), mu > 0 ? sum : 0, 1e-12 * (1 + sum));
  }
  // 100 pulses, p = 0.0902: more than k with the sum of the binomial.
  const double k = *most_with_several_photons(100, 0.5, 0.01), p = *several_photons(0.5);
  const auto more_than = [&](double most) {
    double tail = 0;
    for (double n = most + 1; n <= 100; ++n) tail += std::exp(binomial_log_pmf(100, p, n));
    return tail;
  };
  EXPECT_LE(more_than(k), 0.01);
  EXPECT_GT(more_than(k - 1), 0.01);
  EXPECT_DOUBLE_EQ(*most_with_several_photons(100, 0, 0.01), 0);
  EXPECT_FALSE(most_with_several_photons(100, -1, 0.01));
  EXPECT_FALSE(most_with_several_photons(100, 1, 0));
  EXPECT_FALSE(split_attack({10, 11}, {0, 1}, 1, false));
  EXPECT_FALSE(split_attack({10, 10}, {0, 2}, 1, false));
  EXPECT_FALSE(counted_pulses_both_bound({10, 10}, {0, 1}, 1, -1));
}

TEST(RobustStorage, MoreClicksThanPulsesAreRefused) {
  const Casting casting = casting_of("ot-storage-coherent", {}, {{"pulses", 30}});
  const auto game = casting.protocol->set_up(casting);
  ASSERT_FALSE(game);
  EXPECT_NE(game.error().message.find("possible is 1 to 30"), std::string::npos);
}

}  // namespace
}  // namespace herald::study
