#pragma once
// The six-state protocol with single photons, infinitely long keys: Bruss, PRL 81, 3018 (1998); Lo, "Proof of
// unconditional security of six-state quantum key distribution scheme", QIC 1, 81 (2001), quant-ph/0102138.

#include "herald/proof/claim.h"
#include "herald/proof/pauli_errors.h"

namespace herald {

// The error rates of all three bases leave no freedom: bit + both = key, phase + both = x, bit + phase = y, where the
// key is made in one basis and x, y are the two others. Errors: invalid_argument, for rates that no pair shows.
Result<PauliErrors> six_state_errors(ErrorRate key, ErrorRate x, ErrorRate y);

// 1 - f h(Q) - [H(1-3Q/2, Q/2, Q/2, Q/2) - h(Q)] per sifted bit, when all rates are Q; with noise the one-way rate with
// preprocessing. Errors: invalid_argument.
Result<double> six_state_rate(ErrorRate key, ErrorRate x, ErrorRate y, double f = 1, double noise = 0);

const Theorem& six_state_theorem();
const Theorem& six_state_preprocessing_theorem();

}  // namespace herald
