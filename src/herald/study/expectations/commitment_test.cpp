#include "herald/cheating/commitment.h"

#include <gtest/gtest.h>

#include <numbers>

#include "herald/protocol/commitment/bcjl.h"
#include "herald/study/expectations_test.h"

namespace herald::study {
namespace {

constexpr std::uint64_t kMany = 20'000;

TEST(CommitmentExpectations, OfAFewPhotons) {
  for (const std::string_view alice : {"honest", "cheat-lie", "cheat-mixture", "cheat-breidbart", "cheat-epr"})
    for (const double photons : {1, 3, 10})
      expect_theory(
          casting_of("commit-bb84", {{"alice", alice}}, {{"photons", photons}, {"storage", 0.9}, {"measurement", 0.8}}),
          1, kMany);
}

TEST(CommitmentExpectations, OfPairsInAPerfectMemory) {
  const Casting casting = casting_of("commit-bb84", {{"alice", "cheat-epr"}}, {{"photons", 100}});
  EXPECT_DOUBLE_EQ(theory_of(casting, "change-passes"), 1);
  expect_theory(casting, 1);
}

TEST(CommitmentExpectations, OfStatesAtAnyAngle) {
  for (const double angle : {0.0, 0.3, 1.0, std::numbers::pi / 2})
    for (const double mixing : {0.0, 0.1, 0.5})
      for (const std::string_view alice : {"honest", "cheat-lie", "cheat-rotate", "cheat-superpose"})
        for (const std::string_view bob : {"honest", "cheat-look"}) {
          const Casting casting =
              casting_of("commit-states", {{"alice", alice}, {"bob", bob}}, {{"angle", angle}, {"mixing", mixing}});
          expect_theory(casting, bob != "honest" && alice != "honest" ? 0 : 1, 4'000);
        }
}

TEST(CommitmentExpectations, AnyStatesLeaveThreeHalvesToBothCheats) {
  for (const double angle : {0.0, 0.2, 0.9, 1.5})
    for (const double mixing : {0.0, 0.25, 0.5}) {
      const double alice =
          theory_of(casting_of("commit-states", {{"alice", "cheat-superpose"}}, {{"angle", angle}, {"mixing", mixing}}),
                    "opened");
      const double bob = theory_of(
          casting_of("commit-states", {{"bob", "cheat-look"}}, {{"angle", angle}, {"mixing", mixing}}), "guess-right");
      EXPECT_GE(alice + bob, commitment_sum_bound() - 1e-9);
    }
}

// The qutrits' trade-off, 1 - t/2 against (1 + t)/2, above the curve that no commitment crosses.
TEST(CommitmentExpectations, OfQutritsAlongTheTradeOff) {
  for (const double t : {0.0, 0.25, optimal_commitment().t, 0.5, 0.75, 1.0}) {
    const Casting alice = casting_of("commit-optimal", {{"alice", "cheat-superpose"}}, {{"t", t}});
    const Casting bob = casting_of("commit-optimal", {{"bob", "cheat-look"}}, {{"t", t}});
    expect_theory(alice, 3, kMany);
    expect_theory(bob, 1, kMany);
    const double opened = theory_of(alice, "opened");
    EXPECT_NEAR(opened, 1 - t / 2, 1e-7);
    EXPECT_NEAR(theory_of(bob, "guess-right"), (1 + t) / 2, 1e-7);
    const double least = theory_of(alice, "opened", Relation::at_least);
    if (t == 0 || t == 1)
      EXPECT_NEAR(opened, least, 1e-7);
    else
      EXPECT_GT(opened, least);
  }
  EXPECT_NEAR(theory_of(casting_of("commit-optimal", {{"alice", "cheat-superpose"}}, {}), "opened"), 0.75, 1e-7);
}

TEST(CommitmentExpectations, OfHonestPartiesOverANoisyLine) {
  for (const std::string_view protocol : {"commit-bb84", "commit-bcjl"})
    for (const double errors : {0.0, 0.2})
      expect_theory(casting_of(protocol, {},
                               {{"transmittance", 0.9}, {"depolarising", 0.1}, {"holes", 0.25}, {"errors", errors}}),
                    1, kMany);
}

TEST(CommitmentExpectations, OfCodes) {
  const std::pair<double, double> codes[]{{0, 1}, {0, 2}, {1, 2}, {1, 3}, {2, 3}, {3, 6}};
  for (const auto& [order, variables] : codes) {
    for (const std::string_view alice : {"honest", "cheat-lie", "cheat-breidbart"})
      expect_theory(casting_of("commit-bcjl", {{"alice", alice}}, {{"order", order}, {"variables", variables}}), 1,
                    5'000);
    if (variables > 3) continue;
    expect_theory(casting_of("commit-bcjl", {{"bob", "cheat-look"}}, {{"order", order}, {"variables", variables}}), 1,
                  kMany);
    if (variables > 2) continue;
    for (const std::string_view alice : {"cheat-rotate", "cheat-superpose"})
      expect_theory(casting_of("commit-bcjl", {{"alice", alice}}, {{"order", order}, {"variables", variables}}), 2,
                    5'000);
  }
}

// The exact figures of a code without checks are those of the parity alone; those of a code are those of its states.
TEST(CommitmentExpectations, CodesFiguresAreThoseOfTheStates) {
  for (const int weight : {1, 2, 7}) {
    const auto code = bcjl_code({}, weight, (std::uint64_t{1} << weight) - 1), parity = bcjl_parity(weight);
    ASSERT_TRUE(code && parity);
    EXPECT_NEAR(code->bob, parity->bob, 1e-12);
    EXPECT_NEAR(code->alice, parity->alice, 1e-12);
  }
  BcjlCommitment p;
  p.generators = p.code.generators();
  p.checks = p.code.checks();
  for (const std::uint64_t r : {1, 3, 7, 10}) {
    const CommittedStates states = bcjl_states(p, r);
    const ComplexMatrix zero = reduced_to_b(states.psi[0], states.dimension_a, states.dimension_b);
    const ComplexMatrix one = reduced_to_b(states.psi[1], states.dimension_a, states.dimension_b);
    const auto code = bcjl_code(p.checks, 4, r);
    ASSERT_TRUE(code);
    EXPECT_NEAR(code->bob, (1 + trace_distance(zero, one)) / 2, 1e-9);
    EXPECT_NEAR(code->alice, (1 + fidelity(zero, one)) / 2, 1e-9);
  }
  EXPECT_FALSE(bcjl_code({}, 0, 1));
  EXPECT_FALSE(bcjl_code({}, 65, 1));
  EXPECT_FALSE(bcjl_code(std::vector<std::uint64_t>(17), 20, 1));
}

TEST(CommitmentExpectations, CodesTooLargeForTheBestCheatAreRefused) {
  Casting casting = casting_of("commit-bcjl", {{"alice", "cheat-rotate"}}, {{"variables", 3}});
  EXPECT_FALSE(casting.protocol->set_up(casting));
  casting = casting_of("commit-bcjl", {}, {{"order", 2}});
  EXPECT_FALSE(casting.protocol->set_up(casting));
  casting = casting_of("commit-bcjl", {{"bob", "cheat-look"}}, {{"order", 2}, {"variables", 6}});
  EXPECT_FALSE(casting.protocol->set_up(casting));
}

}  // namespace
}  // namespace herald::study
