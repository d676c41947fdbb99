#include "herald/cli/rate_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "herald/cli/rate_report.h"

namespace herald::cli {
namespace {

using study::kDistance;
using study::RateModel;

constexpr std::size_t kMostCurves = 40;

std::string with_unit(std::string_view name, std::string_view unit) {
  return unit.empty() ? std::string(name) : fmt::format("{} ({})", name, unit);
}

}  // namespace

bool is_logarithmic(const std::vector<double>& values) {
  if (values.size() < 3 || !(values.front() > 0 && values.back() > 0)) return false;
  if (std::abs(std::log10(values.back() / values.front())) < 2) return false;
  const double ratio = values[1] / values[0];
  return std::abs(values[2] / values[1] / ratio - 1) < 0.2;
}

Result<RatePlot> RatePlot::make(const study::Sweep& sweep) {
  RatePlot plot(sweep);
  const auto& axes = sweep.axes();
  auto along = std::ranges::find_if(
      axes, [](const study::Axis& axis) { return axis.name == kDistance && axis.values.size() > 1; });
  if (along == axes.end())
    along = std::ranges::find_if(axes, [](const study::Axis& axis) { return axis.values.size() > 1; });
  if (along == axes.end())
    return fail(ErrorCode::invalid_argument,
                "--plot: a curve needs a range, such as --distance 0:500:5 or --sweep error_rate=0:0.11:0.001");
  plot.m_along = static_cast<std::size_t>(along - axes.begin());
  if (const std::uint64_t curves = sweep.points() / along->values.size(); curves > kMostCurves)
    return fail(ErrorCode::invalid_argument,
                fmt::format("--plot: {} curves in one picture; {} at the most", curves, kMostCurves));
  return plot;
}

std::string RatePlot::label_of(const study::Point& point) const {
  std::string label(point.model->name);
  for (std::size_t i = 0; i < point.at.size(); ++i)
    if (i != m_along && study::concerns(*point.model, m_sweep->axes()[i].name, m_sweep->models()))
      label += fmt::format(" {}={:g}", m_sweep->axes()[i].name, point.at[i]);
  for (std::size_t i = 0; i < point.at.size(); ++i)
    if (i != m_along && m_sweep->axes()[i].name == kDistance && point.model->uses_distance)
      label += fmt::format(" at {:g} km", point.at[i]);
  return label;
}

void RatePlot::add(const study::Point& point) {
  const std::string label = label_of(point);
  auto curve = std::ranges::find(m_curves, label, &study::Series::label);
  if (curve == m_curves.end()) {
    m_curves.push_back({label, point.model->bound ? study::Look::dashed : study::Look::line, {}});
    curve = m_curves.end() - 1;
  }
  const double x = point.at[m_along];
  // A model that does not know the axis would draw the same point again and again along the others.
  if (!curve->points.empty() && curve->points.back().first == x) return;
  curve->points.emplace_back(x, point.outcome ? point.rate() : std::numeric_limits<double>::quiet_NaN());
}

study::Picture RatePlot::picture(bool with_bound) const {
  const study::Axis& axis = m_sweep->axes()[m_along];
  const bool over_distance = axis.name == kDistance;
  study::Picture picture;
  picture.title = "Secret key rate";
  picture.x_label = with_unit(axis.name, unit_of(axis, m_sweep->models()));
  const auto& models = m_sweep->models();
  const bool one_unit = std::ranges::all_of(models, [&](const RateModel* m) { return m->use == models.front()->use; });
  picture.y_label = fmt::format("rate ({})", one_unit ? rate_unit(*models.front()) : "bit/use");
  picture.series = m_curves;
  double least = std::numeric_limits<double>::infinity(), greatest = 0;
  for (std::size_t i = 0; i < m_curves.size(); ++i)
    for (const auto& [x, y] : m_curves[i].points)
      if (y > 0 && std::isfinite(y)) least = std::min(least, y), greatest = std::max(greatest, y);
  picture.log_x = !over_distance && is_logarithmic(axis.values);
  picture.log_y = over_distance || greatest / least > 20;
  const auto bound = study::find_model("plob");
  if (!with_bound || !over_distance || !bound || std::ranges::find(models, *bound) != models.end()) return picture;
  study::Problem plob = *study::make_problem(**bound, {});
  for (const study::Problem& problem : m_sweep->problems()) {
    const auto index = study::parameter_index(*problem.model, "fibre.attenuation");
    if (index < 0) continue;
    study::fix(plob, "fibre.attenuation", problem.values[static_cast<std::size_t>(index)]);
    break;
  }
  study::Series line{"plob (the fibre alone)", study::Look::dashed, {}};
  for (const double km : axis.values)
    if (const auto point = study::solve(plob, Kilometre(km))) line.points.emplace_back(km, point->rate);
  picture.series.push_back(std::move(line));
  if (std::isfinite(least)) picture.least_y = least;
  return picture;
}

}  // namespace herald::cli
