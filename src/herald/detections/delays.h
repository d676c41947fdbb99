#pragma once
// Electronic delays per detector and the shift between two clocks, by cross-correlation. Of each pair of detectors only
// the difference of delays shows, so the first detector of each party has delay 0 by convention.
// docs/theory/coincidences.md.

#include <array>
#include <cstdint>
#include <vector>

#include "herald/base/result.h"
#include "herald/base/units.h"
#include "herald/detections/time_tags.h"

namespace herald {

// delays[d] is what detector d of a party adds to the time of a photon, in ticks; delays[0] is 0.
using DetectorDelays = std::array<std::int64_t, kDetectors>;

// Bob's clock against Alice's, her detectors' and his delays taken off: what she sees at t he sees at t + at(t).
struct ClockShift {
  double offset = 0;         // ticks, at Alice's time `origin`
  double drift = 0;          // ticks per tick: 1e-6 is one part in a million
  std::uint64_t origin = 0;  // ticks of Alice's clock

  double at(std::uint64_t time) const {
    return offset + drift * (static_cast<double>(time) - static_cast<double>(origin));
  }
  bool operator==(const ClockShift&) const = default;
};

struct Delays {
  DetectorDelays alice{}, bob{};
  ClockShift clock;
  bool operator==(const Delays&) const = default;
};

struct DelaySearch {
  std::int64_t range = 2000;  // ticks: clocks and delays together differ by at most this at the start of the tags
  double greatest_drift = 0;  // ticks per tick; 0 for one common clock
  FailureProbability false_alarm{1e-6};  // that chance alone makes a detector's peak
};

// The peak of one pair of detectors among the differences t_bob - t_alice - clock.
struct PairPeak {
  double position = 0;      // ticks: Bob's delay less Alice's
  std::uint64_t count = 0;  // differences within `peak_width` around it
  double accidental = 0;    // how many of them chance alone would make
};

struct FoundDelays {
  Delays delays;
  double peak_width = 0;  // ticks, the width at which the strongest peak stands out most
  std::array<std::array<PairPeak, kDetectors>, kDetectors> peaks;  // peaks[a][b] of Alice's detector a and Bob's b
};

// From the tags of one stretch of time, one party each. Both ends compute the same from the same tags. The clock's
// shift is found first (for every drift in question, the strongest peak of any pair), then detectors are placed one
// after another where they add most coincidences with those already placed, then all are centred by least squares.
// Errors: invalid_argument (tags of the wrong party), not_found (no peak: what to try).
Result<FoundDelays> find_delays(const TimeTags& alice, const TimeTags& bob, const DelaySearch& search);

// How long the party's slowest detector is blind after a click: the largest over detectors of the smallest gap between
// two of its tags. Detectors with fewer than `least` tags say nothing.
std::uint64_t observed_dead_time(const TimeTags& tags, std::size_t least = 100);

// histogram[a][b][k]: differences t_bob - t_alice in [-range + k bin, -range + (k+1) bin), of tags as recorded.
struct CorrelationHistogram {
  std::int64_t range = 0, bin = 1;
  std::array<std::array<std::vector<std::uint32_t>, kDetectors>, kDetectors> counts;
};
CorrelationHistogram correlation_histogram(const TimeTags& alice, const TimeTags& bob, std::int64_t range,
                                           std::int64_t bin);

}  // namespace herald
