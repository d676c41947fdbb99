#include "herald/study/sweep.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

#include "herald/base/file.h"
#include "herald/study/journal.h"
#include "herald/study/models_test.h"

namespace herald::study {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace testing;  // the models

std::string error_of(const auto& result) { return result ? "" : result.error().message; }

std::vector<double> values_of(std::string_view range) {
  const auto axis = parse_axis("distance", range, "--distance");
  return axis ? axis->values : std::vector<double>{-1};
}

Sweep small(std::vector<Setting> settings = {}, std::string_view range = "0:300:50") {
  return Sweep::make({&kSns, &kPlob}, std::move(settings), {*parse_axis("distance", range, "--distance")}).value();
}

struct Folder {
  Folder() { EXPECT_NE(::mkdtemp(name), nullptr); }
  ~Folder() { std::filesystem::remove_all(name); }
  std::filesystem::path operator/(std::string_view file) const { return std::filesystem::path(name) / file; }
  char name[32] = "/tmp/herald-sweep-XXXXXX";
};

TEST(Axis, RangesHaveBothEndsAndRoundValues) {
  EXPECT_THAT(values_of("0:10:5"), ElementsAre(0, 5, 10));
  EXPECT_THAT(values_of("0.1:0.5:0.1"), ElementsAre(0.1, 0.2, 0.3, 0.4, 0.5));
  EXPECT_THAT(values_of("10:0:-5"), ElementsAre(10, 5, 0));
  EXPECT_THAT(values_of("1e4:1e7:x10"), ElementsAre(1e4, 1e5, 1e6, 1e7));
  EXPECT_THAT(values_of("3:3:1"), ElementsAre(3));
  EXPECT_THAT(values_of("0:7:5"), ElementsAre(0, 5));
  EXPECT_THAT(values_of("1,4,2"), ElementsAre(1, 4, 2));
  EXPECT_THAT(values_of("50"), ElementsAre(50));
}

TEST(Axis, WhatNeverArrivesIsRefused) {
  const auto why = [](std::string_view range) { return error_of(parse_axis("distance", range, "--distance")); };
  EXPECT_THAT(why("0:700:0"), HasSubstr("zero"));
  EXPECT_THAT(why("0:700:-5"), HasSubstr("leads away"));
  EXPECT_THAT(why("700:0:5"), HasSubstr("leads away"));
  EXPECT_THAT(why("0:1e9:0.1"), HasSubstr("more than"));
  EXPECT_THAT(why("0:1:1e-300"), HasSubstr("more than"));
  EXPECT_THAT(why("0:700"), HasSubstr("FROM:TO:STEP"));
  EXPECT_THAT(why("0:1:2:3"), HasSubstr("FROM:TO:STEP"));
  EXPECT_THAT(why("0:x:5"), HasSubstr("no number"));
  EXPECT_THAT(why("nan:1:1"), HasSubstr("beyond"));
  EXPECT_THAT(why(""), HasSubstr("no number"));
  EXPECT_THAT(why("1,,2"), HasSubstr("no number"));
  EXPECT_THAT(why("0:10:x2"), HasSubstr("positive"));
  EXPECT_THAT(why("1:10:x1"), HasSubstr("not 1"));
  EXPECT_THAT(why("1:10:x0.5"), HasSubstr("leads away"));
}

TEST(Sweep, PointsAreTheProductOfAxesAndModels) {
  const auto sweep = Sweep::make({&kSns, &kPlob}, {}, {{"misalignment", {0.1, 0.2}}, {"distance", {0, 50, 100}}});
  ASSERT_TRUE(sweep) << sweep.error().message;
  EXPECT_EQ(sweep->points(), 12u);
  const Point point = sweep->place(9);  // (0.2, 50 km), the second model
  EXPECT_EQ(point.model, &kPlob);
  EXPECT_THAT(point.at, ElementsAre(0.2, 50));
  const Point sns = sweep->point(8);
  EXPECT_EQ(sns.values[3], 0.2);
  EXPECT_TRUE(sns.has_key());
}

TEST(Sweep, WhatIsSetIsNotOptimised) {
  const Sweep sweep = small({{"intensity.signal", 0.3, "--set"}});
  const Point point = sweep.point(4);
  EXPECT_EQ(point.values[6], 0.3);
  EXPECT_NE(point.values[5], 0.02);
  EXPECT_LT(point.rate(), small().point(4).rate());
}

TEST(Sweep, ImpossibleRequestsSayWhatIsPossible) {
  const auto why = [](std::vector<Setting> settings, std::vector<Axis> axes) {
    return error_of(Sweep::make({&kSns, &kPlob}, std::move(settings), std::move(axes)));
  };
  EXPECT_THAT(why({{"misalignment", 0.6, "--set"}}, {}), HasSubstr("sns permits 0 to 0.5"));
  EXPECT_THAT(why({{"fibre.attenuation", -1, "--set"}}, {}), HasSubstr("0 to 10 dB/km"));
  EXPECT_THAT(why({{"detector.eficiency", 0.6, "--set"}}, {}), HasSubstr("detector.efficiency (sns)"));
  EXPECT_THAT(why({}, {{"misalignment", {0.1, 0.7}}}), HasSubstr("--sweep misalignment=0.7: sns permits"));
  EXPECT_THAT(why({}, {{"misalignement", {0.1}}}), HasSubstr("did you mean misalignment"));
  EXPECT_THAT(why({{"misalignment", 0.1, "--set"}}, {{"misalignment", {0.1}}}), HasSubstr("both set and swept"));
  EXPECT_THAT(why({}, {{"distance", {1}}, {"distance", {2}}}), HasSubstr("twice"));
  EXPECT_THAT(why({}, {{"distance", {}}}), HasSubstr("nothing in it"));
  EXPECT_THAT(why({}, {{"distance", {-1}}}), HasSubstr("0 to 40000 km"));
  const std::vector<double> many(20'000, 0.1);
  EXPECT_THAT(why({}, {{"misalignment", many}, {"distance", many}}), HasSubstr("at the most"));
}

TEST(Sweep, TheThreadsDoNotShowInTheResult) {
  const Sweep sweep = small({}, "0:720:4");
  const auto of = [&](unsigned threads) {
    std::vector<double> rates;
    SweepOptions options;
    options.threads = threads;
    options.point = [&](std::uint64_t index, const Point& point) -> Result<void> {
      EXPECT_EQ(index, rates.size());
      rates.push_back(point.outcome->rate);
      return {};
    };
    EXPECT_TRUE(run(sweep, options));
    return rates;
  };
  const auto one = of(1);
  EXPECT_EQ(one.size(), sweep.points());
  EXPECT_EQ(one, of(2));
  EXPECT_EQ(one, of(7));
}

TEST(Sweep, AnErrorOfWhoTakesThePointsEndsIt) {
  SweepOptions options;
  options.point = [](std::uint64_t index, const Point&) -> Result<void> {
    if (index == 3) return fail(ErrorCode::io, "disk full");
    return {};
  };
  EXPECT_EQ(error_of(run(small(), options)), "disk full");
}

TEST(Sweep, StopsWhenAskedAndSaysHowFarItCame) {
  std::atomic<bool> stop = false;
  SweepOptions options;
  options.stop = &stop;
  std::uint64_t seen = 0;
  options.point = [&](std::uint64_t, const Point&) -> Result<void> {
    if (++seen == 5) stop = true;
    return {};
  };
  const auto result = run(small({}, "0:2000:0.1"), options);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::interrupted);
  EXPECT_LT(seen, 40'000u);
}

TEST(Journal, AnInterruptedSweepGoesOnWithTheSameResult) {
  const Folder folder;
  const Sweep sweep = small({}, "0:300:5");
  SweepOptions options;
  options.journal = folder / "j";
  options.threads = 1;
  std::atomic<bool> stop = false;
  options.stop = &stop;
  options.point = [&](std::uint64_t index, const Point&) -> Result<void> {
    stop = index >= 5;
    return {};
  };
  const auto first = run(sweep, options);
  EXPECT_TRUE(first || first.error().code == ErrorCode::interrupted);  // it may be done before it is asked to stop
  stop = false;
  std::vector<double> rates, figures;
  options.stop = nullptr;
  options.point = [&](std::uint64_t, const Point& point) -> Result<void> {
    rates.push_back(point.outcome ? point.outcome->rate : -1);
    for (const auto& [name, value] : point.outcome->figures) figures.push_back(value);
    return {};
  };
  for (int again = 0; again < 2; ++again) {
    rates.clear(), figures.clear();
    const auto done = run(sweep, options);
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_EQ(rates.size(), sweep.points());
    std::size_t f = 0;
    for (std::uint64_t i = 0; i < sweep.points(); ++i) {
      const Point fresh = sweep.point(i);
      EXPECT_EQ(rates[i], fresh.outcome->rate);
      for (const auto& [name, value] : fresh.outcome->figures) EXPECT_EQ(figures[f++], value) << name;
    }
  }
  EXPECT_EQ(Journal::open(options.journal, sweep)->found(), sweep.points());
}

TEST(Journal, ATornLastLineIsComputedAgain) {
  const Folder folder;
  const Sweep sweep = small();
  SweepOptions options;
  options.journal = folder / "j";
  ASSERT_TRUE(run(sweep, options));
  const auto size = std::filesystem::file_size(options.journal);
  for (const std::uintmax_t cut : {std::uintmax_t{1}, std::uintmax_t{10}, size - 20, size - 3, size}) {
    std::filesystem::resize_file(options.journal, size - cut);
    ASSERT_TRUE(run(sweep, options)) << cut;
    const auto journal = Journal::open(options.journal, sweep);
    ASSERT_TRUE(journal) << journal.error().message;
    EXPECT_EQ(journal->found(), sweep.points());
  }
}

TEST(Journal, RefusesWhatIsNotItsOwn) {
  const Folder folder;
  const Sweep sweep = small();
  const auto path = folder / "j";
  const auto why = [&](const Sweep& asked) { return error_of(Journal::open(path, asked)); };
  SweepOptions options;
  options.journal = path;
  ASSERT_TRUE(run(sweep, options));
  EXPECT_EQ(why(sweep), "");
  EXPECT_THAT(why(small({}, "0:300:51")), HasSubstr("another request"));
  EXPECT_THAT(why(small({{"misalignment", 0.1, ""}})), HasSubstr("another request"));
  {
    const auto open = Journal::open(path, sweep);
    EXPECT_THAT(why(sweep), HasSubstr("another process"));
  }
  auto bytes = *read_file(path);
  bytes[200] ^= 1;
  ASSERT_TRUE(write_file(path, bytes, FileMode::shared));
  EXPECT_THAT(why(sweep), HasSubstr("damaged"));
  for (const std::string text : {"a letter to a friend\n", "a letter", "\n\n"}) {
    std::ofstream(path, std::ios::trunc) << text;
    EXPECT_THAT(why(sweep), HasSubstr("no journal")) << text;
    EXPECT_EQ(std::filesystem::file_size(path), text.size());  // and it is left alone
  }
  EXPECT_THAT(error_of(Journal::open(folder / "no/such/folder", sweep)), HasSubstr("cannot open"));
}

}  // namespace
}  // namespace herald::study
