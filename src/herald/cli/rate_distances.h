#pragma once
// How far protocols reach, and where their curves overtake a bound.

#include <atomic>

#include "herald/cli/rate_request.h"

namespace herald::cli {

// Prints both, as far as asked for, for every place of the swept parameters. Errors: interrupted (stop).
Result<void> print_distances(const RateOptions& options, const RateRequest& request, const std::atomic<bool>& stop);

}  // namespace herald::cli
