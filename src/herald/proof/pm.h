#pragma once
// Phase-matching QKD with infinitely long keys and infinitely many decoys.

#include <span>

#include "herald/proof/claim.h"

namespace herald {

// A part of the clicks: those of joint pulses of a given photon number.
struct PhotonNumberPart {
  Probability share;  // q_k, of all clicks; one common unit for a list of them
  ErrorRate error_rate;
};

// E^X <= q_0/2 + sum of q_k e_k over the odd k known + (1 - q_0 - sum of q_k): whatever is not listed counts as wrong.
// At most 1/2 is returned. Errors: invalid_argument. Ma, Zeng, Zhou 2018, appendix B.
Result<ErrorRate> pm_phase_error(Probability vacuum, std::span<const PhotonNumberPart> odd);

// (2/M) Q [1 - f h(E^Z) - h(E^X)] per pair of pulses, `slices` = M >= 2. Errors: invalid_argument.
// Ma, Zeng, Zhou, PRX 8, 031043 (2018).
Result<double> pm_rate(Probability gain, ErrorRate bit, ErrorRate phase, unsigned slices, double f);

const Theorem& pm_theorem();

}  // namespace herald
