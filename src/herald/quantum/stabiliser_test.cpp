#include "herald/quantum/stabiliser.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "herald/quantum/state_vector.h"

namespace herald {
namespace {

constexpr std::array kObservables{Pauli::x, Pauli::y, Pauli::z};

// The same state as amplitudes, whose qubits stay in their places when they are measured.
class Twin {
 public:
  explicit Twin(std::size_t qubits) : m_state(qubits), m_place(qubits) {
    for (std::size_t q = 0; q < qubits; ++q) m_place[q] = q;
  }
  void apply(const Gate& gate, std::size_t q) { m_state.apply(gate, m_place[q]); }
  void apply_controlled(const Gate& gate, std::size_t control, std::size_t target) {
    m_state.apply_controlled(gate, m_place[control], m_place[target]);
  }
  // Pr[1], the eigenvalue -1.
  double probability_of_one(std::size_t q, Pauli observable) {
    apply(to_z(observable), q);
    const double p = m_state.probability_of_one(m_place[q]);
    apply(to_z(observable).adjoint(), q);
    return p;
  }
  void find(std::size_t q, Pauli observable, bool outcome) {
    apply(to_z(observable), q);
    m_state.take_out(m_place[q], outcome);
    for (std::size_t& other : m_place) other -= other > m_place[q];
    m_place[q] = m_place.size() - 1;
    m_state.append(StateVector(outcome ? Amplitudes{0, 1} : Amplitudes{1, 0}));
    apply(to_z(observable).adjoint(), q);
  }
  // <P> of a product of Paulis, which is 1 of a generator.
  double expectation(const std::string& product) const {
    StateVector turned = m_state;
    for (std::size_t q = 0; q < m_place.size(); ++q) {
      const char p = product[q + 1];
      if (p != 'I') turned.apply(p == 'X' ? gate::kX : p == 'Y' ? gate::kY : gate::kZ, m_place[q]);
    }
    Complex sum = 0;
    for (std::size_t i = 0; i < turned.amplitudes().size(); ++i)
      sum += std::conj(m_state.amplitudes()[i]) * turned.amplitudes()[i];
    return product[0] == '-' ? -sum.real() : sum.real();
  }

 private:
  static Gate to_z(Pauli observable) {
    if (observable == Pauli::z) return {{1, 0, 0, 1}};
    return observable == Pauli::x ? gate::kHadamard : gate::kHadamard * gate::kPhase.adjoint();
  }

  StateVector m_state;
  std::vector<std::size_t> m_place;
};

TEST(StabiliserState, AnyCliffordCircuitDoesWhatItDoesToAmplitudes) {
  EXPECT_TRUE(rc::check([] {
    SimulationRandom random(*rc::gen::arbitrary<std::uint64_t>());
    const auto n = *rc::gen::inRange<std::size_t>(1, 7);
    StabiliserState state(n);
    Twin twin(n);
    for (int step = 0; step < 60; ++step) {
      const std::size_t a = random.next_below(n), b = random.next_below(n);
      switch (random.next_below(8)) {
        case 0: state.x(a), twin.apply(gate::kX, a); break;
        case 1: state.y(a), twin.apply(gate::kY, a); break;
        case 2: state.z(a), twin.apply(gate::kZ, a); break;
        case 3: state.hadamard(a), twin.apply(gate::kHadamard, a); break;
        case 4: state.phase(a), twin.apply(gate::kPhase, a); break;
        case 5:
          if (a != b) state.cnot(a, b), twin.apply_controlled(gate::kX, a, b);
          break;
        case 6:
          if (a != b) state.cz(a, b), twin.apply_controlled(gate::kZ, a, b);
          break;
        default: {
          const Pauli observable = kObservables[random.next_below(3)];
          const double p = twin.probability_of_one(a, observable);
          const auto certain = state.certain_outcome(a, observable);
          RC_ASSERT(std::abs(p - (certain ? *certain : 0.5)) < 1e-9);
          const bool outcome = state.measure(a, observable, random);
          if (certain) RC_ASSERT(outcome == *certain);
          RC_ASSERT(state.certain_outcome(a, observable) == outcome);
          twin.find(a, observable, outcome);
        }
      }
    }
    for (std::size_t k = 0; k < n; ++k) RC_ASSERT(std::abs(twin.expectation(state.generator(k)) - 1) < 1e-9);
  }));
}

TEST(StabiliserState, GeneratorsOfKnownStates) {
  StabiliserState pair(2);
  EXPECT_EQ(pair.generator(0) + pair.generator(1), "+ZI+IZ");
  pair.hadamard(0);
  pair.cnot(0, 1);
  EXPECT_EQ(pair.generator(0) + pair.generator(1), "+XX+ZZ");
  pair.phase(1);
  EXPECT_EQ(pair.generator(0), "+XY");
  pair.y(0);
  EXPECT_EQ(pair.generator(0) + pair.generator(1), "-XY-ZZ");
}

// Greenberger-Horne-Zeilinger: XXX gives +1, XYY, YXY and YYX give -1; no assignment of values could.
TEST(StabiliserState, GhzsContradiction) {
  SimulationRandom random(1);
  for (int trial = 0; trial < 50; ++trial) {
    for (const auto& [a, b, c, product] :
         {std::tuple(Pauli::x, Pauli::x, Pauli::x, false), std::tuple(Pauli::x, Pauli::y, Pauli::y, true),
          std::tuple(Pauli::y, Pauli::x, Pauli::y, true), std::tuple(Pauli::y, Pauli::y, Pauli::x, true)}) {
      StabiliserState state(3);
      state.hadamard(0);
      state.cnot(0, 1);
      state.cnot(1, 2);
      EXPECT_EQ(state.measure(0, a, random) ^ state.measure(1, b, random) ^ state.measure(2, c, random), product);
    }
  }
}

TEST(StabiliserState, AThousandQubits) {
  SimulationRandom random(2);
  constexpr std::size_t kQubits = 1000;
  StabiliserState state(kQubits);
  state.hadamard(0);
  for (std::size_t q = 1; q < kQubits; ++q) state.cnot(q - 1, q);
  EXPECT_FALSE(state.certain_outcome(77, Pauli::z).has_value());
  const bool first = state.measure(77, Pauli::z, random);
  for (std::size_t q = 0; q < kQubits; ++q) ASSERT_EQ(state.measure(q, Pauli::z, random), first);
  // A ring-shaped graph state: measured in the order of the ring, X of each is open until its neighbours are known.
  StabiliserState ring(kQubits);
  for (std::size_t q = 0; q < kQubits; ++q) ring.hadamard(q);
  for (std::size_t q = 0; q < kQubits; ++q) ring.cz(q, (q + 1) % kQubits);
  for (std::size_t q = 1; q < kQubits; q += 2) ring.measure(q, Pauli::z, random);
  for (std::size_t q = 0; q < kQubits; q += 2) {
    const bool left = *ring.certain_outcome((q + kQubits - 1) % kQubits, Pauli::z);
    const bool right = *ring.certain_outcome(q + 1, Pauli::z);
    ASSERT_EQ(ring.certain_outcome(q, Pauli::x), left != right);
  }
}

TEST(StabiliserStateDeath, ImpossibleArgumentsAreBugs) {
  StabiliserState state(2);
  SimulationRandom random(3);
  EXPECT_DEATH(state.hadamard(2), "bug");
  EXPECT_DEATH(state.cnot(1, 1), "bug");
  EXPECT_DEATH(state.measure(2, Pauli::y, random), "bug");
  EXPECT_DEATH(state.generator(2), "bug");
}

}  // namespace
}  // namespace herald
