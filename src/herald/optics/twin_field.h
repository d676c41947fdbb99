#pragma once
// What Charlie, midway between Alice and Bob, sees of the pulses that both send him: closed formulas for the twin-field
// protocols. His beam splitter leads to two threshold detectors. Every formula is a sum of positive terms or an expm1
// form: a click probability of 1e-20 keeps its relative precision. Both arms are alike; mean photon numbers are of one
// end's pulse where it leaves her laboratory.

#include <array>
#include <vector>

#include "herald/base/units.h"

namespace herald {

struct CharlieNode {
  double transmittance;  // r in [0, 1]: from either end to a detector, the detector's efficiency included
  double dark_count;     // p_d in [0, 1): of each detector at each pulse
};

// r = efficiency 10^(-loss/20), half of the decibels between Alice and Bob being on each side.
double single_arm_transmittance(Decibel loss, Probability efficiency);

// Original twin-field and phase-matching: random phases announced in slices ----------------------------------------

// E_M = 1/2 - sin(2 pi/M)/(4 pi/M): bits wrong because matched phases only agree to 2 pi/M.
// Lucamarini, Yuan, Dynes, Shields, Nature 557, 400 (2018).
double phase_slice_error(unsigned slices);
// pi/M - (M/pi)^2 sin^3(pi/M): the same after Ma, Zeng, Zhou, PRX 8, 031043 (2018), whose slices are compared in the
// middle.
double phase_matching_error(unsigned slices);

// Gain and error rate of `photons` (a number n, or the mean of a random one) that arrive in the joint mode.
struct GainAndError {
  double gain;
  double error_rate;  // 1/2 where nothing is ever detected
};
// The joint pulse of mean mu_a + mu_b = 2 `mean` on a line of transmittance r, as for BB84: a click with yield
// Y0 = 2 p_d of empty pulses; light errs with probability `error`. Lucamarini et al. 2018.
GainAndError twin_field_pulse(const CharlieNode& node, double mean, double error);
GainAndError twin_field_single_photon(const CharlieNode& node, double error);

// Ma, Zeng, Zhou 2018, appendix B.3; the joint pulse of 2 `mean`, and its part of k photons (e_0 = 1/2).
GainAndError phase_matching_pulse(const CharlieNode& node, double mean, double error);
GainAndError phase_matching_photons(const CharlieNode& node, unsigned k, double error);

// Sending or not sending -------------------------------------------------------------------------------------------

// Probabilities of exactly one click in a window. Wang, Yu, Hu, PRA 98, 062323 (2018).
struct SendingClicks {
  double one;   // one end sends, whichever
  double both;  // both send, their phases random
  double none;  // neither: dark counts
};
SendingClicks sending_clicks(const CharlieNode& node, double mean);
// One photon that came from either end: s_1, and e_1 in windows of matched phases, where it goes to the wrong detector
// with probability `misalignment`.
GainAndError sending_single_photon(const CharlieNode& node, double misalignment);
// Both ends send `mean` with matched phases: probability that the wrong detector alone clicks.
double matched_phase_wrong_click(const CharlieNode& node, double mean, double misalignment);

// Without phase post-selection -------------------------------------------------------------------------------------

// Both ends send a coherent state of `mean` photons and a phase 0 or pi: probability that a given detector alone
// clicks, averaged over both bits, and the share of those that err. `misalignment` (1 - cos phi)/2 is from a phase phi
// between the arms. Curty, Azuma, Lo, npj Quantum Inf. 5, 64 (2019).
GainAndError phase_encoded_click(const CharlieNode& node, double mean, double misalignment);

// Phase-randomised pulses of different means: probability that a given detector alone clicks.
double randomised_click(const CharlieNode& node, double mean_a, double mean_b);

// n photons from Alice, m from Bob: probability p(n, m) that a given detector alone clicks. A phase between the arms
// does not enter. Built once for all n + m <= most.
class PhotonNumberClicks {
 public:
  PhotonNumberClicks(const CharlieNode& node, unsigned most);
  double operator()(unsigned n, unsigned m) const;
  unsigned most() const { return static_cast<unsigned>(m_light.size()) - 1; }

 private:
  double m_live;                // 1 - p_d
  double m_exchange;            // (r/2)^2
  std::vector<double> m_dark;   // [N] p_d (1-r)^N
  std::vector<double> m_pass;   // [N] (1-r/2)^N
  std::vector<double> m_light;  // [N] (1-r/2)^N - (1-r)^N
};

}  // namespace herald
