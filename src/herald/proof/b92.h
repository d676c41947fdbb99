#pragma once
// B92 with single photons, infinitely long keys: Bennett, PRL 68, 3121 (1992). Alice sends |phi_j> = beta |0> + (-1)^j
// alpha |1>, 0 < alpha < beta; Bob keeps a photon that excludes one of the two: POVM |phi_j><phi_j| (orthogonal) / 2.
// Tamaki, Koashi, Imoto, PRL 90, 167904 (2003); with loss Tamaki, Luetkenhaus, PRA 69, 032316 (2004).

#include "herald/proof/claim.h"

namespace herald {

// Per pulse.
struct B92Observation {
  double alpha2 = 0;       // alpha^2, in (0, 1/2): the states' overlap is 1 - 2 alpha^2
  Probability detected;    // Bob's qubit arrived, whether it excluded a state or not
  Probability conclusive;  // ... and it did
  Probability wrong;       // ... and it excluded the state that was sent
};

// Upper bound on the phase error rate of the conclusive pairs, 1/2 at most: the exact maximum over all that Eve may do
// to the qubits one by one, those that she loses chosen by her (docs/theory/bb84-rates.md). 1/2 as soon as as few are
// detected as an unambiguous discrimination leaves, 2 alpha^2. Errors: invalid_argument, for what no qubits show.
Result<ErrorRate> b92_phase_error_rate(const B92Observation& observation);

// conclusive {1 - f h(wrong/conclusive) - h(phase error rate)} per pulse. Errors: invalid_argument.
Result<double> b92_rate(const B92Observation& observation, double f = 1);

// What qubits show that arrive with probability `detected` and are, each, replaced by noise with probability twice
// `error_rate`: that a projective measurement finds the orthogonal state with.
B92Observation b92_depolarised(double alpha2, Probability detected, ErrorRate error_rate);

const Theorem& b92_theorem();

}  // namespace herald
