#include "herald/detections/prepare_and_measure_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "herald/base/random.h"

namespace herald {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

ByteView view(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

constexpr std::string_view kHead = "herald-settings 1\nintensity 0.5 0.7\nintensity 0.1 0.3\n";
std::string settings_fault(std::string_view rest, std::string_view head = kHead) {
  const auto log = parse_settings_log(view(std::string(head) + std::string(rest)), "a.log");
  return log ? "accepted" : log.error().message;
}
std::string clicks_fault(std::string_view text) {
  const auto log = parse_clicks_log(view(text), "b.log");
  return log ? "accepted" : log.error().message;
}

TEST(PrepareAndMeasureLog, ReadsSettingsAndClicksOfManyBlocks) {
  const auto settings = parse_settings_log(
      view(std::string(kHead) + "# first\nblock 1000\n3 0 Z 1\n 17\t1 X 0 # decoy\r\nblock 50\n49 0 X 1"), "a.log");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->intensities, (std::vector<Intensity>{{MeanPhotonNumber(0.5), Probability(0.7)},
                                                           {MeanPhotonNumber(0.1), Probability(0.3)}}));
  ASSERT_EQ(settings->blocks.size(), 2u);
  EXPECT_EQ(settings->blocks[0].pulses, 1000u);
  EXPECT_EQ(settings->blocks[0].pulse, (std::vector<std::uint64_t>{3, 17}));
  EXPECT_EQ(settings->blocks[0].settings.intensity, (std::vector<std::uint8_t>{0, 1}));
  EXPECT_TRUE(settings->blocks[0].settings.bit[0] && settings->blocks[0].settings.basis[1] &&
              !settings->blocks[0].settings.bit[1]);
  const auto clicks = parse_clicks_log(view("herald-clicks 1\nblock 1000\n17 X 1\nblock 50\n"), "b.log");
  ASSERT_TRUE(clicks) << clicks.error().message;
  EXPECT_EQ(clicks->blocks[0].clicks.pulse, (std::vector<std::uint64_t>{17}));
  EXPECT_EQ(clicks->blocks[1].clicks.size(), 0u);
  const auto at = settings_at(settings->blocks[0], clicks->blocks[0].clicks.pulse);
  ASSERT_TRUE(at);
  EXPECT_EQ(at->intensity, (std::vector<std::uint8_t>{1}));
  const std::vector<std::uint64_t> unknown{3, 5};
  EXPECT_THAT(settings_at(settings->blocks[0], unknown).error().message, HasSubstr("pulse 5"));
}

TEST(PrepareAndMeasureLog, FaultsNameFileLineAndTheWayOut) {
  EXPECT_THAT(settings_fault("", ""), AllOf(HasSubstr("a.log"), HasSubstr("empty")));
  EXPECT_THAT(settings_fault("", "herald-settings 2\n"), HasSubstr("reads form 1"));
  EXPECT_THAT(settings_fault("", "3 0 Z 1\n"), HasSubstr("a.log:1: '3 0 Z 1' where the form"));
  EXPECT_THAT(settings_fault(""), HasSubstr("no block"));
  EXPECT_THAT(settings_fault("block 10\n10 0 Z 1\n"),
              AllOf(HasSubstr("a.log:5: "), HasSubstr("beyond the block's 10")));
  EXPECT_THAT(settings_fault("block 10\n3 0 Z 1\n3 0 Z 1\n"), AllOf(HasSubstr("a.log:6: "), HasSubstr("must rise")));
  EXPECT_THAT(settings_fault("block 10\n3 2 Z 1\n"), HasSubstr("intensity 2 is unknown"));
  EXPECT_THAT(settings_fault("block 10\n3 0 Y 1\n"), HasSubstr("'3 0 Y 1' where 'PULSE INTENSITY Z|X 0|1'"));
  EXPECT_THAT(settings_fault("block 10\n3 0 Z 2\n"), HasSubstr("is expected"));
  EXPECT_THAT(settings_fault("block 10\n3 0 Z\n"), HasSubstr("is expected"));
  EXPECT_THAT(settings_fault("block 10\n3 0 Z 1 1\n"), HasSubstr("is expected"));
  EXPECT_THAT(settings_fault("block -4\n"), HasSubstr("'block PULSES'"));
  EXPECT_THAT(settings_fault("block 9223372036854775808\n"), HasSubstr("2^62"));
  EXPECT_THAT(settings_fault("intensity 0.1 0.3\nblock 10\n"), HasSubstr("sum 1.3"));
  EXPECT_THAT(settings_fault("intensity 0.1 1.2\n"), HasSubstr("a probability of 1.2"));
  EXPECT_THAT(settings_fault("intensity -1 0.2\n"), HasSubstr("mean photon number of -1"));
  EXPECT_THAT(settings_fault("intensity nan 0.2\n"), HasSubstr("mean photon number of nan"));
  EXPECT_THAT(settings_fault("block 10\n", "herald-settings 1\n"), HasSubstr("before any intensity"));
  EXPECT_THAT(clicks_fault("herald-clicks 1\n3 Z 1\n"), HasSubstr("b.log:2: '3 Z 1' where 'block PULSES'"));
  EXPECT_THAT(clicks_fault("herald-clicks 1\nblock 10\n3 Z\n"), HasSubstr("b.log:3: "));
  EXPECT_THAT(clicks_fault(std::string_view("\x1f\x8b\0\0", 4)), HasSubstr("where the form"));
}

TEST(PrepareAndMeasureLog, WhatIsWrittenReadsBackTheSame) {
  SimulationRandom random(61);
  SettingsLog log{{{MeanPhotonNumber(0.48), Probability(0.7)}, {MeanPhotonNumber(1.0 / 3), Probability(0.3)}}, {}};
  ClicksLog clicks;
  for (int b = 0; b < 3; ++b) {
    SettingsBlock block{100'000, {}, {}};
    ClicksBlock seen{100'000, {}};
    for (std::uint64_t pulse = random.next_below(9); pulse < 100'000; pulse += 1 + random.next_below(200)) {
      const std::uint64_t word = random.next_word();
      block.pulse.push_back(pulse), seen.clicks.pulse.push_back(pulse);
      block.settings.intensity.push_back(word & 1);
      block.settings.basis.push_back(word >> 1 & 1), block.settings.bit.push_back(word >> 2 & 1);
      seen.clicks.basis.push_back(word >> 3 & 1), seen.clicks.bit.push_back(word >> 4 & 1);
    }
    log.blocks.push_back(std::move(block)), clicks.blocks.push_back(std::move(seen));
  }
  const auto again = parse_settings_log(format_settings_log(log), "x");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->intensities, log.intensities);
  const auto seen = parse_clicks_log(format_clicks_log(clicks), "x");
  ASSERT_TRUE(seen) << seen.error().message;
  for (std::size_t b = 0; b < 3; ++b) {
    EXPECT_EQ(again->blocks[b].pulse, log.blocks[b].pulse);
    EXPECT_EQ(again->blocks[b].settings.intensity, log.blocks[b].settings.intensity);
    EXPECT_EQ(again->blocks[b].settings.bit, log.blocks[b].settings.bit);
    EXPECT_EQ(seen->blocks[b].clicks.basis, clicks.blocks[b].clicks.basis);
  }
}

}  // namespace
}  // namespace herald
