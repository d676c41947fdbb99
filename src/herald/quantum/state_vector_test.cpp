#include "herald/quantum/state_vector.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <random>

namespace herald {
namespace {

ComplexMatrix matrix_of(const Gate& gate) {
  ComplexMatrix m(2, 2);
  for (std::size_t j = 0; j < 2; ++j)
    for (std::size_t k = 0; k < 2; ++k) m(j, k) = gate.m[2 * j + k];
  return m;
}

// The slow twin: the whole 2^n x 2^n matrix, built index by index from a matrix on some qubits.
Amplitudes multiplied(const Amplitudes& state, const ComplexMatrix& m, const std::vector<std::size_t>& qubits) {
  Amplitudes result(state.size());
  for (std::size_t j = 0; j < state.size(); ++j) {
    for (std::size_t k = 0; k < state.size(); ++k) {
      std::size_t row = 0, column = 0, others = j ^ k;
      for (std::size_t q = 0; q < qubits.size(); ++q) {
        row |= (j >> qubits[q] & 1) << q;
        column |= (k >> qubits[q] & 1) << q;
        others &= ~(std::size_t{1} << qubits[q]);
      }
      if (others == 0) result[j] += m(row, column) * state[k];
    }
  }
  return result;
}

double apart(const Amplitudes& a, const Amplitudes& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : m_engine(seed) {}
  std::size_t below(std::size_t bound) { return m_engine() % bound; }
  Amplitudes state(std::size_t qubits) {
    Amplitudes v(std::size_t{1} << qubits);
    double square = 0;
    for (Complex& z : v) square += std::norm(z = {m_normal(m_engine), m_normal(m_engine)});
    for (Complex& z : v) z /= std::sqrt(square);
    return v;
  }
  Gate gate() {
    return gate::rotation(m_normal(m_engine)) * gate::phase(m_normal(m_engine)) * gate::rotation(m_normal(m_engine));
  }
  std::vector<std::size_t> different(std::size_t count, std::size_t of) {
    std::vector<std::size_t> all(of);
    for (std::size_t i = 0; i < of; ++i) all[i] = i;
    std::ranges::shuffle(all, m_engine);
    all.resize(count);
    return all;
  }

 private:
  std::mt19937_64 m_engine;
  std::normal_distribution<double> m_normal;
};

TEST(StateVector, GatesAreTheMatricesThatTheyStandFor) {
  EXPECT_TRUE(rc::check([] {
    Random random(*rc::gen::arbitrary<std::uint64_t>());
    const std::size_t n = 1 + random.below(6);
    StateVector state(random.state(n));
    const Amplitudes before = state.amplitudes();
    const Gate gate = random.gate();
    const auto one = random.different(1, n);
    state.apply(gate, one[0]);
    const Amplitudes after = multiplied(before, matrix_of(gate), one);
    RC_ASSERT(apart(state.amplitudes(), after) < 1e-12);
    if (n == 1) return;
    const auto two = random.different(2, n);
    state.apply_controlled(gate, two[0], two[1]);
    ComplexMatrix controlled = ComplexMatrix::identity(4);  // bit 0: the control
    for (std::size_t j = 0; j < 2; ++j)
      for (std::size_t k = 0; k < 2; ++k) controlled(2 * j + 1, 2 * k + 1) = gate.m[2 * j + k];
    const Amplitudes expected = multiplied(after, controlled, two);
    RC_ASSERT(apart(state.amplitudes(), expected) < 1e-12);
    const auto some = random.different(1 + random.below(n), n);
    const std::size_t size = std::size_t{1} << some.size();
    const Amplitudes from = random.state(some.size()), to = random.state(some.size());
    const ComplexMatrix u = uhlmann_rotation(from, to, size, 1);
    state.apply(u, some);
    RC_ASSERT(apart(state.amplitudes(), multiplied(expected, u, some)) < 1e-12);
    RC_ASSERT(std::abs(state.norm() - 1) < 1e-12);
  }));
}

TEST(StateVector, WhatIsAppendedIsMeasuredAloneAndTakenOutAgain) {
  EXPECT_TRUE(rc::check([] {
    Random random(*rc::gen::arbitrary<std::uint64_t>());
    const std::size_t n = 1 + random.below(4);
    StateVector state(random.state(n));
    Amplitudes alone = state.amplitudes();
    state.append(StateVector(Amplitudes{0.6, Complex(0, 0.8)}));
    RC_ASSERT(state.qubits() == n + 1);
    RC_ASSERT(std::abs(state.probability_of_one(n) - 0.64) < 1e-12);
    const ComplexMatrix seen = state.reduced(n);
    RC_ASSERT(std::abs(seen(0, 1) - Complex(0, -0.48)) < 1e-12);
    state.take_out(n, true);
    for (Complex& amplitude : alone) amplitude *= Complex(0, 1);  // that of what was found
    RC_ASSERT(apart(state.amplitudes(), alone) < 1e-12);
  }));
}

TEST(StateVector, FindingOneHalfOfAPairFindsTheOther) {
  for (const bool outcome : {false, true}) {
    StateVector pair(2);
    pair.apply(gate::kHadamard, 0);
    pair.apply_controlled(gate::kX, 0, 1);
    EXPECT_NEAR(pair.probability_of_one(0), 0.5, 1e-15);
    EXPECT_NEAR(std::abs(pair.reduced(1)(0, 1)), 0, 1e-15);
    pair.take_out(0, outcome);
    EXPECT_EQ(pair.qubits(), 1u);
    EXPECT_NEAR(pair.probability_of_one(0), outcome ? 1 : 0, 1e-15);
  }
}

TEST(StateVector, TwentyQubitsInOneStateAreExact) {
  StateVector ghz(20);
  ghz.apply(gate::kHadamard, 7);
  for (std::size_t k = 0; k < 20; ++k)
    if (k != 7) ghz.apply_controlled(gate::kX, 7, k);
  EXPECT_NEAR(std::norm(ghz.amplitudes().back()), 0.5, 1e-15);
  for (std::size_t k = 0; k < 20; ++k) EXPECT_NEAR(ghz.probability_of_one(k), 0.5, 1e-12);
  ghz.take_out(3, true);
  EXPECT_NEAR(std::norm(ghz.amplitudes().back()), 1, 1e-12);
}

}  // namespace
}  // namespace herald
