#include "herald/study/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "herald/base/spelling.h"
#include "herald/study/figure_records.h"

namespace herald::study {

std::span<const Figure> figures() {
  static const std::vector<Figure> kAll = [] {
    std::vector<Figure> all;
    for (const auto family : {twin_field_figures(), bb84_figures(), device_independent_figures()})
      all.insert(all.end(), family.begin(), family.end());
    return all;
  }();
  return kAll;
}

Result<const Figure*> find_figure(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Figure& figure : figures()) {
    if (figure.name == name) return &figure;
    names.push_back(figure.name);
  }
  std::string all;
  for (const std::string_view known : names) all += fmt::format("{}{}", all.empty() ? "" : ", ", known);
  return fail(ErrorCode::not_found,
              fmt::format("no figure is called \"{}\"{}\nThere are: {}", name, did_you_mean(name, names), all));
}

namespace {

Result<std::vector<Point>> compute(const FigureCurve& curve, std::string_view origin, const Axis& axis,
                                   SweepOptions options) {
  HERALD_TRY(const RateModel* const model, find_model(curve.model));
  std::vector<Setting> settings;
  for (const FigureSetting& set : curve.set)
    settings.push_back({std::string(set.parameter), set.value, std::string(origin)});
  // What does not depend on the axis is computed once.
  const bool depends = axis.name == kDistance ? model->uses_distance : parameter_index(*model, axis.name) >= 0;
  HERALD_TRY(const Sweep sweep,
             Sweep::make({model}, std::move(settings), depends ? std::vector{axis} : std::vector<Axis>{}));
  std::vector<Point> points;
  options.point = [&](std::uint64_t, const Point& point) -> Result<void> {
    points.push_back(point);
    return {};
  };
  HERALD_TRY_VOID(run(sweep, options));
  if (!depends) points.resize(axis.values.size(), points.front());
  for (std::size_t i = 0; i < points.size(); ++i) points[i].at = {axis.values[i]};
  return points;
}

}  // namespace

Result<std::vector<std::vector<Point>>> compute(const Figure& figure, const SweepOptions& options) {
  std::vector<std::vector<Point>> curves;
  HERALD_TRY(const Axis axis, parse_axis(figure.axis, figure.range, figure.name));
  for (const FigureCurve& curve : figure.curves) {
    HERALD_TRY(std::vector<Point> points, compute(curve, fmt::format("figure {}", figure.name), axis, options));
    curves.push_back(std::move(points));
  }
  return curves;
}

Picture picture_of(const Figure& figure, std::span<const std::vector<Point>> curves) {
  Picture picture;
  picture.title = figure.title;
  picture.log_x = figure.log_x;
  picture.log_y = figure.log_y;
  picture.least_y = figure.least_y;
  const auto use_of = [](const std::vector<Point>& curve) { return curve.front().model->use; };
  const bool one_use = std::ranges::all_of(curves, [&](auto& c) { return use_of(c) == use_of(curves.front()); });
  picture.y_label = fmt::format("rate (bit/{})", one_use ? use_of(curves.front()) : "use");
  picture.x_label = figure.axis == kDistance ? "distance (km)" : std::string(figure.axis);
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const bool bound = !curves[i].empty() && curves[i].front().model->bound;
    Series series{std::string(figure.curves[i].label), bound ? Look::dashed : Look::line, {}};
    for (const Point& point : curves[i])
      series.points.emplace_back(point.at.front(),
                                 point.outcome ? point.rate() : std::numeric_limits<double>::quiet_NaN());
    picture.series.push_back(std::move(series));
  }
  for (const FigureMark& mark : figure.marks)
    picture.series.push_back({fmt::format("{} ({})", mark.what, mark.label),
                              Look::marks,
                              {{mark.x, mark.y > 0 || !figure.log_y ? mark.y : figure.least_y}}});
  return picture;
}

}  // namespace herald::study
