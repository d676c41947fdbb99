#pragma once
// BB84 with single photons and two detectors of unequal efficiency, infinitely long keys: Fung, Tamaki, Qi, Lo, Ma,
// QIC 9, 131 (2009); exactly Bochkov, Trushechkin, PRA 99, 032308 (2019). `ratio` is the weaker detector's efficiency
// over the stronger's, in (0, 1], known and out of Eve's reach. All rates are per detected, sifted bit, `bit` the error
// rate of the key bits, `phase` that of the other basis. Errors: invalid_argument.

#include "herald/proof/claim.h"

namespace herald {

// As it is: h(1/(1+r)) - s - f h(bit), s = h((1 - sqrt(1 - 16 r e (1-e)/(1+r)^2))/2). e, the phase error rate, is that
// of the light before the detectors: each count over its detector's efficiency; in the key basis counts thus corrected
// hold as many zeros as ones. The most that a one-way key
// of all these bits may hold (docs/theory/bb84-rates.md).
Result<double> mismatch_rate(double ratio, ErrorRate bit, ErrorRate phase, double f = 1);

// Each click of the stronger detector is thrown away with probability 1 - r: 2r/(1+r) bits are left of one detected,
// and they are those of equal detectors.
Result<double> mismatch_discarding_rate(double ratio, ErrorRate bit, ErrorRate phase, double f = 1);

// Bob assigns the bit values to his detectors anew for each pulse, at random and in secret: on average they are equal.
Result<double> mismatch_switching_rate(ErrorRate bit, ErrorRate phase, double f = 1);

const Theorem& efficiency_mismatch_theorem();

}  // namespace herald
