#pragma once
// What commands that take their time share: Ctrl-C, and a bar that shows how far they are.

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <string_view>

namespace herald::cli {

// Whether Ctrl-C, or SIGTERM, has asked to stop.
std::atomic<bool>& interrupted();

// While it lives, the first such signal sets interrupted(), and a second one ends the process.
class StopOnSignal {
 public:
  StopOnSignal();
  ~StopOnSignal();
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;

 private:
  struct sigaction m_interrupt{}, m_terminate{};
};

// To a terminal that shows nothing else.
class Progress {
 public:
  // "points", "runs". `always`: though standard error is no terminal.
  explicit Progress(std::string_view what, bool always = false);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void operator()(std::uint64_t done, std::uint64_t all);

 private:
  std::string_view m_what;
  bool m_shown, m_drawn = false;
  std::uint64_t m_found = 0;  // done when it was first shown, most of them by an earlier run
  std::chrono::steady_clock::time_point m_begin = std::chrono::steady_clock::now();
};

}  // namespace herald::cli
