#pragma once
// The frame of every command of `herald`: one file a command parses, calls a room, prints. Results go to stdout, notes
// and errors to stderr, progress to a terminal only.

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string_view>

#include "herald/base/result.h"
#include "herald/study/spread.h"

namespace herald::cli {

// Exit statuses: 0 done, 1 an Error, 2 usage, 3 the protocol aborted (no key, by its own decision), 130 interrupted.
inline constexpr int kDone = 0, kFailed = 1, kUsage = 2, kAborted = 3, kInterrupted = 130;

// What a command's body returns: an exit status, or an error that main prints as "herald COMMAND: message".
using Outcome = Result<int>;
using Body = std::function<Outcome()>;

// Adds `herald NAME`; `body` runs after parsing if the user chose it. The returned App takes the options.
CLI::App& add_command(CLI::App& program, std::string_view name, std::string_view description, Body body);

// To standard output. Errors: io.
Result<void> print(std::string_view text);

// One a file of this room.
void add_bench(CLI::App& program);
void add_bound(CLI::App& program);
void add_demo(CLI::App& program);
void add_desk(CLI::App& program);
void add_distill(CLI::App& program);
void add_key(CLI::App& program);
void add_key_fetch(CLI::App& key);
void add_key_stream(CLI::App& key);
void add_kme(CLI::App& program);
void add_kme_records(CLI::App& kme);
void add_link(CLI::App& program);
void add_net(CLI::App& program);
void add_open(CLI::App& program);
void add_protocols(CLI::App& program);
void add_rate(CLI::App& program, study::Spread* spread);
void add_run(CLI::App& program, study::Spread* spread);
void add_seal(CLI::App& program);
void add_wireguard(CLI::App& program);

// Joins the other processes of a job that mpirun started.
using Join = std::unique_ptr<study::Spread> (*)();

// Parses and runs; the exit status of the process. Of a job of several processes that is `herald rate` or `herald run`,
// all but rank 0 compute for it and print nothing.
int run(int argc, char** argv, Join join = nullptr);

// `herald rate` and `herald run` on ranks other than 0.
int follow(study::Spread& spread);

}  // namespace herald::cli
