#include "herald/node/demo_story.h"

#include <fmt/format.h>

#include <chrono>

#include "herald/node/child_process.h"

namespace herald::node {

using namespace std::chrono_literals;

void say(const std::string& text) {
  fmt::print("{}\n", text);
  std::fflush(stdout);
}

Result<void> run_command(const std::filesystem::path& program, std::vector<std::string> arguments) {
  say(fmt::format("  $ herald {}", fmt::join(arguments, " ")));
  arguments.insert(arguments.begin(), program.string());
  HERALD_TRY(ChildProcess process, ChildProcess::start(arguments));
  for (auto line = process.next_line(60s); line && *line; line = process.next_line(60s)) say("  " + **line);
  if (const int status = process.wait(); status != 0)
    return fail(ErrorCode::io, fmt::format("`herald {}` ended with status {}", arguments[1], status));
  return {};
}

}  // namespace herald::node
