#pragma once
// Refuses impossible parameters with the permitted range.

#include <fmt/format.h>

#include <string_view>

#include "herald/base/result.h"

namespace herald {

// Errors: invalid_argument unless least <= value <= most (NaN is refused).
inline Result<void> permitted(std::string_view what, double value, double least, double most) {
  if (value >= least && value <= most) return {};
  return fail(ErrorCode::invalid_argument,
              fmt::format("{} of {} is not possible; {} to {} is", what, value, least, most));
}

// Counts of qubits, bits and rounds: 2^53, what a double counts exactly.
inline constexpr double kMostCounted = 9007199254740992;

}  // namespace herald
