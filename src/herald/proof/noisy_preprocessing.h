#pragma once
// BB84 whose bits Alice flips at random before she corrects errors, single photons, infinitely long keys: Kraus, Gisin,
// Renner, PRL 95, 080501 (2005).

#include "herald/proof/claim.h"

namespace herald {

// 1 - f h(Q * q) - [h(e) - s(q, e)] per sifted bit, Q the bit and e the phase error rate; the unknown correlation of
// bit and phase errors is worst for Alice when there is none, whatever q (docs/theory/bb84-rates.md). Errors:
// invalid_argument.
Result<double> bb84_preprocessing_rate(ErrorRate bit, ErrorRate phase, double noise, double f = 1);

const Theorem& bb84_preprocessing_theorem();

}  // namespace herald
