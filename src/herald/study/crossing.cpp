#include "herald/study/crossing.h"

#include <fmt/format.h>

#include <cmath>
#include <functional>

namespace herald::study {
namespace {

// km: of the first look, for a crossing and for the reach; half of what is promised
constexpr double kStep = 5, kLeap = 25, kPrecision = 0.005;

Result<void> go_on(const std::atomic<bool>* stop) {
  if (stop != nullptr && stop->load()) return fail(ErrorCode::interrupted, "interrupted");
  return {};
}

// The rate, 0 where there is no key or the model refuses.
double rate_at(const Problem& problem, double km) {
  Problem solved = problem;
  const auto point = solve(solved, Kilometre(km));
  return point ? std::max(point->rate, 0.0) : 0;
}

// Where `holds` changes between low and high.
double bisect(double low, double high, const std::function<bool(double)>& holds) {
  const bool at_low = holds(low);
  while (high - low > kPrecision) {
    const double middle = low + (high - low) / 2;
    (holds(middle) == at_low ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

}  // namespace

Result<Crossing> crossing(const Problem& protocol, const Problem& bound, double efficiency, Kilometre most,
                          const std::atomic<bool>* stop) {
  for (const Problem* problem : {&protocol, &bound})
    if (!problem->model->uses_distance)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("crossing: {} does not depend on the distance", problem->model->name));
  constexpr std::string_view kAttenuation = "fibre.attenuation";
  Problem over = bound;
  double attenuation = 0.2;  // dB/km
  if (const auto index = parameter_index(*protocol.model, kAttenuation); index >= 0) {
    attenuation = protocol.values[static_cast<std::size_t>(index)];
    fix(over, kAttenuation, attenuation);
  }
  if (!(efficiency > 0 && efficiency <= 1 && (attenuation > 0 || efficiency == 1)))
    return fail(ErrorCode::invalid_argument,
                fmt::format("crossing: no fibre of {:g} dB/km is as lossy as detectors of efficiency {:g}", attenuation,
                            efficiency));
  const double longer = efficiency == 1 ? 0 : -10 * std::log10(efficiency) / attenuation;
  for (Problem problem : {protocol, over})  // that both can be computed at all
    HERALD_TRY_VOID(solve(problem, Kilometre(kStep)));
  const auto above = [&](double km) { return rate_at(protocol, km) > rate_at(over, km + longer); };
  Crossing found;
  for (double km = 0; km < most.value; km += kStep) {
    HERALD_TRY_VOID(go_on(stop));
    const double next = std::min(km + kStep, most.value);
    if (!found.overtakes && above(next)) found.overtakes = bisect(km, next, above);
    if (found.overtakes && !above(next)) {
      found.falls_back = bisect(std::max(km, *found.overtakes), next, above);
      break;
    }
    if (rate_at(protocol, next) == 0) break;
  }
  return found;
}

Result<std::optional<double>> reach(const Problem& protocol, Kilometre most, const std::atomic<bool>* stop) {
  if (!protocol.model->uses_distance)
    return fail(ErrorCode::invalid_argument,
                fmt::format("reach: {} does not depend on the distance", protocol.model->name));
  const auto has_key = [&](double km) { return rate_at(protocol, km) > 0; };
  if (!has_key(0)) return std::nullopt;
  for (double low = 0; low < most.value; low += kLeap) {
    HERALD_TRY_VOID(go_on(stop));
    const double high = std::min(low + kLeap, most.value);
    if (!has_key(high)) return bisect(low, high, has_key);
  }
  return most.value;
}

}  // namespace herald::study
