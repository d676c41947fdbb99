#include "herald/detections/assumptions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "herald/detections/recording_test.h"
#include "herald/detections/synthetic_pairs_test.h"

namespace herald {
namespace {

constexpr FailureProbability kFalseAlarm(1e-6);

struct Checked {
  AssumptionCheck conjugate, efficiencies, bias, memory, timing;
};
Checked checked(const TimeTags& a_tags, const TimeTags& b_tags, std::uint64_t stretch) {
  const auto planned =
      plan_from(stretch_of(a_tags, Side::alice, 0, stretch), stretch_of(b_tags, Side::bob, 0, stretch), {});
  EXPECT_TRUE(planned) << planned.error().message;
  SimulationRandom random(1);
  const Events alice = own_events(a_tags, Side::alice, planned->plan, random),
               bob = own_events(b_tags, Side::bob, planned->plan, random);
  const Matches matches = match(alice, coarsen(bob, planned->plan.bin_width()), planned->plan);
  const auto matrix = count_coincidences(matches, alice, bob);
  const auto chance = count_accidentals(alice, bob, planned->plan, 5000);
  Checked result{check_conjugate_bases(matrix, chance, kFalseAlarm),
                 check_equal_efficiencies(matrix, chance, kFalseAlarm), check_unbiased_bits(matrix, kFalseAlarm),
                 check_memoryless_detectors(a_tags, 2000, kFalseAlarm),
                 check_equal_timing(time_differences(matches, alice, bob, planned->plan), kFalseAlarm)};
  for (AssumptionFigure& figure : check_memoryless_detectors(b_tags, 2000, kFalseAlarm).figures)
    result.memory.figures.push_back(figure);
  return result;
}

TEST(Assumptions, HoldForASourceThatMeetsThem) {
  SimulationRandom random(31);
  const auto r =
      synthetic_recording({.duration = 100'000'000, .delays = {{0, 81, 101, 157}, {0, 81, 101, 157}, {}}}, random);
  const Checked c = checked(r.alice, r.bob, 5'000'000);
  for (const AssumptionCheck* check : {&c.conjugate, &c.efficiencies, &c.bias, &c.memory, &c.timing}) {
    EXPECT_TRUE(check->holds()) << check->name;
    EXPECT_GE(check->figures.size(), 2u) << check->name;
  }
}

TEST(Assumptions, FiguresOfKnownTablesAreTheTextbooks) {
  CoincidenceMatrix matrix{};
  matrix[0][2] = 400, matrix[0][3] = 100, matrix[1][2] = 100, matrix[1][3] = 400;  // odds ratio 16: Y = (4-1)/(4+1)
  const AssumptionCheck check = check_conjugate_bases(matrix, {}, kFalseAlarm);
  ASSERT_EQ(check.figures.size(), 1u);
  EXPECT_NEAR(check.figures[0].value, 0.6, 1e-12);
  EXPECT_FALSE(check.holds());
  EXPECT_NEAR(suggested_preparation_quality(check), std::log2(1 / 0.8), 1e-12);
  // Efficiencies of one side do not move it: the first column thinned to a fifth.
  matrix[0][2] = 80, matrix[1][2] = 20;
  EXPECT_NEAR(check_conjugate_bases(matrix, {}, kFalseAlarm).figures[0].value, 0.6, 1e-12);
  EXPECT_FALSE(check_equal_efficiencies(matrix, {}, kFalseAlarm).holds());
}

TEST(Assumptions, ADetectorThatRingsIsNamed) {
  SimulationRandom random(32);
  TimeTags tags;
  double time = 0;
  for (int i = 0; i < 20000; ++i) {
    time += 250 - 20000 * std::log(random.next_double());
    tags.push_back(2, static_cast<std::uint64_t>(time));
    if (i % 20 == 0) tags.push_back(2, static_cast<std::uint64_t>(time) + 200 + random.next_below(50));
  }
  const AssumptionCheck check = check_memoryless_detectors(tags, 2000, kFalseAlarm);
  ASSERT_EQ(check.figures.size(), 1u);
  EXPECT_FALSE(check.holds());
  EXPECT_NEAR(check.figures[0].value, 1.0 / 21, check.figures[0].value - check.figures[0].low);
  EXPECT_THAT(check.figures[0].detail, ::testing::HasSubstr("2"));
}

TEST(Assumptions, FalseAlarmsAreAsRareAsStated) {
  // At a stated false alarm of 5 % per check, of 200 sources at most 25 may alarm but with probability 1e-5 (binomial
  // tail).
  SimulationRandom random(33);
  int conjugate = 0, efficiencies = 0, bias = 0, memory = 0;
  for (int trial = 0; trial < 200; ++trial) {
    CoincidenceMatrix matrix{};
    for (int i = 0; i < 8000; ++i) {
      const auto word = random.next_word();
      const unsigned a = word & 3, b = word >> 2 & 3;
      if (a / 2 != b / 2 || (a == b) == random.next_bernoulli(0.95)) ++matrix[a][b];
    }
    const FailureProbability often(0.05);
    conjugate += !check_conjugate_bases(matrix, {}, often).holds();
    efficiencies += !check_equal_efficiencies(matrix, {}, often).holds();
    bias += !check_unbiased_bits(matrix, often).holds();
    TimeTags tags;
    double time = 0;
    for (int i = 0; i < 3000; ++i) {
      time += 300 - 20000 * std::log(random.next_double());
      tags.push_back(static_cast<unsigned>(i % 3), static_cast<std::uint64_t>(time));
    }
    memory += !check_memoryless_detectors(tags, 4000, often).holds();
  }
  for (const int alarms : {conjugate, efficiencies, bias, memory}) EXPECT_LE(alarms, 25);
}

TEST(AssumptionsRecording, AreViolatedAsAnIndependentLookFound) {
  HERALD_RECORDING(tags);
  const Checked c = checked(tags_of(tags, Side::alice), tags_of(tags, Side::bob), tags.time.back() / 20);
  for (const AssumptionCheck* check : {&c.conjugate, &c.efficiencies, &c.bias, &c.memory})
    EXPECT_FALSE(check->holds()) << check->name;
  // Mismatched bases: -0.16 +- 0.02 free of efficiencies; Bob's 6 and 7 fire 1.44 : 1; second basis 62 : 38. Each
  // within four of its own standard errors (intervals here reach about five).
  const auto expect_near = [](const AssumptionFigure& figure, double independent) {
    EXPECT_LE(std::abs(figure.value - independent),
              0.8 * std::max(figure.high - figure.value, figure.value - figure.low))
        << figure.what;
  };
  expect_near(c.conjugate.figures[1], -0.16);
  expect_near(c.efficiencies.figures[3], 1.44);
  expect_near(c.bias.figures[1], 0.62);
  // Detector 0: 26,471 of 54,474 tags come 150 to 260 ticks after the one before.
  EXPECT_NEAR(c.memory.figures[0].value, 26471.0 / 54474, 0.03);
  const AssumptionCheck own = check_memoryless_detectors(tags_of(tags, Side::alice), 300, kFalseAlarm);
  EXPECT_THAT(own.figures[0].detail, ::testing::HasSubstr("ticks after it"));
}

}  // namespace
}  // namespace herald
