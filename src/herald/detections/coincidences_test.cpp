#include "herald/detections/coincidences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <functional>

#include "herald/base/statistics.h"
#include "herald/detections/recording_test.h"
#include "herald/detections/synthetic_pairs_test.h"

namespace herald {
namespace {

constexpr double kFalseAlarm = 1e-6;

Events events_at(std::vector<std::uint64_t> times, Side side = Side::alice) {
  Events events;
  events.side = side;
  for (std::size_t i = 0; i < times.size(); ++i) events.basis.push_back(false), events.bit.push_back(false);
  events.time = std::move(times);
  return events;
}

// The slow twin: the most pairs that any matching has, by trying all.
std::size_t most_pairs(const Events& alice, const CoarseEvents& bob, std::int64_t half, std::size_t j, unsigned used) {
  if (j == bob.size()) return 0;
  std::size_t most = most_pairs(alice, bob, half, j + 1, used);
  const auto width = static_cast<std::int64_t>(bob.bin_width), begin = static_cast<std::int64_t>(bob.bin[j]) * width;
  for (std::size_t i = 0; i < alice.size(); ++i) {
    const auto time = static_cast<std::int64_t>(alice.time[i]);
    if ((used >> i & 1) != 0 || time < begin - half || time >= begin + width + half) continue;
    most = std::max(most, 1 + most_pairs(alice, bob, half, j + 1, used | 1U << i));
  }
  return most;
}

TEST(Matching, HasAsManyPairsAsAnyMatchingAndUsesEachEventOnce) {
  // All ways in which up to 5 of 9 times and up to 4 of 5 bins can be taken.
  for (unsigned a = 0; a < 512; ++a) {
    for (unsigned b = 0; b < 32; ++b) {
      std::vector<std::uint64_t> times;
      CoarseEvents bob{.bin_width = 2, .bin = {}, .basis = {}};
      for (unsigned k = 0; k < 9; ++k)
        if (a >> k & 1) times.push_back(k);
      for (unsigned k = 0; k < 5; ++k)
        if (b >> k & 1) bob.bin.push_back(k), bob.basis.push_back(false);
      if (times.size() > 5 || bob.size() > 4) continue;
      const Events alice = events_at(times);
      CoincidencePlan plan;
      plan.half_window = 1;
      const Matches matches = match(alice, bob, plan);
      ASSERT_EQ(matches.size(), most_pairs(alice, bob, 1, 0, 0));
      ASSERT_TRUE(std::ranges::is_sorted(matches.alice, std::less_equal{}) || matches.size() < 2);
      for (std::size_t k = 0; k < matches.size(); ++k) {
        const auto time = static_cast<std::int64_t>(alice.time[matches.alice[k]]),
                   bin = static_cast<std::int64_t>(bob.bin[matches.bob[k]]);
        ASSERT_TRUE(time >= 2 * bin - 1 && time < 2 * bin + 3);
        ASSERT_TRUE(k == 0 || (matches.alice[k - 1] < matches.alice[k] && matches.bob[k - 1] < matches.bob[k]));
      }
    }
  }
}

TEST(Events, OpenAfterThePartysDeadTimeAndLeaveOutCrossClicks) {
  TimeTags tags;
  // Z at 100; within its bin the other Z detector: a double click. 150: dead. 500: X. 1000 with both bases: left out.
  for (const auto& [channel, time] : std::vector<std::pair<unsigned, std::uint64_t>>{
           {0, 100}, {1, 103}, {2, 150}, {3, 500}, {4, 501}, {0, 1000}, {2, 1004}, {1, 1400}})
    tags.push_back(channel, time);
  CoincidencePlan plan;
  plan.half_window = 4, plan.dead_time = {100, 100};
  SimulationRandom random(1);
  const Events events = own_events(tags, Side::alice, plan, random);
  EXPECT_EQ(events.time, (std::vector<std::uint64_t>{100, 500, 1400}));
  EXPECT_EQ(events.double_clicks, 1u);
  EXPECT_EQ(events.cross_clicks, 1u);
  EXPECT_EQ(events.while_dead, 3u);
  EXPECT_TRUE(events.basis[1] && events.bit[1] && !events.basis[2] && events.bit[2]);
  plan.key_begin = {500, 0};
  EXPECT_EQ(own_events(tags, Side::alice, plan, random).time, (std::vector<std::uint64_t>{500, 1400}));
}

TEST(Events, BitsOfDoubleClicksAreRandom) {
  TimeTags tags;
  for (std::uint64_t k = 0; k < 2000; ++k) tags.push_back(4, 1000 * k), tags.push_back(5, 1000 * k);
  CoincidencePlan plan;
  plan.half_window = 4, plan.dead_time = {100, 100};
  SimulationRandom random(2);
  const Events events = own_events(tags, Side::bob, plan, random);
  ASSERT_EQ(events.double_clicks, 2000u);
  const auto [low, high] = binomial_interval(events.bit.view().count_ones(), 2000, FailureProbability(kFalseAlarm));
  EXPECT_TRUE(low.value <= 0.5 && 0.5 <= high.value);
}

struct Block {
  SyntheticRecording recording{};
  PlanFromStretch planned{};
  Events alice{}, bob{};
  CoarseEvents coarse{};
  Matches matches{};
};

Block distilled(const SyntheticPairs& p, const PlanOptions& options, std::uint64_t stretch, std::uint64_t seed) {
  SimulationRandom random(seed);
  Block block;
  block.recording = synthetic_recording(p, random);
  const auto planned = plan_from(stretch_of(block.recording.alice, Side::alice, 0, stretch),
                                 stretch_of(block.recording.bob, Side::bob, 0, stretch), options);
  EXPECT_TRUE(planned) << planned.error().message;
  block.planned = *planned;
  block.alice = own_events(block.recording.alice, Side::alice, planned->plan, random);
  block.bob = own_events(block.recording.bob, Side::bob, planned->plan, random);
  block.coarse = coarsen(block.bob, planned->plan.bin_width());
  block.matches = match(block.alice, block.coarse, planned->plan);
  return block;
}

const Delays kDelays{{0, 81, 101, 157}, {0, 81, 101, 157}, {}};

TEST(Coincidences, ErrorRatesAndCountsAreThoseOfTheSource) {
  const SyntheticPairs p{.duration = 100'000'000, .visibility = 0.9, .delays = kDelays};
  const Block b = distilled(p, {}, 5'000'000, 11);
  const auto matrix = count_coincidences(b.matches, b.alice, b.bob);
  const auto chance = count_accidentals(b.alice, b.bob, b.planned.plan, 5000);
  for (const unsigned basis : {0U, 1U}) {
    const BasisCounts counts = basis_counts(matrix, chance, basis);
    const double n = static_cast<double>(counts.sifted), true_share = 1 - counts.accidentals / n;
    const double expected = true_share * (1 - p.visibility) / 2 + (1 - true_share) / 2;
    const auto [low, high] = binomial_interval(counts.errors, counts.sifted, FailureProbability(kFalseAlarm));
    EXPECT_GE(expected, low.value);
    EXPECT_LE(expected, high.value);
    EXPECT_LT(counts.accidentals, 0.02 * n);
  }
  // Nine tenths of the pairs or more, less those in dead times (at most 2.4 % a side and twice that), survive.
  const auto emitted =
      static_cast<double>(std::ranges::count_if(b.recording.emitted, [](auto t) { return t >= 5'000'000; }));
  EXPECT_GT(static_cast<double>(b.matches.size()), 0.80 * emitted);
}

TEST(Coincidences, MatchingFollowsClocksThatDrift) {
  SyntheticPairs p{.duration = 200'000'000, .delays = kDelays};
  p.delays.clock = {.offset = 900, .drift = 8e-6};
  p.wander = 200;  // up to 6e-6 more, changing its sign
  PlanOptions options;
  options.search.greatest_drift = 20e-6;
  const Block drifting = distilled(p, options, 10'000'000, 12);
  p.delays.clock = {}, p.wander = 0;
  const Block still = distilled(p, {}, 10'000'000, 12);
  EXPECT_GT(static_cast<double>(drifting.matches.size()), 0.95 * static_cast<double>(still.matches.size()));
  const auto matrix = count_coincidences(drifting.matches, drifting.alice, drifting.bob);
  EXPECT_LT(basis_counts(matrix, {}, 0).error_rate(), 0.08);
}

TEST(Coincidences, AccidentalsAreThoseOfUnrelatedDetections) {
  SimulationRandom random(13);
  SyntheticPairs p{.duration = 100'000'000, .pair_rate = 1e-9, .noise_rate = 3e-4};
  p.dead_time = 20;
  const SyntheticRecording r = synthetic_recording(p, random);
  CoincidencePlan plan;
  plan.half_window = 10, plan.dead_time = {20, 20};
  const Events alice = own_events(r.alice, Side::alice, plan, random), bob = own_events(r.bob, Side::bob, plan, random);
  const auto matrix = count_coincidences(match(alice, coarsen(bob, 20), plan), alice, bob);
  const auto chance = count_accidentals(alice, bob, plan, 1000);
  std::vector<std::uint64_t> seen;
  std::vector<double> expected;
  double total = 0, sum = 0;
  for (unsigned a = 0; a < kDetectors; ++a)
    for (unsigned b = 0; b < kDetectors; ++b) {
      seen.push_back(matrix[a][b]), expected.push_back(chance[a][b]);
      total += static_cast<double>(matrix[a][b]), sum += chance[a][b];
    }
  EXPECT_GT(chi_square_test(seen, expected), kFalseAlarm);
  EXPECT_NEAR(total, sum, 5 * std::sqrt(sum * (1 + 1.0 / 16)));
}

// Eve
// ---------------------------------------------------------------------------------------------------------------------

// Can the two kinds of events be told apart by a feature? The p-value that they cannot; cells are those of all values
// together.
double indistinguishable(const std::vector<std::uint64_t>& features, const std::vector<bool>& kinds,
                         std::size_t cells = 24) {
  std::vector<std::uint64_t> sorted = features;
  std::ranges::sort(sorted);
  std::vector<std::uint64_t> edges;
  for (std::size_t c = 1; c < cells; ++c) edges.push_back(sorted[c * sorted.size() / cells]);
  std::vector<std::uint64_t> zero(cells), one(cells);
  for (std::size_t i = 0; i < features.size(); ++i)
    ++(kinds[i] ? one : zero)[static_cast<std::size_t>(std::ranges::upper_bound(edges, features[i]) - edges.begin())];
  return two_sample_chi_square_test(zero, one);
}

struct Transcript {
  CoarseEvents coarse;
  Matches sifted;
  std::vector<bool> key;  // Bob's sifted bits in basis Z, which Eve is after
};
Transcript transcript_of(const Block& block) {
  Transcript t{block.coarse, {}, {}};
  const Matches sifted = sift(block.matches, block.alice, block.coarse);
  for (std::size_t k = 0; k < sifted.size(); ++k) {
    if (block.bob.basis[sifted.bob[k]]) continue;
    t.sifted.alice.push_back(sifted.alice[k]), t.sifted.bob.push_back(sifted.bob[k]);
    t.key.push_back(block.bob.bit[sifted.bob[k]]);
  }
  return t;
}

// The least p-value over all that Eve can make of what was said: residues of the bins, gaps before and after, gaps
// between key bits against their parity.
double least_p_of_transcript(const Transcript& t) {
  double least = 1;
  const auto bin = [&](std::size_t k) { return t.coarse.bin[t.sifted.bob[k]]; };
  for (const std::uint64_t modulus : {2U, 3U, 7U, 16U, 101U, 1024U}) {
    std::vector<std::uint64_t> residues;
    for (std::size_t k = 0; k < t.key.size(); ++k) residues.push_back(bin(k) % modulus);
    least = std::min(least, indistinguishable(residues, t.key, std::min<std::size_t>(modulus, 24)));
  }
  std::vector<std::uint64_t> before, after, between;
  std::vector<bool> kinds, parity;
  for (std::size_t k = 1; k < t.key.size(); ++k) {
    const std::uint64_t j = t.sifted.bob[k];
    if (j == 0 || j + 1 == t.coarse.size()) continue;
    before.push_back(t.coarse.bin[j] - t.coarse.bin[j - 1]), after.push_back(t.coarse.bin[j + 1] - t.coarse.bin[j]);
    kinds.push_back(t.key[k]);
    between.push_back(bin(k) - bin(k - 1)), parity.push_back(t.key[k] != t.key[k - 1]);
  }
  least = std::min(least, indistinguishable(before, kinds));
  least = std::min(least, indistinguishable(after, kinds));
  return std::min(least, indistinguishable(between, parity));
}

// Detectors of different rates would bias the bit itself: Eve is to learn nothing beyond the bias, so sources here are
// even.
TEST(TimeDisclosure, RawTimesTellEveTheDetector) {
  const SyntheticPairs p{.duration = 200'000'000, .pair_rate = 2e-4, .delays = kDelays};
  const Block block = distilled(p, {}, 5'000'000, 21);
  const Transcript t = transcript_of(block);
  // With both raw times she knows 81 ticks of difference between detectors from none. Here: Bob's raw time less Alice's
  // corrected.
  SimulationRandom random(3);
  CoincidencePlan raw = block.planned.plan;
  std::size_t right = 0;
  for (std::size_t k = 0; k < t.key.size(); ++k) {
    const auto own = static_cast<double>(block.bob.time[t.sifted.bob[k]] + (t.key[k] ? 81U : 0U));
    const double difference = own - static_cast<double>(block.alice.time[t.sifted.alice[k]]) - raw.delays.clock.at(0);
    right += (difference > 40.5) == t.key[k];
  }
  EXPECT_GT(static_cast<double>(right), 0.999 * static_cast<double>(t.key.size()));
}

TEST(TimeDisclosure, TheTranscriptTellsEveNothing) {
  const SyntheticPairs p{.duration = 200'000'000, .pair_rate = 2e-4, .delays = kDelays};
  const Transcript t = transcript_of(distilled(p, {}, 5'000'000, 22));
  ASSERT_GT(t.key.size(), 10'000u);
  EXPECT_GT(least_p_of_transcript(t), kFalseAlarm / 9);
}

TEST(TimeDisclosure, WithoutADeadTimeOfTheWholePartyGapsWouldTellParities) {
  // The control: a detector that is blind for 300 ticks cannot make the second of two close clicks, so their bits
  // differ.
  const SyntheticPairs p{.duration = 200'000'000, .pair_rate = 2e-4, .delays = kDelays};
  PlanOptions options;
  options.dead_time = 1;
  const Transcript t = transcript_of(distilled(p, options, 5'000'000, 22));
  EXPECT_LT(least_p_of_transcript(t), kFalseAlarm / 9);
}

TEST(TimeDisclosure, AnEveWhoKnowsWhenPairsWereEmittedLearnsNothingFromCoarseTimes) {
  // A pulsed source of hers: for each event she compares Bob's bin with the emission. Jitter is 30 ticks, so that the
  // delays' error is a small part of it; with his raw times she would see delays of hundreds of ticks.
  SyntheticPairs p{.duration = 400'000'000,
                   .pair_rate = 1e-4,
                   .jitter = 30,
                   .source_period = 10'007,
                   .delays = {{0, 500, 300, 700}, {0, 800, 400, 900}, {}}};
  p.dead_time = 3000;
  const Block block = distilled(p, {}, 40'000'000, 23);
  const Transcript t = transcript_of(block);
  const std::uint64_t width = t.coarse.bin_width;
  std::vector<std::uint64_t> offsets, raw;
  for (std::size_t k = 0; k < t.key.size(); ++k) {
    const std::uint64_t begin = t.coarse.bin[t.sifted.bob[k]] * width;
    offsets.push_back((begin + 5000) % 10'007);
    raw.push_back((block.bob.time[t.sifted.bob[k]] + (t.key[k] ? 800U : 0U) + 5000) % 10'007);
  }
  ASSERT_GT(t.key.size(), 4000u);
  EXPECT_GT(indistinguishable(offsets, t.key), kFalseAlarm);
  EXPECT_LT(indistinguishable(raw, t.key), kFalseAlarm);
}

// The recording
// -----------------------------------------------------------------------------------------------------------

TEST(CoincidencesRecording, CountsAreThoseOfAnIndependentLook) {
  HERALD_RECORDING(tags);
  // With delays 0, 81, 101, 157 and differences up to 8 ticks, counted here by hand: all pairs, and an earliest-first
  // matching. "7,875 sifted pairs in the first basis (5.3 %), 1,872 in the second (1.3 %)": a matching in which each
  // tag stands once lies between, within the few tags that have two partners.
  const DetectorDelays delays{0, 81, 101, 157};
  const auto a = detail::corrected_tags(tags, Side::alice, delays), b = detail::corrected_tags(tags, Side::bob, delays);
  CoincidenceMatrix matrix{};
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const auto difference = static_cast<std::int64_t>(a[i].time - b[j].time);
    if (difference < -8) {
      ++i;
    } else if (difference > 8) {
      ++j;
    } else {
      ++matrix[a[i++].detector][b[j++].detector];
    }
  }
  const BasisCounts z = basis_counts(matrix, {}, 0), x = basis_counts(matrix, {}, 1);
  EXPECT_EQ(z.sifted, 7874u);
  EXPECT_EQ(x.sifted, 1870u);
  EXPECT_NEAR(static_cast<double>(z.sifted), 7875, 2);
  EXPECT_NEAR(static_cast<double>(x.sifted), 1872, 2);
  EXPECT_NEAR(z.error_rate(), 0.053, 0.0005);
  EXPECT_NEAR(x.error_rate(), 0.013, 0.0005);
}

TEST(CoincidencesRecording, AStretchOfATwentiethPlansTheRest) {
  HERALD_RECORDING(tags);
  const std::uint64_t end = tags.time.back() / 20;
  const auto planned = plan_from(stretch_of(tags, Side::alice, 0, end), stretch_of(tags, Side::bob, 0, end), {});
  ASSERT_TRUE(planned);
  SimulationRandom random(1);
  const Events alice = own_events(tags, Side::alice, planned->plan, random),
               bob = own_events(tags, Side::bob, planned->plan, random);
  const auto matches = match(alice, coarsen(bob, planned->plan.bin_width()), planned->plan);
  const auto matrix = count_coincidences(matches, alice, bob);
  EXPECT_GT(basis_counts(matrix, {}, 0).sifted, 6500u);
  EXPECT_GT(basis_counts(matrix, {}, 1).sifted, 1500u);
  EXPECT_LT(basis_counts(matrix, {}, 0).error_rate(), 0.055);
  EXPECT_LT(basis_counts(matrix, {}, 1).error_rate(), 0.016);
}

}  // namespace
}  // namespace herald
