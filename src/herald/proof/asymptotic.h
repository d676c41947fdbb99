#pragma once
// BB84 with infinitely long keys: rates per pulse from gains and error rates, with single photons (Shor and Preskill),
// with weak pulses and no decoys (GLLP), and with decoys (Ma, Qi, Zhao, Lo 2005). A gain Q is the probability that a
// pulse is detected, an error rate E that a detected bit is wrong. Rates may be negative: no key. Errors:
// invalid_argument, for arguments outside their range.

#include "herald/proof/claim.h"
#include "herald/proof/decoy_observation.h"

namespace herald {

// 1 - f h(bit) - h(phase) per sifted bit; f >= 1 is the inefficiency of reconciliation.
// Shor, Preskill, PRL 85, 441 (2000); with two rates Koashi, Preskill, PRL 90, 057902 (2003).
Result<double> shor_preskill_rate(ErrorRate bit, ErrorRate phase, double f = 1);

// What a weak pulse's detections look like.
struct PulseStatistics {
  MeanPhotonNumber mean;
  Probability gain;
  ErrorRate error_rate;
};

// Single-photon part of the signal: the probability that a pulse held one photon and was detected, and its error rate.
struct SinglePhotonPart {
  Probability gain;
  ErrorRate error_rate;
};

// q {-Q f h(E) + Q1 [1 - h(e1)]} per pulse; q is the share of pulses that sifting keeps.
// Gottesman, Lo, Luetkenhaus, Preskill, QIC 4, 325 (2004); Lo, Ma, Chen, PRL 94, 230504 (2005).
Result<double> decoy_rate(const PulseStatistics& signal, const SinglePhotonPart& single, double f, double q);

// No decoys: every pulse of several photons is taken to be Eve's and detected, all errors to be the rest's. GLLP.
Result<SinglePhotonPart> no_decoy_bound(const PulseStatistics& signal);
// Vacuum and weak decoy: Y1 from eq. (34), e1 from eq. (37) of Ma, Qi, Zhao, Lo, PRA 72, 012326 (2005). Y0, the
// yield of empty pulses, has been measured with vacuum; mu > nu > 0.
Result<SinglePhotonPart> vacuum_weak_bound(const PulseStatistics& signal, const PulseStatistics& weak,
                                           Probability vacuum_yield);
// One weak decoy, Y0 bounded by the weak decoy's errors, all of which may be the vacuum's; ibid., sec. III.
Result<SinglePhotonPart> one_decoy_bound(const PulseStatistics& signal, const PulseStatistics& weak);
// One weak decoy, Y0 bounded by the signal's errors: eqs. (4), (5) of Zhao, Qi, Ma, Lo, Qian, PRL 96, 070502 (2006).
Result<SinglePhotonPart> one_decoy_bound_by_signal_errors(const PulseStatistics& signal, const PulseStatistics& weak);

// A block's counts with no allowance for chance: s_0 + s_1 (1 - h(v_1/s_1)) - leak, with two or three intensities. A
// two-way reconciliation drops s_0. What infinitely many such blocks would leave, per block.
Result<KeyLength> bb84_decoy_asymptotic(const DecoyObservation& observation, const Disclosure& disclosure);

const Theorem& bb84_theorem();
const Theorem& bb84_no_decoy_theorem();
const Theorem& bb84_decoy_theorem();

}  // namespace herald
