#include "herald/detections/delays.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "herald/base/entropy.h"
#include "herald/base/tail_bounds.h"

namespace herald {
namespace {

// More differences than this are not looked at: the tags are cut where they reach it.
constexpr std::size_t kMostDifferences = std::size_t{1} << 22;
// Additions to a histogram that the search for a drift may cost.
constexpr double kDriftBudget = 3e8;

struct Difference {
  double at;     // Alice's time since the origin, ticks
  double value;  // t_bob - t_alice - clock, ticks
};
template <typename T>
using PerPair = std::array<std::array<T, kDetectors>, kDetectors>;
using Differences = PerPair<std::vector<Difference>>;

// A party's tags less those that follow another of the same detector within its dead time or ring: they would make
// echoes of peaks.
TimeTags without_repeats(const TimeTags& tags, std::uint64_t dead_time) {
  TimeTags kept;
  kept.reserve(tags.size());
  std::array<std::uint64_t, kDetectors> before{};
  std::array<bool, kDetectors> seen{};
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const unsigned d = detector_of(tags.channel[i]);
    if (!seen[d] || tags.time[i] - before[d] >= dead_time) kept.push_back(tags.channel[i], tags.time[i]);
    before[d] = tags.time[i];
    seen[d] = true;
  }
  return kept;
}

// Calls f(i, j, difference) for tags i of Alice and j of Bob with |t_bob - t_alice - clock(t_alice)| <= range. The
// clock must be slow enough that t + clock(t) rises. Stops when f says so.
template <typename F>
void for_each_difference(const TimeTags& alice, const TimeTags& bob, const ClockShift& clock, double range, F&& f) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < alice.size(); ++i) {
    const double shift = clock.at(alice.time[i]);
    const auto difference = [&](std::size_t j) {
      return static_cast<double>(static_cast<std::int64_t>(bob.time[j]) - static_cast<std::int64_t>(alice.time[i])) -
             shift;
    };
    while (begin < bob.size() && difference(begin) < -range) ++begin;
    for (std::size_t j = begin; j < bob.size(); ++j) {
      const double value = difference(j);
      if (value > range) break;
      if (!f(i, j, value)) return;
    }
  }
}

Differences differences(const TimeTags& alice, const TimeTags& bob, const ClockShift& clock, double range) {
  Differences all;
  std::size_t count = 0;
  for_each_difference(alice, bob, clock, range, [&](std::size_t i, std::size_t j, double value) {
    all[detector_of(alice.channel[i])][detector_of(bob.channel[j])].push_back(
        {static_cast<double>(alice.time[i] - clock.origin), value});
    return ++count < kMostDifferences;
  });
  return all;
}

struct Peak {
  double position = 0, width = 0, deviance = 0;
};

// Where `count` values in [-range, range] crowd most for chance: of all windows of 1, 2, 4... ticks the one with the
// largest deviance n ln(n/m) - n + m from its expectation m, which bounds the Poisson tail by exp(-deviance).
Peak crowded(const std::vector<double>& sorted, double range) {
  Peak best;
  for (double width = 1; width <= range / 4; width *= 2) {
    const double expected = static_cast<double>(sorted.size()) * width / (2 * range);
    if (expected <= 0) break;
    for (std::size_t begin = 0, end = 0; begin < sorted.size(); ++begin) {
      while (end < sorted.size() && sorted[end] < sorted[begin] + width) ++end;
      const auto n = static_cast<double>(end - begin);
      if (n <= expected) continue;
      if (const double d = deviance(n, expected); d > best.deviance) best = {sorted[begin] + (width - 1) / 2, width, d};
    }
  }
  return best;
}

// The strongest peak of any pair for any drift, in bins of `bin` ticks at half steps.
struct Acquired {
  ClockShift clock;
  unsigned a = 0, b = 0;
  double deviance = 0, width = 0;
};

void try_drifts(const Differences& all, double range, double length, double greatest_drift, double bin,
                Acquired& best) {
  const double step = bin / (2 * length);
  const auto steps = static_cast<long>(std::ceil(greatest_drift / step));
  const auto bins = static_cast<std::size_t>(2 * range / bin) + 2;
  std::vector<std::uint32_t> counts(bins);
  for (unsigned a = 0; a < kDetectors; ++a)
    for (unsigned b = 0; b < kDetectors; ++b) {
      const double expected = static_cast<double>(all[a][b].size()) * bin / range;  // of two neighbouring bins
      if (expected <= 0) continue;
      for (long s = -steps; s <= steps; ++s) {
        const double drift = static_cast<double>(s) * step;
        std::ranges::fill(counts, 0);
        for (const Difference& d : all[a][b]) {
          const double x = (d.value - drift * d.at + range) / bin;
          if (x >= 0 && x < static_cast<double>(bins)) ++counts[static_cast<std::size_t>(x)];
        }
        for (std::size_t k = 0; k + 1 < bins; ++k) {
          const auto n = static_cast<double>(counts[k] + counts[k + 1]);
          if (n <= expected) continue;
          if (const double d = deviance(n, expected); d > best.deviance) {
            best.deviance = d;
            best.width = 2 * bin;
            best.clock.offset = (static_cast<double>(k) + 1) * bin - range;
            best.clock.drift = drift;
            best.a = a, best.b = b;
          }
        }
      }
    }
}

// A line through the differences of one pair of detectors that lie within `width` of it, up to Alice's time `until`.
ClockShift fitted(const std::vector<Difference>& pair, ClockShift line, double width, double until) {
  for (int round = 0; round < 20; ++round) {
    double n = 0, sum_t = 0, sum_y = 0, sum_tt = 0, sum_ty = 0;
    for (const Difference& d : pair) {
      const double y = d.value - line.offset - line.drift * d.at;
      if (d.at > until || std::abs(y) > width) continue;
      n += 1, sum_t += d.at, sum_y += y, sum_tt += d.at * d.at, sum_ty += d.at * y;
    }
    const double spread = n * sum_tt - sum_t * sum_t;
    if (n < 3 || spread <= 0) break;
    const double slope = (n * sum_ty - sum_t * sum_y) / spread;
    line.drift += slope;
    line.offset += (sum_y - slope * sum_t) / n;
    if (std::abs(slope) * until < width * 1e-4) break;
  }
  return line;
}

// The line of the strongest pair: found on as much of the start as the budget allows, then followed to the end in
// doublings.
ClockShift acquire(const TimeTags& alice, const TimeTags& bob, const DelaySearch& search, std::uint64_t origin) {
  const auto length = static_cast<double>(alice.time.back() - origin);
  double part = length;
  Differences all;
  double range = 0, finest = 0;
  for (;; part /= 2) {
    range = static_cast<double>(search.range) + search.greatest_drift * part;
    const TimeTags start = tags_between(alice, origin, origin + static_cast<std::uint64_t>(part) + 1);
    all = differences(start, bob, {.origin = origin}, range);
    double count = 0;
    for (const auto& row : all)
      for (const auto& pair : row) count += static_cast<double>(pair.size());
    finest = 4;
    const double cost = 4 * search.greatest_drift * part / finest * count;
    if (count < static_cast<double>(kMostDifferences) && cost < kDriftBudget) break;
    if (count < 20000) {  // few already: look less finely instead
      finest *= cost / kDriftBudget;
      break;
    }
  }
  Acquired best;
  for (double bin = finest; bin <= range / 4; bin *= 2)
    try_drifts(all, range, std::max(part, 1.0), search.greatest_drift, bin, best);
  best.clock.origin = origin;
  for (double until = part;; until = std::min(2 * until, length)) {
    const TimeTags reached = tags_between(alice, origin, origin + static_cast<std::uint64_t>(until) + 1);
    const Differences near = differences(reached, bob, best.clock, 2 * best.width);
    ClockShift correction = fitted(near[best.a][best.b], {.origin = origin}, best.width, until);
    best.clock.offset += correction.offset;
    best.clock.drift += correction.drift;
    if (until >= length) return best.clock;
  }
}

// The values of each pair, sorted, and how thick chance lays them.
struct Landscape {
  PerPair<std::vector<double>> sorted;
  double range = 0;

  double count(unsigned a, unsigned b, double centre, double width) const {
    const auto& values = sorted[a][b];
    return static_cast<double>(std::ranges::upper_bound(values, centre + width / 2) -
                               std::ranges::lower_bound(values, centre - width / 2));
  }
  double chance(unsigned a, unsigned b, double width) const {
    return static_cast<double>(sorted[a][b].size()) * width / (2 * range);
  }
};

struct Placement {
  std::array<std::optional<double>, kDetectors> alice, bob;
};

// Where detector d of a side adds most coincidences with those of the other side that are placed: every difference is a
// candidate.
struct Choice {
  double delay = 0, gain = -std::numeric_limits<double>::infinity(), deviance = 0;
};
Choice best_delay(const Landscape& land, const Placement& placed, Side side, unsigned d, double width) {
  const auto& others = side == Side::alice ? placed.bob : placed.alice;
  const auto pair_of = [&](unsigned other) { return side == Side::alice ? std::pair(d, other) : std::pair(other, d); };
  const double sign = side == Side::alice ? -1 : 1;  // a difference is Bob's delay less Alice's
  Choice best;
  for (unsigned from = 0; from < kDetectors; ++from) {
    if (!others[from]) continue;
    const auto [fa, fb] = pair_of(from);
    for (const double value : land.sorted[fa][fb]) {
      const double delay = *others[from] + sign * value;
      double seen = 0, chance = 0;
      for (unsigned other = 0; other < kDetectors; ++other) {
        if (!others[other]) continue;
        const auto [a, b] = pair_of(other);
        seen += land.count(a, b, sign * (delay - *others[other]), width);
        chance += land.chance(a, b, width);
      }
      if (seen - chance > best.gain || (seen - chance == best.gain && delay < best.delay))
        best = {delay, seen - chance, seen > chance && chance > 0 ? deviance(seen, chance) : 0};
    }
  }
  return best;
}

std::unexpected<Error> no_peak(const std::string& whose, const DelaySearch& search) {
  return fail(ErrorCode::not_found,
              fmt::format("{} shows no coincidences within {} ticks and a drift of {:g}: are the recordings of one "
                          "experiment? Try a longer stretch, a larger range, or a drift",
                          whose, search.range, search.greatest_drift));
}

Result<Placement> placed_detectors(const Landscape& land, unsigned first_a, unsigned first_b, double first,
                                   double width, const DelaySearch& search) {
  Placement placed;
  placed.alice[first_a] = 0;
  placed.bob[first_b] = first;
  for (unsigned count = 2; count < 2 * kDetectors; ++count) {
    Choice best;
    unsigned best_d = 0;
    Side best_side = Side::alice;
    for (const Side side : {Side::alice, Side::bob})
      for (unsigned d = 0; d < kDetectors; ++d) {
        if ((side == Side::alice ? placed.alice : placed.bob)[d]) continue;
        const Choice choice = best_delay(land, placed, side, d, width);
        if (choice.gain > best.gain) best = choice, best_d = d, best_side = side;
      }
    (best_side == Side::alice ? placed.alice : placed.bob)[best_d] = best.delay;
  }
  // Now that all are there, each once more with all others, until none moves.
  for (int round = 0; round < 10; ++round) {
    bool moved = false;
    for (const Side side : {Side::alice, Side::bob})
      for (unsigned d = 0; d < kDetectors; ++d) {
        auto& own = (side == Side::alice ? placed.alice : placed.bob)[d];
        const Choice choice = best_delay(land, placed, side, d, width);
        double tags = 0;
        for (unsigned other = 0; other < kDetectors; ++other)
          tags += static_cast<double>((side == Side::alice ? land.sorted[d][other] : land.sorted[other][d]).size());
        if (choice.deviance < std::log(std::max(tags, 1.0) / search.false_alarm.value))
          return no_peak(fmt::format("{} detector {}", side == Side::alice ? "Alice's" : "Bob's", d), search);
        moved = moved || std::abs(choice.delay - *own) > width / 2;
        own = choice.delay;
      }
    if (!moved) break;
  }
  return placed;
}

// Weighted least squares: position[a][b] = bob[b] - alice[a], each pair's mean difference near its peak weighted by its
// true coincidences.
void centre(const Landscape& land, Placement& placed, double width) {
  for (int round = 0; round < 30; ++round) {
    const auto shift = [&](unsigned a, unsigned b, double& weight) {
      const double position = *placed.bob[b] - *placed.alice[a];
      const auto& values = land.sorted[a][b];
      const auto begin = std::ranges::lower_bound(values, position - width),
                 end = std::ranges::upper_bound(values, position + width);
      weight = std::max(0.0, static_cast<double>(end - begin) - land.chance(a, b, 2 * width));
      double sum = 0;
      for (auto it = begin; it != end; ++it) sum += *it - position;
      return end == begin ? 0 : sum / static_cast<double>(end - begin);
    };
    double moved = 0;
    for (const Side side : {Side::alice, Side::bob})
      for (unsigned d = 0; d < kDetectors; ++d) {
        double sum = 0, total = 0;
        for (unsigned other = 0; other < kDetectors; ++other) {
          double weight = 0;
          const double s = side == Side::alice ? -shift(d, other, weight) : shift(other, d, weight);
          sum += weight * s, total += weight;
        }
        if (total <= 0) continue;
        *(side == Side::alice ? placed.alice : placed.bob)[d] += sum / total;
        moved = std::max(moved, std::abs(sum / total));
      }
    if (moved < 1e-3) break;
  }
}

}  // namespace

std::uint64_t observed_dead_time(const TimeTags& tags, std::size_t least) {
  std::array<std::uint64_t, kChannels> before{}, smallest{}, count{};
  smallest.fill(~std::uint64_t{0});
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const unsigned c = tags.channel[i];
    if (count[c]++ != 0) smallest[c] = std::min(smallest[c], tags.time[i] - before[c]);
    before[c] = tags.time[i];
  }
  std::uint64_t dead = 0;
  for (unsigned c = 0; c < kChannels; ++c)
    if (count[c] >= std::max<std::size_t>(least, 2)) dead = std::max(dead, smallest[c]);
  return dead;
}

Result<FoundDelays> find_delays(const TimeTags& alice, const TimeTags& bob, const DelaySearch& search) {
  for (const std::uint8_t channel : alice.channel)
    if (side_of(channel) != Side::alice)
      return fail(ErrorCode::invalid_argument, fmt::format("channel {} is not one of Alice's, 0..3", channel));
  for (const std::uint8_t channel : bob.channel)
    if (side_of(channel) != Side::bob)
      return fail(ErrorCode::invalid_argument, fmt::format("channel {} is not one of Bob's, 4..7", channel));
  if (alice.empty() || bob.empty()) return no_peak(alice.empty() ? "Alice" : "Bob", search);
  if (search.range < 8 || search.range > (std::int64_t{1} << 40) ||
      !(search.greatest_drift >= 0 && search.greatest_drift < 0.01))
    return fail(ErrorCode::invalid_argument, "a search takes a range of 8 to 2^40 ticks and a drift below 0.01");

  const TimeTags a_tags = without_repeats(alice, observed_dead_time(alice)),
                 b_tags = without_repeats(bob, observed_dead_time(bob));
  ClockShift clock{.origin = alice.time.front()};
  if (search.greatest_drift > 0) clock = acquire(a_tags, b_tags, search, clock.origin);

  Landscape land{.sorted = {}, .range = static_cast<double>(search.range)};
  const Differences all = differences(a_tags, b_tags, clock, land.range);
  Peak strongest;
  unsigned first_a = 0, first_b = 0;
  for (unsigned a = 0; a < kDetectors; ++a)
    for (unsigned b = 0; b < kDetectors; ++b) {
      auto& values = land.sorted[a][b];
      values.reserve(all[a][b].size());
      for (const Difference& d : all[a][b]) values.push_back(d.value);
      std::ranges::sort(values);
      if (const Peak peak = crowded(values, land.range); peak.deviance > strongest.deviance)
        strongest = peak, first_a = a, first_b = b;
    }
  if (strongest.deviance <= 0) return no_peak("No pair of detectors", search);
  const double width = std::max(strongest.width, 2.0);
  HERALD_TRY(Placement placed, placed_detectors(land, first_a, first_b, strongest.position, width, search));
  centre(land, placed, width);

  FoundDelays found;
  found.peak_width = width;
  for (unsigned a = 0; a < kDetectors; ++a)
    for (unsigned b = 0; b < kDetectors; ++b) {
      const double position = *placed.bob[b] - *placed.alice[a];
      found.peaks[a][b] = {position, static_cast<std::uint64_t>(land.count(a, b, position, width)),
                           land.chance(a, b, width)};
    }
  const double gauge_a = *placed.alice[0], gauge_b = *placed.bob[0];
  for (unsigned d = 0; d < kDetectors; ++d) {
    found.delays.alice[d] = std::llround(*placed.alice[d] - gauge_a);
    found.delays.bob[d] = std::llround(*placed.bob[d] - gauge_b);
  }
  found.delays.clock = clock;
  found.delays.clock.offset += gauge_b - gauge_a;
  return found;
}

CorrelationHistogram correlation_histogram(const TimeTags& alice, const TimeTags& bob, std::int64_t range,
                                           std::int64_t bin) {
  HERALD_CHECK(range > 0 && bin > 0);
  CorrelationHistogram histogram{.range = range, .bin = bin, .counts = {}};
  for (auto& row : histogram.counts)
    for (auto& counts : row) counts.resize(static_cast<std::size_t>((2 * range + bin) / bin));
  for_each_difference(alice, bob, {}, static_cast<double>(range), [&](std::size_t i, std::size_t j, double value) {
    ++histogram.counts[detector_of(alice.channel[i])][detector_of(bob.channel[j])]
                      [static_cast<std::size_t>((static_cast<std::int64_t>(value) + range) / bin)];
    return true;
  });
  return histogram;
}

}  // namespace herald
