#pragma once
// What `herald rate` is asked for: the command line with its names resolved.

#include <string>
#include <vector>

#include "herald/study/preset.h"
#include "herald/study/sweep.h"

namespace herald::cli {

struct RateOptions {
  std::vector<std::string> protocols, set, sweep, presets, between;
  std::string distance, crossing, plot, figure, network, resume;
  unsigned threads = 0;
  bool csv = false, json = false, explain = false, list = false, reach = false, no_plob = false, progress = false;
  study::Spread* spread = nullptr;  // the other processes of mpirun's job
};

struct RateRequest {
  std::vector<const study::RateModel*> models;
  std::vector<study::Setting> settings;
  std::vector<study::Axis> axes;
  std::vector<study::Preset> presets;
};

// Protocols (or those of the presets, where none is named), presets and settings. Errors: not_found, invalid_argument.
Result<RateRequest> read_rate_request(const RateOptions& options);

// "name=RANGE" of --sweep. Errors: invalid_argument.
Result<study::Axis> parse_sweep(const std::string& text);

// The swept parameters, and the distance where any of the models depends on it.
Result<void> read_rate_axes(const RateOptions& options, RateRequest& request);

}  // namespace herald::cli
