#include "herald/study/gnuplot.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "herald/base/file.h"

namespace herald::study {
namespace {

class TemporaryFile {
 public:
  TemporaryFile() {
    std::error_code none;
    m_path = (std::filesystem::temp_directory_path(none) / "herald-plot.XXXXXX").string();
    m_fd = ::mkstemp(m_path.data());
  }
  ~TemporaryFile() {
    if (m_fd >= 0) ::close(m_fd), ::unlink(m_path.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  bool ok() const { return m_fd >= 0; }
  int fd() const { return m_fd; }
  const char* path() const { return m_path.c_str(); }
  bool write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t written = ::write(m_fd, text.data(), text.size());
      if (written < 0 && errno != EINTR) return false;
      text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
    }
    return true;
  }

 private:
  std::string m_path;
  int m_fd = -1;
};

Result<int> run_gnuplot(const char* script, int output, int complaints) {
  posix_spawn_file_actions_t actions;
  HERALD_CHECK(::posix_spawn_file_actions_init(&actions) == 0);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, complaints, STDERR_FILENO);
  char name[] = "gnuplot", own_settings[] = "--default-settings";
  std::string path = script;
  char* const arguments[] = {name, own_settings, path.data(), nullptr};
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, name, &actions, nullptr, arguments, environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT)
    return fail(ErrorCode::not_found,
                "a picture needs gnuplot, which is not there: install it (apt install gnuplot-nox), or ask for none");
  if (error != 0) return fail(ErrorCode::io, fmt::format("cannot start gnuplot: {}", std::strerror(error)));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return fail(ErrorCode::io, "cannot wait for gnuplot");
  return status;
}

}  // namespace

Result<Bytes> gnuplot(std::string_view script) {
  const TemporaryFile commands, picture, complaints;
  if (!commands.ok() || !picture.ok() || !complaints.ok())
    return fail(ErrorCode::io, "cannot make a temporary file for gnuplot");
  if (!commands.write(script)) return fail(ErrorCode::io, "cannot write a temporary file for gnuplot");
  HERALD_TRY(const int status, run_gnuplot(commands.path(), picture.fd(), complaints.fd()));
  HERALD_TRY(Bytes drawn, read_file(picture.path()));
  if (status == 0 && !drawn.empty()) return drawn;
  HERALD_TRY(const Bytes said, read_file(complaints.path()));
  return fail(ErrorCode::io, fmt::format("gnuplot failed to draw the picture: {}",
                                         std::string_view(reinterpret_cast<const char*>(said.data()), said.size())));
}

}  // namespace herald::study
