#pragma once
// herald key status, list and drop of a KME's site.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "herald/cli/command.h"
#include "herald/kme/forget.h"

namespace herald::cli {

// Levels of the pools and what waits; every lot and key, without their bytes.
Outcome show_site(const std::string& directory, bool each, bool as_json);
// `herald key drop`.
void add_key_drop(CLI::App& key);

nlohmann::json to_json(const kme::Dropped& dropped);
std::uint64_t unix_seconds();

}  // namespace herald::cli
