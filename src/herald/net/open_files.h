#pragma once
// Sockets are open files, of which a process may have only so many.

#include <cstdint>

namespace herald::net {

// Raises this process's limit (often 1024) as far as the system lets it; what it is then.
std::uint64_t allow_many_open_files();

}  // namespace herald::net
