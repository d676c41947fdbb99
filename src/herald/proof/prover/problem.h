#pragma once
// A protocol as a convex problem: minimise D(G(rho) || Z(G(rho))) over states rho >= 0 with linear constraints. Inside
// the prover.

#include "herald/proof/prover/prover.h"

namespace herald::prover {

// |Tr(rho op) - value| <= tolerance, where op differs from the exact operator by at most op_error in Frobenius norm.
struct Constraint {
  ComplexMatrix op;
  double value = 0;
  double tolerance = 0;
  double op_error = 0;
};

struct Problem {
  std::size_t dimension = 0;
  int symbols = 0;  // of the key's alphabet
  // kraus[c][z]: G's block for announcement c and key symbol z; of full row rank.
  std::vector<std::vector<ComplexMatrix>> kraus;
  std::vector<Constraint> design;    // known of the devices: Alice's reduced state, or the trace
  std::vector<Constraint> observed;  // the statistics
  double trace_low = 1, trace_high = 1;
  // Trace distance of Eve's and the key's state in the protocol and in this problem, at most: rounding.
  double state_defect = 0;
  ComplexMatrix interior;  // a positive definite state that meets `design`
};

// herald::mended, of what is valid.
CharacterisedProtocol normalised(const CharacterisedProtocol& protocol);

Result<Problem> make_problem(const CharacterisedProtocol& protocol, std::span<const Observed> observed);

}  // namespace herald::prover
