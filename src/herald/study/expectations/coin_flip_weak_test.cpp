// The weak coin's cheats, found from its states and beside its runs.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "herald/cheating/coin_flip_weak.h"
#include "herald/cheating/optimal.h"
#include "herald/protocol/coin_flip_weak/coin_flip_weak.h"
#include "herald/quantum/distance.h"
#include "herald/study/expectations.h"
#include "herald/study/trials.h"

namespace herald::study {
namespace {

constexpr double kSizes[]{0.5, 0.6, 0.70710678118654752, 0.8, 0.95, 1};

struct Pair {
  Amplitudes state;
  // What an operator on the second half leaves, not normalised.
  Pair after(const ComplexMatrix& op) const {
    Amplitudes left(4);
    for (std::size_t a = 0; a < 2; ++a)
      for (std::size_t b = 0; b < 2; ++b)
        for (std::size_t c = 0; c < 2; ++c) left[2 * a + b] += op(b, c) * state[2 * a + c];
    return {left};
  }
  double weight() const {
    double sum = 0;
    for (const Complex& amplitude : state) sum += std::norm(amplitude);
    return sum;
  }
  ComplexMatrix density() const {
    ComplexMatrix matrix = ComplexMatrix::projector(state);
    matrix *= 1 / weight();
    return matrix;
  }
};

// Alice: any state that she sends passes with <chi| sqrt E_A |psi_A><psi_A| sqrt E_A |chi>, at most <psi_A|E_A|psi_A>.
// Bob: he may do anything to his half, so Uhlmann's theorem has F^2 of what Alice keeps.
TEST(WeakCoin, TheOptimaOfItsStatesAreTheFamily) {
  for (const double y : kSizes) {
    const Pair pair{{std::sqrt(y), 0, 0, std::sqrt(1 - y)}};
    const KrausChannel left = coin_flip_weak::winning(y);
    const Pair alice = pair.after(left[0]), bob = pair.after(left[1]);
    EXPECT_NEAR(alice.weight(), 0.5, 1e-12);
    EXPECT_NEAR(bob.weight(), 0.5, 1e-12);
    const double best_alice = alice.after(left[0]).weight() / alice.weight();
    const double f = fidelity(reduced_to_a(pair.density(), 2, 2), reduced_to_a(bob.density(), 2, 2));
    EXPECT_NEAR(best_alice, *spekkens_rudolph_other(y), 1e-12) << y;
    EXPECT_NEAR(f * f, y, 1e-7) << y;
  }
}

// Alice, as a cheating Bob meets her: memory her half; she reads who won and his half, and tests for |00>.
HonestParty honest_alice(double y) {
  HonestParty alice;
  ComplexMatrix sends(4, 1);
  sends(0, 0) = std::sqrt(y);
  sends(3, 0) = std::sqrt(1 - y);
  alice.steps = {{sends, 1, 2}, {ComplexMatrix::identity(8), 4, 1}};
  alice.outcome = ComplexMatrix(8, 8);
  alice.outcome(2, 2) = 1;  // her half, Bob wins, his half: |0>|1>|0>
  return alice;
}

// Bob, as a cheating Alice meets him: memory who won and his half; he tests for what E_A leaves.
HonestParty honest_bob(double y) {
  HonestParty bob;
  const KrausChannel left = coin_flip_weak::winning(y);
  ComplexMatrix measures(8, 2);
  for (std::size_t winner = 0; winner < 2; ++winner)
    for (std::size_t b = 0; b < 2; ++b) measures((2 * winner + b) * 2 + winner, b) = left[winner](b, b);
  bob.steps = {{measures, 2, 2}, {ComplexMatrix::identity(8), 2, 1}};
  bob.outcome = ComplexMatrix(8, 8);
  const double weights[]{2 * y - 1, 2 - 2 * y};  // of |00> and |11>, Alice winning: 0 and 3
  for (const std::size_t i : {0U, 1U})
    for (const std::size_t j : {0U, 1U}) bob.outcome(3 * i, 3 * j) = std::sqrt(weights[i] * weights[j]);
  return bob;
}

// Whatever they do, by Kitaev's semidefinite program.
TEST(WeakCoin, NoCheatDoesBetterThanTheFamilyHasIt) {
  for (const double y : {0.6, 0.70710678118654752, 0.9}) {
    const auto bob = optimal_cheat(honest_alice(y)), alice = optimal_cheat(honest_bob(y));
    ASSERT_TRUE(bob && alice);
    for (const auto& [bounds, theory] : {std::pair{*bob, y}, {*alice, *spekkens_rudolph_other(y)}}) {
      EXPECT_LE(bounds.lower, theory + 1e-9) << y;
      EXPECT_GE(bounds.upper, theory - 1e-9) << y;
      EXPECT_LT(bounds.upper - bounds.lower, 1e-5) << y;
    }
  }
}

TEST(WeakCoin, RunsAsItsFamilyHasIt) {
  for (const double y : kSizes)
    for (const auto& [alice, bob] : {std::pair{"honest", "honest"},
                                     {"cheat-pair", "honest"},
                                     {"honest", "cheat-claim"},
                                     {"honest", "cheat-measure"}}) {
      Casting casting = Casting::standard(coin_flip_weak_protocol());
      ASSERT_TRUE(casting.cast("alice", alice) && casting.cast("bob", bob) && casting.set("y", y));
      const Trials trials{casting, 3, 20'000, FailureProbability(1e-9)};
      const Tally tally = run(trials).value();
      for (const Expectation& theory : expectations(casting)) {
        const auto event = std::ranges::find(casting.protocol->events, theory.event, &Event::name);
        const Estimate seen =
            estimate(trials, tally, static_cast<std::size_t>(event - casting.protocol->events.begin()));
        EXPECT_TRUE(theory.possible(seen.low, seen.high))
            << alice << " " << bob << " y " << y << ": " << theory.event << " " << seen.low << " to " << seen.high
            << ", theory " << theory.value;
      }
    }
}

}  // namespace
}  // namespace herald::study
