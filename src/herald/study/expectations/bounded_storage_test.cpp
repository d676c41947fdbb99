// Transfer and commitment against small memories at other parameters than the standard ones.

#include "herald/cheating/bounded_storage.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "herald/cheating/conjugate_coding.h"
#include "herald/protocol/storage/bounded_storage.h"
#include "herald/study/expectations_test.h"

namespace herald::study {
namespace {

TEST(BoundedStorage, CheatsOfAnyMemoryDoAsTheorySays) {
  for (const double memory : {0, 3, 10, 12})
    for (const double length : {1, 4, 16})
      for (const std::string_view bob : {"cheat-store", "cheat-one-basis", "cheat-breidbart"})
        expect_theory(
            casting_of("ot-bounded-storage", {{"bob", bob}}, {{"photons", 12}, {"memory", memory}, {"length", length}}),
            2);
  for (const double memory : {0, 3, 10, 12})
    for (const std::string_view alice : {"cheat-store", "cheat-breidbart", "cheat-change"})
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
  // What the records name.
  const Casting fewer = casting_of("ot-bounded-storage", {{"bob", "cheat-store"}},
                                   {{"photons", 50'000}, {"memory", 1000}, {"length", 4}});
  EXPECT_LT(theory_of(fewer, "bob-knows-both", Relation::at_most), 0.1);
  expect_theory(fewer, 2, 3000);
  const Casting commitment =
      casting_of("commit-bounded-storage", {{"alice", "cheat-store"}}, {{"photons", 50'000}, {"memory", 1000}});
  EXPECT_LT(theory_of(commitment, "opens-afterwards", Relation::at_most), 0.51);
  expect_theory(commitment, 2, 3000);
}

// The cheats find their angle themselves; theory, by another method, finds no better one.
TEST(BoundedStorage, TheCheatsMeasureAtTheBestAngle) {
  const auto reached = [](const BothBases& guess) { return std::array{(1 + guess.z) / 2, (1 + guess.x) / 2}; };
  for (const std::size_t photons : {1, 5, 9, 10, 14, 20, 33, 60, 1000, 1'000'000})
    for (const std::size_t length : {1, 2, 4, 8, 16, 1000}) {
      const auto n = static_cast<double>(photons), l = static_cast<double>(length);
      const BothBases guess = guess_by_polarizer(bounded_transfer::best_angle({photons + 3, length, 3}));
      EXPECT_NEAR(*both_strings_guessed(n, l, guess.z, guess.x) / both_strings_by_polarizer(n, l)->success, 1, 1e-9)
          << photons << " " << length;
      const auto [z, x] = reached(guess_by_polarizer(bounded_commitment::best_angle({photons, 1, 0})));
      EXPECT_NEAR((std::pow(z, n) + std::pow(x, n)) / 2, one_basis_by_polarizer(n)->success, 1e-9) << photons;
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
