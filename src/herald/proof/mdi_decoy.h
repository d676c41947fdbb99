#pragma once
// Measurement-device-independent QKD with a signal and two decoys: what they show of pairs of single photons.

#include <array>

#include "herald/proof/mdi.h"

namespace herald {

// Of the pairs that both sent in one basis. Index 0: signal, 1: weak decoy, 2: (nearly) empty decoy; mu_0 > mu_1 > mu_2
// >= 0, the same for both ends. gain[i][j]: probability of success when Alice sent the i-th and Bob the j-th.
struct MdiDecoyGains {
  std::array<MeanPhotonNumber, 3> mean;
  std::array<std::array<Probability, 3>, 3> gain;
};

// Y11 >= {(mu^2 - w^2)(mu - w) M(nu) - (nu^2 - w^2)(nu - w) M(mu)} / [(mu - w)^2 (nu - w)^2 (mu - nu)],
// M(x) = Q_xx e^2x + Q_ww e^2w - (Q_xw + Q_wx) e^(x+w), in either basis; 0 where that is less. Errors:
// invalid_argument. Xu, Curty, Qi, Lo, New J. Phys. 15, 113007 (2013).
Result<Probability> mdi_single_photon_yield(const MdiDecoyGains& gains);

// e11 <= M'(nu) / [(nu - w)^2 Y11], M' as M of the probabilities of a success that is wrong; at most 1/2. `yield` is
// the bound on Y11 in the same basis. Errors: invalid_argument. Ibid.
Result<ErrorRate> mdi_single_photon_error(const MdiDecoyGains& wrong, Probability yield);

const Theorem& mdi_decoy_theorem();

}  // namespace herald
