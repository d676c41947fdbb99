#pragma once
// Rates of protocols that are given as files, by the numerical prover.

#include <atomic>

#include "herald/cli/rate_request.h"

namespace herald::cli {

// Whether any protocol is named as a file, "my.toml".
bool names_protocol_file(const RateOptions& options);

// Proves each file, for every place of the swept numbers of the file ("channel.depolarising"), and prints what is
// certified. Errors: prove_file's; invalid_argument for options that a file knows nothing of; interrupted (stop).
Result<void> print_proofs(const RateOptions& options, const std::atomic<bool>& stop);

}  // namespace herald::cli
