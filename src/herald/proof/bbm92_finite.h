#pragma once
// Entangled pairs (or single photons), finite keys: Tomamichel, Lim, Gisin, Renner, "Tight finite-key analysis for
// quantum cryptography", Nat. Commun. 3, 634 (2012), arXiv 1103.4130.

#include <cstdint>

#include "herald/proof/claim.h"

namespace herald {

struct Bbm92Observation {
  std::int64_t key_bits = 0;   // n: both measured in the key basis
  std::int64_t test_bits = 0;  // k: both measured in the test basis, all compared
  std::int64_t test_errors = 0;
  // q = log2(1/c), c the largest overlap of an outcome of one basis with one of the other, squared: 1 when conjugate.
  double preparation_quality = 1;
};

// l = floor(n (q - h(phi)) - leak - tags - log2(2/epsilon^2)), phi = Q + mu. Rigorous accounting finds phi by the exact
// hypergeometric test and takes epsilon so that the composable distance is at most epsilon_sec; as published phi comes
// from Serfling's inequality, mu = sqrt((n+k)(k+1)/(n k^2) ln(2/epsilon)), and epsilon = epsilon_sec. Errors:
// invalid_argument, for what cannot have been observed, and for a two-way reconciliation with q < 1, where the error
// pattern may tell about the key: count both directions as leaked and say one_way.
Result<KeyLength> bbm92_finite(const Bbm92Observation& observation, const Disclosure& disclosure,
                               const Epsilon& epsilon, Accounting accounting = Accounting::rigorous);

// By what factor the counts and the leak would have to grow, at the same rates, for a key of at least one bit (rounded
// up by a thousandth); 1 when there is one already, infinite when no size suffices. Errors: as bbm92_finite.
Result<double> bbm92_block_needed(const Bbm92Observation& observation, const Disclosure& disclosure,
                                  const Epsilon& epsilon);

// The same counts with no allowance for chance: n (q - h(Q)) - leak. What infinitely many would leave, per these.
Result<KeyLength> bbm92_asymptotic(const Bbm92Observation& observation, const Disclosure& disclosure);

const Theorem& bbm92_finite_theorem();
const Theorem& bbm92_theorem();

}  // namespace herald
