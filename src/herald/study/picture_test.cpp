#include "herald/study/picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "herald/study/gnuplot.h"

namespace herald::study {
namespace {

using ::testing::HasSubstr;

Picture curve(std::vector<std::pair<double, double>> points) {
  return {
      .title = "it's", .x_label = "x", .y_label = "y", .log_y = true, .series = {{"a", Look::line, std::move(points)}}};
}

TEST(Picture, GapsInterruptACurveAndTheAxisHasWholeDecades) {
  const auto script =
      script_of(curve({{0, std::numeric_limits<double>::infinity()}, {1, 3e-4}, {2, 0}, {3, 2e-7}}), "a.svg");
  ASSERT_TRUE(script);
  EXPECT_THAT(*script, HasSubstr("<< EOD\n\n1 0.0003\n\n3 2e-07\nEOD"));
  EXPECT_THAT(*script, HasSubstr("set yrange [1e-7:1e-3]"));
  EXPECT_THAT(*script, HasSubstr("set title 'it''s'"));
}

TEST(Picture, ANameIsNoCommand) {
  Picture picture = curve({{1, 1}});
  picture.series[0].label = "'\nsystem 'touch x'";
  EXPECT_THAT(*script_of(picture, "a.pdf"), HasSubstr("title '''system ''touch x'''"));
}

TEST(Picture, OtherKindsOfFilesAndEmptyPicturesAreRefused) {
  EXPECT_FALSE(script_of(curve({{1, 1}}), "a.jpeg"));
  EXPECT_FALSE(script_of(curve({{1, 0}}), "a.svg"));
  EXPECT_TRUE(script_of(curve({{1, 1}}), "a.png"));
}

TEST(Gnuplot, WhatItComplainsOfIsTold) {
  const auto drawn = gnuplot("set output '/dev/stdout'\nset terminal svg\nplot\n");
  ASSERT_FALSE(drawn);
  if (drawn.error().code == ErrorCode::not_found) GTEST_SKIP() << "no gnuplot";
  EXPECT_THAT(drawn.error().message, HasSubstr("line 3"));
}

}  // namespace
}  // namespace herald::study
