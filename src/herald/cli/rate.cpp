// herald rate: how much secret key, at what distance, by which theorem, with which failure probability.

#include <fmt/format.h>

#include "herald/cli/command.h"
#include "herald/cli/long_work.h"
#include "herald/cli/rate_distances.h"
#include "herald/cli/rate_explain.h"
#include "herald/cli/rate_figure.h"
#include "herald/cli/rate_network.h"
#include "herald/cli/rate_plot.h"
#include "herald/cli/rate_prover.h"
#include "herald/cli/rate_report.h"
#include "herald/cli/rate_request.h"

namespace herald::cli {
namespace {

constexpr const char* kFooter =
    "PROTOCOL is the name of a protocol or a bound; --list has them all. Every parameter has a standard value, the one "
    "of the\n"
    "theorem's paper; intensities and probabilities are chosen for the highest rate. --set fixes one, --sweep runs it "
    "through\n"
    "values, --preset takes those of a real system. MODEL:NAME=VALUE is meant for one of several protocols.\n\n"
    "  herald rate bb84-decoy                              rates over 0 to 500 km, as a table\n"
    "  herald rate bb84-decoy plob --distance 0:200:5      two columns\n"
    "  herald rate bb84-decoy --preset gys --set intensity.signal=0.48 --distance 0:150:10\n"
    "  herald rate bb84-decoy bb84-gllp --distance 0:200:1 --plot rates.svg\n"
    "  herald rate bb84-finite --distance 100 --sweep block.sifted=1e4:1e9:x10 --csv\n"
    "  herald rate bb84-decoy --reach --crossing plob      how far; where it overtakes the repeaterless bound\n"
    "  herald rate bb84-finite --explain                   theorem, assumptions, epsilons, published points\n"
    "  herald rate --figure lucamarini-1 --plot figure.svg a figure of the literature, published points in it\n"
    "  herald rate examples/prover/bb84.toml --sweep channel.depolarising=0:0.2:0.02\n"
    "                                                      any protocol that you describe: certified numerically\n\n"
    "A range is FROM:TO:STEP, FROM:TO:xFACTOR or a list A,B,C; several ranges make a product. With --json each line is "
    "an\n"
    "object. A point that a theorem is no good for has no rate, but a reason.";

std::unique_ptr<RateReport> report_for(const RateOptions& options, const study::Sweep& sweep) {
  if (options.json) return rate_json(sweep);
  if (options.csv) return rate_csv(sweep);
  return rate_table(sweep);
}

// Points that their models refuse, to be told of at the end.
struct Refused {
  std::uint64_t points = 0, refused = 0;
  std::string first;
  void add(const study::Sweep& sweep, const study::Point& point) {
    ++points;
    if (point.outcome || refused++ > 0) return;
    for (std::size_t i = 0; i < point.at.size(); ++i)
      first += fmt::format("{}{} {:g}", first.empty() ? "" : ", ", sweep.axes()[i].name, point.at[i]);
    first =
        fmt::format("{}{}: {}", point.model->name, first.empty() ? "" : " at " + first, point.outcome.error().message);
  }
};

Result<void> print_sweep(const RateOptions& options, const RateRequest& request) {
  HERALD_TRY(const study::Sweep sweep, study::Sweep::make(request.models, request.settings, request.axes));
  std::optional<RatePlot> plot;
  if (!options.plot.empty()) {
    HERALD_TRY(RatePlot empty, RatePlot::make(sweep));
    plot.emplace(std::move(empty));
    HERALD_TRY_VOID(study::terminal_for(options.plot));  // before hours of work
  }
  const auto report = report_for(options, sweep);
  HERALD_TRY_VOID(print(report->head()));
  Refused refused;
  Progress progress("points", options.progress);
  study::SweepOptions how;
  how.threads = options.threads;
  how.journal = options.resume;
  how.stop = &interrupted();
  how.spread = options.spread;
  how.progress = [&](std::uint64_t done, std::uint64_t all) { progress(done, all); };
  how.point = [&](std::uint64_t, const study::Point& point) {
    refused.add(sweep, point);
    if (plot) plot->add(point);
    return print(report->point(point));
  };
  HERALD_TRY_VOID(study::run(sweep, how));
  HERALD_TRY_VOID(print(report->foot()));
  if (refused.refused == refused.points) return fail(ErrorCode::invalid_argument, refused.first);
  if (refused.refused > 0)
    fmt::print(stderr, "note: {} of {} points refused, the first {}\n", refused.refused, refused.points, refused.first);
  if (plot) HERALD_TRY_VOID(study::draw(plot->picture(!options.no_plob), options.plot));
  return {};
}

Result<void> print_explanation(const RateOptions& options, const RateRequest& request) {
  for (const study::Preset& preset : request.presets)
    if (!options.json) {
      HERALD_TRY_VOID(print(explain(preset) + "\n"));
    }
  HERALD_TRY(const study::Sweep sweep, study::Sweep::make(request.models, request.settings, {}));
  for (std::size_t i = 0; i < sweep.problems().size(); ++i)
    HERALD_TRY_VOID(print((i == 0 || options.json ? "" : "\n") + explain(sweep.problems()[i], options.json)));
  return {};
}

Result<void> print_figure(const RateOptions& options) {
  HERALD_TRY(const study::Figure* const figure, study::find_figure(options.figure));
  if (!options.protocols.empty() || !options.set.empty() || !options.sweep.empty() || !options.presets.empty() ||
      !options.distance.empty())
    return fail(ErrorCode::invalid_argument,
                "--figure: a figure brings its own protocols, parameters and distances; leave yours out");
  if (!options.plot.empty()) HERALD_TRY_VOID(study::terminal_for(options.plot));
  study::SweepOptions how;
  how.threads = options.threads;
  how.stop = &interrupted();
  how.spread = options.spread;
  HERALD_TRY(const auto curves, study::compute(*figure, how));
  const FigureForm form = options.json ? FigureForm::json : options.csv ? FigureForm::csv : FigureForm::table;
  HERALD_TRY_VOID(print(figure_text(*figure, curves, form)));
  return options.plot.empty() ? Result<void>() : study::draw(study::picture_of(*figure, curves), options.plot);
}

Result<void> answer(const RateOptions& options) {
  if (options.list) return print(list_rates(options.json));
  if (!options.figure.empty()) return print_figure(options);
  if (!options.network.empty()) return print_network(options);
  if (names_protocol_file(options)) return print_proofs(options, interrupted());
  HERALD_TRY(RateRequest request, read_rate_request(options));
  if (options.explain) return print_explanation(options, request);
  HERALD_TRY_VOID(read_rate_axes(options, request));
  const bool distances = options.reach || !options.crossing.empty();
  if (!distances || !options.distance.empty() || !options.plot.empty()) HERALD_TRY_VOID(print_sweep(options, request));
  return distances ? print_distances(options, request, interrupted()) : Result<void>();
}

Outcome rate(const RateOptions& options) {
  interrupted() = false;
  const StopOnSignal signals;
  const auto answered = answer(options);
  if (answered) return kDone;
  if (answered.error().code != ErrorCode::interrupted) return std::unexpected(answered.error());
  fmt::print(stderr, "herald rate: {}\n", answered.error().message);
  return kInterrupted;
}

}  // namespace

void add_rate(CLI::App& program, study::Spread* spread) {
  const auto options = std::make_shared<RateOptions>();
  options->spread = spread;
  CLI::App& command = add_command(program, "rate", "Secret key rates and bounds: tables, pictures, theorems",
                                  [options] { return rate(*options); });
  command.footer(kFooter);
  command.add_option("PROTOCOL", options->protocols,
                     "Protocols and bounds, by name; or files (.toml) for the numerical prover");
  command.add_option("--distance", options->distance, "Kilometres: 0:700:5, or 50,100 (not given: 0:500:25)")
      ->type_name("RANGE");
  command.add_option("--set", options->set, "Fix a parameter; may be repeated")->type_name("NAME=VALUE");
  command.add_option("--sweep", options->sweep, "Run a parameter through a range; may be repeated")
      ->type_name("NAME=RANGE")
      ->allow_extra_args(false);
  command.add_option("--preset", options->presets, "Parameters of a real system: a name, or a file of your own")
      ->type_name("NAME|FILE")
      ->allow_extra_args(false);
  command.add_option("--crossing", options->crossing, "Report where a curve overtakes a bound, such as plob")
      ->type_name("BOUND");
  command.add_flag("--reach", options->reach, "Report how far each protocol has a key");
  CLI::Option* csv = command.add_flag("--csv", options->csv, "Print comma-separated values");
  command.add_flag("--json", options->json, "Print a JSON object a line")->excludes(csv);
  command.add_option("--plot", options->plot, "Draw the curves (needs gnuplot): .svg, .png or .pdf")->type_name("FILE");
  command.add_option("--figure", options->figure, "A figure of the literature; --list has their names")
      ->type_name("NAME");
  CLI::Option* between =
      command.add_option("--between", options->between, "Two nodes of a network")->expected(2)->type_name("NODE NODE");
  command
      .add_option("--network", options->network,
                  "The most key that two nodes of a network can share: widest path, minimum cut")
      ->type_name("FILE")
      ->needs(between);
  command.add_flag("--no-plob", options->no_plob, "Draw no repeaterless bound into a picture over the distance");
  command.add_flag("--explain", options->explain, "Print theorem, paper, assumptions, epsilons and published points");
  command.add_flag("--list", options->list, "Print all protocols, bounds, theorems, figures and presets");
  command
      .add_option("--threads", options->threads, "Threads; 0: as many as the machine has, or one a process of mpirun's")
      ->capture_default_str()
      ->check(CLI::Range(0, 1024))
      ->type_name("N");
  command.add_flag("--progress", options->progress,
                   "Show progress though standard error is no terminal, as under mpirun");
  command.add_option("--resume", options->resume, "Keep finished points in a file, and go on from what it holds")
      ->type_name("FILE");
}

}  // namespace herald::cli
