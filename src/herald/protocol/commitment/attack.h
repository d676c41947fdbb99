#pragma once
// Why no commitment holds: for any commitment at all, written as the joint pure states of both parties after it, the
// cheats of Mayers, PRL 78, 3414 (1997), and Lo, Chau, PRL 78, 3410 (1997), as operations that a party can carry out.

#include <array>
#include <span>

#include "herald/base/result.h"
#include "herald/quantum/distance.h"

namespace herald {

// A commitment: what Alice (A, who opens by handing A over) and Bob (B) share once she has committed to 0 or to 1.
struct CommittedStates {
  std::size_t dimension_a = 0, dimension_b = 0;
  std::array<Amplitudes, 2> psi;  // index a * dimension_b + b
};

struct CommitmentAttack {
  // On A. Alice commits to 0, and rotates when she wants 1: it opens with probability F^2.
  ComplexMatrix rotation;
  // She commits to this instead: as it is it opens 0, rotated it opens 1, each with probability (1 + F)/2, the most.
  Amplitudes superposition;
  // Bob's best guess, (1 + D)/2 : his state goes through `reading`, and the outcomes below `ones` say 1.
  ComplexMatrix reading;
  std::size_t ones = 0;
};

// Errors: invalid_argument, for states that are not of these dimensions, or not of length 1 (up to 1e-9).
Result<CommitmentAttack> attack_commitment(const CommittedStates& states);

// A unitary that turns this vector of length 1 into |0...0>, up to a phase (Householder's reflection).
ComplexMatrix unprepare(std::span<const Complex> vector);

}  // namespace herald
