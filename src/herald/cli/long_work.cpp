#include "herald/cli/long_work.h"

#include <fmt/format.h>
#include <unistd.h>

#include <string>

#include "herald/cli/command.h"

namespace herald::cli {

std::atomic<bool>& interrupted() {
  static constinit std::atomic<bool> asked = false;
  static_assert(std::atomic<bool>::is_always_lock_free);
  return asked;
}

StopOnSignal::StopOnSignal() {
  struct sigaction action{};
  action.sa_handler = [](int) { interrupted() = true; };
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  ::sigaction(SIGINT, &action, &m_interrupt);
  ::sigaction(SIGTERM, &action, &m_terminate);
}

StopOnSignal::~StopOnSignal() {
  ::sigaction(SIGINT, &m_interrupt, nullptr);
  ::sigaction(SIGTERM, &m_terminate, nullptr);
}

Progress::Progress(std::string_view what, bool always)
    : m_what(what), m_shown(always || (::isatty(STDERR_FILENO) != 0 && ::isatty(STDOUT_FILENO) == 0)) {}

Progress::~Progress() {
  if (m_drawn) fmt::print(stderr, "\r\x1b[K");
}

void Progress::operator()(std::uint64_t done, std::uint64_t all) {
  constexpr std::uint64_t kWidth = 30;
  if (!m_shown || all == 0) return;
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - m_begin;
  if (!m_drawn) m_found = done;
  const double share = static_cast<double>(done) / static_cast<double>(all);
  const double left = spent.count() * static_cast<double>(all - done) / static_cast<double>(done - m_found);
  const auto filled = static_cast<std::size_t>(share * kWidth);
  fmt::print(stderr, "\r[{:<{}}] {} of {} {}{}\x1b[K", std::string(filled, '#'), kWidth, done, all, m_what,
             done == m_found ? "" : fmt::format(", {:.0f} s left", left));
  m_drawn = true;
}

int follow(study::Spread& spread) {
  interrupted() = false;
  const StopOnSignal signals;
  study::follow(spread, &interrupted());
  return kDone;
}

}  // namespace herald::cli
