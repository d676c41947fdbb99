#pragma once
// Keys from devices that are not trusted, infinitely long: all that counts is how strongly their outcomes violate the
// CHSH inequality. `chsh` is S = E00 + E01 + E10 - E11 over all rounds, those without a detection included; no quantum
// devices exceed 2 sqrt2. Rates per round of the key, negative: no key. Errors: invalid_argument, for a CHSH value
// outside [0, 2 sqrt2], noise outside [0, 1/2].

#include "herald/proof/claim.h"

namespace herald {

inline constexpr double kTsirelson = 2.8284271247461903;  // 2 sqrt2

// H(A|E) >= 1 - h((1 + sqrt(S^2/4 - 1))/2): von Neumann entropy of Alice's bit that Eve lacks; 0 up to S = 2.
// Acin et al., PRL 98, 230501 (2007); Pironio et al., NJP 11, 045021 (2009).
Result<double> chsh_entropy(double chsh);
// The same when Alice flips her bit with probability `noise` before it is corrected: 1 + h((1 + sqrt(1 - p(1-p)(8 -
// S^2)))/2) - h((1 + sqrt(S^2/4 - 1))/2). Ho et al., PRL 124, 230502 (2020); Woodhead, Acin, Pironio, Quantum 5, 443
// (2021).
Result<double> chsh_entropy(double chsh, double noise);

// H(A|E) - correction, `correction` being the bits per key bit disclosed to correct it, at best H(A|B): f h(Q), with
// noise f h(Q(1-p) + (1-Q)p), or what bell_statistics says where Bob flags what he missed.
Result<double> device_independent_rate(double chsh, double correction, double noise = 0);

// What depolarised pairs with this error rate show: S = 2 sqrt2 (1 - 2Q).
Result<double> depolarised_chsh(ErrorRate error_rate);

const Theorem& di_theorem();
const Theorem& di_preprocessing_theorem();

}  // namespace herald
