#pragma once
// What gains of a few intensities leave possible for the yields of photon numbers, by convex duality: whatever the
// solver does, what it returns is a bound.

#include <span>

#include "herald/proof/claim.h"

namespace herald {

// Both ends send phase-randomised pulses of `intensities` (photons/pulse, 2 to 5 of them, strictly increasing, 0 to 2);
// gains[i * k + j] is the probability of one outcome when Alice sent the i-th and Bob the j-th of the k.
struct DecoyGains {
  std::span<const double> intensities;
  std::span<const double> gains;
};

// An upper bound on sum over n, m = parity (mod 2) of c[n] c[m] sqrt(p(n, m)) for all yields 0 <= p <= 1 that show
// these gains: sum over n, m of p(n, m) P_n(mu_i) P_m(mu_j), P_n Poissonian. c[n] >= 0 are 60 amplitudes, negligible
// beyond. Any numbers w_ij give one,
//   sum w_ij Q_ij + sum over n, m of max over 0 <= p <= 1 of [c_n c_m sqrt(p) - p sum w_ij P_n(mu_i) P_m(mu_j)];
// a Newton method finds w near the best, and what is returned is this sum for it, with an allowance for rounding. About
// 0.1 ms. Errors: invalid_argument, for intensities and gains that are none, or gains that no yields show.
Result<double> root_yield_sum_upper(std::span<const double> c, unsigned parity, const DecoyGains& decoys);

}  // namespace herald
