#pragma once
// Every theorem of this room. The documentation and the tests walk it; who reports a cheat names its theory value here.

#include <span>
#include <string_view>

#include "herald/cheating/theorem.h"

namespace herald {

std::span<const CheatingTheorem> cheating_theorems();

// Errors: not_found, naming those that are.
Result<const CheatingTheorem*> find_cheating_theorem(std::string_view name);

}  // namespace herald
