// herald bench: this machine's figures, for each step of the way from light to key.

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "herald/cli/command.h"
#include "herald/distill/measure.h"
#include "herald/node/local_link.h"
#include "herald/optics/bench_report.h"

namespace herald::cli {
namespace {

using nlohmann::json;

struct Options {
  double distance_km = 50;
  double pulses = 0;
  std::uint64_t bits = 1'000'000;
  std::uint64_t seed = 1;
  std::uint64_t blocks = 12;
  bool as_json = false;
};

// Prints one figure a line, or gathers them for --json.
class Figures {
 public:
  explicit Figures(bool as_json) : m_as_json(as_json) {}
  void add(const std::string& group, const std::string& name, double value, const std::string& unit) {
    m_json[group].push_back({{"name", name}, {"value", value}, {"unit", unit}});
    if (!m_as_json) fmt::print("{:<9} {:<44} {:>12.5g} {}\n", group, name, value, unit);
    std::fflush(stdout);
  }
  ~Figures() {
    if (m_as_json) fmt::print("{}\n", m_json.dump(2));
  }

 private:
  bool m_as_json;
  json m_json;
};

Outcome bench_optics(const Options& options, Figures& figures) {
  std::vector<double> distances{50, 100, 200};
  if (options.pulses != 0) distances = {options.distance_km};
  for (const double distance : distances) {
    const LinkModel model = LinkModel::standard(Kilometre(distance));
    const double pulses = options.pulses != 0 ? options.pulses : 2e7 / expect(model).click.value;
    HERALD_TRY(const OpticsBenchResult result,
               run_optics_bench(model, static_cast<std::uint64_t>(pulses), options.seed));
    const std::string at = fmt::format(" at {:g} km", distance);
    figures.add("optics", "clicks" + at, result.clicks_per_second, "clicks/s");
    figures.add("optics", "equivalent pulses" + at, result.pulses_per_second, "pulses/s");
    if (options.pulses == 0) continue;
    figures.add("optics", "pulses", static_cast<double>(result.pulses), "");
    figures.add("optics", "light", result.light_seconds, "s");
    figures.add("optics", "time taken", result.seconds, "s");
    figures.add("optics", "clicks a pulse, measured", result.measured_click, "");
    figures.add("optics", "clicks a pulse, theory", result.expected_click, "");
    figures.add("optics", "error rate, measured", result.measured_error_rate, "");
    figures.add("optics", "error rate, theory", result.expected_error_rate, "");
  }
  return kDone;
}

Outcome bench_sift(const Options& options, Figures& figures) {
  const SiftFigures sift =
      measure_sifting(options.bits, Probability(4e-3), Seconds(0.5), SimulationRandom(options.seed));
  figures.add("sift", "positions encoded", sift.encode_clicks_per_second, "clicks/s");
  figures.add("sift", "positions decoded", sift.decode_clicks_per_second, "clicks/s");
  figures.add("sift", "their size over their entropy", sift.size_over_entropy, "");
  figures.add("sift", "bases matched, bits compacted", sift.sift_clicks_per_second, "clicks/s");
  return kDone;
}

Outcome bench_cascade(const Options& options, Figures& figures) {
  for (const double error_rate : {0.01, 0.03, 0.05}) {
    const CascadeFigures cascade =
        measure_cascade(options.bits, ErrorRate(error_rate), Seconds(1), SimulationRandom(options.seed));
    const std::string at = fmt::format(" at {:g} %", 100 * error_rate);
    figures.add("cascade", "Bob" + at, cascade.bob_bits_per_second / 1e6, "Mbit/s");
    figures.add("cascade", "Alice" + at, cascade.alice_bits_per_second / 1e6, "Mbit/s");
    figures.add("cascade", "disclosed over n h(Q)" + at, cascade.efficiency, "");
    figures.add("cascade", "rounds" + at, cascade.rounds, "");
  }
  return kDone;
}

Outcome bench_amplify(const Options& options, Figures& figures) {
  for (const std::size_t bits : {std::size_t{1} << 20, std::size_t{1} << 23}) {
    const AmplifyFigures amplify = measure_amplification(bits, 0.5, Seconds(0.5), SimulationRandom(options.seed));
    figures.add("amplify", fmt::format("to a half, {} bits", bits), amplify.amplified_bits_per_second / 1e6,
                "Mbit/s in");
    figures.add("amplify", fmt::format("verification, {} bits", bits), amplify.verified_bits_per_second / 1e6,
                "Mbit/s");
  }
  return kDone;
}

Outcome bench_link(const Options& options, Figures& figures) {
  std::error_code error;
  node::LocalLink link;
  link.program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return fail(ErrorCode::io, "cannot find the running program: " + error.message());
  link.distance_km = options.distance_km;
  link.seed = options.seed;
  link.settings = {fmt::format("link.max_blocks={}", options.blocks), "keys.bits=16384"};
  HERALD_TRY(const node::Workplace place, node::Workplace::make({}));
  static const std::sig_atomic_t kNeverStop = 0;
  std::uint64_t secret = 0, sifted = 0, clicks = 0;
  std::optional<std::chrono::steady_clock::time_point> begin, end;
  HERALD_TRY(const std::uint64_t blocks, node::run_local_link(link, place, kNeverStop, [&](const json& event) {
               if (event.value("event", "") == "note" && !begin) begin = std::chrono::steady_clock::now();
               if (event.value("event", "") != "block") return;
               end = std::chrono::steady_clock::now();
               secret += event["secret_bits"].get<std::uint64_t>();
               sifted += event["key_bits"].get<std::uint64_t>();
               clicks += event["clicks"].get<std::uint64_t>();
             }));
  if (blocks == 0 || !begin || !end)
    return fail(ErrorCode::unavailable, "the link gave no key; is the distance too long?");
  const double seconds = std::chrono::duration<double>(*end - *begin).count();
  const std::string at = fmt::format(" at {:g} km", link.distance_km);
  figures.add("link", "secret key" + at, static_cast<double>(secret) / seconds / 1e6, "Mbit/s");
  figures.add("link", "sifted key" + at, static_cast<double>(sifted) / seconds / 1e6, "Mbit/s");
  figures.add("link", "clicks" + at, static_cast<double>(clicks) / seconds, "clicks/s");
  figures.add("link", "simulated light a second of this machine" + at,
              static_cast<double>(blocks * link.pulses_per_block()) / 1e9 / seconds, "s at 1 GHz");
  return kDone;
}

using Bench = Outcome (*)(const Options&, Figures&);

}  // namespace

void add_bench(CLI::App& program) {
  const auto options = std::make_shared<Options>();
  CLI::App* bench = program.add_subcommand("bench", "Measure this machine, from light to stored keys");
  bench->footer("Figures are of one core (the link: of as many as there are). Without a name, all are measured.");
  bench->require_subcommand(0, 1);
  bench->add_flag("--json", options->as_json, "all figures as one JSON object");
  const auto add = [&](const std::string& name, const char* description, Bench run) -> CLI::App& {
    CLI::App& command = add_command(*bench, name, description, [options, run] {
      Figures figures(options->as_json);
      return run(*options, figures);
    });
    command.add_flag("--json", options->as_json, "all figures as one JSON object");
    command.add_option("--seed", options->seed, "of the simulated input; fixes it")->capture_default_str();
    return command;
  };
  CLI::App& optics =
      add("optics", "Simulated light: clicks and equivalent pulses a second, beside theory", bench_optics);
  optics.add_option("--distance", options->distance_km, "kilometres, with --pulses")->check(CLI::Range(0.0, 1000.0));
  optics.add_option("--pulses", options->pulses, "how many (3.6e12 is an hour at 1 GHz)")->check(CLI::Range(1.0, 4e18));
  add("sift", "Click positions on the wire, and sifting", bench_sift)
      .add_option("--bits", options->bits, "clicks")
      ->check(CLI::Range(1000, 100'000'000));
  add("cascade", "Reconciliation: throughput and efficiency", bench_cascade)
      .add_option("--bits", options->bits, "of key")
      ->check(CLI::Range(1000, 100'000'000));
  add("amplify", "Privacy amplification and verification", bench_amplify);
  CLI::App& link = add("link", "Two ends and a fibre as processes, from light to stored keys", bench_link);
  link.add_option("--distance", options->distance_km, "kilometres")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 200.0));
  link.add_option("--blocks", options->blocks, "to distil")->capture_default_str()->check(CLI::Range(1, 100'000));
  bench->callback([bench, options] {
    if (!bench->get_subcommands().empty()) return;
    Figures figures(options->as_json);
    for (const Bench run : {&bench_optics, &bench_sift, &bench_cascade, &bench_amplify, &bench_link}) {
      const Outcome outcome = run(*options, figures);
      if (outcome) continue;
      fmt::print(stderr, "herald bench: {}\n", outcome.error().message);
      throw CLI::RuntimeError(kFailed);
    }
  });
}

}  // namespace herald::cli
