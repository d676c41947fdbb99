#pragma once
// For tests of models: rates with what a model optimises at its best, where they end and where they overtake the
// repeaterless bound.

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string_view>
#include <utility>
#include <vector>

#include "herald/study/crossing.h"
#include "herald/study/models/capacities.h"
#include "herald/study/parameters.h"

namespace herald::study {

class TestedModel {
 public:
  using Fixed = std::vector<std::pair<std::string_view, double>>;

  explicit TestedModel(const RateModel& model, const Fixed& fixed = {}) {
    std::vector<Setting> settings;
    for (const auto& [name, value] : fixed) {
      EXPECT_GE(parameter_index(model, name), 0) << model.name << " has no " << name;
      settings.push_back({std::string(name), value, "test"});
    }
    const auto problem = make_problem(model, settings);
    EXPECT_TRUE(problem) << model.name << ": " << (problem ? "" : problem.error().message);
    if (problem) m_problem = *problem;
  }

  RatePoint at(double kilometres) {
    const auto point = solve(m_problem, Kilometre(kilometres));
    EXPECT_TRUE(point) << m_problem.model->name << ": " << (point ? "" : point.error().message);
    return point.value_or(RatePoint{});
  }
  double best(double kilometres) { return at(kilometres).rate; }
  // What the last point was for.
  double value(std::string_view name) const {
    return m_problem.values[static_cast<std::size_t>(parameter_index(*m_problem.model, name))];
  }

  double ends() const { return study::reach(m_problem, Kilometre(1200)).value_or(std::nullopt).value_or(-1); }
  // Overtakes the bound of the fibre, or of the fibre and detectors of that efficiency; -1: never.
  double overtakes(double efficiency = 1) const {
    const auto found = study::crossing(m_problem, *make_problem(plob_model(), {}), efficiency, Kilometre(600));
    return found ? found->overtakes.value_or(-1) : -2;
  }

 private:
  Problem m_problem;
};

inline double figure(const RatePoint& point, std::string_view name) {
  for (const auto& [key, value] : point.figures)
    if (key == name) return value;
  ADD_FAILURE() << "no figure " << name;
  return -1;
}

inline double plob(double kilometres) { return -std::log1p(-std::pow(10, -0.02 * kilometres)) / std::numbers::ln2; }

}  // namespace herald::study
