#pragma once
// `herald` run in this process as main runs it.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "herald/cli/command.h"

namespace herald::cli {

struct Ran {
  int status = 0;
  std::string out, err;
};

inline Ran herald(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "herald");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int status = run(static_cast<int>(arguments.size()), argv.data());
  std::string err = testing::internal::GetCapturedStderr();
  return {status, testing::internal::GetCapturedStdout(), std::move(err)};
}

}  // namespace herald::cli
