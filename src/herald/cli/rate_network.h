#pragma once
// The most key that two nodes of a network can share.

#include "herald/cli/rate_request.h"

namespace herald::cli {

// Widest path and minimum cut between the two nodes of options.between. Errors: read_network's, network_capacity's.
Result<void> print_network(const RateOptions& options);

}  // namespace herald::cli
