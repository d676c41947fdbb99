// Flips from commitments: what hides perfectly binds nobody, whatever the states.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "herald/cheating/coin_flip_strong.h"
#include "herald/protocol/coin_flip_ideal/coin_flip_ideal.h"
#include "herald/study/expectations.h"
#include "herald/study/trials.h"

namespace herald::study {
namespace {

Casting casting_of(std::initializer_list<std::pair<std::string_view, double>> values) {
  Casting casting = Casting::standard(coin_flip_ideal_protocol());
  for (const auto& [name, value] : values) EXPECT_TRUE(casting.set(name, value)) << name;
  return casting;
}

// All commitments, at some sizes.
std::vector<Casting> all_castings() {
  std::vector<Casting> all{casting_of({{"commitment", 1}})};
  for (const double photons : {1, 2, 3}) all.push_back(casting_of({{"photons", photons}}));
  for (const double y : {0.5, 0.6, 0.8, 0.85355339059327373, 1.0})
    all.push_back(casting_of({{"commitment", 2}, {"y", y}}));
  return all;
}

// (1 + F)/2 and (1 + D)/2 of what Bob has before the opening.
CoinBias bias_of(const CommittedStates& states) {
  const ComplexMatrix zero = reduced_to_b(states.psi[0], states.dimension_a, states.dimension_b),
                      one = reduced_to_b(states.psi[1], states.dimension_a, states.dimension_b);
  return {(1 + fidelity(zero, one)) / 2, (1 + trace_distance(zero, one)) / 2};
}

TEST(IdealCoin, StatesAreThoseTheyAreNamedFor) {
  for (const std::size_t photons : {1U, 2U, 3U}) {
    const CoinBias perfect = bias_of(basis_commitment(photons));
    EXPECT_NEAR(perfect.alice, 1, 1e-7);
    EXPECT_NEAR(perfect.bob, 0.5, 1e-12);
  }
  const CoinBias qutrits = bias_of(ambainis_commitment());
  EXPECT_NEAR(qutrits.alice, ambainis().alice, 1e-12);
  EXPECT_NEAR(qutrits.bob, ambainis().bob, 1e-12);
  for (const double y : {0.5, 0.7, 0.85355339059327373, 1.0}) {
    const CoinBias weights = bias_of(weights_commitment(y));
    EXPECT_NEAR(weights.alice, 0.5 + std::sqrt(y * (1 - y)), 1e-7);
    EXPECT_NEAR(weights.bob, y, 1e-12);
  }
}

TEST(IdealCoin, NoneGoesBelowKitaevsBound) {
  for (const Casting& casting : all_castings()) {
    const CoinBias bias = bias_of(ideal_coin_states(casting));
    EXPECT_GE(bias.alice * bias.bob, 0.5 - 1e-7);
    EXPECT_GE(std::max(bias.alice, bias.bob), kitaev_bound());
  }
}

TEST(IdealCoin, WhatHidesPerfectlyIsAlicesCoin) {
  for (const double photons : {1, 2, 3})
    for (const double wanted : {0, 1})
      for (const std::string_view alice : {"cheat-rotate", "cheat-superposition"}) {
        Casting casting = casting_of({{"photons", photons}, {"wanted", wanted}});
        ASSERT_TRUE(casting.cast("alice", alice));
        const auto tally = run({casting, 1, 2'000}).value();
        EXPECT_EQ(tally.happened[3], tally.runs) << alice << ' ' << photons;  // "wanted"
      }
}

TEST(IdealCoin, RunsAsTheoryHasIt) {
  for (const Casting& values : all_castings())
    for (const auto& [alice, bob] : {std::pair{"honest", "honest"},
                                     {"cheat-rotate", "honest"},
                                     {"cheat-superposition", "honest"},
                                     {"honest", "cheat-guess"}}) {
      Casting casting = values;
      ASSERT_TRUE(casting.cast("alice", alice) && casting.cast("bob", bob));
      const Trials trials{casting, 3, 4'000, FailureProbability(1e-9)};
      const Tally tally = run(trials).value();
      for (const Expectation& theory : expectations(casting)) {
        const auto event = std::ranges::find(casting.protocol->events, theory.event, &Event::name);
        const Estimate seen =
            estimate(trials, tally, static_cast<std::size_t>(event - casting.protocol->events.begin()));
        EXPECT_TRUE(theory.possible(seen.low, seen.high))
            << alice << ' ' << bob << ": " << theory.event << ' ' << seen.low << " to " << seen.high << ", theory "
            << sign(theory.relation) << ' ' << theory.value;
      }
    }
}

}  // namespace
}  // namespace herald::study
