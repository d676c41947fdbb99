#pragma once
// Parameter estimation: what was observed, as plain counts; a theorem (proof/) turns them into bounds.

#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "herald/base/bits.h"
#include "herald/base/result.h"
#include "herald/base/units.h"

namespace herald {

// Of one basis; index k is the intensity.
struct CountsByIntensity {
  std::vector<std::uint64_t> detections;
  std::vector<std::uint64_t> errors;

  std::uint64_t total_detections() const {
    return std::accumulate(detections.begin(), detections.end(), std::uint64_t{0});
  }
  std::uint64_t total_errors() const { return std::accumulate(errors.begin(), errors.end(), std::uint64_t{0}); }
  // 0 without detections.
  ErrorRate error_rate() const {
    const double all = static_cast<double>(total_detections());
    return ErrorRate(all == 0 ? 0 : static_cast<double>(total_errors()) / all);
  }
  bool operator==(const CountsByIntensity&) const = default;
};

// intensity[i] belongs to detection i, and lies below `intensities`; errors are where the two aligned strings differ.
// Errors: malformed (an intensity that does not exist: it came from the peer).
inline Result<CountsByIntensity> count_by_intensity(std::span<const std::uint8_t> intensity, BitView alice, BitView bob,
                                                    std::size_t intensities) {
  HERALD_CHECK(alice.size() == intensity.size() && bob.size() == intensity.size());
  CountsByIntensity counts{std::vector<std::uint64_t>(intensities), std::vector<std::uint64_t>(intensities)};
  for (std::size_t i = 0; i < intensity.size(); ++i) {
    if (intensity[i] >= intensities)
      return fail(ErrorCode::malformed, "intensity number " + std::to_string(intensity[i]) + " of pulse " +
                                            std::to_string(i) + " does not exist; there are " +
                                            std::to_string(intensities));
    ++counts.detections[intensity[i]];
    counts.errors[intensity[i]] += alice[i] != bob[i];
  }
  return counts;
}

// Detections alone, where the bits stay secret.
inline Result<std::vector<std::uint64_t>> count_detections(std::span<const std::uint8_t> intensity,
                                                           std::size_t intensities) {
  const BitString nothing(intensity.size());
  HERALD_TRY(CountsByIntensity counts, count_by_intensity(intensity, nothing, nothing, intensities));
  return std::move(counts.detections);
}

}  // namespace herald
