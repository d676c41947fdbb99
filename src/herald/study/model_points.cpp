#include "herald/study/model_points.h"

#include <fmt/format.h>

#include <cmath>

#include "herald/study/crossing.h"

namespace herald::study {
namespace {

using Kind = ModelPoint::Kind;

constexpr double kMostKilometres = 1500;

constexpr std::string_view kMa = "Ma, Qi, Zhao, Lo, Phys. Rev. A 72, 012326 (2005), GYS parameters";
constexpr std::string_view kScript = "an independent script from the same formulas (theory sheet)";
constexpr std::string_view kSns =
    "independent script; Wang, Yu, Hu, Phys. Rev. A 98, 062323 (2018), abstract: beyond "
    "700, 600, 500 or 300 km";

std::vector<ModelPoint> all_points() {
  std::vector<ModelPoint> points = {
      {"bb84", "reach", kScript, Kind::reach, 0, {}, 171.50, 0.1},
      {"bb84-decoy", "reach with a signal of 0.48", kMa, Kind::reach, 0, {{"intensity.signal", 0.48}}, 142.05, 1},
      {"bb84-decoy",
       "rate at 100 km, signal of 0.48",
       kScript,
       Kind::rate,
       100,
       {{"intensity.signal", 0.48}},
       1.718444e-5,
       1e-6},
      {"bb84-vacuum-weak",
       "reach, signal of 0.48, decoy of 0.05",
       kMa,
       Kind::reach,
       0,
       {{"intensity.signal", 0.48}, {"intensity.weak", 0.05}},
       140.55,
       1},
      {"bb84-gllp", "reach (literature quotes about 30 km for such parameters)", kScript, Kind::reach, 0, {}, 40.2, 1},
      {"plob", "bits at 200 km", kScript, Kind::rate, 200, {}, 1.44276718e-4, 1e-8},
      {"tgw", "bits at 200 km", kScript, Kind::rate, 200, {}, 2.88539009e-4, 1e-8},
      {"tf",
       "overtakes the bound, ideal (published: after 200 km)",
       "independent script; Lucamarini, Yuan, Dynes, Shields, Nature 557, 400 (2018), abstract",
       Kind::overtakes,
       0,
       {{"detector.efficiency", 1}, {"detector.dark_count", 0}, {"misalignment", 0}},
       199.27,
       1},
      {"pm",
       "overtakes the bound with the detectors in it (published: beyond 250 km)",
       "Ma, Zeng, Zhou, Phys. Rev. X 8, 031043 (2018)",
       Kind::overtakes_efficiency,
       0,
       {},
       250,
       1},
      {"npp-loss-only", "overtakes the bound", kScript, Kind::overtakes, 0, {}, 129.74, 1},
      {"npp", "overtakes the bound", kScript, Kind::overtakes, 0, {}, 177.07, 1},
      {"npp", "reach", kScript, Kind::reach, 0, {}, 503.9, 1},
      {"mdi", "rate at 100 km", kScript, Kind::rate, 100, {}, 4.93489e-6, 1e-3},
      {"mdi",
       "reach (published: over 200 km)",
       "independent script; Lo, Curty, Qi, PRL 108, 130503 (2012), abstract",
       Kind::reach,
       0,
       {},
       232.1,
       1},
  };
  for (const auto& [misalignment, reach] : {std::pair(0.15, 707.5), {0.25, 627.7}, {0.35, 517.5}, {0.45, 296.7}})
    points.push_back({"sns", "reach", kSns, Kind::reach, 0, {{"misalignment", misalignment}}, reach, 1});
  for (const auto& [misalignment, km] : {std::pair(0.02, 228.25), {0.05, 245.96}, {0.15, 303.80}})
    points.push_back(
        {"sns", "overtakes the bound", kScript, Kind::overtakes, 0, {{"misalignment", misalignment}}, km, 1});
  for (const auto& [misalignment, km] :
       {std::pair(0.02, 205.37), {0.05, 219.77}, {0.15, 267.90}, {0.25, 327.82}, {0.35, 417.65}})
    points.push_back(
        {"sns-aopp", "overtakes the bound", kScript, Kind::overtakes, 0, {{"misalignment", misalignment}}, km, 1});
  return points;
}

}  // namespace

std::span<const ModelPoint> model_points() {
  static const std::vector<ModelPoint> kAll = all_points();
  return kAll;
}

Result<double> compute(const ModelPoint& point) {
  HERALD_TRY(const RateModel* model, find_model(point.model));
  std::vector<Setting> settings;
  for (const auto& [name, value] : point.set) settings.push_back({std::string(name), value, "a published point"});
  HERALD_TRY(Problem problem, make_problem(*model, settings));
  if (point.kind == Kind::rate) {
    HERALD_TRY(const RatePoint at, solve(problem, Kilometre(point.distance)));
    return at.rate;
  }
  std::optional<double> kilometres;
  if (point.kind == Kind::reach) {
    HERALD_TRY(kilometres, reach(problem, Kilometre(kMostKilometres)));
  } else {
    HERALD_TRY(const RateModel* plob, find_model("plob"));
    HERALD_TRY(const Problem bound, make_problem(*plob, {}));
    const std::ptrdiff_t at = parameter_index(*model, "detector.efficiency");
    const double efficiency =
        point.kind == Kind::overtakes_efficiency && at >= 0 ? problem.values[static_cast<std::size_t>(at)] : 1;
    HERALD_TRY(const Crossing found, crossing(problem, bound, efficiency, Kilometre(kMostKilometres)));
    kilometres = found.overtakes;
  }
  if (kilometres) return *kilometres;
  return fail(ErrorCode::not_found, fmt::format("{}: {}: never", point.model, point.what));
}

bool agrees(const ModelPoint& point, double ours) {
  const double allowed = point.kind == Kind::rate ? point.tolerance * std::abs(point.published) : point.tolerance;
  return std::abs(ours - point.published) <= allowed;
}

}  // namespace herald::study
