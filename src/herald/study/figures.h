#pragma once
// Figures of the literature, as records: which curves, with which parameters, and what was published beside them.

#include <span>
#include <string_view>
#include <vector>

#include "herald/study/picture.h"
#include "herald/study/sweep.h"

namespace herald::study {

struct FigureSetting {
  std::string_view parameter;
  double value;
};

struct FigureCurve {
  std::string_view model, label;
  std::span<const FigureSetting> set;
};

// Something that was published. `label` says how we know: "read" in the source, "quoted" from memory or at second hand;
// "reproduced" where an independent computation gives it too, "not reproduced" where it does not.
struct FigureMark {
  double x, y;  // y = 0: a place on the axis alone
  std::string_view what, source, label;
};

struct Figure {
  std::string_view name;  // "lucamarini-1"
  std::string_view title;
  std::string_view source;
  std::string_view note;   // what stays unsettled, what differs
  std::string_view axis;   // kDistance, or a parameter
  std::string_view range;  // as parse_axis takes it
  bool log_x = false, log_y = true;
  double least_y = 0;  // of the picture
  std::span<const FigureCurve> curves;
  std::span<const FigureMark> marks;
};

std::span<const Figure> figures();
// Errors: not_found, with the nearest names.
Result<const Figure*> find_figure(std::string_view name);

// The curves' points, one sweep a curve. Errors: as run.
Result<std::vector<std::vector<Point>>> compute(const Figure& figure, const SweepOptions& options);
Picture picture_of(const Figure& figure, std::span<const std::vector<Point>> curves);

}  // namespace herald::study
