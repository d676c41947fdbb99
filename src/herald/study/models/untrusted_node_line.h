#pragma once
// A line with an untrusted node midway. Both ends and both sides are alike: intensities are of either end's pulse, the
// insertion loss is of both sides together, and detectors are the node's. Every such model's list begins with
// attenuation, insertion loss and detectors' efficiency.

#include <fmt/format.h>

#include <cmath>

#include "herald/optics/twin_field.h"
#include "herald/study/models/parameters.h"

namespace herald::study {

inline constexpr ParameterSpec kPhaseSlices = {"phase.slices", "", "slices M that the phase is announced in", 16, 2,
                                               65536};

// Decoys for infinitely long keys: weaker is better until rounding is felt, so they are not searched for.
constexpr ParameterSpec strong_decoy(double standard) {
  return {
      "intensity.strong", "photons/pulse", "mean photon number of the strong decoy", standard, 1e-3, 2, false, true};
}
constexpr ParameterSpec weak_decoy(double standard) { return parameter::fixed(parameter::kWeak, standard); }

inline Result<unsigned> whole_slices(double slices) {
  if (slices >= 2 && slices <= 65536 && slices == std::floor(slices)) return static_cast<unsigned>(slices);
  return fail(ErrorCode::invalid_argument,
              fmt::format("phase.slices is a whole number from 2 to 65536, not {}", slices));
}

// attenuation, insertion loss, efficiency: r from either end to a detector.
inline double line_transmittance(std::span<const double> values, Kilometre distance) {
  return single_arm_transmittance(DecibelPerKilometre(values[0]) * distance + Decibel(values[1]),
                                  Probability(values[2]));
}

}  // namespace herald::study
