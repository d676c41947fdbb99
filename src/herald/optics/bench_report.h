#pragma once
// One run of the click sampler, timed and held against the closed formulas (`herald bench optics`).

#include <cstdint>
#include <vector>

#include "herald/optics/expectation.h"
#include "herald/optics/link_model.h"

namespace herald {

struct OpticsBenchResult {
  std::uint64_t pulses = 0, clicks = 0, sifted = 0, errors = 0;
  double seconds = 0;  // of wall clock, sampling and counting
  double clicks_per_second = 0;
  double pulses_per_second = 0;                             // equivalent pulses
  double light_seconds = 0;                                 // how long the real link would have taken
  double measured_click = 0, expected_click = 0;            // clicks per pulse
  double measured_error_rate = 0, expected_error_rate = 0;  // of the sifted bits

  struct PerIntensity {
    double mean_photon_number = 0;
    double measured_gain = 0, expected_gain = 0;  // per pulse with equal bases
    double measured_error_rate = 0, expected_error_rate = 0;
  };
  std::vector<PerIntensity> intensities;
};

// Samples `pulses` (1 to 2^62) pulses of the honest link on one core, in parts that fit in the cache. Errors: those of
// model.validate().
Result<OpticsBenchResult> run_optics_bench(const LinkModel& model, std::uint64_t pulses, std::uint64_t seed);

}  // namespace herald
