#include "herald/study/bound_figures.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "herald/base/spelling.h"
#include "herald/protocol/registry.h"

namespace herald::study {
namespace {

// What is set by a parameter that counts is whole.
double value_at(const Along& along, const ProtocolParameter& parameter, double x) {
  const double value = along.first + along.factor * x;
  return parameter.whole ? std::round(value) : value;
}

template <typename Parameters>
const ProtocolParameter& parameter_of(const Parameters& parameters, std::string_view name) {
  const auto found = std::ranges::find(parameters, name, &ProtocolParameter::name);
  HERALD_CHECK(found != parameters.end());
  return *found;
}

Result<std::vector<std::pair<double, double>>> compute(const BoundCurve& curve, const Axis& axis) {
  HERALD_TRY(const Bound* const bound, find_bound(curve.bound));
  Question question(*bound);
  for (const FigureSetting& set : curve.set) HERALD_TRY_VOID(question.set(set.parameter, set.value));
  std::vector<std::pair<double, double>> points;
  for (const double x : axis.values) {
    if (!curve.along.parameter.empty()) {
      const double value = value_at(curve.along, parameter_of(bound->parameters, curve.along.parameter), x);
      HERALD_TRY_VOID(question.set(curve.along.parameter, value));
    }
    points.emplace_back(x, question.answer().value_or(std::numeric_limits<double>::quiet_NaN()));
  }
  return points;
}

Result<std::vector<BoundFigurePoints::Played>> play(const PlayedCheat& cheat, const TrialOptions& options) {
  HERALD_TRY(const Protocol* const protocol, find_protocol(cheat.protocol));
  HERALD_TRY(const Axis axis, parse_axis(cheat.along.parameter, cheat.range, cheat.protocol));
  Casting casting = Casting::standard(*protocol);
  HERALD_TRY_VOID(casting.cast(cheat.role, cheat.strategy));
  for (const FigureSetting& set : cheat.set) HERALD_TRY_VOID(casting.set(set.parameter, set.value));
  const auto event = std::ranges::find(protocol->events, cheat.event, &Event::name);
  HERALD_CHECK(event != protocol->events.end());
  std::vector<BoundFigurePoints::Played> points;
  for (const double x : axis.values) {
    if (!cheat.along.parameter.empty()) {
      const double value = value_at(cheat.along, parameter_of(protocol->parameters, cheat.along.parameter), x);
      HERALD_TRY_VOID(casting.set(cheat.along.parameter, value));
    }
    // A seed of its own for each place: else they would all err to the same side.
    const Trials trials{casting, points.size() + 1, cheat.runs, FailureProbability(0.01)};
    HERALD_TRY(const Tally tally, run(trials, options));
    if (tally.interrupted) return fail(ErrorCode::interrupted, "interrupted");
    points.push_back({x, estimate(trials, tally, static_cast<std::size_t>(event - protocol->events.begin()))});
  }
  return points;
}

}  // namespace

Result<const BoundFigure*> find_bound_figure(std::string_view name) {
  std::vector<std::string_view> names;
  std::string all;
  for (const BoundFigure& figure : bound_figures()) {
    if (figure.name == name) return &figure;
    names.push_back(figure.name);
    all += fmt::format("{}{}", all.empty() ? "" : ", ", figure.name);
  }
  return fail(ErrorCode::not_found,
              fmt::format("no figure is called \"{}\"{}\nThere are: {}", name, did_you_mean(name, names), all));
}

Result<BoundFigurePoints> compute(const BoundFigure& figure, const TrialOptions& options) {
  BoundFigurePoints points;
  HERALD_TRY(const Axis axis, parse_axis("x", figure.range, figure.name));
  for (const BoundCurve& curve : figure.curves) {
    HERALD_TRY(auto curve_points, compute(curve, axis));
    points.curves.push_back(std::move(curve_points));
  }
  for (const PlayedCheat& cheat : figure.cheats) {
    HERALD_TRY(auto played, play(cheat, options));
    points.cheats.push_back(std::move(played));
  }
  return points;
}

Picture picture_of(const BoundFigure& figure, const BoundFigurePoints& points) {
  Picture picture;
  picture.title = figure.title;
  picture.x_label = figure.x_label;
  picture.y_label = figure.y_label;
  picture.log_x = figure.log_x;
  picture.log_y = figure.log_y;
  picture.least_y = figure.least_y;
  for (std::size_t i = 0; i < figure.curves.size(); ++i)
    picture.series.push_back(
        {std::string(figure.curves[i].label), figure.curves[i].dashed ? Look::dashed : Look::line, points.curves[i]});
  for (std::size_t i = 0; i < figure.cheats.size(); ++i) {
    Series series{fmt::format("{} (played, {} runs)", figure.cheats[i].label, figure.cheats[i].runs), Look::marks, {}};
    for (const auto& [x, measured] : points.cheats[i]) series.points.emplace_back(x, measured.probability);
    picture.series.push_back(std::move(series));
  }
  for (const FigureMark& mark : figure.marks)
    picture.series.push_back({fmt::format("{} ({})", mark.what, mark.label), Look::marks, {{mark.x, mark.y}}});
  return picture;
}

}  // namespace herald::study
