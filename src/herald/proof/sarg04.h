#pragma once
// SARG04 with single photons, infinitely long keys: Scarani, Acin, Ribordy, Gisin, PRL 92, 057901 (2004). BB84's
// states, but Alice announces a pair of non-orthogonal ones that holds hers, and Bob keeps what excludes one of them.

#include "herald/proof/claim.h"
#include "herald/proof/pauli_errors.h"

namespace herald {

// The worst errors of the kept pairs that have this error rate: the phase error rate is 3/2 of it, half of the bit
// errors come with one (rates up to 1/3; above, where nothing is left, the worst without preprocessing). Errors:
// invalid_argument, above 1/2.
Result<PauliErrors> sarg04_errors(ErrorRate kept);

// 1 - H(1-2E, E/2, E, E/2) per kept bit, when f = 1 and Alice flips none. Errors: invalid_argument.
Result<double> sarg04_rate(ErrorRate kept, double f = 1, double noise = 0);

const Theorem& sarg04_theorem();

}  // namespace herald
