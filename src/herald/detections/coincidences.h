#pragma once
// From each party's own tags to pairs, with as little said as possible. Raw times tell Eve the detector, and with it
// the bit (Lamas-Linares, Kurtsiefer, Opt. Express 15, 9388 (2007)), so of a party's tags only this leaves it: times
// with its own detectors' delays taken off, coarsened to the window, and the basis. The way of a block between two
// parties:
//
//   1. each discloses the tags of one stretch (Stretch), which makes no key;     disclosure.h has the messages
//   2. both make the same CoincidencePlan of the two;
//   3. each turns the rest of its tags into events (own_events); Bob sends his coarsened (coarsen);
//   4. Alice matches them with her own fine times (match) and answers which of Bob's events she has in the same basis
//   (sift);
//   5. both take those bits (sifted_bits).
//
// What is proven, what is assumed and what is left: docs/theory/coincidences.md.

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "herald/base/random.h"
#include "herald/detections/delays.h"
#include "herald/detections/time_tags.h"

namespace herald {

// All tags of one party with begin <= time < end of its own clock.
struct Stretch {
  Side side = Side::alice;
  std::uint64_t begin = 0, end = 0;
  TimeTags tags;
  bool operator==(const Stretch&) const = default;
};
Stretch stretch_of(const TimeTags& own, Side side, std::uint64_t begin, std::uint64_t end);

// What both parties do with the rest of their tags.
struct CoincidencePlan {
  Delays delays;
  std::uint64_t half_window = 0;             // ticks: detections of one pair are at most this far apart
  std::array<std::uint64_t, 2> dead_time{};  // [side], ticks: after a tag the whole party is blind so long
  std::array<std::uint64_t, 2> key_begin{};  // [side], ticks of its clock: earlier tags are disclosed and make no key
  bool tracks_clock = false;                 // the clocks are two, and matching follows their drift

  std::uint64_t bin_width() const { return 2 * half_window; }
  bool operator==(const CoincidencePlan&) const = default;
};

struct PlanOptions {
  DelaySearch search;
  std::optional<std::uint64_t> half_window;  // chosen from the stretch when empty
  std::optional<std::uint64_t> dead_time;    // of both parties, instead of what their detectors show in the stretch
  double kept = 0.95;                        // of the true coincidences, that the chosen window keeps
};

struct PlanFromStretch {
  CoincidencePlan plan;
  FoundDelays found;
};
// The same at both ends. Errors: as find_delays; disagreement when the stretches do not fit each other.
Result<PlanFromStretch> plan_from(const Stretch& alice, const Stretch& bob, const PlanOptions& options);

// A party's detections that may make key. Nobody else sees `time` or `bit`.
struct Events {
  Side side = Side::alice;
  std::vector<std::uint64_t>
      time;         // time[i]: ticks of its own clock, its detector's delay taken off; rises by the dead time or more
  BitString basis;  // basis[i]: 0 is Z, 1 is X
  SecretBits bit;   // bit[i]: which of the basis' two detectors clicked
  std::uint64_t while_dead = 0;     // tags left out because a tag of any detector came less than the dead time before
  std::uint64_t double_clicks = 0;  // events in which both detectors of one basis clicked: their bits are random
  std::uint64_t cross_clicks = 0;   // events left out because detectors of both bases clicked

  std::size_t size() const { return time.size(); }
};

namespace detail {
struct CorrectedTag {
  std::uint64_t time;
  std::uint8_t detector;
};
std::vector<CorrectedTag> corrected_tags(const TimeTags& own, Side side, const DetectorDelays& delays);
}  // namespace detail

// An event opens with a tag before which the whole party was silent for its dead time (counted from its last tag, kept
// or not, so that every detector can fire and none rings), and takes in what else clicks within one bin width. Whether
// one opens does not depend on the detector; where both detectors of a basis click, the bit is drawn from `random`;
// where both bases do, it is left out.
template <RandomBits Random>
Events own_events(const TimeTags& own, Side side, const CoincidencePlan& plan, Random& random) {
  const auto s = static_cast<std::size_t>(side);
  const std::vector<detail::CorrectedTag> tags =
      detail::corrected_tags(own, side, side == Side::alice ? plan.delays.alice : plan.delays.bob);
  Events events;
  events.side = side;
  events.time.reserve(tags.size());
  for (std::size_t i = 0; i < tags.size(); ++i) {
    if (tags[i].time < plan.key_begin[s]) continue;
    if (i != 0 && tags[i].time - tags[i - 1].time < plan.dead_time[s]) {
      ++events.while_dead;
      continue;
    }
    unsigned clicked = 0;  // bit d: detector d
    for (std::size_t j = i; j < tags.size() && tags[j].time - tags[i].time < plan.bin_width(); ++j)
      clicked |= 1U << tags[j].detector;
    if ((clicked & 3U) != 0 && (clicked & 12U) != 0) {
      ++events.cross_clicks;
      continue;
    }
    const bool is_double = clicked == 3U || clicked == 12U;
    if (is_double) ++events.double_clicks;
    events.time.push_back(tags[i].time);
    events.basis.push_back(basis_of(tags[i].detector) != 0);
    events.bit.push_back(is_double ? (random.next_word() & 1) != 0 : bit_of(tags[i].detector) != 0);
  }
  return events;
}

// All that leaves Bob about when his events were. Event i lies in [bin[i], bin[i] + 1) bin widths.
struct CoarseEvents {
  std::uint64_t bin_width = 1;     // ticks
  std::vector<std::uint64_t> bin;  // strictly rising
  BitString basis;                 // basis[i]: 0 is Z, 1 is X

  std::size_t size() const { return bin.size(); }
  bool operator==(const CoarseEvents&) const = default;
};
CoarseEvents coarsen(const Events& own, std::uint64_t bin_width);

// Alice's event alice[k] and Bob's bob[k] are one pair; both lists rise strictly.
struct Matches {
  std::vector<std::uint64_t> alice, bob;
  std::size_t size() const { return alice.size(); }
  bool operator==(const Matches&) const = default;
};

// Each event in at most one pair. A pair may form where Alice's time, on Bob's clock, lies within half a window of
// Bob's bin. Bob's events take, one after another, the earliest of hers that is left: of all matchings one with most
// pairs. Where the plan tracks the clock, the shift follows the pairs' mean residual in batches of 64.
Matches match(const Events& alice, const CoarseEvents& bob, const CoincidencePlan& plan);

// The pairs measured in the same basis.
Matches sift(const Matches& matches, const Events& alice, const CoarseEvents& bob);

// bits[basis]: a party's bits at the events `indices`, by basis, in order.
std::array<SecretBits, 2> sifted_bits(const Events& own, std::span<const std::uint64_t> indices);

// What only an onlooker with both sides' detections can count
// -------------------------------------------------------------

// [Alice's detector][Bob's detector]
using CoincidenceMatrix = std::array<std::array<std::uint64_t, kDetectors>, kDetectors>;
using AccidentalMatrix = std::array<std::array<double, kDetectors>, kDetectors>;

// `matches` points into `alice` and `bob`.
CoincidenceMatrix count_coincidences(const Matches& matches, const Events& alice, const Events& bob);

// Pairs by chance, by pair of detectors: the mean over `shifts` matchings in which Alice's times are shifted off every
// peak, by multiples of `step` ticks.
AccidentalMatrix count_accidentals(const Events& alice, const Events& bob, const CoincidencePlan& plan,
                                   std::uint64_t step, unsigned shifts = 16);

// Of one basis.
struct BasisCounts {
  std::uint64_t sifted = 0, errors = 0;
  double accidentals = 0;   // among the sifted
  std::uint64_t zeros = 0;  // sifted bits of Alice's that are 0
  double error_rate() const { return sifted == 0 ? 0 : static_cast<double>(errors) / static_cast<double>(sifted); }
};
BasisCounts basis_counts(const CoincidenceMatrix& matrix, const AccidentalMatrix& accidentals, unsigned basis);

}  // namespace herald
