#pragma once
// Randomness that a Bell test certifies, whatever the devices: Pironio et al., Nature 464, 1021 (2010), arXiv
// 0911.3427. Errors: invalid_argument, for a CHSH value outside [0, 2 sqrt2], counts and probabilities that cannot be.

#include "herald/proof/claim.h"

namespace herald {

// f(S) = 1 - log2(1 + sqrt(2 - S^2/4)): min-entropy of one outcome of a round whose CHSH value is S; 0 up to S = 2.
// The von Neumann entropy, which a long run accumulates, is chsh_entropy (proof/device_independent.h).
Result<double> chsh_min_entropy(double chsh);

struct BellRun {
  double rounds = 0;                  // n
  double chsh = 0;                    // as estimated from them
  double setting_probability = 0.25;  // q: of the least likely of the four pairs of settings; at most 1/4
};

struct CertifiedRandomness {
  double min_entropy = 0;       // bits: n f(S - deviation)
  double chsh_lower = 0;        // S - deviation
  double settings_entropy = 0;  // bits that choosing the settings takes, the other three pairs being alike or likelier
};

// n f(S - e), e = (1/q + 2 sqrt2) sqrt(2 ln(1/delta)/n): the bound on a martingale (Azuma) that memory cannot cheat,
// except with probability `epsilon` = delta.
Result<CertifiedRandomness> randomness_expansion_finite(const BellRun& run, FailureProbability epsilon);

const Theorem& randomness_expansion_theorem();
const Theorem& randomness_expansion_finite_theorem();

}  // namespace herald
