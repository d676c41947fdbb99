#pragma once
// The picture of a sweep.

#include "herald/study/picture.h"
#include "herald/study/sweep.h"

namespace herald::cli {

// Steps that multiply, over two decades or more.
bool is_logarithmic(const std::vector<double>& values);

// Gathers a sweep's points into curves: along the distance if it is swept, along the first axis otherwise; a curve for
// each model and each place on the other axes.
class RatePlot {
 public:
  // Errors (invalid_argument): no axis with two values; more curves than anybody can tell apart.
  static Result<RatePlot> make(const study::Sweep& sweep);
  void add(const study::Point& point);
  // With the repeaterless bound of the same fibre, when `with_bound` and over the distance.
  study::Picture picture(bool with_bound) const;

 private:
  explicit RatePlot(const study::Sweep& sweep) : m_sweep(&sweep) {}
  std::string label_of(const study::Point& point) const;

  const study::Sweep* m_sweep;
  std::size_t m_along = 0;  // the axis
  std::vector<study::Series> m_curves;
};

}  // namespace herald::cli
