#include "herald/cheating/point_game.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "herald/cheating/arguments.h"

namespace herald {
namespace {

constexpr double kRounding = 1e-10;  // of weights

// lambda z/(lambda + z) with lambda = u/(1 - u), over u^2, less what does not depend on z and drops out where the
// weights add up to 0. Rises with u from 1 - 1/z to z - 1.
double monotone(double u, double z) { return (z - 1) / (u + (1 - u) * z); }

using Configuration = std::map<std::pair<double, double>, double>;  // [x, y] and its weight

Configuration gathered(std::span<const Point> points) {
  Configuration result;
  for (const Point& p : points) result[{p.x, p.y}] += p.weight;
  std::erase_if(result, [](const auto& entry) { return std::abs(entry.second) < kRounding * 1e-3; });
  return result;
}

Result<void> validate(std::span<const Point> points, bool changes) {
  for (const Point& p : points)
    if (!(p.x >= 0 && p.y >= 0 && std::isfinite(p.x) && std::isfinite(p.y) && std::isfinite(p.weight)) ||
        (!changes && p.weight < 0))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("a point at [{}, {}] of weight {} is not possible", p.x, p.y, p.weight));
  return {};
}

// Whether the changes are valid on each line along an axis.
bool is_valid(const Configuration& changes, bool horizontal) {
  std::map<double, std::vector<WeightChange>> lines;
  for (const auto& [at, weight] : changes)
    lines[horizontal ? at.second : at.first].push_back({horizontal ? at.first : at.second, weight});
  return std::ranges::all_of(lines, [](const auto& line) { return is_valid_on_a_line(line.second); });
}

Configuration difference(const Configuration& after, const Configuration& before) {
  Configuration result = after;
  for (const auto& [at, weight] : before) result[at] -= weight;
  std::erase_if(result, [](const auto& entry) { return entry.second == 0; });
  return result;
}

std::vector<Point> points_of(const Configuration& configuration) {
  std::vector<Point> points;
  for (const auto& [at, weight] : configuration) points.push_back({at.first, at.second, weight});
  return points;
}

bool is_fair_start(const Configuration& start) {
  return start.size() == 2 && start.contains({0, 1}) && start.contains({1, 0}) &&
         std::abs(start.at({0, 1}) - 0.5) < kRounding && std::abs(start.at({1, 0}) - 0.5) < kRounding;
}

}  // namespace

bool is_valid_on_a_line(std::span<const WeightChange> changes, double tolerance) {
  double sum = 0, mean = 0, largest = 1;
  for (const auto& [place, weight] : changes) {
    sum += weight;
    mean += weight * place;
    largest = std::max(largest, place);
  }
  const double slack = tolerance * largest;
  if (!(std::abs(sum) <= kRounding) || !(mean >= -slack)) return false;
  // Below the sum of the rising terms at an interval's start and the falling ones at its end.
  const auto below = [&](double from, double to) {
    double value = 0;
    for (const auto& [place, weight] : changes) value += weight * monotone(weight > 0 ? from : to, place);
    return value;
  };
  std::vector<std::pair<double, double>> open = {{0, 1}};
  while (!open.empty()) {
    const auto [from, to] = open.back();
    open.pop_back();
    if (below(from, to) >= -slack) continue;
    const double middle = (from + to) / 2;
    if (below(middle, middle) < -slack || middle == from || middle == to) return false;
    open.emplace_back(from, middle);
    open.emplace_back(middle, to);
  }
  return true;
}

Result<GameEnd> evaluate(const PointGame& game) {
  if (game.empty()) return fail(ErrorCode::invalid_argument, "a game has at least its start");
  for (const auto& points : game) HERALD_TRY_VOID(validate(points, false));
  Configuration now = gathered(game.front());
  if (!is_fair_start(now))
    return fail(ErrorCode::invalid_argument, "a game starts with half a point at [0, 1] and half at [1, 0]");
  for (std::size_t move = 1; move < game.size(); ++move) {
    const Configuration next = gathered(game[move]), change = difference(next, now);
    if (!is_valid(change, true) && !is_valid(change, false))
      return fail(ErrorCode::invalid_argument, fmt::format("move {} is not valid along either axis", move));
    now = next;
  }
  if (now.size() != 1 || std::abs(now.begin()->second - 1) > kRounding)
    return fail(ErrorCode::invalid_argument, "a game ends in one point of weight 1");
  return GameEnd{now.begin()->first.first, now.begin()->first.second};
}

Result<GameEnd> evaluate_without_time(std::span<const Point> horizontal, std::span<const Point> vertical) {
  HERALD_TRY_VOID(validate(horizontal, true));
  HERALD_TRY_VOID(validate(vertical, true));
  if (!is_valid(gathered(horizontal), true))
    return fail(ErrorCode::invalid_argument, "the horizontal changes are not valid on every line");
  if (!is_valid(gathered(vertical), false))
    return fail(ErrorCode::invalid_argument, "the vertical changes are not valid on every line");
  std::vector<Point> all(horizontal.begin(), horizontal.end());
  all.insert(all.end(), vertical.begin(), vertical.end());
  all.push_back({0, 1, 0.5});
  all.push_back({1, 0, 0.5});
  Configuration rest = gathered(all);
  std::erase_if(rest, [](const auto& entry) { return std::abs(entry.second) < kRounding; });
  if (rest.size() != 1 || std::abs(rest.begin()->second - 1) > kRounding)
    return fail(ErrorCode::invalid_argument, "the changes do not lead from the fair coin's start to one point");
  return GameEnd{rest.begin()->first.first, rest.begin()->first.second};
}

Result<TimelessGame> without_time(const PointGame& game) {
  HERALD_TRY_VOID(evaluate(game));
  Configuration sums[2];
  for (std::size_t move = 1; move < game.size(); ++move) {
    const Configuration change = difference(gathered(game[move]), gathered(game[move - 1]));
    Configuration& sum = sums[is_valid(change, true) ? 0 : 1];
    for (const auto& [at, weight] : change) sum[at] += weight;
  }
  return TimelessGame{points_of(sums[0]), points_of(sums[1])};
}

// [1, 0] becomes 1 - y at [x, 0] and y - 1/2 at [z, 0]; the latter rises to [z, 1] and is merged with [0, 1] at [x, 1],
// which is merged with [x, 0] at [x, y]; y = 1/(2x).
Result<PointGame> spekkens_rudolph_game(double x) {
  HERALD_TRY_VOID(permitted("a cheating probability", x, std::nextafter(0.5, 1), std::nextafter(1.0, 0)));
  const double y = 1 / (2 * x), far = y - 0.5, z = x * y / far;
  return PointGame{{{0, 1, 0.5}, {1, 0, 0.5}},
                   {{0, 1, 0.5}, {x, 0, 1 - y}, {z, 0, far}},
                   {{0, 1, 0.5}, {x, 0, 1 - y}, {z, 1, far}},
                   {{x, 1, y}, {x, 0, 1 - y}},
                   {{x, y, 1}}};
}

namespace {

// Places z_0 < ... < z_rungs, and what each carries on the axis: the weight of the ladder's point that has come down to
// [z_(k-1), z_k] is z_0 z_1/(z_(k-1) z_k), and axis[k] is what it gained on the way from the rung above.
struct Ladder {
  std::vector<double> places, axis;
};

Ladder ladder_of(double lowest, int rungs, double ratio) {
  Ladder ladder{{lowest}, {0}};
  for (int k = 1; k <= rungs; ++k) ladder.places.push_back(ladder.places.back() * ratio);
  const auto weight = [&](std::size_t k) {
    return k >= ladder.places.size() ? 0
                                     : ladder.places[0] * ladder.places[1] / (ladder.places[k - 1] * ladder.places[k]);
  };
  for (std::size_t k = 1; k < ladder.places.size(); ++k) ladder.axis.push_back(weight(k) - weight(k + 1));
  return ladder;
}

// The mean of 1/z over the axis, which splitting a point at 1 may not raise above 1.
double mean_inverse(const Ladder& ladder) {
  double sum = 0;
  for (std::size_t k = 1; k < ladder.places.size(); ++k) sum += ladder.axis[k] / ladder.places[k];
  return sum;
}

}  // namespace

// Two ladders, mirror images, so that each axis carries the same: half of axis[k] at z_k on both. A ladder's point at
// [z_(k-1), z_k] merges with the axis' [z_(k-1), 0] to [z_(k-1), z_(k-2)], and so on from axis to axis.
Result<PointGame> dip_dip_boom_game(int rungs, double ratio) {
  HERALD_TRY_VOID(permitted("a number of rungs", rungs, 1, 3000));
  HERALD_TRY_VOID(permitted("a ratio of places", ratio, std::nextafter(1.0, 2), 2));
  // mean_inverse falls as 1/lowest.
  const Ladder ladder = ladder_of(mean_inverse(ladder_of(1, rungs, ratio)) * (1 + 1e-12), rungs, ratio);
  const auto& z = ladder.places;
  const auto top = static_cast<std::size_t>(rungs);

  std::vector<Point> x_axis, y_axis;
  for (std::size_t k = 1; k <= top; ++k) {
    x_axis.push_back({z[k], 0, ladder.axis[k] / 2});
    y_axis.push_back({0, z[k], ladder.axis[k] / 2});
  }
  PointGame game = {{{0, 1, 0.5}, {1, 0, 0.5}}};
  const auto show = [&](std::initializer_list<Point> climbers) {
    auto& now = game.emplace_back(climbers);
    now.insert(now.end(), x_axis.begin(), x_axis.end());
    now.insert(now.end(), y_axis.begin(), y_axis.end());
  };
  game.push_back({{1, 0, 0.5}});
  game.back().insert(game.back().end(), y_axis.begin(), y_axis.end());
  show({});
  double weight = 0;  // of either ladder's point
  for (std::size_t k = top; k >= 1; --k) {
    // One at [z_(k+1), z_k] merges with [0, z_k] to [z_(k-1), z_k], its mirror image likewise; the first is raised.
    const Point mirrored{z[k], k < top ? z[k + 1] : 0, weight};
    weight += ladder.axis[k] / 2;
    y_axis.pop_back();
    if (k < top)
      show({{z[k - 1], z[k], weight}, mirrored});
    else
      show({{z[k - 1], z[k], weight}});
    x_axis.pop_back();
    show({{z[k - 1], z[k], weight}, {z[k], z[k - 1], weight}});
  }
  game.push_back({{z[1], z[1], 0.5}, {z[1], z[0], 0.5}});
  game.push_back({{z[1], z[1], 1}});
  return game;
}

}  // namespace herald
