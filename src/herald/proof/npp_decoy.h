#pragma once
// Twin-field QKD without phase post-selection, with a few decoy intensities.

#include "herald/proof/npp.h"
#include "herald/proof/photon_number_bound.h"

namespace herald {

// As npp_phase_error, the yields being known only through the gains of a few intensities, of the same outcome as
// `conclusive`: the sum for each parity is bounded by root_yield_sum_upper, whose value does not depend on how well its
// search did. Errors: invalid_argument.
Result<ErrorRate> npp_decoy_phase_error(MeanPhotonNumber signal, Probability conclusive, const DecoyGains& decoys);

const Theorem& npp_decoy_theorem();

}  // namespace herald
