// The step that docs/theory/two-way-reconciliation.md rests on, held against states drawn at random: Eve purifies a
// pair of qubits, is told the error W = Z_A xor Z_B, and still lacks 1 - H(X_A xor X_B) bits of Z_A.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include "herald/base/entropy.h"
#include "herald/base/random.h"

namespace herald {
namespace {

using Complex = std::complex<double>;
constexpr int kEve = 4;
// amplitude[a][b][e] of Alice's, Bob's and Eve's part.
using State = std::array<std::array<std::array<Complex, kEve>, 2>, 2>;

double normal(SimulationRandom& random) {
  return std::sqrt(-2 * std::log(random.next_double())) * std::cos(2 * std::numbers::pi * random.next_double());
}

// Close to a Bell pair for small `noise`, anything for a large one.
State random_state(SimulationRandom& random, double noise) {
  State state{};
  state[0][0][0] = state[1][1][0] = std::sqrt(0.5);
  double norm = 0;
  for (auto& a : state) {
    for (auto& b : a) {
      for (Complex& c : b) norm += std::norm(c += noise * Complex(normal(random), normal(random)));
    }
  }
  for (auto& a : state) {
    for (auto& b : a) {
      for (Complex& c : b) c /= std::sqrt(norm);
    }
  }
  return state;
}

// Probability that X_A and X_B differ.
double phase_error(const State& s) {
  double same = 0;
  for (int e = 0; e < kEve; ++e) {
    const auto amplitude = [&](int x, int y) {
      Complex sum = 0;
      for (int a = 0; a < 2; ++a) {
        for (int b = 0; b < 2; ++b) sum += ((a & x) ^ (b & y) ? -0.5 : 0.5) * s[a][b][e];
      }
      return std::norm(sum);
    };
    same += amplitude(0, 0) + amplitude(1, 1);
  }
  return std::clamp(1 - same, 0.0, 1.0);
}

struct Knowledge {
  double von_neumann;  // H(Z_A | E W)
  double min_entropy;  // H_min(Z_A | E W): -log2 of Eve's best guess
};

// Given Z_A and W, Eve's state is pure: all follows from overlaps of two vectors for each W.
Knowledge eve_knows(const State& s) {
  double entropy = 0, guess = 0;
  for (int w = 0; w < 2; ++w) {
    std::array<double, 2> p{};
    Complex overlap = 0;
    for (int e = 0; e < kEve; ++e) {
      p[0] += std::norm(s[0][w][e]);
      p[1] += std::norm(s[1][1 ^ w][e]);
      overlap += std::conj(s[0][w][e]) * s[1][1 ^ w][e];
    }
    const double total = p[0] + p[1];
    if (total < 1e-15) continue;
    const double larger =
        (total + std::sqrt(std::max(0.0, (p[0] - p[1]) * (p[0] - p[1]) + 4 * std::norm(overlap)))) / 2;
    const double helstrom = (total + std::sqrt(std::max(0.0, total * total - 4 * std::norm(overlap)))) / 2;
    entropy += total * (binary_entropy(std::clamp(p[0] / total, 0.0, 1.0)) -
                        binary_entropy(std::clamp(larger / total, 0.0, 1.0)));
    guess += helstrom;
  }
  return {entropy, -std::log2(guess)};
}

TEST(TwoWayReconciliation, AnAnnouncedErrorPatternLeavesTheQubitsEntropy) {
  SimulationRandom random(2307);
  double closest = 1;
  for (int trial = 0; trial < 100000; ++trial) {
    const State state = random_state(random, std::exp2(-8 * random.next_double()));
    const double phase = phase_error(state);
    const Knowledge eve = eve_knows(state);
    const double max_entropy = 2 * std::log2(std::sqrt(phase) + std::sqrt(1 - phase));  // of order 1/2
    ASSERT_GE(eve.von_neumann, 1 - binary_entropy(phase) - 1e-9);
    ASSERT_GE(eve.min_entropy, 1 - max_entropy - 1e-9);
    closest = std::min(closest, eve.von_neumann - (1 - binary_entropy(phase)));
  }
  EXPECT_LT(closest, 1e-3);  // the bound is met, so no better one holds in general
}

// An empty pulse: Alice's bit is hers alone, and Eve sends Bob's detector a bit of her own. Not knowing W she knows
// nothing, knowing it she knows all; the phase error rate is 1/2, and the bound rightly promises nothing.
TEST(TwoWayReconciliation, AnAnnouncedErrorPatternTellsTheBitOfAnEmptyPulse) {
  State state{};
  // Alice's qubit is |+>: measured, a bit that nobody else has. Bob's bit is Eve's choice, here 0.
  state[0][0][0] = state[1][0][0] = std::sqrt(0.5);
  EXPECT_NEAR(phase_error(state), 0.5, 1e-12);
  EXPECT_NEAR(eve_knows(state).von_neumann, 0, 1e-12);
}

}  // namespace
}  // namespace herald
