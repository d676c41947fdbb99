#include "herald/quantum/density.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <bit>
#include <cmath>
#include <vector>

#include "herald/base/random.h"
#include "herald/quantum/distance.h"
#include "herald/quantum/qubit.h"

namespace herald {
namespace {

constexpr double kRounding = 1e-12;

void expect_equal(const ComplexMatrix& a, const ComplexMatrix& b) {
  ASSERT_EQ(a.rows(), b.rows());
  for (std::size_t i = 0; i < a.rows() * a.columns(); ++i)
    EXPECT_NEAR(std::abs(a.data()[i] - b.data()[i]), 0, kRounding);
}

double uniform(SimulationRandom& random) { return 6.3 * random.next_double(); }

// Pure states stay what the state vector says.
TEST(DensityMatrix, WithoutNoiseItIsTheStateVectors) {
  EXPECT_TRUE(rc::check([] {
    SimulationRandom random(*rc::gen::arbitrary<std::uint64_t>());
    StateVector pure(2);
    DensityMatrix mixed(2);
    for (int step = 0; step < 12; ++step) {
      const Gate gate = gate::rotation(uniform(random)) * gate::phase(uniform(random));
      const std::size_t n = pure.qubits(), a = random.next_below(n);
      const std::size_t b = a + 1 < n ? a + 1 : 0;
      switch (random.next_below(5)) {
        case 0: pure.apply(gate, a), mixed.apply(gate, a); break;
        case 1: pure.apply_controlled(gate, a, b), mixed.apply_controlled(gate, a, b); break;
        case 2: {
          ComplexMatrix swap(4, 4);
          for (const auto& [to, from] : {std::pair(0, 0), std::pair(1, 2), std::pair(2, 1), std::pair(3, 3)})
            swap(to, from) = to == 1 ? Complex(0, 1) : 1.0;
          pure.apply(swap, std::array{a, b}), mixed.apply(swap, std::array{a, b});
          break;
        }
        case 3:
          if (n < 5) {
            StateVector more(1);
            more.apply(gate, 0);
            pure.append(more), mixed.append(DensityMatrix(more));
          }
          break;
        default:
          if (n > 2) {
            const bool outcome = random.next_bernoulli(pure.probability_of_one(a));
            pure.take_out(a, outcome), mixed.take_out(a, outcome);
          }
      }
      for (std::size_t k = 0; k < pure.qubits(); ++k) {
        RC_ASSERT(std::abs(pure.probability_of_one(k) - mixed.probability_of_one(k)) < kRounding);
        expect_equal(pure.reduced(k), mixed.reduced({{k}}).matrix());
      }
    }
    expect_equal(ComplexMatrix::projector(pure.amplitudes()), mixed.matrix());
    RC_ASSERT(std::abs(mixed.purity() - 1) < kRounding);
  }));
}

// Against the whole space's operators, written out.
TEST(DensityMatrix, ChannelsActOnTheirQubitsAlone) {
  SimulationRandom random(1);
  StateVector pure(3);
  for (std::size_t k = 0; k < 3; ++k) pure.apply(gate::rotation(uniform(random)) * gate::phase(uniform(random)), k);
  pure.apply_controlled(gate::kX, 0, 1);
  pure.apply_controlled(gate::kHadamard, 1, 2);
  const ComplexMatrix one = ComplexMatrix::identity(2), rho = ComplexMatrix::projector(pure.amplitudes());
  for (const KrausChannel& channel : {depolarising(0.3, 2), dephasing(0.2), amplitude_damping(0.4), rotation(0.3, 2)}) {
    for (std::size_t k = 0; k < 3; ++k) {
      DensityMatrix mixed(pure);
      mixed.apply(channel, {{k}});
      KrausChannel whole;
      for (const ComplexMatrix& m : channel)
        whole.push_back(kron(k == 2 ? m : one, kron(k == 1 ? m : one, k == 0 ? m : one)));
      expect_equal(mixed.matrix(), applied(whole, rho));
      EXPECT_NEAR(mixed.matrix().trace().real(), 1, kRounding);
      EXPECT_GT(smallest_eigenvalue(mixed.matrix()), -kRounding);
    }
  }
  // On two qubits at once, in either order: the first one is the fast index.
  DensityMatrix mixed(pure);
  const KrausChannel damping = amplitude_damping(0.4);
  KrausChannel pair;
  for (const ComplexMatrix& m : damping) pair.push_back(kron(m, one));
  mixed.apply(pair, std::array<std::size_t, 2>{2, 0});
  DensityMatrix twin(pure);
  twin.apply(damping, {{0}});
  expect_equal(mixed.matrix(), twin.matrix());
}

TEST(DensityMatrix, WhatIsSeenOfSomeQubitsIsThePartialTrace) {
  StateVector pure(3);
  pure.apply(gate::rotation(0.4), 0);
  pure.apply_controlled(gate::kX, 0, 2);
  pure.apply(gate::rotation(1.1) * gate::phase(0.3), 1);
  pure.apply_controlled(gate::kHadamard, 1, 2);
  const DensityMatrix mixed(pure);
  // distance.h counts the first side as the slow index.
  expect_equal(mixed.reduced(std::array<std::size_t, 2>{0, 1}).matrix(), reduced_to_b(mixed.matrix(), 2, 4));
  expect_equal(mixed.reduced(std::array<std::size_t, 2>{1, 2}).matrix(), reduced_to_a(mixed.matrix(), 4, 2));
  const DensityMatrix forth = mixed.reduced(std::array<std::size_t, 2>{2, 0}),
                      back = mixed.reduced(std::array<std::size_t, 2>{0, 2});
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) {
      const auto swapped = [](std::size_t k) { return (k & 1) << 1 | k >> 1; };
      EXPECT_EQ(forth.matrix()(i, j), back.matrix()(swapped(i), swapped(j)));
    }
  EXPECT_NEAR(mixed.probability(ComplexMatrix::projector(Amplitudes{0, 1}), {{1}}), mixed.probability_of_one(1),
              kRounding);
  EXPECT_EQ(mixed.reduced({}).qubits(), 0u);
}

// The mean of what happens to qubits one event at a time: a GHZ state under noise, its parity in X.
TEST(DensityMatrix, TrajectoriesOfQubitsHaveItAsTheirMean) {
  const KrausChannel noise = composed(amplitude_damping(0.2), depolarising(0.1, 2));
  DensityMatrix exact(3);
  exact.apply(gate::kHadamard, 0);
  exact.apply_controlled(gate::kX, 0, 1);
  exact.apply_controlled(gate::kX, 1, 2);
  for (std::size_t k = 0; k < 3; ++k) exact.apply(noise, {{k}});
  for (std::size_t k = 0; k < 3; ++k) exact.apply(gate::kHadamard, k);
  double odd = 0;
  for (std::size_t i = 0; i < 8; ++i)
    if (std::popcount(i) % 2 == 1) odd += exact.matrix()(i, i).real();
  SimulationRandom random(2);
  constexpr int kTrials = 20000;
  int found = 0;
  for (int i = 0; i < kTrials; ++i) {
    std::array<Qubit, 3> q;
    apply(gate::kHadamard, q[0]);
    apply_controlled(gate::kX, q[0], q[1]);
    apply_controlled(gate::kX, q[1], q[2]);
    bool parity = false;
    for (Qubit& each : q) {
      apply(noise, each, random);
      parity ^= measure(std::move(each), Basis::x, random);
    }
    found += parity;
  }
  // More than 6.5 sigma with probability below 1e-10.
  EXPECT_NEAR(found, kTrials * odd, 6.5 * std::sqrt(kTrials * odd * (1 - odd)));
}

// Werner's state from a half of a pair through the depolarising channel: fidelity 1 - 3p/4, purity (1 + 3 (1-p)^2)/4.
TEST(DensityMatrix, AHalfThroughTheDepolarisingChannelIsWernersState) {
  for (const double p : {0.0, 0.1, 0.5, 1.0}) {
    DensityMatrix pair(2);
    pair.apply(gate::kHadamard, 0);
    pair.apply_controlled(gate::kX, 0, 1);
    const ComplexMatrix bell = pair.matrix();
    pair.apply(depolarising(p, 2), {{1}});
    EXPECT_NEAR(trace_product(bell, pair.matrix()), 1 - 0.75 * p, kRounding);
    EXPECT_NEAR(pair.purity(), (1 + 3 * (1 - p) * (1 - p)) / 4, kRounding);
  }
  DensityMatrix ten(10);
  for (std::size_t k = 0; k < 10; ++k) ten.apply(depolarising(1, 2), {{k}});
  EXPECT_NEAR(ten.purity(), 0x1p-10, kRounding);
}

TEST(DensityMatrixDeath, ImpossibleArgumentsAreBugs) {
  DensityMatrix state(2);
  EXPECT_DEATH(state.apply(gate::kX, 2), "bug");
  EXPECT_DEATH(state.apply(depolarising(0.1, 2), {{2}}), "bug");
  EXPECT_DEATH(state.apply_controlled(gate::kX, 1, 1), "bug");
  EXPECT_DEATH(state.take_out(0, true), "bug");
  EXPECT_DEATH(state.reduced(std::array<std::size_t, 2>{0, 0}), "bug");
  EXPECT_DEATH(DensityMatrix(ComplexMatrix(2, 2)), "bug");
  EXPECT_DEATH(DensityMatrix(13), "bug");
}

}  // namespace
}  // namespace herald
