#pragma once
// Models by name, and their parameters as a user sets them.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "herald/study/rate_model.h"

namespace herald::study {

using Models = std::span<const RateModel* const>;

// By name or alias. Errors: not_found, with the nearest names.
Result<const RateModel*> find_model(std::string_view name, Models known = rate_models());

// A parameter that keeps one value. `origin` is where it was said, for messages: "--set", "presets/gys.toml:7".
struct Setting {
  std::string name;
  double value = 0;
  std::string origin;
  std::string model = {};  // by name, the only one that it is for; empty: all that know it
};

// "name=value", or "model:name=value" for one of several models. Errors: invalid_argument.
Result<Setting> parse_setting(std::string_view text, std::string_view origin = "--set");
// The whole of `text` as a finite number. Errors: invalid_argument, which begin with `what`.
Result<double> parse_number(std::string_view text, std::string_view what);

// Index in model.parameters, or -1.
std::ptrdiff_t parameter_index(const RateModel& model, std::string_view name);
// Whether a parameter set or swept for all `chosen` is meant for this one: it knows it, and a bound among protocols
// that have detectors stays that of the fibre alone.
bool concerns(const RateModel& model, std::string_view name, Models chosen);
// Errors: not_found, when none of `models` has such a parameter, with the nearest names and who knows them.
Result<void> check_known(std::string_view name, std::string_view origin, Models models);
// Errors: invalid_argument, with the permitted range and unit.
Result<void> check_range(const RateModel& model, const ParameterSpec& spec, double value, std::string_view origin);

// A model with some of its parameters fixed.
struct Problem {
  const RateModel* model = nullptr;
  std::vector<double> values;         // standard unless set
  std::vector<std::size_t> searched;  // parameters that are chosen for the highest rate: flagged, and not set
};

// Settings that do not concern the model are left out (check_known says whether any model knows them); of two with one
// name the later wins. Errors: invalid_argument, out of range.
Result<Problem> make_problem(const RateModel& model, std::span<const Setting> settings, Models chosen);
inline Result<Problem> make_problem(const RateModel& model, std::span<const Setting> settings) {
  const RateModel* const alone = &model;
  return make_problem(model, settings, {&alone, 1});
}
// `value` for a parameter that is searched no longer. Does nothing when the model does not know it.
void fix(Problem& problem, std::string_view name, double value);

// The rate at a distance: with `searched` at their best. `values` become those that it is for.
Result<RatePoint> solve(Problem& problem, Kilometre distance);

}  // namespace herald::study
