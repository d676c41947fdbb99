#pragma once
// The demonstration's last act: two key-management entities over the two stores, and an application at each.

#include <csignal>
#include <filesystem>

#include "herald/base/result.h"
#include "herald/node/local_link.h"

namespace herald::node {

// Makes both sites beside alice.db and bob.db of the link "local", starts them, and asks with curl at both ends for one
// key. Ends with a word where there is no curl. Errors: disagreement (the applications' keys differ), io (a command
// fails), interrupted.
Result<void> serve_keys(const std::filesystem::path& program, const Workplace& place,
                        const volatile std::sig_atomic_t& stop);

}  // namespace herald::node
