#pragma once
// The finished points of a sweep in a file, so that what was interrupted goes on where it stood. A line of text a
// point,
// with a CRC-32; the first line binds the file to its request. Written in whatever order points are finished.

#include <optional>

#include "herald/study/sweep.h"

namespace herald::study {

class Journal {
 public:
  // Makes the file or reads it; cuts off a last line that was torn. Errors: io, not_found, malformed (no journal, or a
  // line that is damaged), disagreement (of another request), unavailable (in use by another process).
  static Result<Journal> open(const std::filesystem::path& path, const Sweep& sweep);
  Journal(Journal&&) noexcept;
  Journal(const Journal&) = delete;
  ~Journal();

  std::uint64_t found() const { return m_lines.size(); }
  // What it has not, in order.
  std::vector<Range> missing(const Sweep& sweep) const;
  // The point as it was found when the file was opened; nothing when it is not there. From any thread.
  Result<std::optional<Point>> find(const Sweep& sweep, std::uint64_t index) const;
  Result<void> append(std::uint64_t index, const Point& point);
  // Makes what was appended durable.
  Result<void> sync();

 private:
  struct Line {
    std::uint64_t index = 0, offset = 0, size = 0;
  };
  Journal(std::filesystem::path path, int fd) : m_path(std::move(path)), m_fd(fd) {}
  Result<void> scan(const Sweep& sweep);
  Result<std::string> read_line(const Line& line) const;

  std::filesystem::path m_path;
  int m_fd = -1;
  std::vector<Line> m_lines;  // by index
};

}  // namespace herald::study
