#pragma once
// What `herald rate` computes: a protocol or a bound at a distance, optics' closed formulas fed into proof's theorem.
// Each is a record over named parameters, so that one engine sweeps, optimises, explains and draws them all.

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "herald/base/result.h"
#include "herald/base/units.h"

namespace herald::study {

struct ParameterSpec {
  std::string_view name;  // "detector.efficiency"; the same name means the same thing in every model
  std::string_view unit;  // "dB/km", "photons/pulse"; empty for plain numbers
  std::string_view meaning;
  double standard;           // unless set, swept or optimised
  double least, most;        // what is permitted, both included
  bool optimised = false;    // chosen for the highest rate unless the user sets it
  bool logarithmic = false;  // searched and swept by its logarithm
};

struct RatePoint {
  double rate = 0;     // secret bits per use (RateModel::use); negative: so far from a key
  double epsilon = 0;  // total failure probability of a block's key; 0 for infinitely long keys and bounds
  std::vector<std::pair<std::string_view, double>> figures;  // what it went through: "gain", "phase_error_rate"
};

struct RateModel {
  std::string_view name;  // "sns-aopp"
  std::span<const std::string_view> aliases;
  std::string_view title;
  std::string_view theorem;        // in the registry of proof/
  std::string_view use = "pulse";  // what the rate is per: "pulse", "channel use", "round", "pair"
  bool bound = false;              // an upper bound for others rather than a protocol
  bool uses_distance = true;       // whether the rate depends on the distance
  std::span<const ParameterSpec> parameters;
  // `values` as `parameters`, each within its limits. Errors: invalid_argument, for combinations that cannot be (mu <=
  // nu) or lie outside the theorem's assumptions; never an extrapolation.
  Result<RatePoint> (*evaluate)(std::span<const double> values, Kilometre distance);
};

// All of them, in the order in which they are listed.
std::span<const RateModel* const> rate_models();

}  // namespace herald::study
