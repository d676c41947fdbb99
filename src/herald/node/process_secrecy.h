#pragma once
// What a process that holds keys asks of the system, so that they do not end on a disk.

#include <string>
#include <vector>

namespace herald::node {

struct ProcessSecrecy {
  bool core_dumps = false;  // allow them, and debuggers: whoever reads a dump has the keys
  bool lock_memory = true;  // all of it where the limit allows; secret memory alone is locked within any limit
};

// For the whole process, from now on; freed memory is wiped too. What could not be had, each with the way out.
std::vector<std::string> keep_secret(const ProcessSecrecy& wanted);

}  // namespace herald::node
