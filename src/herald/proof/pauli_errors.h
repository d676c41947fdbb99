#pragma once
// One-way keys from pairs of qubits with independent Pauli errors, which is what a twirl leaves of any pair (Bell-
// diagonal states). Alice may flip her bits at random before she corrects errors: it costs her more than it costs Eve,
// but less than it costs Eve's knowledge where errors are many. Kraus, Gisin, Renner, PRL 95, 080501 (2005); Renner,
// Gisin, Kraus, PRA 72, 012332 (2005). Derivation: docs/theory/bb84-rates.md.

#include "herald/base/result.h"
#include "herald/base/units.h"

namespace herald {

// Probabilities of the errors of a pair: a bit flip alone, a phase flip alone, both.
struct PauliErrors {
  double bit = 0;
  double phase = 0;
  double both = 0;

  double bit_error_rate() const { return bit + both; }
};

// Errors: invalid_argument, when these are no probabilities.
Result<void> validate(const PauliErrors& errors);

// Secret bits per pair: S(X'|E) - f h(X'|Y), X' being Alice's bits flipped with probability `noise`: 1 - f h(Q * q) -
// sum over the bit's error e of p_e [h(r_e) - s(q, r_e)], Q * q = Q (1-q) + (1-Q) q, r_e the phase error rate given e,
// s(q, r) = h((1 - sqrt(1 - 16 q (1-q) r (1-r)))/2). Without noise 1 - f h(Q) - sum p_e h(r_e). Without cancellation
// as q -> 1/2. Errors: invalid_argument, for noise outside [0, 1/2], f < 1, or errors that cannot be.
Result<double> one_way_rate(const PauliErrors& errors, double f = 1, double noise = 0);

// The same over (1 - 2q)^2 as q -> 1/2, f = 1: its sign says whether any key is left at the most noise, where the
// thresholds lie: [(1-2Q)^2/2 - sum p_e r_e (1-r_e) ln((1-r_e)/r_e)/(1-2r_e)] / ln 2.
Result<double> one_way_rate_at_most_noise(const PauliErrors& errors);

}  // namespace herald
