#pragma once
// Decoy-state BB84 with two intensities, finite keys: Rusca, Boaron, Gruenenfelder, Martin, Zbinden, "Finite-key
// analysis for the 1-decoy state QKD protocol", APL 112, 171104 (2018), arXiv 1801.03443.

#include "herald/proof/claim.h"
#include "herald/proof/decoy_observation.h"

namespace herald {

// Eq. (A25): l = floor(s_0 + s_1 (1 - h(phi)) - leak - tags - 6 log2(19/epsilon_sec)). Needs the errors of the key
// basis by intensity, known once the key is corrected. Rigorous accounting replaces the sampling bound of (A21) and,
// where Bob's messages are not given to Eve anyway, counts those announced numbers as leaked; a two-way reconciliation
// drops s_0. Errors: invalid_argument, for what cannot have been observed.
Result<KeyLength> bb84_finite_one_decoy(const DecoyObservation& observation, const Disclosure& disclosure,
                                        const Epsilon& epsilon, Accounting accounting = Accounting::rigorous);

// The same of expected counts, which need not be whole: for curves, never for keys.
Result<KeyLength> bb84_finite_one_decoy_expected(const DecoyExpectation& counts, const Disclosure& disclosure,
                                                 const Epsilon& epsilon, Accounting accounting = Accounting::rigorous);

// As bb84_block_needed.
Result<double> bb84_one_decoy_block_needed(const DecoyObservation& observation, const Disclosure& disclosure,
                                           const Epsilon& epsilon);

const Theorem& bb84_finite_one_decoy_theorem();

}  // namespace herald
