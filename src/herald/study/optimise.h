#pragma once
// The highest rate over some of a model's parameters.

#include <cstdint>
#include <span>
#include <vector>

#include "herald/study/rate_model.h"

namespace herald::study {

struct Optimum {
  std::vector<double> values;  // all the model's, those searched for among them
  RatePoint point;
  std::uint32_t evaluations = 0;
};

// Searches model.parameters[i] for i in `searched`, between their limits (by their logarithm where flagged), for the
// highest signed rate; the others stay as in `values`. Global: a low-discrepancy sample of the whole box, Nelder-Mead
// on
// subspaces (NLopt's Sbplx) from its best points, the best of those polished. A function of its arguments alone. Where
// the model refuses a point (invalid_argument) there is nothing to win. Errors: the model's own, when it refuses all.
Result<Optimum> optimise(const RateModel& model, std::span<const double> values, std::span<const std::size_t> searched,
                         Kilometre distance);

}  // namespace herald::study
