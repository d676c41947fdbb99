// The weak coin's cheats, found from its states and beside its runs.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "herald/cheating/coin_flip_weak.h"
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
