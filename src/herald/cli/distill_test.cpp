#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "herald/cli/command.h"
#include "herald/cli/distill_analysis.h"
#include "herald/cli/distill_report.h"
#include "herald/detections/recording_test.h"
#include "herald/detections/synthetic_pairs_test.h"

namespace herald::cli {
namespace {

using ::testing::HasSubstr;

SyntheticRecording made(std::uint64_t duration, double visibility = 0.95) {
  SimulationRandom random(51);
  SyntheticPairs p{.duration = duration,
                   .pair_rate = 2e-4,
                   .visibility = visibility,
                   .delays = {{0, 81, 101, 157}, {0, 81, 101, 157}, {}}};
  return synthetic_recording(p, random);
}

TEST(Distill, ASourceThatMeetsTheAssumptionsLeavesAnUnmarkedKey) {
  const auto r = made(100'000'000);
  const auto report = analyse(r.alice, r.bob, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_THAT(report->violated(), ::testing::IsEmpty());
  EXPECT_GT(report->key().finite.bits, 0);
  EXPECT_GT(report->key().asymptotic.bits, report->key().finite.bits);
  EXPECT_GT(report->key().finite.bits, report->key().published.bits);
  EXPECT_EQ(report->key().finite.theorem, "bbm92-finite");
}

TEST(Distill, DataTooSmallAreToldSoWithTheFigureNeeded) {
  const auto r = made(12'000'000);
  DistillSettings settings;
  settings.stretch = 0.2;
  const auto report = analyse(r.alice, r.bob, settings);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->key().finite.bits, 0);
  ASSERT_GT(report->key().growth_needed, 1);
  EXPECT_THAT(report_text(*report), HasSubstr("times as many detections"));
  EXPECT_TRUE(report_json(*report)["growth_needed"].is_number());
}

TEST(Distill, ErrorsBeyondHopeAreToldSo) {
  const auto r = made(50'000'000, 0.6);
  const auto report = analyse(r.alice, r.bob, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->key().finite.bits, 0);
  EXPECT_THAT(report_text(*report), HasSubstr("no number of detections"));
  EXPECT_TRUE(report_json(*report)["growth_needed"].is_null());
}

TEST(Distill, JsonHasTheNamesPerBasisAndInAll) {
  const auto r = made(30'000'000);
  const auto report = analyse(r.alice, r.bob, {});
  ASSERT_TRUE(report);
  const auto json = report_json(*report);
  for (const char* name : {"qber", "coincidences", "accidentals", "asymptotic_bits", "finite_bits"})
    for (const char* part : {"z", "x", "all"}) EXPECT_TRUE(json[name][part].is_number()) << name << part;
  EXPECT_EQ(json["delays"]["alice"].size(), 4u);
  EXPECT_EQ(json["delays"]["bob"].size(), 4u);
  EXPECT_EQ(json["assumptions"].size(), 5u);
}

TEST(Distill, ImpossibleSettingsAreRefused) {
  const auto r = made(10'000'000);
  for (const auto& change : std::vector<void (*)(DistillSettings&)>{
           [](DistillSettings& s) { s.stretch = 0; }, [](DistillSettings& s) { s.stretch = 1.2; },
           [](DistillSettings& s) { s.reconciliation_efficiency = 0.9; },
           [](DistillSettings& s) { s.preparation_quality = 1.2; },
           [](DistillSettings& s) { s.epsilon.secrecy = FailureProbability(0); },
           [](DistillSettings& s) { s.plan.half_window = 0; },
           [](DistillSettings& s) { s.plan.search.greatest_drift = 0.5; }}) {
    DistillSettings settings;
    change(settings);
    EXPECT_FALSE(analyse(r.alice, r.bob, settings));
  }
  EXPECT_FALSE(analyse({}, r.bob, {}));
}

TEST(DistillPlot, DrawsAnSvgOrNamesWhatIsMissing) {
  const auto r = made(2'000'000);
  const auto path =
      std::filesystem::temp_directory_path() / ("herald_distill_test." + std::to_string(::getpid()) + ".svg");
  const auto drawn = plot_correlations(path, correlation_histogram(r.alice, r.bob, 300, 2));
  if (drawn) {
    const auto svg = read_file(path);
    ASSERT_TRUE(svg);
    EXPECT_THAT(std::string(svg->begin(), svg->end()), HasSubstr("<svg"));
    std::filesystem::remove(path);
  } else {
    EXPECT_THAT(drawn.error().message, HasSubstr("gnuplot"));
  }
}

TEST(DistillRecording, LeavesAtLeast256BitsMarkedWithWhatFails) {
  HERALD_RECORDING(tags);
  const auto report = analyse(tags_of(tags, Side::alice), tags_of(tags, Side::bob), {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_GE(report->key().finite.bits, 256);
  EXPECT_GE(report->key().published.bits, 256);
  for (const char* name : {"conjugate-bases", "equal-efficiencies", "unbiased-bits", "memoryless-detectors"})
    EXPECT_THAT(report->violated(), ::testing::Contains(name));
  EXPECT_THAT(report_json(*report)["marks"], ::testing::Contains("assumptions-violated"));
}

}  // namespace
}  // namespace herald::cli
