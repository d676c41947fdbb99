#pragma once
// The frame of every command of `herald`: one file a command parses, calls a room, prints. Results go to stdout, notes
// and errors to stderr, progress to a terminal only.

#include <CLI/CLI.hpp>
#include <functional>
#include <string_view>

#include "herald/base/result.h"

namespace herald::cli {

// Exit statuses: 0 done, 1 an Error, 2 usage, 3 the protocol aborted (no key, by its own decision), 130 interrupted.
inline constexpr int kDone = 0, kFailed = 1, kUsage = 2, kAborted = 3, kInterrupted = 130;

// What a command's body returns: an exit status, or an error that main prints as "herald COMMAND: message".
using Outcome = Result<int>;
using Body = std::function<Outcome()>;

// Adds `herald NAME`; `body` runs after parsing if the user chose it. The returned App takes the options.
CLI::App& add_command(CLI::App& program, std::string_view name, std::string_view description, Body body);

// One a file of this room.
void add_bench(CLI::App& program);
void add_demo(CLI::App& program);
void add_distill(CLI::App& program);
void add_key(CLI::App& program);
void add_link(CLI::App& program);
void add_open(CLI::App& program);
void add_rate(CLI::App& program);
void add_seal(CLI::App& program);

// Parses and runs; the exit status of the process.
int run(int argc, char** argv);

}  // namespace herald::cli
