#pragma once
// How `herald bound` shows a theorem's value: by itself with what it rests on, or along a sweep.

#include <string>
#include <vector>

#include "herald/study/bound_figures.h"
#include "herald/study/sweep.h"

namespace herald::cli {

// All bounds, with their parameters, and the figures.
std::string list_bounds(bool json);

// A value with its theorem, assumptions and what is unsettled.
std::string bound_text(const study::Question& question, double value);
std::string bound_json(const study::Question& question, double value);

// One point of a sweep.
struct BoundPoint {
  const study::Question* question;
  std::span<const study::Axis> axes;
  std::vector<double> at;  // the axes' values
  Result<double> value;    // or why there is none
};
std::string bound_head(const BoundPoint& point, bool csv);
std::string bound_row(const BoundPoint& point, bool csv);
std::string bound_json(const BoundPoint& point);

// A figure's numbers.
enum class NumbersAs : std::uint8_t { table, csv, json };
std::string figure_text(const study::BoundFigure& figure, const study::BoundFigurePoints& points, NumbersAs form);

}  // namespace herald::cli
