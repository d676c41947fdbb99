#pragma once
// Figures that somebody published of a protocol over a fibre, and ours beside them: what a theorem's own record
// (proof/claim.h) cannot hold, because a theorem knows no distance. `herald rate --explain`, the documentation and the
// tests walk them.

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "herald/study/rate_model.h"

namespace herald::study {

struct ModelPoint {
  enum class Kind : std::uint8_t {
    rate,                  // secret bits per use at `distance`
    reach,                 // km up to which there is a key
    overtakes,             // km from which on the rate is above the PLOB bound of the fibre alone
    overtakes_efficiency,  // the same, with the detectors' efficiency in the bound
  };
  std::string_view model;
  std::string_view what;
  std::string_view source;
  Kind kind = Kind::rate;
  double distance = 0;                                        // km, of a rate
  std::vector<std::pair<std::string_view, double>> set = {};  // parameters that differ from the model's standard
  double published = 0;
  double tolerance = 0;  // relative for rates, in km else
};

std::span<const ModelPoint> model_points();

// Errors: the model's; not_found when the curve never does what the point is about.
Result<double> compute(const ModelPoint& point);
bool agrees(const ModelPoint& point, double ours);

}  // namespace herald::study
