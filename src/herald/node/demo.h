#pragma once
// The demonstration: a fibre and two ends as processes, keys in both stores, a message sealed at one end and opened at
// the other, two key-management entities and an application at each.

#include <cstdint>
#include <filesystem>
#include <string>

#include "herald/base/result.h"

namespace herald::node {

struct DemoOptions {
  std::filesystem::path program;    // the `herald` to start
  std::filesystem::path directory;  // where stores and files go; empty: a temporary one, removed at the end
  double distance_km = 50;
  std::uint64_t keys = 8;  // that each store is to hold
  std::uint64_t seed = 1;
  std::string eve = "none";
};

// Tells its story on standard output. Ok and true when everything held; ok and false when the link gave no key (with
// Eve on it, that is what should happen). Errors: what went wrong; interrupted.
Result<bool> run_demo(const DemoOptions& options);

}  // namespace herald::node
