#pragma once
// What Eve learns without decoys: she keeps a photon of each pulse that has several, lets the others through unlost,
// and stops single photons to make up for it. Brassard, Luetkenhaus, Mor, Sanders, PRL 85, 1330 (2000).

#include "herald/proof/asymptotic.h"

namespace herald {

// Secret bits per pulse that any BB84 of one intensity may hold, at most: q (Q - p(n >= 2)), p(n >= 2) = 1 - (1 + mu)
// e^-mu; 0 where the pulses of several photons account for all detections. Errors: invalid_argument.
Result<double> photon_number_splitting_bound(const PulseStatistics& signal, double sifting);

const Theorem& photon_number_splitting_theorem();

}  // namespace herald
