#include "herald/cli/command.h"

#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "herald/base/version.h"

namespace herald::cli {
namespace {

constexpr const char* kDescription =
    "Herald is quantum cryptography as software: light becomes clicks at two ends of a fibre, clicks become a secret "
    "key\n"
    "that both ends share, and the key encrypts something.\n\n"
    "Each end keeps its keys in a store: a file that only its owner reads, encrypted under a key file beside it. A key "
    "has\n"
    "an ID that is the same at both ends, and a direction: Alice sends with the keys that Bob opens with, and the "
    "other way\n"
    "round. It remembers where it came from: keys from simulated light are for trials, and refused until you say\n"
    "--insecure-simulated.";

constexpr const char* kFooter =
    "To begin:\n"
    "  herald demo                                               two ends, a fibre, keys, a sealed message\n"
    "  herald key psk lab.psk                                    a pre-shared key; bring a copy to the other end\n"
    "  herald link fibre | bob | alice FILE.toml                 the three processes of a link, from examples/link/\n"
    "  herald key status --store alice.db                        how many keys there are, and for which direction\n"
    "  herald seal letter.txt --store alice.db -o letter.sealed  a one-time pad and a one-time tag from the keys\n"
    "  herald open letter.sealed --store bob.db -o letter.txt    at the other end\n"
    "  herald distill tags.txt --plot peaks.svg                  what recorded detections of entangled pairs would "
    "give\n"
    "  herald rate bb84-decoy plob --distance 0:300:10           how much key, at what distance, by which theorem\n"
    "  herald run coin-flip --alice cheat-epr --trials 1e6       a protocol many times, honest or not, beside its "
    "theory\n"
    "  herald bound transfer-memory --photons 1e6 --length 128   what a theorem says of it at your parameters\n\n"
    "Results go to standard output, notes and errors to standard error. Exit status: 0 done, 1 an error, 2 wrong "
    "usage,\n"
    "3 a protocol that aborted (no key, by its own decision), 130 interrupted.\n"
    "`herald COMMAND --help` explains a command.";

// "herald key status" for the app of `status`.
std::string full_name(const CLI::App* app) {
  if (app->get_parent() == nullptr) return app->get_name();
  return full_name(app->get_parent()) + " " + app->get_name();
}

// The deepest command that the user named.
const CLI::App* named(const CLI::App* app) {
  const auto subcommands = app->get_subcommands();
  return subcommands.empty() ? app : named(subcommands.front());
}

void complain(const CLI::App* app, std::string_view message) {
  fmt::print(stderr, "{}: {}\n", full_name(app), message);
}

int parse_and_run(CLI::App& program, int argc, char** argv) {
  try {
    program.parse(argc, argv);
    return kDone;
  } catch (const CLI::RuntimeError& status) {
    return status.get_exit_code();
  } catch (const CLI::Success& asked) {  // --help, --version
    return program.exit(asked);
  } catch (const CLI::ParseError& error) {
    const CLI::App* app = named(&program);
    const auto unknown = app->remaining();
    const bool no_command = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && !unknown.empty() &&
                            app->get_require_subcommand_min() != 0;
    complain(app, fmt::format("{}\n`{} --help` explains it.",
                              no_command ? fmt::format("there is no command \"{}\"", unknown.front()) : error.what(),
                              full_name(app)));
    return kUsage;
  } catch (const std::exception& error) {  // none is meant to come this far
    complain(named(&program), error.what());
    return kFailed;
  }
}

int run_program(int argc, char** argv, study::Spread* spread) {
  CLI::App program(kDescription, "herald");
  program.set_version_flag("--version", fmt::format("herald {}", kVersion));
  program.require_subcommand(1);
  program.get_formatter()->column_width(34);
  add_demo(program);
  add_link(program);
  add_distill(program);
  add_rate(program, spread);
  add_run(program, spread);
  add_protocols(program);
  add_bound(program);
  add_desk(program);
  add_key(program);
  add_kme(program);
  add_net(program);
  add_wireguard(program);
  add_seal(program);
  add_open(program);
  add_bench(program);
  program.footer(kFooter);  // after them: a command without a footer takes its parent's

  if (argc == 1) {
    fmt::print(stderr, "{}", program.help());
    return kUsage;
  }
  const int status = parse_and_run(program, argc, argv);
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    fmt::print(stderr, "herald: cannot write the results to standard output\n");
    return status == kDone ? kFailed : status;
  }
  return status;
}

Result<std::unique_ptr<study::Spread>> join_job(const study::Place& place, Join join) {
  if (join == nullptr)
    return fail(ErrorCode::unavailable,
                fmt::format("this program was built without MPI, and cannot share its work among "
                            "{} processes; `make mpi` builds one that can",
                            place.size));
  auto spread = join();
  if (spread->size() != place.size)
    return fail(ErrorCode::disagreement,
                fmt::format("MPI finds {} of the job's {} processes; start them with the mpirun "
                            "of the MPI that this program was built with",
                            spread->size(), place.size));
  return spread;
}

}  // namespace

CLI::App& add_command(CLI::App& program, std::string_view name, std::string_view description, Body body) {
  CLI::App* command = program.add_subcommand(std::string(name), std::string(description));
  command->callback([command, body = std::move(body)] {
    const Outcome outcome = body();
    if (!outcome) complain(command, outcome.error().message);
    const int status = outcome.value_or(kFailed);
    if (status != kDone) throw CLI::RuntimeError(status);
  });
  return *command;
}

Result<void> print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size())
    return fail(ErrorCode::io, "cannot write the results to standard output");
  return {};
}

int run(int argc, char** argv, Join join) {
  const auto place = study::place_in_job();
  const std::string_view command = argc == 1 ? "" : argv[1];
  if (!place || place->size == 1 || (command != "rate" && command != "run")) return run_program(argc, argv, nullptr);
  const auto spread = join_job(*place, join);
  if (!spread) {
    if (place->rank == 0) fmt::print(stderr, "herald {}: {}\n", command, spread.error().message);
    return kFailed;
  }
  if ((*spread)->rank() > 0) return cli::follow(**spread);
  const int status = run_program(argc, argv, spread->get());
  study::send_home(**spread);
  return status;
}

}  // namespace herald::cli
