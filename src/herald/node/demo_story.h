#pragma once
// How the demonstration tells what it does; for its source files.

#include <filesystem>
#include <string>
#include <vector>

#include "herald/base/result.h"

namespace herald::node {

// A line on standard output, at once.
void say(const std::string& text);

// Shows a command of `herald`, runs it, and shows its results. Errors: io (it fails).
Result<void> run_command(const std::filesystem::path& program, std::vector<std::string> arguments);

}  // namespace herald::node
