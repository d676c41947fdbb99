#include "herald/proof/network_capacity.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "herald/proof/capacities.h"

namespace herald {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

// The least over all cuts of what they cut, added up or the strongest link alone: both capacities by definition.
std::pair<double, double> over_all_cuts(int nodes, const std::vector<NetworkLink>& links, int from, int to) {
  double sum = kInfinite, strongest = kInfinite;
  for (unsigned side = 0; side < 1U << nodes; ++side) {
    const auto in = [side](int node) { return (side >> node & 1U) != 0; };
    if (!in(from) || in(to)) continue;
    double total = 0, best = 0;
    for (const NetworkLink& link : links) {
      if (in(link.from) == in(link.to)) continue;
      total += link.capacity;
      best = std::max(best, link.capacity);
    }
    sum = std::min(sum, total);
    strongest = std::min(strongest, best);
  }
  return {sum, strongest};
}

std::vector<NetworkLink> random_links(int nodes) {
  std::vector<NetworkLink> links(*rc::gen::inRange<std::size_t>(0, 14));
  for (NetworkLink& link : links) {
    link.from = *rc::gen::inRange(0, nodes);
    link.to = *rc::gen::inRange(0, nodes);
    link.capacity = *rc::gen::inRange(0, 1000) * 1e-3 / 7;
    if (*rc::gen::inRange(0, 20) == 0) link.capacity = kInfinite;
  }
  return links;
}

TEST(NetworkCapacity, IsTheLeastOfAllCuts) {
  EXPECT_TRUE(rc::check([] {
    const int nodes = *rc::gen::inRange(2, 8);
    const std::vector<NetworkLink> links = random_links(nodes);
    const auto [sum, strongest] = over_all_cuts(nodes, links, 0, nodes - 1);
    const MinimumCut cut = *minimum_cut(nodes, links, 0, nodes - 1);
    const WidestPath path = *widest_path(nodes, links, 0, nodes - 1);
    RC_ASSERT(cut.capacity == sum || std::abs(cut.capacity - sum) < 1e-12);
    RC_ASSERT(path.capacity == strongest);
    RC_ASSERT(path.capacity <= cut.capacity);
    RC_ASSERT(path.nodes.empty() == (path.capacity == 0));
    if (path.nodes.empty()) return;
    RC_ASSERT(path.nodes.front() == 0 && path.nodes.back() == nodes - 1);
    double weakest = kInfinite;
    for (std::size_t i = 0; i + 1 < path.nodes.size(); ++i) {
      double link = -1;
      for (const NetworkLink& l : links)
        if (std::minmax(l.from, l.to) == std::minmax(path.nodes[i], path.nodes[i + 1]))
          link = std::max(link, l.capacity);
      weakest = std::min(weakest, link);
    }
    RC_ASSERT(weakest == path.capacity);
  }));
}

TEST(NetworkCapacity, AChainIsItsWeakestLinkBothWays) {
  const std::array losses = {20.0, 12.0, 31.0};
  std::vector<NetworkLink> links;
  std::vector<double> capacities;
  for (int i = 0; i < 3; ++i) {
    capacities.push_back(*pure_loss_capacity(Probability(transmittance(Decibel(losses[static_cast<std::size_t>(i)])))));
    links.push_back({i, i + 1, capacities.back()});
  }
  EXPECT_EQ(widest_path(4, links, 0, 3)->capacity, *chain_capacity(capacities));
  EXPECT_EQ(minimum_cut(4, links, 3, 0)->capacity, *chain_capacity(capacities));
  EXPECT_EQ(minimum_cut(4, links, 0, 3)->links, std::vector<int>{2});
  EXPECT_EQ(widest_path(4, links, 0, 3)->nodes, (std::vector<int>{0, 1, 2, 3}));
}

// A diamond: two ways round, of which flooding uses both.
TEST(NetworkCapacity, FloodingAddsWhatPathsCarry) {
  const std::array<NetworkLink, 5> links = {{{0, 1, 0.5}, {1, 3, 0.3}, {0, 2, 0.2}, {2, 3, 0.4}, {1, 2, 0.1}}};
  EXPECT_EQ(widest_path(4, links, 0, 3)->capacity, 0.3);
  EXPECT_NEAR(minimum_cut(4, links, 0, 3)->capacity, 0.6, 1e-15);
}

TEST(NetworkCapacity, LargeGridsAreQuick) {
  const int side = 60;
  std::vector<NetworkLink> links;
  for (int row = 0; row < side; ++row) {
    for (int column = 0; column < side; ++column) {
      const int node = row * side + column;
      if (column + 1 < side) links.push_back({node, node + 1, 1 + 0.1 * ((node * 7) % 11)});
      if (row + 1 < side) links.push_back({node, node + side, 1 + 0.1 * ((node * 5) % 13)});
    }
  }
  const MinimumCut cut = *minimum_cut(side * side, links, 0, side * side - 1);
  EXPECT_EQ(cut.links.size(), 2u);  // a corner has two links
  EXPECT_LE(widest_path(side * side, links, 0, side * side - 1)->capacity, cut.capacity);
}

TEST(NetworkCapacity, NonsenseIsRefused) {
  const std::array<NetworkLink, 1> good = {{{0, 1, 0.5}}};
  EXPECT_FALSE(minimum_cut(2, good, 0, 0));
  EXPECT_FALSE(widest_path(2, good, 0, 2));
  EXPECT_FALSE(widest_path(0, {}, 0, 1));
  for (const NetworkLink& bad : {NetworkLink{0, 2, 1}, NetworkLink{-1, 1, 1}, NetworkLink{0, 1, -1},
                                 NetworkLink{0, 1, std::numeric_limits<double>::quiet_NaN()}}) {
    EXPECT_FALSE(minimum_cut(2, std::array{bad}, 0, 1));
    EXPECT_FALSE(widest_path(2, std::array{bad}, 0, 1));
  }
  EXPECT_EQ(minimum_cut(2, {}, 0, 1)->capacity, 0);
  EXPECT_EQ(widest_path(2, {}, 0, 1)->capacity, 0);
}

}  // namespace
}  // namespace herald
