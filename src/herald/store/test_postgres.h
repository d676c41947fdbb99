#pragma once
// A PostgreSQL server of Debian's packages for tests: with a socket in a directory of its own, and gone with the test.

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "herald/store/test_store.h"

namespace herald::store {

class PostgresServer {
 public:
  // The programs of the newest version that is installed; nothing when none is.
  static std::optional<std::filesystem::path> programs() {
    std::optional<std::filesystem::path> best;
    std::error_code none;
    for (const auto& each : std::filesystem::directory_iterator("/usr/lib/postgresql", none))
      if (std::filesystem::exists(each.path() / "bin/initdb") && (!best || *best < each.path() / "bin"))
        best = each.path() / "bin";
    return best;
  }

  PostgresServer() : m_programs(programs().value()) {
    if (::getuid() == 0) {  // whom the server refuses
      const passwd* user = ::getpwnam("postgres");
      if (user == nullptr) user = ::getpwnam("nobody");
      HERALD_CHECK(user != nullptr && ::chown((m_directory / "").c_str(), user->pw_uid, user->pw_gid) == 0);
      m_as = {"setpriv", fmt::format("--reuid={}", user->pw_uid), fmt::format("--regid={}", user->pw_gid),
              "--clear-groups", "--"};
    }
    run({m_programs / "initdb", "--no-sync", "--auth=trust", "--username=herald", "--encoding=UTF8", "--no-locale",
         "--no-instructions", "-D", data()});
    start();
  }
  ~PostgresServer() { kill(); }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // `settings`: name=value of postgresql.conf.
  void start(const std::vector<std::string>& settings = {}) {
    std::vector<std::string> command{m_programs / "postgres", "-D", data(), "-k", m_directory / "", "-c",
                                     "listen_addresses="};
    for (const std::string& each : settings) command.insert(command.end(), {"-c", each});
    for (int i = 0; i < 600 && !is_up(); ++i) {
      // One that was killed leaves sessions, whose end the next has to wait for.
      if (m_process == 0 || ::waitpid(m_process, nullptr, WNOHANG) == m_process) m_process = spawn(command);
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    HERALD_CHECK(is_up());
  }
  // As a loss of power does, but for what the disk had not yet written.
  void kill() { end(SIGKILL); }
  void stop() { end(SIGINT); }
  pid_t process() const { return m_process; }

  std::string url() const { return fmt::format("postgresql://herald@/postgres?host={}", (m_directory / "").string()); }
  // What psql prints for a statement.
  std::string psql(const std::string& sql) const { return run({m_programs / "psql", "-XAtq", "-d", url(), "-c", sql}); }

 private:
  std::string data() const { return m_directory / "data"; }
  bool is_up() const { return status({m_programs / "psql", "-Xq", "-d", url(), "-c", "SELECT"}) == 0; }

  pid_t spawn(const std::vector<std::string>& command, int out = -1) const {
    std::vector<std::string> whole = m_as;
    whole.insert(whole.end(), command.begin(), command.end());
    std::vector<char*> words;
    for (std::string& each : whole) words.push_back(each.data());
    words.push_back(nullptr);
    const pid_t child = ::fork();
    HERALD_CHECK(child >= 0);
    if (child != 0) return child;
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, 0);
    ::dup2(out < 0 ? null : out, 1);
    ::dup2(null, 2);
    if (::chdir("/") == 0) ::execvp(words[0], words.data());
    ::_exit(127);
  }
  int status(const std::vector<std::string>& command) const {
    const pid_t child = spawn(command);
    int status = -1;
    HERALD_CHECK(::waitpid(child, &status, 0) == child);
    return status;
  }
  std::string run(const std::vector<std::string>& command) const {
    int ends[2];
    HERALD_CHECK(::pipe2(ends, O_CLOEXEC) == 0);
    const pid_t child = spawn(command, ends[1]);
    ::close(ends[1]);
    std::string text;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;)
      text.append(buffer, static_cast<std::size_t>(got));
    ::close(ends[0]);
    int status = -1;
    HERALD_CHECK(::waitpid(child, &status, 0) == child && status == 0);
    return text;
  }
  void end(int signal) {
    if (m_process <= 0) return;
    ::kill(m_process, signal);
    int status = 0;
    HERALD_CHECK(::waitpid(m_process, &status, 0) == m_process);
    m_process = 0;
    std::error_code ignored;
    std::filesystem::remove(m_directory / "data/postmaster.pid", ignored);  // whose number may be another's by now
  }

  TestDirectory m_directory;
  std::filesystem::path m_programs;
  std::vector<std::string> m_as;  // in front of every command
  pid_t m_process = 0;
};

}  // namespace herald::store
