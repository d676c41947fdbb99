#include "herald/cli/rate_distances.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "herald/cli/command.h"
#include "herald/cli/rate_report.h"
#include "herald/study/crossing.h"

namespace herald::cli {
namespace {

constexpr double kFurthest = 2000;  // km, for --reach and --crossing

using Json = nlohmann::ordered_json;

// `at`: where on the swept parameters.
Result<void> print_reach(const RateOptions& options, const study::Problem& problem, const Json& at) {
  HERALD_TRY(const std::optional<double> km, study::reach(problem, Kilometre(kFurthest)));
  if (options.json) {
    const Json json = {{"protocol", problem.model->name}, {"at", at}, {"reach_km", km ? Json(*km) : Json()}};
    return print(json.dump() + "\n");
  }
  if (!km) return print(fmt::format("{} has no key at any distance\n", problem.model->name));
  return print(fmt::format("{} reaches {}{:.2f} km\n", problem.model->name, *km >= kFurthest ? "more than " : "", *km));
}

Result<void> print_crossing(const RateOptions& options, const study::Problem& problem, const study::Problem& bound,
                            const Json& where) {
  struct Variant {
    const char *key, *words;
    double efficiency;
  };
  std::vector<Variant> variants{{"fibre", "of the fibre alone", 1}};
  const auto index = study::parameter_index(*problem.model, "detector.efficiency");
  if (const double efficiency = index < 0 ? 1 : problem.values[static_cast<std::size_t>(index)]; efficiency != 1)
    variants.push_back({"fibre and detectors", "with the detectors' efficiency in it", efficiency});
  for (const Variant& variant : variants) {
    HERALD_TRY(const study::Crossing at, study::crossing(problem, bound, variant.efficiency, Kilometre(kFurthest)));
    if (options.json) {
      const Json json = {{"protocol", problem.model->name},
                         {"at", where},
                         {"bound", bound.model->name},
                         {"bound_of", variant.key},
                         {"detector_efficiency", variant.efficiency},
                         {"overtakes_km", at.overtakes ? Json(*at.overtakes) : Json()},
                         {"falls_back_km", at.falls_back ? Json(*at.falls_back) : Json()}};
      HERALD_TRY_VOID(print(json.dump() + "\n"));
      continue;
    }
    std::string text = fmt::format("{} {} {} {}", problem.model->name, at.overtakes ? "overtakes" : "never overtakes",
                                   bound.model->name, variant.words);
    if (variant.efficiency != 1) text += fmt::format(" ({:g})", variant.efficiency);
    if (at.overtakes) text += fmt::format(" at {:.2f} km", *at.overtakes);
    if (at.falls_back) text += fmt::format(", and is below it again from {:.2f} km", *at.falls_back);
    HERALD_TRY_VOID(print(text + "\n"));
  }
  return {};
}

}  // namespace

Result<void> print_distances(const RateOptions& options, const RateRequest& request, const std::atomic<bool>& stop) {
  std::vector<study::Axis> axes = request.axes;
  std::erase_if(axes, [](const study::Axis& axis) { return axis.name == study::kDistance; });
  HERALD_TRY(const study::Sweep sweep, study::Sweep::make(request.models, request.settings, axes));
  std::optional<study::Problem> bound;
  if (!options.crossing.empty()) {
    HERALD_TRY(const study::RateModel* const model, study::find_model(options.crossing));
    if (!model->bound) return fail(ErrorCode::invalid_argument, fmt::format("--crossing: {} is no bound", model->name));
    HERALD_TRY(bound, study::make_problem(*model, request.settings, request.models));
    bound->searched.clear();
  }
  for (std::uint64_t i = 0; i < sweep.points(); ++i) {
    const study::Point place = sweep.place(i);
    if (place.model->bound || !place.model->uses_distance) continue;
    study::Problem problem = sweep.problems()[i % sweep.models().size()];
    std::string where;
    Json at = Json::object();
    for (std::size_t k = 0; k < axes.size(); ++k) {
      study::fix(problem, axes[k].name, place.at[k]);
      at[axes[k].name] = place.at[k];
      where += fmt::format("{}{} {:g}", where.empty() ? "" : ", ", axes[k].name, place.at[k]);
    }
    if (!where.empty() && !options.json) HERALD_TRY_VOID(print(where + ":\n"));
    if (stop) return fail(ErrorCode::interrupted, "interrupted");
    if (options.reach) HERALD_TRY_VOID(print_reach(options, problem, at));
    if (bound) HERALD_TRY_VOID(print_crossing(options, problem, *bound, at));
  }
  return {};
}

}  // namespace herald::cli
