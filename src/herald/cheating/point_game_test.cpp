#include "herald/cheating/point_game.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "herald/cheating/coin_flip_weak.h"

namespace herald {
namespace {

double uniform(double low, double high) { return low + (high - low) * *rc::gen::inRange(0, 1 << 20) / (1 << 20); }

bool valid(std::initializer_list<WeightChange> changes) {
  return is_valid_on_a_line({changes.begin(), changes.size()});
}

RC_GTEST_PROP(Line, RaisesMergesAndSplitsAreValidExactlyAsTheyShould, ()) {
  const double a = uniform(0.1, 3), b = uniform(0.1, 3), p = uniform(0.1, 1), q = uniform(0.1, 1);
  RC_PRE(std::abs(a - b) > 1e-2);
  RC_ASSERT(valid({{a, -p}, {a + 0.1, p}}));
  RC_ASSERT(!valid({{a, -p}, {a - 0.05, p}}));
  RC_ASSERT(!valid({{a, -p}, {a + 0.1, 0.9 * p}}));
  const double merged = (p * a + q * b) / (p + q);
  RC_ASSERT(valid({{a, -p}, {b, -q}, {merged, p + q}}));
  RC_ASSERT(!valid({{a, -p}, {b, -q}, {merged - 1e-4, p + q}}));
  const double split = (p + q) / (p / a + q / b);
  RC_ASSERT(valid({{split, -p - q}, {a, p}, {b, q}}));
  RC_ASSERT(!valid({{split + 1e-4, -p - q}, {a, p}, {b, q}}));
}

// Not a chain of merges and splits: -f(z_i)/prod (z_j - z_i) is valid for f of low degree (Mochon 2007, lemma 34).
TEST(Line, MochonsAssignmentsAreValid) {
  const double places[] = {0, 0.8, 1.1, 1.7, 2.9};
  for (const bool turned : {false, true}) {
    std::vector<WeightChange> changes;
    double norm = 0;
    for (const double z : places) {
      double weight = turned ? 1 : -1;
      for (const double other : places)
        if (other != z) weight /= other - z;
      changes.push_back({z, weight});
      norm = std::max(norm, std::abs(weight));
    }
    for (auto& change : changes) change.weight /= norm;
    EXPECT_EQ(is_valid_on_a_line(changes), !turned);
  }
}

TEST(PointGame, SpekkensAndRudolphsEndOnTheirHyperbola) {
  for (const double x : {0.51, 0.6, std::sqrt(0.5), 0.9}) {
    const auto end = evaluate(*spekkens_rudolph_game(x));
    ASSERT_TRUE(end) << end.error().message;
    EXPECT_NEAR(end->x, x, 1e-12);
    EXPECT_NEAR(end->y, *spekkens_rudolph_other(x), 1e-12);
  }
  EXPECT_NEAR(evaluate(*spekkens_rudolph_game(std::sqrt(0.5)))->bias(), spekkens_rudolph_bias(), 1e-12);
  EXPECT_FALSE(spekkens_rudolph_game(0.5));
  EXPECT_FALSE(spekkens_rudolph_game(1));
}

TEST(PointGame, DipDipBoomFallsToOneSixth) {
  double last = 1;
  for (const auto& [rungs, ratio] : {std::pair{1, 2.0}, {10, 1.3}, {60, 1.08}, {300, 1.02}}) {
    const auto end = evaluate(*dip_dip_boom_game(rungs, ratio));
    ASSERT_TRUE(end) << rungs << ": " << end.error().message;
    EXPECT_EQ(end->x, end->y);
    EXPECT_GT(end->bias(), *mochon_bias(1));
    EXPECT_LT(end->bias(), last);
    last = end->bias();
  }
  EXPECT_NEAR(last, 0.173245, 1e-6);  // docs/theory/mistrust.md
  EXPECT_FALSE(dip_dip_boom_game(0, 1.1));
  EXPECT_FALSE(dip_dip_boom_game(10, 1));
}

TEST(PointGame, WithoutTimeTheEndIsTheSame) {
  for (const PointGame& game : {*spekkens_rudolph_game(0.7), *dip_dip_boom_game(20, 1.2)}) {
    const TimelessGame timeless = *without_time(game);
    const auto end = evaluate_without_time(timeless.horizontal, timeless.vertical);
    ASSERT_TRUE(end) << end.error().message;
    EXPECT_EQ(end->x, evaluate(game)->x);
    EXPECT_EQ(end->y, evaluate(game)->y);
    EXPECT_FALSE(evaluate_without_time(timeless.vertical, timeless.horizontal));
  }
}

TEST(PointGame, CheatingGamesAreRefusedAtTheMoveThatCheats) {
  PointGame game = *spekkens_rudolph_game(0.7);
  game[3][0].x -= 0.01;
  const auto cheated = evaluate(game);
  ASSERT_FALSE(cheated);
  EXPECT_NE(cheated.error().message.find("move 3"), std::string::npos);
  game = *dip_dip_boom_game(20, 1.1);
  for (auto& point : game.back()) point.x -= 0.01, point.y -= 0.01;
  EXPECT_FALSE(evaluate(game));
  EXPECT_FALSE(evaluate({}));
  EXPECT_FALSE(evaluate({{{0, 1, 0.4}, {1, 0, 0.6}}}));
  EXPECT_FALSE(evaluate({{{0, 1, 0.5}, {1, 0, 0.5}}}));
  EXPECT_FALSE(evaluate({{{0, 1, 0.5}, {1, 0, 0.5}}, {{1, 1, 1}}}));  // along both axes at once
  EXPECT_FALSE(evaluate({{{0, 1, 0.5}, {1, 0, 0.5}, {-1, 0, 0}}}));
  EXPECT_FALSE(evaluate({{{0, std::numeric_limits<double>::infinity(), 0.5}, {1, 0, 0.5}}}));
}

}  // namespace
}  // namespace herald
