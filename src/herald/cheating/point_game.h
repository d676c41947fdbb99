#pragma once
// Weak coin flipping as a game of points, where it is decided how small a bias can be: Kitaev's formalism as in Mochon,
// arXiv 0711.4114 (2007), and Aharonov, Chailloux, Ganz, Kerenidis, Magnin, SIAM J. Comput. 45, 633 (2016). A game
// starts from half a point at [0, 1] and half at [1, 0], moves points along one axis at a time, and ends in one point
// [x, y]; then a protocol exists with cheating probabilities as near to x and y as wanted.

#include <span>
#include <vector>

#include "herald/base/result.h"

namespace herald {

struct Point {
  double x = 0, y = 0, weight = 0;
};
using PointGame = std::vector<std::vector<Point>>;  // one configuration after the other

// A point on a line, and how much its weight rises (negative: falls).
struct WeightChange {
  double place = 0, weight = 0;
};
// Whether a change on a line is valid: the weights' sum is 0, and sum weight * lambda z/(lambda + z) >= 0 for every
// lambda > 0, and of z itself; these are the operator monotone functions' extremes. Checked over all u = lambda/(1 +
// lambda) by intervals, of the sum over u^2, up to `tolerance` times the largest place (or 1). Places >= 0.
bool is_valid_on_a_line(std::span<const WeightChange> changes, double tolerance = 1e-9);

struct GameEnd {
  double x = 0, y = 0;
  double bias() const { return (x > y ? x : y) - 0.5; }
};
// Plays the game. Errors: invalid_argument for weights or places that are negative or not finite, a start that is not
// the fair coin's, an end that is not one point of weight 1, and a move, named by its number, that is invalid along
// both axes.
Result<GameEnd> evaluate(const PointGame& game);

// A game without time: `horizontal` is valid on every line y = const, `vertical` on every x = const, and their sum is
// one point at the end minus the fair coin's start. Points' weights are changes here. With a catalyst it is a game of
// time with the same end, up to any epsilon. Errors as above.
Result<GameEnd> evaluate_without_time(std::span<const Point> horizontal, std::span<const Point> vertical);
// The sums of a game's moves along either axis.
struct TimelessGame {
  std::vector<Point> horizontal, vertical;
};
Result<TimelessGame> without_time(const PointGame& game);

// Spekkens and Rudolph's games, that end in [x, 1/(2x)], x in (1/2, 1): [1, 0] is split, raised, and merged with [0,
// 1].
Result<PointGame> spekkens_rudolph_game(double x);
// Mochon's of PRA 72, 022341 (2005), "dip dip boom": both points are split into ladders that are merged from the top
// down, `rungs` of them at the places z_0 ratio^k. Ends at [z, z] with z - 1/2 falling to 1/6 as rungs grow and the
// ratio falls to 1. 1 to 3000 rungs, ratio in (1, 2].
Result<PointGame> dip_dip_boom_game(int rungs, double ratio);

}  // namespace herald
