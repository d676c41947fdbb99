// herald link alice|bob|fibre: the processes of a link.

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "herald/cli/command.h"
#include "herald/link/runner.h"

namespace herald::cli {
namespace {

constexpr const char* kFooter =
    "Each end reads a TOML file (examples/link/ has one for each that runs as it stands) and keeps its keys in a store "
    "of its\n"
    "own. The ends meet over TCP; their light comes from `herald link fibre`, or from a recording (--source).\n"
    "Both hold a copy of one pre-shared key (`herald key psk`), and keep it: it is read at every start.\n"
    "Ctrl-C stops cleanly: blocks under way are finished, and nothing is lost.";

struct Options {
  std::string config;
  std::vector<std::string> overrides;
  std::string source;
  bool json = false;
};

void line(const nlohmann::json& json) {
  fmt::print("{}\n", json.dump());
  std::fflush(stdout);
}

void note(const Options& options, std::string_view who, const std::string& text) {
  if (options.json)
    line({{"event", "note"}, {"text", text}});
  else
    fmt::print(stderr, "{}: {}\n", who, text);
}

nlohmann::json describe(const BlockReport& report) {
  return {{"block", report.block},
          {"pulses", report.pulses},
          {"clicks", report.clicks},
          {"key_bits", report.key_bits},
          {"test_bits", report.test_bits},
          {"test_error_rate", report.test_error_rate().value},
          {"key_error_rate", report.key_error_rate().value},
          {"phase_error_rate", report.phase_error_rate},
          {"disclosed", report.disclosed},
          {"disclosed_cap", report.disclosed_cap},
          {"failed_frames", report.failed_frames},
          {"secret_bits", report.secret_bits},
          {"asymptotic_bits", report.asymptotic_bits},
          {"violated", report.violated}};
}

void print_block(const Options& options, const BlockReport& report, const Ledger& ledger) {
  if (options.json) {
    nlohmann::json json = describe(report);
    json["event"] = "block";
    for (const auto& entry : ledger.entries())
      json["ledger"][fmt::format("{}_{}", to_string(entry.party), to_string(entry.item))] = entry.bits;
    return line(json);
  }
  fmt::print(
      "block {:<5} {:>9} clicks   error rate {:5.2f} % key {:5.2f} % test   phase error <= {:5.2f} %   secret {:>8} of "
      "{:>8} bits\n",
      report.block, report.clicks, 100 * report.key_error_rate().value, 100 * report.test_error_rate().value,
      100 * report.phase_error_rate, report.secret_bits, report.key_bits);
  std::fflush(stdout);
  if (!report.violated.empty())
    fmt::print(stderr, "note: the data contradict assumptions of the theorem, and the keys are marked so: {}\n",
               fmt::join(report.violated, ", "));
}

void print_aborted(const Options& options, const Aborted& aborted) {
  const std::string_view phase = to_string(aborted.phase);
  if (options.json) {
    nlohmann::json json = describe(aborted.report);
    json["event"] = "aborted";
    json["phase"] = phase;
    json["reason"] = aborted.reason;
    return line(json);
  }
  fmt::print("block {:<5} no key ({}): {}\n", aborted.report.block, phase, aborted.reason);
  std::fflush(stdout);
}

Outcome run_one_end(const std::string& role, const Options& options) {
  std::vector<std::string> overrides = options.overrides;
  if (!options.source.empty()) {
    overrides.push_back("lab.source=" + std::filesystem::absolute(options.source).string());
    overrides.emplace_back("lab.fibre=");  // instead of the file's
  }
  HERALD_TRY(const link::EndConfig config, link::read_end_config(options.config, role, overrides));
  link::RunEvents events;
  events.note = [&](const std::string& text) { note(options, role, text); };
  events.listening = [&](const net::Endpoint& where) {
    if (options.json)
      line({{"event", "listening"}, {"host", where.host}, {"port", where.port}});
    else
      note(options, role, "listening on " + where.to_string());
  };
  events.session.opened = [&] { note(options, role, "the ends have met and agree"); };
  events.session.distilled = [&](const BlockReport& report, const Ledger& ledger) {
    print_block(options, report, ledger);
  };
  events.session.aborted = [&](const Aborted& aborted) { print_aborted(options, aborted); };
  HERALD_TRY(const link::RunSummary summary, link::run_end(config, std::move(events)));
  if (options.json) {
    line({{"event", "done"},
          {"distilled", summary.distilled},
          {"aborted", summary.aborted},
          {"interrupted", summary.interrupted},
          {"reason", summary.stopped}});
  } else {
    note(options, role,
         fmt::format("{} blocks gave keys, {} did not{}", summary.distilled, summary.aborted,
                     summary.stopped.empty() ? "" : "; " + summary.stopped));
  }
  if (summary.interrupted) return kInterrupted;
  return summary.distilled == 0 && summary.aborted != 0 ? kAborted : kDone;
}

Outcome run_the_fibre(const Options& options) {
  HERALD_TRY(const link::FibreConfig config, link::read_fibre_config(options.config, options.overrides));
  const auto serving = [&](std::uint16_t port) {
    if (options.json)
      line({{"event", "listening"}, {"host", config.listen.host}, {"port", port}});
    else
      note(options, "fibre",
           fmt::format("{:g} km of simulated fibre{} serve on {}:{}", config.model.fibre.length.value,
                       config.eve == "none" ? "" : ", with Eve on it (" + config.eve + "),", config.listen.host, port));
  };
  HERALD_TRY_VOID(link::run_fibre(config, serving, [&](const std::string& text) { note(options, "fibre", text); }));
  return kDone;
}

void add_role(CLI::App& link, const std::string& role, const char* description,
              std::function<Outcome(const Options&)> run) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(link, role, description, [options, run = std::move(run)] { return run(*options); });
  command.add_option("config", options->config, "TOML file; examples/link/" + role + ".toml shows every key")
      ->check(CLI::ExistingFile);
  command.add_option("--set", options->overrides, "table.key=value, in place of the file's (as often as you like)");
  if (role != "fibre")
    command.add_option("--source", options->source, "a recording of this end's detections instead of a fibre");
  command.add_flag("--json", options->json, "one JSON object a line on standard output");
}

}  // namespace

void add_link(CLI::App& program) {
  CLI::App* link = program.add_subcommand("link", "Run one end of a link, or the simulated fibre between two");
  link->footer(kFooter);
  link->require_subcommand(1);
  add_role(*link, "alice", "The end that sends light (or holds one half of each pair)",
           [](const Options& o) { return run_one_end("alice", o); });
  add_role(*link, "bob", "The end that detects", [](const Options& o) { return run_one_end("bob", o); });
  add_role(*link, "fibre", "A simulated fibre: gives each end only what that end would see", run_the_fibre);
}

}  // namespace herald::cli
