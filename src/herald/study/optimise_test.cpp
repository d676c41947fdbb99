#include "herald/study/optimise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "herald/study/crossing.h"
#include "herald/study/models_test.h"

namespace herald::study {
namespace {

using ::testing::HasSubstr;
using namespace testing;  // the models

Optimum best_of(const RateModel& model, double km, std::vector<Setting> settings = {}) {
  const Problem problem = *make_problem(model, settings);
  return *optimise(model, problem.values, problem.searched, Kilometre(km));
}

TEST(Optimise, FindsThePublishedOptimaOfSendingOrNotSending) {
  EXPECT_NEAR(best_of(kSns, 100).point.rate / 1.3912e-4, 1, 1e-4);
  EXPECT_NEAR(best_of(kSns, 500).point.rate / 1.3089e-8, 1, 1e-4);
  const Optimum at = best_of(kSns, 300);
  EXPECT_NEAR(at.point.rate / 1.3220e-6, 1, 1e-4);
  EXPECT_NEAR(at.values[5], 0.016422, 1e-5);
  EXPECT_NEAR(at.values[6], 0.45465, 1e-4);
}

TEST(Optimise, FindsTheOptimaOfFiveParametersThatLocalSearchesMiss) {
  const auto rate = [](double block, double km) {
    return best_of(kLim, km, {{"block.sifted", block, "--set"}}).point.rate;
  };
  EXPECT_NEAR(rate(1e4, 0) / 2.084e-4, 1, 1e-3);
  EXPECT_NEAR(rate(1e4, 50) / 1.883e-5, 1, 1e-3);
  EXPECT_NEAR(rate(1e4, 100) / 9.91e-7, 1, 1e-3);
  EXPECT_NEAR(rate(1e6, 150) / 1.1043e-6, 1, 1e-3);
  EXPECT_NEAR(rate(1e7, 100) / 4.76627e-5, 1, 1e-4);
  EXPECT_NEAR(rate(1e9, 150) / 5.8606e-6, 1, 1e-4);
}

TEST(Optimise, TheLastKeyIsFoundInTheCornerWhereItIs) {
  EXPECT_GT(best_of(kSns, 707.4).point.rate, 1e-13);
  EXPECT_LT(best_of(kSns, 708).point.rate, 0);
}

TEST(Optimise, AFiniteKeyIsFoundWhereItIsLastToBeHad) {
  const auto rate = [](double km) { return best_of(kLim, km, {{"block.sifted", 1e4, "--set"}}).point.rate; };
  EXPECT_NEAR(rate(125) / 1.667e-8, 1, 5e-3);
  EXPECT_GT(rate(128), 1.2e-9);  // a local search ends at 119 km
  EXPECT_LT(rate(131), 0);
}

TEST(Optimise, AFunctionOfItsArguments) {
  const Optimum one = best_of(kLim, 40), two = best_of(kLim, 40);
  EXPECT_EQ(one.values, two.values);
  EXPECT_EQ(one.point.rate, two.point.rate);
  EXPECT_EQ(one.evaluations, two.evaluations);
}

// Peaks of two heights, the higher one narrow, and a model that refuses half of the box.
Result<RatePoint> two_peaks(std::span<const double> v, Kilometre) {
  if (v[0] + v[1] > 1.3) return fail(ErrorCode::invalid_argument, "beyond");
  const auto peak = [&](double x, double y, double width) {
    return std::exp(-((v[0] - x) * (v[0] - x) + (v[1] - y) * (v[1] - y)) / (2 * width * width));
  };
  RatePoint point;
  point.rate = 1e-9 * (peak(0.7, 0.7, 0.3) + 1.5 * peak(0.15, 0.3, 0.06));
  return point;
}
constexpr ParameterSpec kTwo[] = {{"x", "", "", 0.5, 0, 1, true}, {"y", "", "", 0.5, 0, 1, true}};
constexpr RateModel kTwoPeaks = {"peaks", {}, "", "", "pulse", false, true, kTwo, two_peaks};

Result<RatePoint> refuses(std::span<const double>, Kilometre) {
  return fail(ErrorCode::invalid_argument, "never possible");
}
constexpr RateModel kRefuses = {"refuses", {}, "", "", "pulse", false, true, kTwo, refuses};

TEST(Optimise, TheHigherOfTwoPeaksIsFound) {
  const Optimum at = best_of(kTwoPeaks, 0);
  EXPECT_NEAR(at.values[0], 0.15, 0.01);
  EXPECT_NEAR(at.values[1], 0.3, 0.01);
  EXPECT_GT(at.point.rate, 1.5e-9);
}

TEST(Optimise, AnOptimumOnTheEdgeIsReached) {
  const Optimum at = best_of(kTwoPeaks, 0, {{"x", 0.9, "--set"}});
  EXPECT_NEAR(at.values[1], 0.4, 1e-4);  // beyond 1.3 - 0.9 the model refuses
}

TEST(Optimise, AModelThatRefusesEverythingSaysWhy) {
  const auto none = optimise(kRefuses, std::vector{0.5, 0.5}, std::vector<std::size_t>{0, 1}, Kilometre(1));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "never possible");
}

TEST(Optimise, WithNothingToSearchItIsOneEvaluation) {
  const Optimum at = best_of(kPlob, 100);
  EXPECT_EQ(at.evaluations, 1u);
  EXPECT_NEAR(at.point.rate, 1.44995697e-2, 1e-10);
}

TEST(Crossing, SendingOrNotSendingOvertakesTheBoundWhereItIsKnownTo) {
  const Problem bound = *make_problem(kPlob, {});
  const auto at = [&](double misalignment, double efficiency) {
    const std::vector<Setting> set{{"misalignment", misalignment, "--set"}};
    return crossing(*make_problem(kSns, set), bound, efficiency, Kilometre(1000));
  };
  EXPECT_NEAR(*at(0.02, 1)->overtakes, 228.25, 0.02);
  EXPECT_NEAR(*at(0.05, 1)->overtakes, 245.96, 0.02);
  const auto crossing = at(0.15, 1);
  EXPECT_NEAR(*crossing->overtakes, 303.80, 0.02);
  ASSERT_TRUE(crossing->falls_back);
  EXPECT_GT(*crossing->falls_back, 600);
  EXPECT_LT(*at(0.15, 0.8)->overtakes, 303);
  EXPECT_FALSE(at(0.35, 1)->overtakes);
}

TEST(Crossing, ReachIsWhereTheKeyEnds) {
  for (const auto& [misalignment, km] :
       {std::pair(0.15, 707.5), std::pair(0.25, 627.7), std::pair(0.35, 517.5), std::pair(0.45, 296.7)}) {
    const std::vector<Setting> set{{"misalignment", misalignment, "--set"}};
    const auto found = reach(*make_problem(kSns, set), Kilometre(2000));
    ASSERT_TRUE(found && *found);
    EXPECT_NEAR(**found, km, 0.5);
  }
  EXPECT_EQ(**reach(*make_problem(kPlob, {}), Kilometre(300)), 300);
  EXPECT_EQ(**reach(*make_problem(kSns, {}), Kilometre(101)), 101);
  const std::vector<Setting> hopeless{{"misalignment", 0.5, "--set"}};
  EXPECT_FALSE(*reach(*make_problem(kSns, hopeless), Kilometre(300)));
  EXPECT_FALSE(reach(*make_problem(kPlain, {}), Kilometre(300)));
}

TEST(Crossing, WhatKnowsNoDistanceIsRefused) {
  const Problem bound = *make_problem(kPlob, {}), plain = *make_problem(kPlain, {});
  EXPECT_THAT(crossing(plain, bound, 1, Kilometre(100)).error().message, HasSubstr("does not depend"));
  const std::vector<Setting> dark{{"fibre.attenuation", 0, "--set"}};
  EXPECT_THAT(crossing(*make_problem(kSns, dark), bound, 0.5, Kilometre(100)).error().message, HasSubstr("lossy"));
}

}  // namespace
}  // namespace herald::study
