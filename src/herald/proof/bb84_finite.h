#pragma once
// Decoy-state BB84 with three intensities, finite keys: Lim, Curty, Walenta, Xu, Zbinden, "Concise security bounds for
// practical decoy-state quantum key distribution", PRA 89, 022307 (2014).

#include "herald/proof/claim.h"
#include "herald/proof/decoy_observation.h"

namespace herald {

// Eq. (1): l = floor(s_0 + s_1 (1 - h(phi)) - leak - tags - 6 log2(21/epsilon_sec)). Rigorous accounting replaces the
// sampling bound of eq. (5); a two-way reconciliation drops s_0. Errors: invalid_argument, for what cannot have been
// observed.
Result<KeyLength> bb84_finite(const DecoyObservation& observation, const Disclosure& disclosure, const Epsilon& epsilon,
                              Accounting accounting = Accounting::rigorous);

// The same of expected counts, which need not be whole: for curves, never for keys.
Result<KeyLength> bb84_finite_expected(const DecoyExpectation& counts, const Disclosure& disclosure,
                                       const Epsilon& epsilon, Accounting accounting = Accounting::rigorous);

// By what factor the counts and the leak would have to grow, at the same rates, for a key of at least one bit (rounded
// up by a thousandth); 1 when there is one already, infinite when no size suffices. Errors: as bb84_finite.
Result<double> bb84_block_needed(const DecoyObservation& observation, const Disclosure& disclosure,
                                 const Epsilon& epsilon);

const Theorem& bb84_finite_theorem();

}  // namespace herald
