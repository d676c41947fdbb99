#include "herald/detections/delays.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "herald/detections/recording_test.h"
#include "herald/detections/synthetic_pairs_test.h"

namespace herald {
namespace {

using ::testing::HasSubstr;

double ticks(std::int64_t value) { return static_cast<double>(value); }

// A delay is a mean over hundreds of differences of standard deviation sqrt(2) jitter, then rounded: five standard
// errors of the weakest detector's mean (it has at least a tenth of the pairs) are missed with probability below 1e-6 a
// detector.
double allowed_error(const SyntheticPairs& p) {
  const double pairs = 0.1 * p.pair_rate * static_cast<double>(p.duration);
  return 0.5 + 5 * std::sqrt(2.0) * p.jitter / std::sqrt(pairs);
}

void expect_found(const SyntheticPairs& p, const DelaySearch& search, const char* what) {
  SimulationRandom random = SimulationRandom(2026).substream(what);
  const SyntheticRecording r = synthetic_recording(p, random);
  const auto found = find_delays(r.alice, r.bob, search);
  ASSERT_TRUE(found) << what << ": " << found.error().message;
  const double allowed = allowed_error(p);
  for (unsigned d = 0; d < kDetectors; ++d) {
    EXPECT_NEAR(ticks(found->delays.alice[d]), ticks(p.delays.alice[d] - p.delays.alice[0]), allowed) << what << d;
    EXPECT_NEAR(ticks(found->delays.bob[d]), ticks(p.delays.bob[d] - p.delays.bob[0]), allowed) << what << d;
  }
  const double gauge = static_cast<double>(p.delays.bob[0] - p.delays.alice[0]);
  for (const std::uint64_t t : {r.alice.time.front(), r.alice.time[r.alice.size() / 2], r.alice.time.back()}) {
    const double truth = gauge + p.delays.clock.offset + p.delays.clock.drift * static_cast<double>(t);
    EXPECT_NEAR(found->delays.clock.at(t), truth, 2 * allowed + std::abs(p.delays.clock.drift) * 1000) << what;
  }
}

TEST(Delays, OfOneCommonClockAreFound) {
  SyntheticPairs p{.duration = 10'000'000, .delays = {{0, 81, 101, 157}, {0, 81, 101, 157}, {}}};
  expect_found(p, {}, "as in the recording");
  p.delays = {{40, -300, 7, 900}, {-500, 3, 12, 650}, {.offset = 77}};
  expect_found(p, {}, "any delays");
  p.jitter = 60, p.pair_rate = 3e-5, p.dead_time = 5000;
  expect_found(p, {}, "a fine tick");
  p.jitter = 0.4;
  expect_found(p, {}, "a coarse tick");
}

TEST(Delays, OfTwoClocksThatDriftAreFoundWithTheDrift) {
  for (const double ppm : {-20.0, -0.3, 0.0, 3.0, 25.0}) {
    const SyntheticPairs p{.duration = 20'000'000,
                           .delays = {{0, 81, 101, 157}, {20, 5, -101, 57}, {.offset = 700, .drift = ppm * 1e-6}}};
    expect_found(p, {.range = 2000, .greatest_drift = 30e-6}, "drift");
  }
}

TEST(Delays, EchoesOfADetectorThatRingsDoNotMoveIt) {
  const SyntheticPairs p{.duration = 10'000'000, .delays = {{0, 81, 101, 157}, {0, 81, 101, 157}, {}}};
  SimulationRandom random(5);
  const SyntheticRecording r = synthetic_recording(p, random);
  std::vector<synthetic::Click> clicks;
  for (std::size_t i = 0; i < r.alice.size(); ++i) {
    clicks.push_back({static_cast<double>(r.alice.time[i]), r.alice.channel[i]});
    if (r.alice.channel[i] == 0)
      clicks.push_back({static_cast<double>(r.alice.time[i]) + 200 + 20 * random.next_double(), 0});
  }
  const auto found = find_delays(synthetic::tagged(clicks, 1), r.bob, {});
  ASSERT_TRUE(found);
  for (unsigned d = 0; d < kDetectors; ++d)
    EXPECT_NEAR(ticks(found->delays.alice[d]), ticks(p.delays.alice[d]), allowed_error(p));
}

TEST(Delays, TagsThatDoNotBelongTogetherAreToldSo) {
  SimulationRandom random(6);
  const SyntheticPairs p{.duration = 5'000'000};
  const SyntheticRecording one = synthetic_recording(p, random), other = synthetic_recording(p, random);
  for (const double drift : {0.0, 1e-5}) {
    const auto found = find_delays(one.alice, other.bob, {.greatest_drift = drift});
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::not_found);
    EXPECT_THAT(found.error().message, HasSubstr("no coincidences"));
  }
  EXPECT_FALSE(find_delays(one.bob, one.bob, {}));
  EXPECT_FALSE(find_delays({}, one.bob, {}));
  EXPECT_FALSE(find_delays(one.alice, {}, {}));
}

TEST(Delays, TheDeadTimeIsThatOfTheSlowestDetector) {
  SimulationRandom random(7);
  const SyntheticRecording r =
      synthetic_recording({.duration = 20'000'000, .pair_rate = 3e-4, .dead_time = 300}, random);
  // Of n gaps of mean m beyond 300 the smallest exceeds 300 by more than 14 m/n with probability e^-14 < 1e-6 a
  // detector.
  const auto counts = singles(r.alice);
  const double fewest = static_cast<double>(*std::min_element(counts.begin(), counts.begin() + 4));
  const auto dead = static_cast<double>(observed_dead_time(r.alice));
  EXPECT_GE(dead, 299);
  EXPECT_LE(dead, 301 + 14 * 20e6 / fewest / fewest);
}

TEST(DelaysRecording, AreThoseThatAnIndependentLookFound) {
  HERALD_RECORDING(tags);
  for (const std::uint64_t part : {20, 10, 1}) {
    const TimeTags stretch = tags_between(tags, 0, tags.time.back() / part);
    const auto found = find_delays(tags_of(stretch, Side::alice), tags_of(stretch, Side::bob), {});
    ASSERT_TRUE(found) << found.error().message;
    // "The matching pairs peak within 3 ticks of zero", delays 0, 81, 101, 157 on each side.
    const DetectorDelays independent{0, 81, 101, 157};
    for (unsigned d = 0; d < kDetectors; ++d) {
      EXPECT_NEAR(ticks(found->delays.alice[d]), ticks(independent[d]), 3);
      EXPECT_NEAR(ticks(found->delays.bob[d]), ticks(independent[d]), 3);
    }
    EXPECT_NEAR(found->delays.clock.offset, 0, 3);
  }
}

TEST(DelaysRecording, HistogramPeaksAreWhereDelaysSay) {
  HERALD_RECORDING(tags);
  const auto h = correlation_histogram(tags_of(tags, Side::alice), tags_of(tags, Side::bob), 200, 1);
  const auto at_peak = [&](unsigned a, unsigned b, std::int64_t centre) {
    std::uint64_t sum = 0;
    for (std::int64_t x = centre - 7; x <= centre + 7; ++x) sum += h.counts[a][b][static_cast<std::size_t>(x + 200)];
    return sum;
  };
  // "Coincidences inside 15 ticks around each pair's own peak": 3897, 3570, 1143.
  EXPECT_NEAR(static_cast<double>(at_peak(1, 1, 1)), 3570, 60);
  EXPECT_NEAR(static_cast<double>(at_peak(2, 2, 1)), 1143, 60);
  EXPECT_NEAR(static_cast<double>(at_peak(2, 0, -99)), 790, 60);
}

}  // namespace
}  // namespace herald
