// Transfer and commitment against small memories at other parameters than the standard ones.

#include "herald/cheating/bounded_storage.h"

#include <gtest/gtest.h>

#include <cmath>

#include "herald/cheating/conjugate_coding.h"
#include "herald/study/expectations_test.h"

namespace herald::study {
namespace {

TEST(BoundedStorage, CheatsOfAnyMemoryDoAsTheorySays) {
  for (const double memory : {0, 3, 10, 12})
    for (const double length : {1, 4, 16})
      for (const std::string_view bob : {"cheat-store", "cheat-breidbart"})
        expect_theory(
            casting_of("ot-bounded-storage", {{"bob", bob}}, {{"photons", 12}, {"memory", memory}, {"length", length}}),
            2);
  for (const double memory : {0, 3, 10, 12})
    for (const std::string_view alice : {"cheat-store", "cheat-change"})
      expect_theory(casting_of("commit-bounded-storage", {{"alice", alice}}, {{"photons", 12}, {"memory", memory}}), 1);
}

TEST(BoundedStorage, HonestPartiesKeepNoQubitAtAnyLength) {
  for (const double photons : {1, 63, 64, 65, 1000}) {
    expect_theory(casting_of("ot-bounded-storage", {}, {{"photons", photons}, {"length", 70}}), 1, 300);
    expect_theory(casting_of("commit-bounded-storage", {}, {{"photons", photons}}), 1, 300);
  }
}

// Where the proof has a word at all: a memory of a few photons does not help, and the proof says so.
TEST(BoundedStorage, TheBoundHoldsWhereItIsNotTrivial) {
  const Casting casting = casting_of("ot-bounded-storage", {{"bob", "cheat-store"}},
                                     {{"photons", 200'000}, {"memory", 1000}, {"length", 4}});
  EXPECT_LT(theory_of(casting, "bob-knows-both", Relation::at_most), 0.0626);
  expect_theory(casting, 2, 300);
}

// The larger of the two attacks is at least the theorem's figure, and at most twice that: a guess may also hit the
// string when it misses the bits.
TEST(BoundedStorage, AttacksReachTheTheoremsFigure) {
  for (const double photons : {1, 5, 40, 1000})
    for (const double memory : {0.0, photons / 2, photons})
      for (const double length : {1, 8, 30}) {
        const double left = photons - std::floor(memory);
        const double best = std::max(*both_strings_guessed(left, length, 1, 0.5),
                                     *both_strings_guessed(left, length, breidbart_guess(), breidbart_guess()));
        const double figure = *transfer_attack({photons, std::floor(memory), length});
        EXPECT_GE(best, figure * (1 - 1e-12));
        EXPECT_LE(best, 2 * figure);
      }
}

TEST(BoundedStorage, BoundsOfImpossibleParametersAreRefused) {
  EXPECT_FALSE(both_strings_guessed(-1, 1, 0.5, 0.5));
  EXPECT_FALSE(both_strings_guessed(1, 0, 0.5, 0.5));
  EXPECT_FALSE(both_strings_guessed(1, 1, 1.5, 0.5));
  EXPECT_FALSE(transfer_both_bound({0, 0, 1}));
  EXPECT_FALSE(commitment_bound(10, -1));
  EXPECT_DOUBLE_EQ(*commitment_bound(10, 10), 1);
  EXPECT_NEAR(*commitment_bound(1e9, 1e6), 0.5, 1e-9);
}

}  // namespace
}  // namespace herald::study
