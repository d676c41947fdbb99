// Bennett and Brassard's coin flip beside its theory where photons are lost, wrong, or never sent.

#include "herald/cheating/coin_flip_bb84.h"
#include "herald/study/expectations_test.h"

namespace herald::study {
namespace {

TEST(CoinFlipExpectations, OfToleratedErrors) {
  for (const std::string_view alice :
       {"honest", "cheat-lie", "cheat-mixture", "cheat-breidbart", "cheat-epr", "cheat-heralded", "cheat-holes"})
    for (const double errors : {0.0, 0.1, 0.3})
      for (const double transmittance : {0.7, 1.0})
        expect_theory(casting_of("coin-flip", {{"alice", alice}},
                                 {{"photons", 12},
                                  {"errors", errors},
                                  {"transmittance", transmittance},
                                  {"holes", 0.5},
                                  {"depolarising", 0.1},
                                  {"storage", 0.9},
                                  {"measurement", 0.8}}),
                      2, 20'000);
}

// Tables of more than 90 entries, where Bob's second check tells something.
TEST(CoinFlipExpectations, OfStringsThatHaveToDoWithTheOtherTable) {
  for (const std::string_view alice : {"honest", "cheat-lie", "cheat-mixture", "cheat-breidbart"})
    for (const double photons : {180, 600})
      expect_theory(
          casting_of(
              "coin-flip", {{"alice", alice}},
              {{"photons", photons}, {"errors", 0.25}, {"depolarising", 0.3}, {"transmittance", 0.95}, {"holes", 0.1}}),
          2, 5'000);
}

TEST(CoinFlipExpectations, AHeraldedMemoryHidesItsLossInTheHoles) {
  // A memory that loses 40 % of all halves, over a line that is said to lose half.
  const Values values{{"photons", 20}, {"holes", 0.5}, {"transmittance", 0.5}, {"storage", 0.6}};
  const Casting heralded = casting_of("coin-flip", {{"alice", "cheat-heralded"}}, values);
  compare(heralded, 40'000);
  EXPECT_EQ(theory_of(heralded, "lie-passes"), 1);
  EXPECT_NEAR(theory_of(heralded, "alice-wins"), honest_accepted({20, 10}, 0.6).value(), 1e-14);
  // Nobody tells the other one which halves are lost.
  const Casting silent = casting_of("coin-flip", {{"alice", "cheat-epr"}}, values);
  EXPECT_LT(theory_of(silent, "lie-passes"), 0.35);
  compare(silent, 40'000);
}

}  // namespace
}  // namespace herald::study
