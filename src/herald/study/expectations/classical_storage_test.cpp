// Keys and transfers against classical memories at other parameters than the standard ones.

#include "herald/cheating/classical_storage.h"

#include <gtest/gtest.h>

#include <cmath>

#include "herald/study/expectations_test.h"

namespace herald::study {
namespace {

TEST(ClassicalStorage, HonestPartiesMeetAsOftenAsTheoryHasIt) {
  for (const double kept : {20, 60, 100}) {
    expect_theory(
        casting_of("key-classical-storage", {}, {{"string", 1000}, {"kept", kept}, {"overlap", 3}, {"length", 2}}), 3,
        3000);
    expect_theory(casting_of("ot-classical-storage", {}, {{"string", 1000}, {"kept", kept}, {"overlap", 3}}), 2, 1000);
  }
}

TEST(ClassicalStorage, CheatsOfAnyMemoryDoAsTheorySays) {
  for (const double memory : {300, 600, 900, 1000}) {
    expect_theory(casting_of("key-classical-storage", {{"eve", "cheat-store"}},
                             {{"string", 1000}, {"kept", 120}, {"overlap", 4}, {"length", 5}, {"memory", memory}}),
                  3, 3000);
    expect_theory(casting_of("ot-classical-storage", {{"bob", "cheat-store"}},
                             {{"string", 1000}, {"kept", 120}, {"overlap", 3}, {"length", 5}, {"memory", memory}}),
                  2, 3000);
  }
}

// Side by side: an honest memory of a few times the square root does against half of the string; the string's length
// costs nothing. Sheet 8.5: 1e6 of 1e12 have one position in common.
TEST(ClassicalStorage, TheSquareRootIsEnoughHoweverLongTheString) {
  for (const double string : {1e6, 1e9}) {
    const double kept = std::floor(5 * std::sqrt(string));
    expect_theory(casting_of("key-classical-storage", {{"eve", "cheat-store"}},
                             {{"string", string}, {"kept", kept}, {"overlap", 6}, {"memory", string / 2}}),
                  3, string > 1e6 ? 10 : 100);
  }
  EXPECT_DOUBLE_EQ(*mean_overlap(1e6, 1e12), 1);
}

TEST(ClassicalStorage, WhatCannotGoTogetherIsRefusedWithWhatIsPossible) {
  const auto refused = [](std::string_view protocol, Values values) {
    const Casting casting = casting_of(protocol, {}, values);
    const auto game = casting.protocol->set_up(casting);
    EXPECT_FALSE(game);
    return game ? std::string() : game.error().message;
  };
  EXPECT_NE(refused("ot-classical-storage", {{"string", 1000}}).find("possible is 1 to 500"), std::string::npos);
  EXPECT_NE(refused("key-classical-storage", {{"kept", 10}, {"overlap", 11}}).find("possible is 1 to 10"),
            std::string::npos);
  EXPECT_NE(refused("ot-classical-storage", {{"overlap", 60}}).find("too many to hash"), std::string::npos);
}

TEST(ClassicalStorage, GuessesOfHashes) {
  EXPECT_DOUBLE_EQ(*adversary_guesses_hash(1000, 1000, 7, 3), 1);
  EXPECT_DOUBLE_EQ(*adversary_guesses_hash(0, 1000, 2, 1), 0.25 + 0.75 / 2);
  // Of one position: known with B/N, else half.
  EXPECT_NEAR(*adversary_guesses_hash(300, 1000, 1, 40), 0.3 + 0.7 / 2, 1e-9);
  EXPECT_FALSE(adversary_guesses_hash(1001, 1000, 1, 1));
  EXPECT_FALSE(adversary_guesses_hash(10, 1000, 1001, 1));
  EXPECT_FALSE(adversary_guesses_hash(10, 1000, 1, 0));
}

}  // namespace
}  // namespace herald::study
