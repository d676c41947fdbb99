// herald distill: keys from recorded detections.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "herald/cli/command.h"
#include "herald/cli/distill_analysis.h"
#include "herald/cli/distill_report.h"

namespace herald::cli {
namespace {

constexpr const char* kFooter =
    "FILE holds time tags: text (a line is a channel and a time in ticks), gzip of it, or Herald's binary form\n"
    "(docs/file-formats.md). Channels 0..3 are Alice's and 4..7 Bob's; 0/1 and 4/5 measure Z, 2/3 and 6/7 X. Two "
    "files, one a\n"
    "party, may have clocks that drift (--drift).\n\n"
    "The delays and the window come from a stretch that both parties would disclose; it makes no key. Each assumption "
    "of the\n"
    "theorem is tested on the data, and the key is marked with the names of those that fail.\n\n"
    "  herald distill tags.txt                             what the recording leaves, as a report\n"
    "  herald distill tags.txt --json --plot peaks.svg     for programs, with a picture\n"
    "  herald distill tags.txt --split alice.tags bob.tags one file a party, for `herald link`\n\n"
    "Exit status 3 when no key is left.";

struct Options {
  std::vector<std::string> files, split;
  std::string plot, key_basis = "z";
  DistillSettings settings;
  std::uint64_t half_window = 0, dead_time = 0;
  double drift_ppm = 0;
  bool json = false;
};

struct Recording {
  TimeTags alice, bob;
};

Result<Recording> read_recording(const std::vector<std::string>& files) {
  HERALD_TRY(const TimeTags first, read_time_tags(files.front()));
  Recording recording{tags_of(first, Side::alice), tags_of(first, Side::bob)};
  if (files.size() == 2) {
    HERALD_TRY(const TimeTags second, read_time_tags(files.back()));
    const TimeTags alice = tags_of(second, Side::alice), bob = tags_of(second, Side::bob);
    if ((!alice.empty() && !recording.alice.empty()) || (!bob.empty() && !recording.bob.empty()))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("{} and {} both hold tags of one party: give one file a party, or one with both",
                              files.front(), files.back()));
    if (recording.alice.empty()) recording.alice = alice;
    if (recording.bob.empty()) recording.bob = bob;
  }
  for (const auto& [tags, whose] :
       {std::pair(&recording.alice, "Alice's (channels 0..3)"), std::pair(&recording.bob, "Bob's (channels 4..7)")})
    if (tags->empty())
      return fail(ErrorCode::invalid_argument,
                  fmt::format("{} has no tags of {}; give the other party's file too", files.front(), whose));
  return recording;
}

Outcome split(const Options& options, const Recording& recording) {
  for (const auto& [path, tags] :
       {std::pair(options.split[0], &recording.alice), std::pair(options.split[1], &recording.bob)}) {
    // Whoever reads a party's tags knows its key.
    HERALD_TRY_VOID(write_time_tags(path, *tags, TagsForm::binary, FileMode::secret));
    fmt::print(stderr, "{}: {} tags\n", path, tags->size());
  }
  return kDone;
}

Outcome distill(Options options) {
  DistillSettings& settings = options.settings;
  if (options.half_window != 0) settings.plan.half_window = options.half_window;
  if (options.dead_time != 0) settings.plan.dead_time = options.dead_time;
  settings.plan.search.greatest_drift = options.drift_ppm * 1e-6;
  settings.key_basis = options.key_basis == "x" ? 1 : 0;
  HERALD_TRY(const Recording recording, read_recording(options.files));
  if (!options.split.empty()) return split(options, recording);
  HERALD_TRY(const DistillReport report, analyse(recording.alice, recording.bob, settings));
  if (!options.plot.empty()) {
    // Wide enough for every pair's peak with room on both sides.
    double reach = 0;
    for (const auto& row : report.found.peaks)
      for (const PairPeak& peak : row)
        reach = std::max(reach, std::abs(peak.position + report.plan.delays.clock.offset));
    const auto range = static_cast<std::int64_t>(1.3 * reach + 8 * report.found.peak_width);
    HERALD_TRY_VOID(plot_correlations(options.plot, correlation_histogram(recording.alice, recording.bob, range,
                                                                          std::max<std::int64_t>(range / 200, 1))));
  }
  if (options.json) {
    fmt::print("{}\n", report_json(report).dump());
  } else {
    fmt::print("{}", report_text(report));
  }
  return report.key().finite.bits > 0 ? kDone : kAborted;
}

}  // namespace

void add_distill(CLI::App& program) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(program, "distill", "Keys from recorded detections of entangled pairs",
                                  [options] { return distill(*options); });
  DistillSettings& settings = options->settings;
  command.footer(kFooter);
  command
      .add_option("FILE", options->files, "Time tags of both parties, or two files, one a party; - is standard input")
      ->required()
      ->expected(1, 2);
  command.add_option("--split", options->split, "Write Alice's and Bob's tags to a file each, and do no more")
      ->expected(2)
      ->type_name("ALICE BOB");
  command.add_option("--stretch", settings.stretch, "Share of the recording that is disclosed and then discarded")
      ->capture_default_str();
  command.add_option("--window", options->half_window,
                     "Half the coincidence window, in ticks; found in the stretch when not given");
  command.add_option("--dead-time", options->dead_time,
                     "Ticks for which a party is blind after a click; found in the stretch when not given");
  command.add_option("--range", settings.plan.search.range, "Most that delays and clocks differ, in ticks")
      ->capture_default_str();
  command
      .add_option("--drift", options->drift_ppm,
                  "Most that the two clocks drift, in parts per million; 0: one common clock")
      ->capture_default_str();
  command.add_option("--key-basis", options->key_basis, "Basis that makes the key; the other bounds its phase errors")
      ->check(CLI::IsMember({"z", "x"}))
      ->capture_default_str();
  command.add_option("--epsilon-secrecy", settings.epsilon.secrecy.value, "Failure probability of secrecy")
      ->capture_default_str();
  command.add_option("--epsilon-correctness", settings.epsilon.correctness.value, "Failure probability of correctness")
      ->capture_default_str();
  command
      .add_option("--reconciliation-efficiency", settings.reconciliation_efficiency,
                  "Cap on the leak, in times n h(Q); both directions count")
      ->capture_default_str();
  command
      .add_option("--preparation-quality", settings.preparation_quality,
                  "log2(1/c), c the bases' largest overlap: 1 when conjugate")
      ->capture_default_str();
  command
      .add_option("--false-alarm", settings.false_alarm.value,
                  "Probability that a test of an assumption fails by chance")
      ->check(CLI::Range(1e-15, 0.5))
      ->capture_default_str();
  command.add_option("--seed", settings.seed, "Seed of the bits that double clicks are given; fixes the whole result")
      ->capture_default_str();
  command.add_option("--plot", options->plot, "Draw the correlation peaks as SVG (needs gnuplot)")
      ->type_name("FILE.svg");
  command.add_flag("--json", options->json, "Print one JSON object");
}

}  // namespace herald::cli
