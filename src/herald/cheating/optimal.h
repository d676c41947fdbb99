#pragma once
// The best cheat, computed for protocols that are given as states and operators. Values as real numbers; the party that
// runs a cheat gets its states and unitaries from here by whoever lets it play.

#include <array>
#include <span>
#include <vector>

#include "herald/cheating/semidefinite.h"
#include "herald/quantum/distance.h"

namespace herald {

// A commitment as two joint pure states, index a * dimension_b + b: Alice sends B's part to commit, and A's to open;
// Bob projects on the state of the bit that she names.
struct CommitmentStates {
  std::array<Amplitudes, 2> committed;
  std::size_t dimension_a = 1, dimension_b = 1;
};
// Errors, here and below: invalid_argument for shapes that do not fit and states that are not normalised.

// Bob's best guess of the bit before it is opened, each equally likely: (1 + D)/2 (Helstrom).
Result<Discrimination> best_guess(const CommitmentStates& commitment);

// Alice's attack: she commits to `state`, and applies open[b] to what she kept to open b, which then passes with
// success[b].
struct OpeningAttack {
  Amplitudes state;
  std::array<ComplexMatrix, 2> open;
  std::array<double, 2> success{};
};
// An honest commitment to 0, and Uhlmann's rotation: 1 and F^2.
Result<OpeningAttack> opening_by_rotation(const CommitmentStates& commitment);
// The superposition half-way between: (1 + F)/2 for both bits, the optimum of their mean.
Result<OpeningAttack> opening_by_superposition(const CommitmentStates& commitment);

// A test of n qubits that looks at each alone: the product of operators 0 <= E <= 1 on one qubit, qubit k at index k,
// drawn with its probability.
struct ProductTest {
  double probability = 0;
  std::vector<ComplexMatrix> passes;
};
// The state that a sender without a memory passes with best, and that probability: the largest eigenvalue of the mean
// of the tests. Qubit k is bit k of the index. 1 to 9 qubits.
struct BestState {
  double pass = 0;
  Amplitudes state;
};
Result<BestState> best_state(std::span<const ProductTest> tests);
// Both tests of Bennett and Brassard's coin flip for strings of zeros (other strings are rotations of these), each with
// probability 1/2: what Alice without a memory wins with at most.
std::vector<ProductTest> coin_flip_bb84_tests(std::size_t photons);
// Those of a transfer with strings of `length` >= 1 bits, hashed from photons that somebody measures jointly, guessing
// their bits in either basis: all bits are right, those of one basis and the other string is hit by its hash, or both
// are hit. Pauli's matrices turn the
// best state into a measurement that reaches what it passes with.
std::vector<ProductTest> both_strings_tests(std::size_t photons, double length);

// The honest party of any protocol, as Kitaev writes it: in each step an isometry of (memory (x) incoming message) to
// (memory' (x) outgoing message), the memory being the slow index; the first memory has one dimension. Where it reads a
// classical message it keeps a copy in its memory, and `outcome` is diagonal there.
struct HonestStep {
  ComplexMatrix isometry;
  std::size_t incoming = 1, outgoing = 1;
};
struct HonestParty {
  std::vector<HonestStep> steps;
  ComplexMatrix outcome;  // 0 <= outcome <= 1 on the last memory: what the other side wants
};
// The largest probability of the outcome, over everything that the other side can do: Kitaev (2002), in Gutoski,
// Watrous, STOC 2007; the program's variables are (memory, incoming) before each step.
Result<SemidefiniteBounds> optimal_cheat(const HonestParty& honest);

// The honest parties of Ambainis' coin flip and of the loss-tolerant one with parameter y in [1/2, 1] (no loss), each
// as the victim who should end with coin 0.
HonestParty ambainis_alice();
HonestParty ambainis_bob();
Result<HonestParty> loss_tolerant_alice(double y);
Result<HonestParty> loss_tolerant_bob(double y);
// The bank that gives a random one of the states out and tests two notes.
HonestParty bank(std::span<const Amplitudes> states);

}  // namespace herald
