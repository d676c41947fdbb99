// herald run: a protocol of parties, honest or not, many times, beside its theory.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "herald/base/file.h"
#include "herald/base/random.h"
#include "herald/cli/command.h"
#include "herald/cli/long_work.h"
#include "herald/cli/rate_request.h"
#include "herald/cli/run_report.h"
#include "herald/cli/run_with_peer.h"
#include "herald/protocol/registry.h"
#include "herald/study/module.h"

namespace herald::cli {
namespace {

constexpr const char* kFooter =
    "Each role has an option of its own that says who plays it: --alice cheat-epr. `herald protocols` has all "
    "protocols, "
    "`herald\n"
    "protocols NAME` the roles, the ways to play them, the parameters and what may happen. Theory stands beside what "
    "was\n"
    "measured, with its source; it \"agrees\" when the interval leaves it possible.\n\n"
    "  herald run coin-flip                                        both honest\n"
    "  herald run coin-flip --alice cheat-epr --trials 1e6         Alice keeps halves of entangled pairs\n"
    "  herald run coin-flip --alice cheat-epr --sweep storage=0.9:1:0.01 --event lie-passes --plot flip.svg\n"
    "  herald run coin-flip --alice cheat-lie --set photons=10 --precision 0.001\n"
    "  herald run coin-flip --alice cheat-lie --transcript         one run, message by message\n"
    "  herald run two-party-computation --trials 1 --circuit FILE --input alice=0x2a bob=17\n\n"
    "In two processes, with `herald desk` for the light (see there): --as ROLE, --listen or --connect, --desk.\n\n"
    "A result follows from --seed: the same seed gives the same runs, on any number of threads. Exit status: 0 done, 1 "
    "an\n"
    "error, 2 wrong usage, 130 interrupted (what was played until then is shown).";

constexpr std::size_t kMostText = std::size_t{1} << 28;  // bytes

struct RunOptions {
  std::string protocol, plot;
  std::map<std::string, std::string> parties;  // by role
  std::map<std::string, std::string> files;    // by the text that is in them
  std::vector<std::string> cast, set, sweep, events, inputs;
  double trials = 100'000, precision = 0, confidence = 0.99;
  std::uint64_t seed = 1, run = 0;
  unsigned threads = 0;
  bool json = false, csv = false, transcript = false;
  study::Spread* spread = nullptr;  // the other processes of mpirun's job
  PeerOptions peer;
  const CLI::Option *seed_given = nullptr, *trials_given = nullptr;
};

Result<Casting> read_casting(const RunOptions& options) {
  HERALD_TRY(const Protocol* const protocol, study::names_module(options.protocol)
                                                 ? study::load_module(options.protocol)
                                                 : find_protocol(options.protocol));
  Casting casting = Casting::standard(*protocol);
  for (const std::string& text : options.cast) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos)
      return fail(ErrorCode::invalid_argument, fmt::format("--cast {}: say ROLE=STRATEGY", text));
    HERALD_TRY_VOID(casting.cast(text.substr(0, equals), text.substr(equals + 1)));
  }
  for (const auto& [role, strategy] : options.parties)
    if (!strategy.empty()) HERALD_TRY_VOID(casting.cast(role, strategy));
  for (const std::string& text : options.set) {
    HERALD_TRY(const study::Setting setting, study::parse_setting(text));
    HERALD_TRY_VOID(casting.set(setting.name, setting.value));
  }
  for (const auto& [text, file] : options.files) {
    if (file.empty()) continue;
    HERALD_TRY(const Bytes content, read_file(file, kMostText));
    HERALD_TRY_VOID(casting.give(text, {file, std::string(content.begin(), content.end())}));
  }
  for (const std::string& text : options.inputs) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos)
      return fail(ErrorCode::invalid_argument, fmt::format("--input {}: say PARTY=VALUE", text));
    HERALD_TRY_VOID(casting.input(text.substr(0, equals), text.substr(equals + 1)));
  }
  return casting;
}

Result<std::vector<study::Axis>> read_axes(const RunOptions& options, const Casting& casting) {
  std::vector<study::Axis> axes;
  double points = 1;
  for (const std::string& text : options.sweep) {
    HERALD_TRY(study::Axis axis, parse_sweep(text));
    Casting trial = casting;
    for (const double value : axis.values) HERALD_TRY_VOID(trial.set(axis.name, value));
    points *= static_cast<double>(axis.values.size());
    axes.push_back(std::move(axis));
  }
  constexpr double kMost = 100'000;
  if (points > kMost)
    return fail(ErrorCode::invalid_argument, fmt::format("--sweep: {:g} points; {:g} at the most", points, kMost));
  return axes;
}

// Those named, or all.
Result<std::vector<std::size_t>> read_events(const RunOptions& options, const Protocol& protocol) {
  std::vector<std::size_t> events;
  for (const std::string& name : options.events) {
    const auto found = std::ranges::find(protocol.events, name, &Event::name);
    if (found == protocol.events.end())
      return fail(ErrorCode::not_found, fmt::format("--event {}: `herald protocols {}` has the events of this protocol",
                                                    name, protocol.name));
    events.push_back(static_cast<std::size_t>(found - protocol.events.begin()));
  }
  for (std::size_t i = 0; options.events.empty() && i < protocol.events.size(); ++i) events.push_back(i);
  return events;
}

Outcome show_transcript(const RunOptions& options, const Casting& casting) {
  HERALD_TRY(const std::unique_ptr<Game> game, casting.protocol->set_up(casting));
  MeetingTranscript transcript;
  game->play(options.seed, options.run, &transcript);
  HERALD_TRY_VOID(print(transcript_text(casting, *game, transcript, options.json)));
  return kDone;
}

// The values of the axes at a point, the last axis running fastest.
std::vector<double> values_at(std::span<const study::Axis> axes, std::uint64_t index) {
  std::vector<double> values(axes.size());
  for (std::size_t i = axes.size(); i-- > 0; index /= axes[i].values.size())
    values[i] = axes[i].values[index % axes[i].values.size()];
  return values;
}

Result<void> print_point(const RunOptions& options, const RunPoint& point, bool first) {
  if (options.json) return print(run_json(point));
  if (options.csv) return print((first ? csv_head(point) : "") + csv_rows(point));
  if (point.axes.empty()) return print(run_table(point));
  const std::string head =
      fmt::format("{}; {} runs a point\n", describe(point.trials->casting), point.tally->runs) + sweep_head(point);
  return print((first ? head : "") + sweep_row(point));
}

Outcome play(const RunOptions& options) {
  if (options.protocol.empty())
    return fail(ErrorCode::invalid_argument,
                "name a protocol, such as coin-flip; `herald protocols` has all of them, `herald run --help` examples");
  HERALD_TRY(const Casting casting, read_casting(options));
  if (options.transcript) return show_transcript(options, casting);
  if (!options.peer.as.empty())
    return run_with_peer(
        options.peer, casting, options.seed_given->count() != 0 ? options.seed : SecretRandom().next_word(),
        options.trials_given->count() != 0 ? static_cast<std::uint64_t>(options.trials) : 1, options.json);
  HERALD_TRY(const auto axes, read_axes(options, casting));
  HERALD_TRY(const auto events, read_events(options, *casting.protocol));
  if (!options.plot.empty()) {
    HERALD_TRY_VOID(study::terminal_for(options.plot));
    if (axes.empty())
      return fail(ErrorCode::invalid_argument, "--plot: a curve needs a range, such as --sweep photons=10:100:10");
  }
  study::Trials trials{casting,
                       options.seed,
                       static_cast<std::uint64_t>(options.trials),
                       FailureProbability(1 - options.confidence),
                       options.precision,
                       study::names_module(options.protocol) ? options.protocol : ""};
  Progress progress("runs");
  study::TrialOptions how{options.threads, &interrupted(),
                          [&](std::uint64_t done, std::uint64_t all) { progress(done, all); }, options.spread};
  RunPicture picture;
  std::uint64_t points = 1;
  for (const study::Axis& axis : axes) points *= axis.values.size();
  for (std::uint64_t index = 0; index < points; ++index) {
    RunPoint point{&trials, nullptr, axes, values_at(axes, index), events};
    for (std::size_t i = 0; i < axes.size(); ++i) HERALD_TRY_VOID(trials.casting.set(axes[i].name, point.at[i]));
    HERALD_TRY(const study::Tally tally, study::run(trials, how));
    point.tally = &tally;
    if (trials.most == 1 && tally.runs == 1) {
      HERALD_TRY(const std::unique_ptr<Game> game, casting.protocol->set_up(trials.casting));
      game->play(trials.seed, 0);
      point.told = told_by(*game);
    }
    if (tally.runs > 0) {
      HERALD_TRY_VOID(print_point(options, point, index == 0));
      if (!axes.empty()) picture.add(point);
    }
    if (tally.interrupted) {
      fmt::print(stderr, "herald run: interrupted after {} of {} runs{}\n", tally.runs, trials.most,
                 axes.empty() ? "" : fmt::format(" of point {} of {}", index + 1, points));
      return kInterrupted;
    }
  }
  if (!options.plot.empty())
    HERALD_TRY_VOID(study::draw(picture.picture(*casting.protocol, axes.front()), options.plot));
  return kDone;
}

}  // namespace

void add_run(CLI::App& program, study::Spread* spread) {
  const auto options = std::make_shared<RunOptions>();
  options->spread = spread;
  CLI::App& command = add_command(program, "run", "Run a protocol many times, honest or attacked, beside its theory",
                                  [options]() -> Outcome {
                                    interrupted() = false;
                                    const StopOnSignal signals;
                                    return play(*options);
                                  });
  command.footer(kFooter);
  command.add_option("PROTOCOL", options->protocol,
                     "By name, as in `herald protocols`; or a module of your own, as in examples/protocol");
  for (const Protocol* protocol : protocols())
    for (const Role& role : protocol->roles) options->parties.try_emplace(std::string(role.name));
  for (auto& [role, strategy] : options->parties)
    command.add_option("--" + role, strategy, fmt::format("How {} plays", role))->type_name("STRATEGY");
  command.add_option("--cast", options->cast, "The same for any role; may be repeated")
      ->type_name("ROLE=STRATEGY")
      ->allow_extra_args(false);
  options->trials_given =
      command.add_option("--trials", options->trials, "Runs, at the most; 1e6 is a million")
          ->capture_default_str()
          ->check([](const std::string& text) -> std::string {
            const double runs = std::strtod(text.c_str(), nullptr);
            return runs >= 1 && runs <= 1e15 && runs == std::floor(runs) ? "" : "a whole number from 1 to 1e15";
          })
          ->type_name("N");
  command.add_option("--set", options->set, "Set a parameter; may be repeated")->type_name("NAME=VALUE");
  for (const Protocol* protocol : protocols())
    for (const ProtocolText& text : protocol->texts) options->files.try_emplace(std::string(text.name));
  for (auto& [text, file] : options->files)
    command.add_option("--" + text, file, fmt::format("The {} of a protocol that takes one", text))->type_name("FILE");
  command.add_option("--input", options->inputs, "What a party of a computation puts in; may be repeated")
      ->type_name("PARTY=VALUE");
  command.add_option("--sweep", options->sweep, "Run a parameter through a range; may be repeated")
      ->type_name("NAME=RANGE")
      ->allow_extra_args(false);
  command.add_option("--event", options->events, "Show this event alone; may be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command.add_option("--precision", options->precision, "Stop when every interval reaches at most so far to a side")
      ->check(CLI::Range(0.0, 1.0))
      ->type_name("P");
  command.add_option("--confidence", options->confidence, "Of the intervals")
      ->capture_default_str()
      ->check(CLI::Range(0.5, 1 - 1e-12))
      ->type_name("P");
  options->seed_given =
      command.add_option("--seed", options->seed, "Of the simulated randomness: the same seed, the same result")
          ->capture_default_str()
          ->type_name("N");
  command
      .add_option("--threads", options->threads, "Threads; 0: as many as the machine has, or one a process of mpirun's")
      ->capture_default_str()
      ->check(CLI::Range(0, 1024))
      ->type_name("N");
  CLI::Option* as =
      command.add_option("--as", options->peer.as, "Play this party here; the other is in another process")
          ->type_name("ROLE");
  command.add_option("--listen", options->peer.listen, "Where to wait for the other")
      ->needs(as)
      ->type_name("HOST:PORT");
  command.add_option("--connect", options->peer.connect, "Where the other waits")->needs(as)->type_name("HOST:PORT");
  command.add_option("--desk", options->peer.desk, "Where `herald desk` holds the qubits")
      ->needs(as)
      ->type_name("HOST:PORT");
  command.add_option("--patience", options->peer.patience, "Seconds without a word from the other")
      ->capture_default_str()
      ->needs(as)
      ->check(CLI::Range(0.1, 86400.0))
      ->type_name("S");
  CLI::Option* csv = command.add_flag("--csv", options->csv, "Print comma-separated values");
  command.add_flag("--json", options->json, "Print a JSON object a point")->excludes(csv);
  command.add_option("--plot", options->plot, "Draw a sweep (needs gnuplot): .svg, .png or .pdf")->type_name("FILE");
  CLI::Option* transcript =
      command.add_flag("--transcript", options->transcript, "Show one run, message by message, and the verdicts");
  command.add_option("--run", options->run, "Which run --transcript shows")
      ->capture_default_str()
      ->needs(transcript)
      ->type_name("K");
}

}  // namespace herald::cli
