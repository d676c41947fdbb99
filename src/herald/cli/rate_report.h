#pragma once
// The points of a sweep as they are printed, one after the other.

#include <memory>
#include <string>

#include "herald/study/sweep.h"

namespace herald::cli {

class RateReport {
 public:
  virtual ~RateReport() = default;
  // What stands before the points, for one, and after all.
  virtual std::string head() { return ""; }
  virtual std::string point(const study::Point& point) = 0;
  virtual std::string foot() { return ""; }
};

// A row a place of the axes, aligned, with a column of rates for each model; of one model its optimised parameters too.
std::unique_ptr<RateReport> rate_table(const study::Sweep& sweep);
// A row a point; the same columns for all models, empty where one has no such parameter.
std::unique_ptr<RateReport> rate_csv(const study::Sweep& sweep);
// A JSON object a line.
std::unique_ptr<RateReport> rate_json(const study::Sweep& sweep);

// "bit/pulse"
std::string rate_unit(const study::RateModel& model);
// "distance", "km"; a parameter with its unit as the models have it.
std::string unit_of(const study::Axis& axis, study::Models models);

}  // namespace herald::cli
