// Transfers by interactive hashing at other parameters than the standard ones.

#include <gtest/gtest.h>

#include "herald/cheating/memory_channels.h"
#include "herald/study/expectations_test.h"

namespace herald::study {
namespace {

TEST(HashingTransfer, HonestPartiesOfSmallTablesDoAsTheorySays) {
  for (const double columns : {1, 3})
    for (const double depolarising : {0.0, 0.2})
      for (const double transmittance : {0.85, 1.0})
        expect_theory(casting_of("ot-noisy-storage-hashing", {},
                                 {{"photons", 10 * columns},
                                  {"rows", 8},
                                  {"columns", columns},
                                  {"depolarising", depolarising},
                                  {"transmittance", transmittance},
                                  {"length", 2}}),
                      2, 4000);
}

TEST(HashingTransfer, MemoriesOfEveryKindDoAsTheorySays) {
  for (const std::string_view bob :
       {"cheat-breidbart", "cheat-store", "cheat-store-erasing", "cheat-store-dephasing", "cheat-store-damping"})
    for (const double storage : {0.0, 0.6, 0.97, 1.0}) {
      const Casting casting =
          casting_of("ot-noisy-storage-hashing", {{"bob", bob}},
                     {{"photons", 40}, {"rows", 8}, {"columns", 2}, {"storage", storage}, {"length", 3}});
      expect_theory(casting, bob == "cheat-breidbart" ? 1 : bob == "cheat-store-erasing" && storage < 1 ? 1 : 2, 3000);
    }
}

// Rows of which he knows nearly all bits; what is known for certain is worth more than guesses that are right as often.
TEST(HashingTransfer, WhoKnowsWhichBitsHeLostPutsThemAside) {
  const Casting erasing = casting_of("ot-noisy-storage-hashing", {{"bob", "cheat-store-erasing"}},
                                     {{"photons", 256}, {"columns", 16}, {"storage", 0.9}, {"length", 40}});
  expect_theory(erasing, 2, 1500);
  const Casting depolarising = casting_of("ot-noisy-storage-hashing", {{"bob", "cheat-store"}},
                                          {{"photons", 256}, {"columns", 16}, {"storage", 0.9}, {"length", 40}});
  EXPECT_GT(theory_of(erasing, "bob-knows-both"), 4 * theory_of(depolarising, "bob-knows-both"));
}

// Two and a half errors in a hundred, and a third of the photons lost.
TEST(HashingTransfer, TheTransferWorksOverALineWithLossAndErrors) {
  const Casting fibre = casting_of("ot-noisy-storage-hashing", {},
                                   {{"photons", 7000},
                                    {"rows", 40},
                                    {"columns", 100},
                                    {"transmittance", 0.66},
                                    {"depolarising", 0.05},
                                    {"errors", 0.04},
                                    {"length", 32}});
  const Trials trials{fibre, 3, 100, FailureProbability(1e-9)};
  const auto tally = run(trials);
  ASSERT_TRUE(tally);
  // Were one transfer in a hundred to fail, 13 or more of a hundred would with probability below 1e-9.
  EXPECT_GE(estimate(trials, *tally, 0).probability, 0.88);
}

TEST(HashingTransfer, ImpossibleTablesAreRefusedWithWhatIsPossible) {
  const auto refused = [](Values values) {
    const Casting casting = casting_of("ot-noisy-storage-hashing", {}, values);
    const auto game = casting.protocol->set_up(casting);
    EXPECT_FALSE(game);
    return game ? std::string() : game.error().message;
  };
  EXPECT_NE(refused({{"rows", 18}, {"photons", 1000}}).find("multiples of 4"), std::string::npos);
  EXPECT_NE(refused({{"photons", 127}}).find("possible is 128"), std::string::npos);
  const Casting largest = casting_of("ot-noisy-storage-hashing", {}, {{"rows", 112}, {"photons", 1000}});
  EXPECT_TRUE(largest.protocol->set_up(largest));
}

}  // namespace
}  // namespace herald::study
