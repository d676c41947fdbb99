#pragma once
// Measurement-device-independent QKD with infinitely long keys: both ends send, Charlie measures which Bell state.

#include "herald/proof/asymptotic.h"

namespace herald {

// Of pairs of pulses that both sent in one basis, of signal intensity; probabilities that Charlie announces success.
struct MdiObservation {
  Probability gain;         // Q, key basis
  ErrorRate error_rate;     // E, key basis
  SinglePhotonPart single;  // gain of pairs with one photon from each end in the key basis, P11 Y11; error rate of such
                            // pairs in the test basis, e11
};

// Q11 [1 - h(e11)] - Q f h(E) per pair of signals sent in the key basis. Errors: invalid_argument.
// Lo, Curty, Qi, PRL 108, 130503 (2012), eq. (1).
Result<double> mdi_rate(const MdiObservation& observation, double f);

const Theorem& mdi_theorem();

}  // namespace herald
