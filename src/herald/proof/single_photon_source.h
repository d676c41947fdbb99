#pragma once
// BB84 with a source that mostly emits single photons, infinitely long keys: what its mean photon number and
// correlation g2(0) say of how often it emits several. Waks, Santori, Yamamoto, PRA 66, 042315 (2002); GLLP.

#include "herald/proof/asymptotic.h"

namespace herald {

struct SourceStatistics {
  MeanPhotonNumber mean;  // mu, photons per pulse that leave Alice
  double g2 = 0;          // sum n(n-1) p_n / mu^2; loss on the way does not change it
};

// sum_{n>=2} p_n <= sum n(n-1)/2 p_n = g2 mu^2/2. Errors: invalid_argument.
Result<double> several_photons_upper(const SourceStatistics& source);
// p_1 >= mu - sum_{n>=2} n p_n >= mu - g2 mu^2, 0 at least. Errors: invalid_argument.
Result<double> one_photon_lower(const SourceStatistics& source);

// Every pulse of several photons is taken to be Eve's and detected, all errors to be the rest's. The gain and error
// rate are those that Bob sees; `seen.mean` is the source's. Errors: invalid_argument.
Result<SinglePhotonPart> tagged_source_bound(const PulseStatistics& seen, double g2);
// Decoys, infinitely many, told the yield and error rate of single photons: p_1 Y1 and e1. The source's states must be
// mixtures of photon numbers, as the decoys (its light attenuated) must be. Errors: invalid_argument.
Result<SinglePhotonPart> decoy_source_bound(const SourceStatistics& source, Probability yield, ErrorRate error_rate);

const Theorem& single_photon_source_theorem();

}  // namespace herald
