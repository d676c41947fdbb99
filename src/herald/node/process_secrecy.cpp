#include "herald/node/process_secrecy.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>

#include "herald/base/freed_memory.h"

namespace herald::node {
namespace {

constexpr rlim_t kEnoughLocked = rlim_t{64} << 20;  // bytes, for what is in flight

}  // namespace

std::vector<std::string> keep_secret(const ProcessSecrecy& wanted) {
  std::vector<std::string> missing;
  wipe_freed_memory();
  if (!wanted.core_dumps) {
    const rlimit none{0, 0};
    if (::setrlimit(RLIMIT_CORE, &none) != 0 || ::prctl(PR_SET_DUMPABLE, 0) != 0)
      missing.push_back(fmt::format("core dumps cannot be forbidden: {}", std::strerror(errno)));
  }
  if (!wanted.lock_memory) return missing;
  rlimit locked{};
  ::getrlimit(RLIMIT_MEMLOCK, &locked);
  locked.rlim_cur = locked.rlim_max;
  ::setrlimit(RLIMIT_MEMLOCK, &locked);
  // Within a limit, locking all would make memory run out where it is not secret.
  if (locked.rlim_max == RLIM_INFINITY && ::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0) return missing;
  if (locked.rlim_max < kEnoughLocked)
    missing.push_back(
        fmt::format("only {} KiB of memory may be locked, and keys beyond them may be swapped: raise the limit "
                    "(LimitMEMLOCK=infinity, ulimit -l), or encrypt the swap",
                    locked.rlim_max / 1024));
  return missing;
}

}  // namespace herald::node
