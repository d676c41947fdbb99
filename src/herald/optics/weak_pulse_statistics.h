#pragma once
// Gains and error rates over a lossy channel in the closed forms that rate papers are drawn with. Simpler than
// expectation.h, whose link has detectors, dead time and double clicks of its own. Arguments outside their range, NaN
// among them, are bugs (HERALD_CHECK).

#include "herald/base/units.h"
#include "herald/optics/expectation.h"

namespace herald {

// Probability that a photon leaving Alice makes one of Bob's detectors click.
Probability fibre_transmittance(Kilometre length, DecibelPerKilometre attenuation, Decibel insertion_loss,
                                Probability detector_efficiency);

// Ma, Qi, Zhao, Lo, PRA 72, 012326 (2005), sec. II: a background that is there whatever Alice sends.
struct BackgroundChannel {
  Probability transmittance;        // Alice's output to a click
  Probability background_yield;     // Y0: a click of an empty pulse
  ErrorRate background_error{0.5};  // e0
  ErrorRate misalignment;           // e_det: that a detected photon is in the wrong detector
};

// Y_n = Y0 + 1 - (1-eta)^n, e_n Y_n = e0 Y0 + e_det (1 - (1-eta)^n): the sums that the paper computes with, in place of
// the union (smaller by Y0 eta at most), and never above 1. Their sum over a Poisson distribution is weak_pulse.
ExpectedRate photon_number_state(const BackgroundChannel& channel, unsigned photons);
// Q = Y0 + 1 - e^{-eta mu}, E Q = e0 Y0 + e_det (1 - e^{-eta mu}); eqs. (10), (11).
ExpectedRate weak_pulse(const BackgroundChannel& channel, MeanPhotonNumber mean);

// A pulsed source of `mean` <= 1 photons per pulse and correlation `g2` <= 1 that emits two at most: p_2 = g2 mu^2/2,
// p_1 = mu - 2 p_2.
ExpectedRate source_pulse(const BackgroundChannel& channel, MeanPhotonNumber mean, double g2);

// Lim, Curty, Walenta, Xu, Zbinden, PRA 89, 022307 (2014), sec. IV: two detectors with dark counts and afterpulses.
struct GatedChannel {
  Probability transmittance;
  Probability dark_count;  // per detector and gate
  Probability afterpulse;  // that a click is followed by another, of a random bit
  ErrorRate misalignment;
};

// R = D (1 + p_ap), D = 1 - (1 - 2 p_dc) e^{-eta mu}; wrong with p_dc + e_mis (1 - e^{-eta mu}) + p_ap D / 2, eta being
// the transmittance to the click (the paper prints the channel's in the latter, which its figures do not bear out).
ExpectedRate weak_pulse(const GatedChannel& channel, MeanPhotonNumber mean);

}  // namespace herald
