#include "herald/protocol/commitment/attack.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "herald/protocol/commitment/states.h"

namespace herald {
namespace {

Amplitudes random_state(SimulationRandom& random, std::size_t size) {
  Amplitudes state(size);
  double sum = 0;
  for (Complex& x : state) {
    x = std::polar(std::sqrt(-std::log(random.next_double())), 6.283185307179586 * random.next_double());
    sum += std::norm(x);
  }
  for (Complex& x : state) x /= std::sqrt(sum);
  return state;
}

Amplitudes rotated(const ComplexMatrix& u, const Amplitudes& psi, std::size_t dimension_b) {
  Amplitudes result(psi.size());
  for (std::size_t i = 0; i < psi.size(); ++i)
    for (std::size_t a = 0; a < u.columns(); ++a)
      result[i] += u(i / dimension_b, a) * psi[a * dimension_b + i % dimension_b];
  return result;
}

// The probability that `state` is found to be `tested`.
double opens(const Amplitudes& tested, const Amplitudes& state) {
  Complex overlap = 0;
  for (std::size_t i = 0; i < state.size(); ++i) overlap += std::conj(tested[i]) * state[i];
  return std::norm(overlap);
}

double squared(double x) { return x * x; }

RC_GTEST_PROP(CommitmentAttack, ReachesWhatTheoryAllows, (std::uint64_t seed)) {
  SimulationRandom random(seed);
  const std::size_t a = *rc::gen::inRange<std::size_t>(1, 6), b = *rc::gen::inRange<std::size_t>(1, 6);
  const CommittedStates states{a, b, {random_state(random, a * b), random_state(random, a * b)}};
  const auto attack = attack_commitment(states);
  RC_ASSERT(attack.has_value());
  const ComplexMatrix zero = reduced_to_b(states.psi[0], a, b), one = reduced_to_b(states.psi[1], a, b);
  const double f = fidelity(zero, one);
  // Rotated after an honest commitment to 0; the superposition as it is, and rotated.
  RC_ASSERT(std::abs(opens(states.psi[1], rotated(attack->rotation, states.psi[0], b)) - f * f) < 1e-7);
  RC_ASSERT(std::abs(opens(states.psi[0], attack->superposition) - (1 + f) / 2) < 1e-7);
  RC_ASSERT(std::abs(opens(states.psi[1], rotated(attack->rotation, attack->superposition, b)) - (1 + f) / 2) < 1e-7);
  // Whatever else she might send, Bob's half being `sent`, opens no better (again by Uhlmann).
  const Amplitudes other = random_state(random, a * b);
  const ComplexMatrix sent = reduced_to_b(other, a, b);
  RC_ASSERT((squared(fidelity(sent, zero)) + squared(fidelity(sent, one))) / 2 <= (1 + f) / 2 + 1e-7);
  // Bob's reading tells the bit with probability (1 + D)/2.
  double right = 0;
  const ComplexMatrix read_zero = attack->reading * zero * attack->reading.adjoint();
  const ComplexMatrix read_one = attack->reading * one * attack->reading.adjoint();
  for (std::size_t k = 0; k < b; ++k) right += (k < attack->ones ? read_one : read_zero)(k, k).real() / 2;
  RC_ASSERT(std::abs(right - (1 + trace_distance(zero, one)) / 2) < 1e-9);
}

TEST(CommitmentAttack, OpensEitherBitWhereHidingIsPerfect) {
  // Two bases of one pair: BB84's commitment of one photon, purified.
  const double h = std::sqrt(0.5), q = 0.5;
  const CommittedStates states{2, 2, {Amplitudes{h, 0, 0, h}, Amplitudes{q, q, q, -q}}};
  const auto attack = attack_commitment(states);
  ASSERT_TRUE(attack);
  EXPECT_NEAR(opens(states.psi[1], rotated(attack->rotation, states.psi[0], 2)), 1, 1e-12);
}

TEST(CommitmentAttack, RefusesWhatAreNoStates) {
  const Amplitudes good{1, 0, 0, 0};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const CommittedStates& states :
       {CommittedStates{0, 2, {good, good}}, CommittedStates{2, 0, {good, good}}, CommittedStates{2, 3, {good, good}},
        CommittedStates{2, 2, {good, Amplitudes{1, 0}}}, CommittedStates{2, 2, {Amplitudes{1, 1, 0, 0}, good}},
        CommittedStates{2, 2, {Amplitudes{nan, 0, 0, 0}, good}}}) {
    const auto attack = attack_commitment(states);
    ASSERT_FALSE(attack);
    EXPECT_EQ(attack.error().code, ErrorCode::invalid_argument);
  }
  EXPECT_FALSE(StatesCommitment::of({1, 2, {Amplitudes{1, 0}, Amplitudes{1, 0}}}));
  EXPECT_FALSE(StatesCommitment::of({3, 2, {Amplitudes{1, 0, 0, 0, 0, 0}, Amplitudes{1, 0, 0, 0, 0, 0}}}));
}

RC_GTEST_PROP(CommitmentAttack, UnprepareTurnsAStateIntoTheFirst, (std::uint64_t seed)) {
  SimulationRandom random(seed);
  const Amplitudes state = random_state(random, *rc::gen::inRange<std::size_t>(1, 9));
  const ComplexMatrix u = unprepare(state);
  const Amplitudes first = rotated(u, state, 1);
  RC_ASSERT(std::abs(std::abs(first[0]) - 1) < 1e-12);
  const ComplexMatrix product = u * u.adjoint();
  for (std::size_t j = 0; j < state.size(); ++j)
    for (std::size_t k = 0; k < state.size(); ++k) RC_ASSERT(std::abs(product(j, k) - Complex(j == k ? 1 : 0)) < 1e-12);
}

}  // namespace
}  // namespace herald
