// What must hold of any qubits that different hands hold: nothing is signalled by what one does, and nobody can tell
// who measured first.

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>

#include "herald/base/statistics.h"
#include "herald/quantum/qubit.h"

namespace herald {
namespace {

constexpr double kFalseAlarm = 1e-9;
constexpr int kRuns = 8'000;

// A random state of three qubits, the same for the same number.
StateVector state_of(std::uint64_t number) {
  SimulationRandom random(number, 77);
  Amplitudes amplitudes(8);
  for (Complex& amplitude : amplitudes) amplitude = {random.next_double() - 0.5, random.next_double() - 0.5};
  double norm = 0;
  for (const Complex& amplitude : amplitudes) norm += std::norm(amplitude);
  for (Complex& amplitude : amplitudes) amplitude /= std::sqrt(norm);
  return StateVector(std::move(amplitudes));
}

Gate frame_of(std::uint64_t number) {
  SimulationRandom random(number, 78);
  return gate::phase(6.28 * random.next_double()) * gate::rotation(3.14 * random.next_double());
}

using Hand = std::function<void(Qubit&&, SimulationRandom&)>;

std::vector<std::pair<std::string, Hand>> hands() {
  return {
      {"drops it", [](Qubit&& qubit, SimulationRandom&) { const Qubit gone = std::move(qubit); }},
      {"measures in Z", [](Qubit&& qubit, SimulationRandom& random) { measure(std::move(qubit), Basis::z, random); }},
      {"measures in X", [](Qubit&& qubit, SimulationRandom& random) { measure(std::move(qubit), Basis::x, random); }},
      {"measures between",
       [](Qubit&& qubit, SimulationRandom& random) { measure(std::move(qubit), frame_of(5), random); }},
      {"turns it",
       [](Qubit&& qubit, SimulationRandom&) {
         apply(gate::kHadamard, qubit);
         const Qubit gone = std::move(qubit);
       }},
      {"lets it decay",
       [](Qubit&& qubit, SimulationRandom& random) {
         apply(amplitude_damping(0.6), qubit, random);
         const Qubit gone = std::move(qubit);
       }},
      {"entangles it with its own",
       [](Qubit&& qubit, SimulationRandom& random) {
         Qubit own;
         apply_controlled(gate::kX, qubit, own);
         measure(std::move(own), Basis::x, random);
         const Qubit gone = std::move(qubit);
       }},
  };
}

TEST(Physics, NothingIsSignalledByWhatAnotherDoes) {
  for (std::uint64_t number = 0; number < 4; ++number) {
    // Exactly, what the holder of qubit 1 sees in the frame.
    StateVector turned = state_of(number);
    turned.apply(frame_of(number).adjoint(), 1);
    const double one = turned.probability_of_one(1);
    for (const auto& [what, hand] : hands()) {
      SimulationRandom random(number, 1);
      std::array<std::uint64_t, 2> counts{};
      for (int run = 0; run < kRuns; ++run) {
        auto qubits = prepare(state_of(number));
        hand(std::move(qubits[0]), random);
        ++counts[measure(std::move(qubits[1]), frame_of(number), random) ? 1 : 0];
      }
      const double expected[]{1 - one, one};
      EXPECT_GT(chi_square_test(counts, expected), kFalseAlarm) << number << ": who holds qubit 0 " << what;
    }
  }
}

TEST(Physics, NobodyCanTellWhoMeasuredFirst) {
  constexpr std::array<std::array<std::size_t, 3>, 6> kOrders{
      {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}};
  for (std::uint64_t number = 10; number < 13; ++number) {
    StateVector turned = state_of(number);
    for (std::size_t k = 0; k < 3; ++k) turned.apply(frame_of(number + k).adjoint(), k);
    std::vector<double> expected;
    for (const Complex& amplitude : turned.amplitudes()) expected.push_back(std::norm(amplitude));
    for (const auto& order : kOrders) {
      SimulationRandom random(number, 2);
      std::vector<std::uint64_t> counts(8);
      for (int run = 0; run < kRuns; ++run) {
        auto qubits = prepare(state_of(number));
        std::size_t outcome = 0;
        for (const std::size_t k : order)
          outcome |= std::size_t{measure(std::move(qubits[k]), frame_of(number + k), random)} << k;
        ++counts[outcome];
      }
      EXPECT_GT(chi_square_test(counts, expected), kFalseAlarm) << number;
    }
  }
}

}  // namespace
}  // namespace herald
