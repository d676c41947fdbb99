#pragma once
// Figures of parties who do not trust each other, as records: bounds, cheats that were played beside them, and what was
// published.

#include <string>
#include <vector>

#include "herald/study/bounds.h"
#include "herald/study/figures.h"
#include "herald/study/trials.h"

namespace herald::study {

// A parameter along the axis: first + factor x.
struct Along {
  std::string_view parameter;
  double first = 0, factor = 1;
};

struct BoundCurve {
  std::string_view bound, label;
  std::span<const FigureSetting> set;
  Along along;  // no parameter: the same everywhere
  bool dashed = false;
};

// A cheat, played at each place of `range`: the share of the runs that came to `event`.
struct PlayedCheat {
  std::string_view protocol, role, strategy, event, label;
  std::span<const FigureSetting> set;
  Along along;
  std::string_view range;  // of x, as parse_axis takes it
  std::uint64_t runs;
};

struct BoundFigure {
  std::string_view name, title, source, note;
  std::string_view x_label, y_label;
  std::string_view range;  // of x, as parse_axis takes it
  bool log_x = false, log_y = false;
  double least_y = 0;
  std::span<const BoundCurve> curves = {};
  std::span<const PlayedCheat> cheats = {};
  std::span<const FigureMark> marks = {};
};

std::span<const BoundFigure> bound_figures();
// Errors: not_found, with all names.
Result<const BoundFigure*> find_bound_figure(std::string_view name);

struct BoundFigurePoints {
  struct Played {
    double x;
    Estimate estimate;  // an interval misses with probability 0.01
  };
  std::vector<std::vector<std::pair<double, double>>> curves;  // (x, y); NaN where the theorem has no word
  std::vector<std::vector<Played>> cheats;
};
// The cheats' runs follow from the seeds 1, 2, … along the axis. Errors: interrupted.
Result<BoundFigurePoints> compute(const BoundFigure& figure, const TrialOptions& options = {});
Picture picture_of(const BoundFigure& figure, const BoundFigurePoints& points);

}  // namespace herald::study
