#include "herald/detections/coincidences.h"

#include <fmt/format.h>

#include <cmath>

namespace herald {
namespace {

constexpr std::size_t kTrackingBatch = 64;

// Follows the clocks' shift by a filter of second order: per batch of pairs, half of the mean residual goes to the
// offset and a tenth, over the batch's duration, to the drift.
class Tracker {
 public:
  Tracker(const ClockShift& clock, bool tracks) : m_clock(clock), m_tracks(tracks) {}

  std::int64_t at(std::uint64_t time) const { return std::llround(m_clock.at(time)); }

  void pair(std::uint64_t time, double residual) {
    if (!m_tracks) return;
    if (m_count == 0 && !m_started) m_begin = time, m_started = true;
    m_sum += residual;
    if (++m_count < kTrackingBatch) return;
    const double error = m_sum / kTrackingBatch, lasted = static_cast<double>(time - m_begin);
    m_clock = {m_clock.at(time) + 0.5 * error, m_clock.drift + (lasted > 0 ? 0.1 * error / lasted : 0), time};
    m_begin = time, m_sum = 0, m_count = 0;
  }

 private:
  ClockShift m_clock;
  bool m_tracks, m_started = false;
  std::uint64_t m_begin = 0;
  double m_sum = 0;
  std::size_t m_count = 0;
};

// The smallest half window that keeps so much of the true coincidences within `reach` of the peak.
std::uint64_t chosen_half_window(const TimeTags& alice, const TimeTags& bob, const Delays& delays, double peak_width,
                                 double kept, std::int64_t range) {
  const auto reach = static_cast<std::int64_t>(4 * peak_width);
  const auto a = detail::corrected_tags(alice, Side::alice, delays.alice),
             b = detail::corrected_tags(bob, Side::bob, delays.bob);
  std::vector<double> at(static_cast<std::size_t>(reach) + 1);  // at[k]: differences of size k
  double beyond = 0;                                            // differences in (2 reach, range]
  std::size_t begin = 0;
  for (const auto& tag : a) {
    const auto centre = static_cast<std::int64_t>(tag.time) + std::llround(delays.clock.at(tag.time));
    while (begin < b.size() && static_cast<std::int64_t>(b[begin].time) < centre - range) ++begin;
    for (std::size_t j = begin; j < b.size(); ++j) {
      const std::int64_t difference = static_cast<std::int64_t>(b[j].time) - centre, size = std::abs(difference);
      if (difference > range) break;
      if (size <= reach) at[static_cast<std::size_t>(size)] += 1;
      if (size > 2 * reach) beyond += 1;
    }
  }
  const double chance =
      range > 2 * reach ? beyond / static_cast<double>(range - 2 * reach) : 0;  // of one size, both signs
  double total = 0, sum = 0;
  for (std::size_t k = 0; k < at.size(); ++k) total += at[k] -= k == 0 ? chance / 2 : chance;
  for (std::size_t k = 0; k < at.size(); ++k) {
    sum += at[k];
    if (sum >= kept * total) return std::max<std::uint64_t>(k, 1);
  }
  return static_cast<std::uint64_t>(reach);
}

}  // namespace

namespace detail {

std::vector<CorrectedTag> corrected_tags(const TimeTags& own, Side side, const DetectorDelays& delays) {
  std::vector<CorrectedTag> tags;
  tags.reserve(own.size());
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (side_of(own.channel[i]) != side) continue;
    const unsigned d = detector_of(own.channel[i]);
    const std::int64_t time = static_cast<std::int64_t>(own.time[i]) - delays[d];
    if (time >= 0) tags.push_back({static_cast<std::uint64_t>(time), static_cast<std::uint8_t>(d)});
  }
  std::ranges::sort(tags, {}, [](const CorrectedTag& tag) { return std::pair(tag.time, tag.detector); });
  return tags;
}

}  // namespace detail

Stretch stretch_of(const TimeTags& own, Side side, std::uint64_t begin, std::uint64_t end) {
  return {side, begin, end, tags_between(tags_of(own, side), begin, end)};
}

Result<PlanFromStretch> plan_from(const Stretch& alice, const Stretch& bob, const PlanOptions& options) {
  if (alice.side != Side::alice || bob.side != Side::bob)
    return fail(ErrorCode::disagreement, "the stretches disclosed are not one of Alice's and one of Bob's");
  HERALD_TRY(FoundDelays found, find_delays(alice.tags, bob.tags, options.search));
  CoincidencePlan plan;
  plan.delays = found.delays;
  plan.tracks_clock = options.search.greatest_drift > 0;
  plan.half_window = options.half_window.value_or(0);
  if (!options.half_window)
    plan.half_window =
        chosen_half_window(alice.tags, bob.tags, found.delays, found.peak_width, options.kept, options.search.range);
  if (plan.half_window == 0 || plan.half_window > (std::uint64_t{1} << 40))
    return fail(ErrorCode::invalid_argument, "half a coincidence window is 1 to 2^40 ticks");
  plan.key_begin = {alice.end, bob.end};
  const auto dead = [&](const Stretch& stretch) {
    return std::max(options.dead_time.value_or(observed_dead_time(stretch.tags)), plan.bin_width());
  };
  plan.dead_time = {dead(alice), dead(bob)};
  return PlanFromStretch{plan, found};
}

CoarseEvents coarsen(const Events& own, std::uint64_t bin_width) {
  HERALD_CHECK(bin_width >= 1);
  CoarseEvents coarse{.bin_width = bin_width, .bin = {}, .basis = own.basis};
  coarse.bin.reserve(own.size());
  for (const std::uint64_t time : own.time) {
    HERALD_CHECK(coarse.bin.empty() || time / bin_width > coarse.bin.back());
    coarse.bin.push_back(time / bin_width);
  }
  return coarse;
}

Matches match(const Events& alice, const CoarseEvents& bob, const CoincidencePlan& plan) {
  const auto width = static_cast<std::int64_t>(bob.bin_width), half = static_cast<std::int64_t>(plan.half_window);
  Tracker clock(plan.delays.clock, plan.tracks_clock);
  Matches matches;
  for (std::size_t i = 0, j = 0; i < alice.size() && j < bob.size();) {
    const std::int64_t time = static_cast<std::int64_t>(alice.time[i]) + clock.at(alice.time[i]);
    const auto begin = static_cast<std::int64_t>(bob.bin[j]) * width;
    if (time < begin - half) {
      ++i;
    } else if (time >= begin + width + half) {
      ++j;
    } else {
      clock.pair(alice.time[i], static_cast<double>(begin - time) + static_cast<double>(width - 1) / 2);
      matches.alice.push_back(i++);
      matches.bob.push_back(j++);
    }
  }
  return matches;
}

Matches sift(const Matches& matches, const Events& alice, const CoarseEvents& bob) {
  Matches sifted;
  for (std::size_t k = 0; k < matches.size(); ++k) {
    if (alice.basis[matches.alice[k]] != bob.basis[matches.bob[k]]) continue;
    sifted.alice.push_back(matches.alice[k]);
    sifted.bob.push_back(matches.bob[k]);
  }
  return sifted;
}

std::array<SecretBits, 2> sifted_bits(const Events& own, std::span<const std::uint64_t> indices) {
  std::array<SecretBits, 2> bits;
  for (const std::uint64_t i : indices) bits[own.basis[i]].push_back(own.bit[i]);
  return bits;
}

CoincidenceMatrix count_coincidences(const Matches& matches, const Events& alice, const Events& bob) {
  const auto detector = [](const Events& events, std::uint64_t i) { return 2U * events.basis[i] + events.bit[i]; };
  CoincidenceMatrix matrix{};
  for (std::size_t k = 0; k < matches.size(); ++k)
    ++matrix[detector(alice, matches.alice[k])][detector(bob, matches.bob[k])];
  return matrix;
}

AccidentalMatrix count_accidentals(const Events& alice, const Events& bob, const CoincidencePlan& plan,
                                   std::uint64_t step, unsigned shifts) {
  HERALD_CHECK(shifts != 0);
  AccidentalMatrix mean{};
  const CoarseEvents coarse = coarsen(bob, plan.bin_width());
  for (unsigned s = 1; s <= shifts; ++s) {
    CoincidencePlan shifted = plan;
    shifted.tracks_clock = false;
    const std::uint64_t away = step * (s + 1) / 2;
    shifted.delays.clock.offset += (s % 2 == 0 ? 1.0 : -1.0) * static_cast<double>(away);
    const CoincidenceMatrix counts = count_coincidences(match(alice, coarse, shifted), alice, bob);
    for (unsigned a = 0; a < kDetectors; ++a)
      for (unsigned b = 0; b < kDetectors; ++b) mean[a][b] += static_cast<double>(counts[a][b]) / shifts;
  }
  return mean;
}

BasisCounts basis_counts(const CoincidenceMatrix& matrix, const AccidentalMatrix& accidentals, unsigned basis) {
  HERALD_CHECK(basis < 2);
  const unsigned zero = 2 * basis, one = zero + 1;
  BasisCounts counts;
  counts.zeros = matrix[zero][zero] + matrix[zero][one];
  counts.sifted = counts.zeros + matrix[one][zero] + matrix[one][one];
  counts.errors = matrix[zero][one] + matrix[one][zero];
  for (const unsigned a : {zero, one})
    for (const unsigned b : {zero, one}) counts.accidentals += accidentals[a][b];
  return counts;
}

}  // namespace herald
