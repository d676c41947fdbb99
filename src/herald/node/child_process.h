#pragma once
// A process that the demonstration starts: its standard output comes line by line; it ends with its owner.

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "herald/base/result.h"

namespace herald::node {

class ChildProcess {
 public:
  // A program without a path is looked for in PATH. Errors: not_found, io (it cannot be started).
  static Result<ChildProcess> start(std::vector<std::string> arguments);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();  // SIGTERM, and SIGKILL a while later, if it still runs

  // The next whole line; nothing when none comes in time. Errors: unavailable once the output has ended.
  Result<std::optional<std::string>> next_line(std::chrono::milliseconds timeout);
  void terminate();
  // Waits for its end: the exit status, or 128 + signal.
  int wait();

 private:
  ChildProcess(pid_t pid, int output) : m_pid(pid), m_output(output) {}
  pid_t m_pid;
  int m_output;
  std::string m_pending;
  bool m_ended = false;
};

}  // namespace herald::node
