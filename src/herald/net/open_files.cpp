#include "herald/net/open_files.h"

#include <sys/resource.h>

namespace herald::net {

std::uint64_t allow_many_open_files() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  const rlimit raised{files.rlim_max, files.rlim_max};
  return ::setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : files.rlim_cur;
}

}  // namespace herald::net
