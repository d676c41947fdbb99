#pragma once
// A commitment given as states, played: Alice commits by sending B, and opens by naming the bit and handing A over; Bob
// looks whether both together are in the state of that bit. Whatever the states are, either Bob reads the bit or Alice
// changes it (attack.h). Two families of states: qubits at an angle, and qutrits (Chailloux, Kerenidis, FOCS 2011).

#include "herald/protocol/commitment/attack.h"
#include "herald/protocol/game.h"

namespace herald {

struct StatesCommitment {
  std::size_t qubits_a = 0, qubits_b = 0;
  std::array<Amplitudes, 2> psi;        // index a * 2^qubits_b + b
  std::array<ComplexMatrix, 2> checks;  // turn psi into |0...0>
  CommitmentAttack attack;

  // Errors: invalid_argument, as of attack_commitment, and for dimensions that are not those of 1 to 6 qubits.
  static Result<StatesCommitment> of(const CommittedStates& states);
};

// sqrt(1 - m)|0>|theta> + sqrt m |1>|theta + 90 degrees>, theta = -angle/2 and angle/2 (radian) for the bits 0 and 1:
// Bob holds a qubit of purity 1 - 2m.
CommittedStates angle_commitment(double angle, double mixing);
// sqrt t |bb> + sqrt(1 - t)|22> for the bit b; qutrits in two qubits each.
CommittedStates qutrit_commitment(double t);

struct StatesOpening {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "opening";
  bool bit = false;

  StatesOpening() = default;
  explicit StatesOpening(bool opened) : bit(opened) {}
  void encode(Writer& writer) const;
  static StatesOpening decode(Reader& reader);
};

namespace commit_states {

// Verdicts: commitment/outcome.h.
Party<Verdict> alice(Seat& seat, const StatesCommitment& p);
Party<Verdict> bob(Seat& seat, const StatesCommitment& p);

// Commits honestly, and names the bit that she is told.
Party<Verdict> alice_lies(Seat& seat, const StatesCommitment& p);
// Commits to 0, and rotates A where 1 is wanted.
Party<Verdict> alice_rotates(Seat& seat, const StatesCommitment& p);
// Commits to the best superposition, and rotates A where 1 is wanted.
Party<Verdict> alice_superposes(Seat& seat, const StatesCommitment& p);
// Measures B at his best before the opening.
Party<Verdict> bob_looks(Seat& seat, const StatesCommitment& p);

}  // namespace commit_states

const Protocol& commit_states_protocol();
const Protocol& commit_optimal_protocol();

}  // namespace herald
