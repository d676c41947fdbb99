#include "herald/study/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "herald/study/point_text.h"
#include "herald/study/words.h"

namespace herald::study {
namespace {

constexpr std::string_view kHead = "herald-sweep 1";

std::string header(const Sweep& sweep) { return fmt::format("{} {} {}", kHead, sweep.digest(), sweep.points()); }

std::unexpected<Error> system_error(const std::filesystem::path& path, const char* what) {
  return fail(errno == ENOENT ? ErrorCode::not_found : ErrorCode::io,
              fmt::format("{}: cannot {}: {}", path.string(), what, std::strerror(errno)));
}

std::string checksum(std::string_view text) {
  return fmt::format("{:08x}", ::crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
}

// The text behind the checksum, or nothing.
std::optional<std::string_view> checked(std::string_view line) {
  Words words(line);
  const std::string_view sum = words.next();
  if (sum != checksum(words.rest())) return std::nullopt;
  return words.rest();
}

}  // namespace

Journal::Journal(Journal&& other) noexcept
    : m_path(std::move(other.m_path)), m_fd(std::exchange(other.m_fd, -1)), m_lines(std::move(other.m_lines)) {}
Journal::~Journal() {
  if (m_fd >= 0) ::close(m_fd);
}

Result<Journal> Journal::open(const std::filesystem::path& path, const Sweep& sweep) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) return system_error(path, "open");
  Journal journal(path, fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0)
    return fail(ErrorCode::unavailable, fmt::format("{}: another process is writing it", path.string()));
  HERALD_TRY_VOID(journal.scan(sweep));
  return journal;
}

Result<void> Journal::scan(const Sweep& sweep) {
  const auto damaged = [&](std::uint64_t line, std::string_view what) {
    return fail(ErrorCode::malformed, fmt::format("{}:{}: {}", m_path.string(), line, what));
  };
  std::string pending;
  std::uint64_t offset = 0, read_to = 0, line_number = 0;
  for (std::string chunk(std::size_t{1} << 16, '\0');;) {
    const ssize_t got = ::pread(m_fd, chunk.data(), chunk.size(), static_cast<off_t>(read_to));
    if (got < 0) return system_error(m_path, "read");
    read_to += static_cast<std::uint64_t>(got);
    pending.append(chunk, 0, static_cast<std::size_t>(got));
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = pending.find('\n', begin)) != std::string::npos; begin = end + 1) {
      const std::string_view line = std::string_view(pending).substr(begin, end - begin);
      const auto text = checked(line);
      if (++line_number == 1) {
        if (!text || !text->starts_with(kHead)) return damaged(1, "this is no journal of a sweep; name another file");
        if (*text != header(sweep))
          return fail(ErrorCode::disagreement,
                      fmt::format("{}: the journal of another request, or of another version; give the same command "
                                  "again, or name another file",
                                  m_path.string()));
      } else {
        const auto index = text ? decode_index(*text) : std::nullopt;
        if (!index || *index >= sweep.points())
          return damaged(line_number, "a damaged line; remove it, and its point is computed again");
        m_lines.push_back({*index, offset + begin, line.size()});
      }
    }
    offset += begin;
    pending.erase(0, begin);
    if (got == 0) break;
    if (line_number == 0 && pending.size() > 4096)
      return damaged(1, "this is no journal of a sweep; name another file");
  }
  const std::string head = header(sweep), head_line = checksum(head) + " " + head + "\n";
  if (!pending.empty() && line_number == 0 && !head_line.starts_with(pending))
    return damaged(1, "this is no journal of a sweep; name another file");
  if (!pending.empty() && ::ftruncate(m_fd, static_cast<off_t>(offset)) != 0)
    return system_error(m_path, "cut off its torn last line");
  std::ranges::stable_sort(m_lines, {}, &Line::index);
  if (line_number > 0) return {};
  if (::write(m_fd, head_line.data(), head_line.size()) != static_cast<ssize_t>(head_line.size()))
    return system_error(m_path, "write");
  return {};
}

std::vector<Range> Journal::missing(const Sweep& sweep) const {
  std::vector<Range> ranges;
  std::uint64_t next = 0;
  for (const Line& line : m_lines) {
    if (line.index > next) ranges.push_back({next, line.index});
    next = line.index + 1;
  }
  if (next < sweep.points()) ranges.push_back({next, sweep.points()});
  return ranges;
}

Result<std::optional<Point>> Journal::find(const Sweep& sweep, std::uint64_t index) const {
  const auto line = std::ranges::lower_bound(m_lines, index, {}, &Line::index);
  if (line == m_lines.end() || line->index != index) return std::nullopt;
  std::string text(line->size, '\0');
  if (::pread(m_fd, text.data(), text.size(), static_cast<off_t>(line->offset)) != static_cast<ssize_t>(text.size()))
    return system_error(m_path, "read");
  const auto content = checked(text);
  auto point = content ? decode_point(*content, sweep) : std::nullopt;
  if (!point)
    return fail(ErrorCode::malformed,
                fmt::format("{}: the line of point {} is damaged; remove it", m_path.string(), index));
  return point;
}

Result<void> Journal::append(std::uint64_t index, const Point& point) {
  const std::string text = encode_point(index, point), line = checksum(text) + " " + text + "\n";
  if (::write(m_fd, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    return system_error(m_path, "write");
  return {};
}

Result<void> Journal::sync() {
  if (::fdatasync(m_fd) != 0) return system_error(m_path, "write");
  return {};
}

}  // namespace herald::study
