#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "herald/base/file.h"
#include "herald/cli/distill_report.h"

namespace herald::cli {
namespace {

// Four panels, one a detector of Alice's, with a line for each of Bob's; the data stand in the script.
std::string script(const CorrelationHistogram& h) {
  std::string text =
      "set terminal svg size 1000,700 dynamic background rgb 'white'\n"
      "set output '/dev/stdout'\n"
      "set multiplot layout 2,2 title 'Coincidences by pair of detectors, raw times'\n"
      "set xlabel 'Bob less Alice (ticks)'\nset ylabel 'coincidences per bin'\nset key top right\nset grid\n";
  for (unsigned a = 0; a < kDetectors; ++a) {
    fmt::format_to(std::back_inserter(text), "$a{} << EOD\n", a);
    for (std::size_t k = 0; k < h.counts[a][0].size(); ++k) {
      fmt::format_to(std::back_inserter(text), "{}", -h.range + static_cast<std::int64_t>(k) * h.bin);
      for (unsigned b = 0; b < kDetectors; ++b) fmt::format_to(std::back_inserter(text), " {}", h.counts[a][b][k]);
      text += '\n';
    }
    text += "EOD\n";
  }
  for (unsigned a = 0; a < kDetectors; ++a) {
    fmt::format_to(std::back_inserter(text), "set title 'Alice {}'\nplot ", a);
    for (unsigned b = 0; b < kDetectors; ++b)
      fmt::format_to(std::back_inserter(text), "{}$a{} using 1:{} with steps lw 1.5 title 'Bob {}'", b == 0 ? "" : ", ",
                     a, b + 2, b + kDetectors);
    text += '\n';
  }
  return text + "unset multiplot\n";
}

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

 private:
  std::string m_path;
  int m_fd = -1;
};

Result<int> run_gnuplot(const char* script_path, int output) {
  posix_spawn_file_actions_t actions;
  HERALD_CHECK(::posix_spawn_file_actions_init(&actions) == 0);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  char name[] = "gnuplot";
  std::string path = script_path;
  char* const arguments[] = {name, path.data(), nullptr};
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, name, &actions, nullptr, arguments, environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT)
    return fail(ErrorCode::not_found,
                "--plot needs gnuplot, which is not there: install it (apt install gnuplot-nox), or leave --plot out");
  if (error != 0) return fail(ErrorCode::io, fmt::format("cannot start gnuplot: {}", std::strerror(error)));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return fail(ErrorCode::io, "cannot wait for gnuplot");
  return status;
}

}  // namespace

Result<void> plot_correlations(const std::filesystem::path& svg, const CorrelationHistogram& histogram) {
  TemporaryFile commands, picture;
  if (!commands.ok() || !picture.ok()) return fail(ErrorCode::io, "cannot make a temporary file for gnuplot");
  const std::string text = script(histogram);
  if (::write(commands.fd(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return fail(ErrorCode::io, "cannot write a temporary file for gnuplot");
  HERALD_TRY(const int status, run_gnuplot(commands.path(), picture.fd()));
  HERALD_TRY(const Bytes drawn, read_file(picture.path()));
  if (status != 0 || drawn.empty())
    return fail(ErrorCode::io, "gnuplot failed to draw the correlations; is its SVG terminal installed?");
  return write_file(svg, drawn, FileMode::shared);
}

}  // namespace herald::cli
