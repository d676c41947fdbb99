#pragma once
// JSON from strangers, for source files (not installed): UTF-8, bounded in depth, no name twice in an object.

#include <nlohmann/json.hpp>
#include <string_view>

#include "herald/base/result.h"

namespace herald::kme {

inline constexpr std::size_t kMostNesting = 16;

// Errors: malformed (no JSON, wrong UTF-8, nested deeper than kMostNesting, a name twice), with the byte at fault.
Result<nlohmann::json> read_json(std::string_view text);

}  // namespace herald::kme
