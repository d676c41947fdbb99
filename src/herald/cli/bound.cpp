// herald bound: what theory says of parties who do not trust each other, at parameters of the user's.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "herald/cli/bound_report.h"
#include "herald/cli/command.h"
#include "herald/cli/long_work.h"
#include "herald/cli/rate_plot.h"
#include "herald/cli/rate_request.h"

namespace herald::cli {
namespace {

constexpr const char* kFooter =
    "`herald bound` lists what can be asked, with its parameters. A value comes with its theorem, its assumptions and "
    "what is\n"
    "unsettled; `herald run` plays the protocols and cheats themselves.\n\n"
    "  herald bound transfer-memory --photons 1e6 --length 128 --epsilon 1e-9\n"
    "                                         the quantum memory that a transfer withstands\n"
    "  herald bound transfer-photons --memory 1000 --sweep length=8:1024:x2\n"
    "  herald bound noisy-threshold --sweep share=0.5:4:0.1 --plot threshold.svg\n"
    "  herald bound --figure commitment-trade-off --plot trade-off.svg\n"
    "                                         a figure, with cheats that are played for it\n\n"
    "A range is FROM:TO:STEP, FROM:TO:xFACTOR or a list A,B,C; several ranges make a product.";

struct BoundOptions {
  std::string bound, plot, figure;
  std::map<std::string, std::string> parameters;  // by name
  std::vector<std::string> sweep;
  unsigned threads = 0;
  bool json = false, csv = false;
};

constexpr double kMostPoints = 100'000;

Result<study::Question> read_question(const BoundOptions& options) {
  HERALD_TRY(const study::Bound* const bound, study::find_bound(options.bound));
  study::Question question(*bound);
  for (const auto& [name, text] : options.parameters) {
    if (text.empty()) continue;
    HERALD_TRY(const double value, study::parse_number(text, "--" + name));
    HERALD_TRY_VOID(question.set(name, value));
  }
  return question;
}

Result<std::vector<study::Axis>> read_axes(const BoundOptions& options, study::Question question) {
  std::vector<study::Axis> axes;
  double points = 1;
  for (const std::string& text : options.sweep) {
    HERALD_TRY(study::Axis axis, parse_sweep(text));
    for (const double value : axis.values) HERALD_TRY_VOID(question.set(axis.name, value));
    points *= static_cast<double>(axis.values.size());
    axes.push_back(std::move(axis));
  }
  if (points > kMostPoints)
    return fail(ErrorCode::invalid_argument,
                fmt::format("--sweep: {:g} points; {:g} at the most", points, kMostPoints));
  return axes;
}

// A curve for each place on the axes but the last.
struct Curves {
  std::vector<study::Series> series;
  void add(const BoundPoint& point) {
    std::string label(point.question->bound().name);
    for (std::size_t i = 0; i + 1 < point.at.size(); ++i)
      label += fmt::format(" {}={:g}", point.axes[i].name, point.at[i]);
    if (series.empty() || series.back().label != label) series.push_back({label, study::Look::line, {}});
    series.back().points.emplace_back(point.at.back(), point.value.value_or(std::numeric_limits<double>::quiet_NaN()));
  }
};

Result<void> draw(const study::Question& question, const study::Axis& along, Curves curves, const std::string& file) {
  study::Picture picture;
  picture.title = question.bound().meaning;
  picture.x_label = along.name;
  picture.y_label = question.bound().unit.empty() ? question.bound().name : question.bound().unit;
  picture.log_x = is_logarithmic(along.values);
  // Over three decades or more.
  double least = std::numeric_limits<double>::infinity(), greatest = 0;
  for (const study::Series& curve : curves.series)
    for (const auto& [x, y] : curve.points)
      if (y > 0) least = std::min(least, y), greatest = std::max(greatest, y);
  picture.log_y = greatest / least >= 1000;
  picture.series = std::move(curves.series);
  return study::draw(picture, file);
}

Result<void> print_point(const BoundOptions& options, const BoundPoint& point, bool first) {
  if (options.json) return print(bound_json(point));
  return print((first ? bound_head(point, options.csv) : "") + bound_row(point, options.csv));
}

Result<void> print_sweep(const BoundOptions& options, study::Question question, const std::vector<study::Axis>& axes) {
  std::size_t points = 1, refused = 0;
  for (const study::Axis& axis : axes) points *= axis.values.size();
  Curves curves;
  std::string first_refusal;
  for (std::size_t index = 0; index < points; ++index) {
    BoundPoint point{&question, axes, std::vector<double>(axes.size()), 0.0};
    for (std::size_t i = axes.size(), rest = index; i-- > 0; rest /= axes[i].values.size()) {
      point.at[i] = axes[i].values[rest % axes[i].values.size()];
      HERALD_TRY_VOID(question.set(axes[i].name, point.at[i]));
    }
    point.value = question.answer();
    if (!point.value && refused++ == 0) first_refusal = point.value.error().message;
    HERALD_TRY_VOID(print_point(options, point, index == 0));
    curves.add(point);
  }
  if (refused == points) return fail(ErrorCode::invalid_argument, first_refusal);
  if (refused > 0)
    fmt::print(stderr, "note: {} of {} points have no value, the first because {}\n", refused, points, first_refusal);
  return options.plot.empty() ? Result<void>() : draw(question, axes.back(), std::move(curves), options.plot);
}

Result<void> print_figure(const BoundOptions& options) {
  HERALD_TRY(const study::BoundFigure* const figure, study::find_bound_figure(options.figure));
  if (!options.plot.empty()) HERALD_TRY_VOID(study::terminal_for(options.plot));
  study::TrialOptions how;
  how.threads = options.threads;
  how.stop = &interrupted();
  HERALD_TRY(const auto points, study::compute(*figure, how));
  HERALD_TRY_VOID(print(figure_text(*figure, points,
                                    options.json  ? NumbersAs::json
                                    : options.csv ? NumbersAs::csv
                                                  : NumbersAs::table)));
  return options.plot.empty() ? Result<void>() : study::draw(picture_of(*figure, points), options.plot);
}

Result<void> answer(const BoundOptions& options) {
  const bool asked = !options.sweep.empty() ||
                     std::ranges::any_of(options.parameters, [](const auto& set) { return !set.second.empty(); });
  if (!options.figure.empty()) {
    if (!options.bound.empty() || asked)
      return fail(ErrorCode::invalid_argument,
                  "--figure: a figure brings its own bounds and parameters; leave yours out");
    return print_figure(options);
  }
  if (options.bound.empty()) {
    if (asked || !options.plot.empty())
      return fail(ErrorCode::invalid_argument, "name a bound, such as transfer-memory; `herald bound` has all");
    return print(list_bounds(options.json));
  }
  HERALD_TRY(const study::Question question, read_question(options));
  HERALD_TRY(const auto axes, read_axes(options, question));
  if (!options.plot.empty()) {
    HERALD_TRY_VOID(study::terminal_for(options.plot));
    if (axes.empty())
      return fail(ErrorCode::invalid_argument, fmt::format("--plot: a curve needs a range, such as --sweep {}=…",
                                                           question.bound().parameters.front().name));
  }
  if (!axes.empty()) return print_sweep(options, question, axes);
  HERALD_TRY(const double value, question.answer());
  if (options.csv) return print(bound_row({&question, {}, {}, value}, true));
  return print(options.json ? bound_json(question, value) : bound_text(question, value));
}

Outcome bound(const BoundOptions& options) {
  interrupted() = false;
  const StopOnSignal signals;
  const auto answered = answer(options);
  if (answered) return kDone;
  if (answered.error().code != ErrorCode::interrupted) return std::unexpected(answered.error());
  fmt::print(stderr, "herald bound: {}\n", answered.error().message);
  return kInterrupted;
}

}  // namespace

void add_bound(CLI::App& program) {
  const auto options = std::make_shared<BoundOptions>();
  CLI::App& command = add_command(program, "bound", "What theory says of parties who do not trust each other",
                                  [options] { return bound(*options); });
  command.footer(kFooter);
  command.add_option("BOUND", options->bound, "By name; not given: all, with their parameters");
  command.add_option("--sweep", options->sweep, "Run a parameter through a range; may be repeated")
      ->type_name("NAME=RANGE")
      ->allow_extra_args(false);
  CLI::Option* csv = command.add_flag("--csv", options->csv, "Print comma-separated values");
  command.add_flag("--json", options->json, "Print a JSON object a point")->excludes(csv);
  command.add_option("--plot", options->plot, "Draw a sweep or a figure (needs gnuplot): .svg, .png or .pdf")
      ->type_name("FILE");
  command.add_option("--figure", options->figure, "A figure; `herald bound` has their names")->type_name("NAME");
  command.add_option("--threads", options->threads, "Threads of a figure's runs; 0: as many as the machine has")
      ->capture_default_str()
      ->check(CLI::Range(0, 1024))
      ->type_name("N");
  for (const study::Bound& each : study::bounds())
    for (const ProtocolParameter& spec : each.parameters) options->parameters.try_emplace(std::string(spec.name));
  for (auto& [name, text] : options->parameters)
    command.add_option("--" + name, text, "Of the bounds that have it")->type_name("NUMBER")->group("Parameters");
}

}  // namespace herald::cli
