#pragma once
// SARG04, infinitely long keys: Scarani, Acin, Ribordy, Gisin, PRL 92, 057901 (2004). BB84's
// states, but Alice announces a pair of non-orthogonal ones that holds hers, and Bob keeps what excludes one of them.

#include "herald/proof/asymptotic.h"
#include "herald/proof/pauli_errors.h"

namespace herald {

// The worst errors of the kept pairs that have this error rate: the phase error rate is 3/2 of it, half of the bit
// errors come with one (rates up to 1/3; above, where nothing is left, the worst without preprocessing). Errors:
// invalid_argument, above 1/2.
Result<PauliErrors> sarg04_errors(ErrorRate kept);

// 1 - H(1-2E, E/2, E, E/2) per kept bit, when f = 1 and Alice flips none. Errors: invalid_argument.
Result<double> sarg04_rate(ErrorRate kept, double f = 1, double noise = 0);

// Pulses of two photons have a key too: min over x of x E + (3 - 2x + sqrt(6 - 6 sqrt(2) x + 4x^2))/6, at most 1/2; of
// three they have none. Tamaki, Lo, PRA 73, 010302 (2006). Errors: invalid_argument, for rates outside [0, 1/2].
Result<ErrorRate> sarg04_two_photon_phase_error_rate(ErrorRate kept);

// -Q f h(E) + Q1 [1 - H(phase|bit)] + Q2 [1 - h(e2)] per pulse: all gains those of the kept bits, error rates theirs.
// Fung, Tamaki, Lo, PRA 73, 012337 (2006). Errors: invalid_argument.
Result<double> sarg04_decoy_rate(const PulseStatistics& signal, const SinglePhotonPart& one,
                                 const SinglePhotonPart& two, double f);

const Theorem& sarg04_theorem();
const Theorem& sarg04_decoy_theorem();

}  // namespace herald
