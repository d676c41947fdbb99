#include "herald/store/new_file.h"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

#include "herald/base/file.h"

namespace herald::store {
namespace {

std::unexpected<Error> taken(const std::filesystem::path& path) {
  return fail(ErrorCode::invalid_argument,
              fmt::format("{}: this file exists and is left as it is; name another", path.string()));
}

}  // namespace

std::filesystem::path unfinished(const std::filesystem::path& path) {
  std::filesystem::path beside = path;
  beside += fmt::format(".{}.new", ::getpid());
  return beside;
}

Result<void> publish_new_file(const std::filesystem::path& beside, const std::filesystem::path& path) {
  const int number = ::link(beside.c_str(), path.c_str()) == 0 ? 0 : errno;
  ::unlink(beside.c_str());
  if (number == EEXIST) return taken(path);
  if (number != 0)
    return fail(ErrorCode::io, fmt::format("{}: cannot make this file: {}", path.string(), std::strerror(number)));
  return sync_directory(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
}

Result<void> require_new(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::exists(std::filesystem::symlink_status(path, ignored))) return taken(path);
  return {};
}

}  // namespace herald::store
