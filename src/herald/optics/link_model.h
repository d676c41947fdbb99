#pragma once
// What a decoy-state BB84 link is made of, as numbers. The exact meaning of each, and the order in which they act, is
// the model of docs/theory/optics.md, which the click sampler and its pulse-by-pulse twin both implement.

#include <array>
#include <cstdint>
#include <vector>

#include "herald/base/result.h"
#include "herald/base/units.h"
#include "herald/detections/intensity.h"

namespace herald {

// A phase-randomised weak coherent source. Alice's bit is uniform.
struct SourceModel {
  std::vector<Intensity> intensities;  // 1 to 256; an intensity's index is what Settings::intensity holds
  Probability z_basis{0.5};            // that Alice prepares in Z
};

struct FibreModel {
  Kilometre length;
  DecibelPerKilometre attenuation{0.2};
  Decibel insertion_loss{0};  // connectors, and Bob's optics before his detectors

  Decibel loss() const { return attenuation * length + insertion_loss; }
};

// A threshold detector: it fires or not, whatever the number of photons.
struct DetectorModel {
  Probability efficiency;
  Probability dark_count;  // per gate
};

// Bob chooses a basis for each gate and has two detectors, one for each bit value. A gate is the time slot of one
// pulse.
struct ReceiverModel {
  Probability z_basis{0.5};                // that Bob measures in Z
  std::array<DetectorModel, 2> detectors;  // detectors[b] reports bit b
  Probability misalignment{0};             // that a photon goes to the wrong detector when the bases agree
  Probability afterpulse{0};  // that an avalanche is followed by an afterpulse, counted from the end of its dead time
  double afterpulse_decay_gates = 100;  // time constant of the exponential decay of the afterpulse's delay
  std::uint64_t dead_gates = 0;         // gates after an avalanche in which that detector cannot fire
  Probability jitter{0};                // that a detection is tagged in one of the two neighbouring gates (half each)
};

struct LinkModel {
  SourceModel source;
  FibreModel fibre;
  ReceiverModel receiver;
  Hertz pulse_rate{1e9};

  // The link of Lim et al., PRA 89, 022307 (2014), section IV (efficiency 10 %, 6e-7 dark counts a gate, misalignment
  // 0.5 %, 0.2 dB/km, weakest intensity 2e-4) without its afterpulses, at 1 GHz. Intensities, their probabilities and
  // the bases' bias are near the optimum of the finite key for 1e6 sifted bits, which hardly moves from 25 to
  // 100 km.
  static LinkModel standard(Kilometre length);

  // ErrorCode::invalid_argument naming the first parameter that is impossible.
  Result<void> validate() const;

  // From Alice's output to Bob's detectors, without their efficiencies.
  double channel_transmittance() const { return transmittance(fibre.loss()); }
};

// ReceiverModel::jitter for Gaussian timing jitter: the probability that a detection, at best in the middle of its
// gate, falls outside of it. Sensible for sigma well below a gate, so that only the neighbours matter.
Probability jitter_probability(Seconds sigma, Hertz pulse_rate);

}  // namespace herald
