#include "herald/base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace herald {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : m_fd(fd) {}
  ~Descriptor() {
    if (m_fd > STDERR_FILENO) ::close(m_fd);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return m_fd; }
  int close() { return ::close(std::exchange(m_fd, -1)); }

 private:
  int m_fd;
};

std::unexpected<Error> system_error(const std::filesystem::path& path, const char* what) {
  const int number = errno;
  return fail(number == ENOENT ? ErrorCode::not_found : ErrorCode::io,
              fmt::format("{}: cannot {}: {}", path.string(), what, std::strerror(number)));
}

Result<void> write_all(int fd, ByteView content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error(path, "write");
    content = content.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<Bytes> read_file(const std::filesystem::path& path, std::size_t limit) {
  Descriptor file(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return system_error(path, "open");
  Bytes content;
  for (;;) {
    const std::size_t begin = content.size();
    content.resize(begin + (std::size_t{1} << 16));
    const ssize_t got = ::read(file.get(), content.data() + begin, content.size() - begin);
    if (got < 0 && errno != EINTR) return system_error(path, "read");
    content.resize(begin + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (content.size() > limit)
      return fail(ErrorCode::malformed,
                  fmt::format("{}: larger than the {} bytes that are read at the most", path.string(), limit));
    if (got == 0) return content;
  }
}

Result<void> write_file(const std::filesystem::path& path, ByteView content, FileMode mode) {
  if (path == "-") return write_all(STDOUT_FILENO, content, "standard output");
  std::filesystem::path beside = path;
  beside += fmt::format(".{}.part", ::getpid());
  Descriptor file(
      ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, static_cast<mode_t>(mode)));
  if (file.get() < 0) return system_error(path, "write");
  auto done = [&]() -> Result<void> {
    HERALD_TRY_VOID(write_all(file.get(), content, path));
    if (::fsync(file.get()) != 0) return system_error(path, "write");
    if (file.close() != 0) return system_error(path, "close");
    if (::rename(beside.c_str(), path.c_str()) != 0) return system_error(path, "rename");
    return sync_directory(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
  }();
  if (!done) ::unlink(beside.c_str());
  return done;
}

Result<void> sync_directory(const std::filesystem::path& directory) {
  Descriptor handle(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (handle.get() < 0) return system_error(directory, "open");
  if (::fsync(handle.get()) != 0 && errno != EINVAL) return system_error(directory, "sync");
  return {};
}

}  // namespace herald
