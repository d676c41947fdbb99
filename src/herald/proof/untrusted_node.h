#pragma once
// What the theorems with an untrusted measurement between Alice and Bob share: assumptions word for word, and the
// checks of what they are fed.

#include <fmt/format.h>

#include "herald/proof/assumptions.h"

namespace herald::assumption {

inline constexpr Assumption kUntrustedNode = {"untrusted-node",
                                              "Charlie announces an outcome for each round before anything is told of "
                                              "bits, bases, phases or intensities; nothing "
                                              "else is assumed of him, and his detectors may be Eve's."};
inline constexpr Assumption kAllDecoys = {
    "all-decoys", "The yields and error rates of photon numbers are known, as from infinitely many decoy intensities."};
inline constexpr std::string_view kTwoWayNotCovered =
    "Not covered: bits of reconciliation are counted in both directions.";
inline constexpr std::string_view kRateOnly = "None: a figure without failure probability, never the length of a key.";

}  // namespace herald::assumption

namespace herald {

inline Result<void> check_probability(double value, const char* what) {
  if (value >= 0 && value <= 1) return {};
  return fail(ErrorCode::invalid_argument, fmt::format("{} of {} is not between 0 and 1", what, value));
}

// Reconciliation discloses f h(E) per bit.
inline Result<void> check_inefficiency(double f) {
  if (f >= 1 && f <= 100) return {};
  return fail(ErrorCode::invalid_argument,
              fmt::format("a reconciliation inefficiency f of {} is not possible; it is from 1 to 100", f));
}

inline Result<void> check_mean(double mean) {
  if (mean > 0 && mean <= 100) return {};
  return fail(ErrorCode::invalid_argument,
              fmt::format("a mean photon number of {} is not that of a weak pulse; it is above 0, at most 100", mean));
}

}  // namespace herald
