#pragma once
// How the tests of models ask for a rate, a reach and an optimum.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "herald/study/rate_model.h"

namespace herald::study {

using Settings = std::vector<std::pair<std::string_view, double>>;

inline std::size_t index_of(const RateModel& model, std::string_view name) {
  for (std::size_t i = 0; i < model.parameters.size(); ++i)
    if (model.parameters[i].name == name) return i;
  ADD_FAILURE() << model.name << " has no parameter " << name;
  return 0;
}

inline std::vector<double> values_with(const RateModel& model, const Settings& settings = {}) {
  std::vector<double> values;
  for (const ParameterSpec& spec : model.parameters) values.push_back(spec.standard);
  for (const auto& [name, value] : settings) values[index_of(model, name)] = value;
  return values;
}

inline Result<RatePoint> point(const RateModel& model, double kilometres, const Settings& settings = {}) {
  return model.evaluate(values_with(model, settings), Kilometre(kilometres));
}

inline double rate(const RateModel& model, double kilometres, const Settings& settings = {}) {
  const auto result = point(model, kilometres, settings);
  EXPECT_TRUE(result) << model.name << ": " << (result ? "" : result.error().message);
  return result ? result->rate : -1;
}

inline double figure(const RatePoint& point, std::string_view name) {
  for (const auto& [key, value] : point.figures)
    if (key == name) return value;
  ADD_FAILURE() << "no figure " << name;
  return -1;
}

// The best rate over the one parameter that `model` flags and `settings` leaves open: a grid of its logarithm, then
// golden section.
inline double best(const RateModel& model, double kilometres, const Settings& settings = {}) {
  std::vector<double> values = values_with(model, settings);
  std::size_t open = values.size();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool set = std::any_of(settings.begin(), settings.end(),
                                 [&](const auto& s) { return s.first == model.parameters[i].name; });
    if (model.parameters[i].optimised && !set) {
      EXPECT_EQ(open, values.size()) << "more than one to search";
      open = i;
    }
  }
  const double least = std::log(model.parameters[open].least), most = std::log(model.parameters[open].most);
  const auto at = [&](double x) {
    values[open] = std::exp(x);
    const auto result = model.evaluate(values, Kilometre(kilometres));
    return result ? result->rate : -1e9;
  };
  constexpr int kSteps = 120;
  const double step = (most - least) / kSteps;
  double centre = least;
  for (int i = 1; i <= kSteps; ++i)
    if (at(least + i * step) > at(centre)) centre = least + i * step;
  double low = std::max(least, centre - step), high = std::min(most, centre + step);
  constexpr double kGolden = 0.6180339887498949;
  for (int i = 0; i < 40; ++i) {
    const double a = high - kGolden * (high - low), b = low + kGolden * (high - low);
    (at(a) > at(b) ? high : low) = at(a) > at(b) ? b : a;
  }
  return std::max(at((low + high) / 2), at(centre));
}

template <typename RateAt>
double last_positive(RateAt rate_at, double low, double high) {
  EXPECT_GT(rate_at(low), 0);
  EXPECT_LE(rate_at(high), 0);
  while (high - low > 1e-4) {
    const double middle = (low + high) / 2;
    (rate_at(middle) > 0 ? low : high) = middle;
  }
  return low;
}

// Kilometres up to which there is a key.
inline double reach(const RateModel& model, const Settings& settings = {}) {
  return last_positive([&](double l) { return rate(model, l, settings); }, 0, 500);
}
inline double best_reach(const RateModel& model, const Settings& settings = {}) {
  return last_positive([&](double l) { return best(model, l, settings); }, 0, 500);
}

}  // namespace herald::study
