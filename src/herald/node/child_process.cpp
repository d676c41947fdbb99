#include "herald/node/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

extern char** environ;

namespace herald::node {

Result<ChildProcess> ChildProcess::start(std::vector<std::string> arguments) {
  std::array<int, 2> pipe_ends{};
  if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0)
    return fail(ErrorCode::io, fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe_ends[1]);
  if (error != 0) {
    ::close(pipe_ends[0]);
    return fail(error == ENOENT ? ErrorCode::not_found : ErrorCode::io,
                fmt::format("cannot start {}: {}", arguments[0], std::strerror(error)));
  }
  return ChildProcess(pid, pipe_ends[0]);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : m_pid(std::exchange(other.m_pid, -1)),
      m_output(std::exchange(other.m_output, -1)),
      m_pending(std::move(other.m_pending)),
      m_ended(other.m_ended) {}

ChildProcess::~ChildProcess() {
  if (m_output >= 0) ::close(m_output);
  if (m_pid < 0) return;
  ::kill(m_pid, SIGTERM);
  for (int i = 0; i < 100; ++i) {
    if (::waitpid(m_pid, nullptr, WNOHANG) != 0) return;
    ::usleep(20'000);
  }
  ::kill(m_pid, SIGKILL);
  ::waitpid(m_pid, nullptr, 0);
}

Result<std::optional<std::string>> ChildProcess::next_line(std::chrono::milliseconds timeout) {
  for (;;) {
    if (const std::size_t end = m_pending.find('\n'); end != std::string::npos) {
      std::string line = m_pending.substr(0, end);
      m_pending.erase(0, end + 1);
      return std::optional(std::move(line));
    }
    if (m_ended) return fail(ErrorCode::unavailable, "the process has ended");
    pollfd waiting{m_output, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(timeout.count()));
    if (ready == 0 || (ready < 0 && errno == EINTR)) return std::optional<std::string>();
    std::array<char, 4096> buffer{};
    const ssize_t got = ::read(m_output, buffer.data(), buffer.size());
    if (got <= 0)
      m_ended = true;
    else
      m_pending.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

void ChildProcess::terminate() {
  if (m_pid >= 0) ::kill(m_pid, SIGTERM);
}

int ChildProcess::wait() {
  if (m_pid < 0) return 0;
  int status = 0;
  while (::waitpid(m_pid, &status, 0) < 0 && errno == EINTR) {
  }
  m_pid = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace herald::node
