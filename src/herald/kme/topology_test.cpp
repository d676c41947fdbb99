#include "herald/kme/topology.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

namespace herald::kme {
namespace {

using std::chrono::milliseconds;
using Links = std::map<std::string, std::uint64_t>;

Topology topology(const std::map<std::string, Links>& nodes, const std::set<std::string>& drained = {}) {
  Topology all;
  for (const auto& [name, links] : nodes) EXPECT_TRUE(all.learn({name, 1, drained.contains(name), links}, {}));
  return all;
}

TEST(Topology, OnlyNewsCount) {
  Topology all;
  EXPECT_TRUE(all.learn({"a", 5, false, {{"b", 1}}}, milliseconds(10)));
  EXPECT_FALSE(all.learn({"a", 5, false, {}}, milliseconds(20)));
  EXPECT_FALSE(all.learn({"a", 4, false, {}}, milliseconds(20)));
  EXPECT_EQ(all.nodes().at("a").state.levels.size(), 1u);
  EXPECT_TRUE(all.learn({"a", 6, false, {}}, milliseconds(20)));
  all.forget(milliseconds(20));
  EXPECT_EQ(all.nodes().size(), 1u);
  all.forget(milliseconds(21));
  EXPECT_TRUE(all.nodes().empty());
}

TEST(Topology, RoutesAreOfFewHopsAndOfFullLinks) {
  const auto all = topology({{"a", {{"b", 100}, {"c", 900}, {"e", 900}}},
                             {"b", {{"d", 100}}},
                             {"c", {{"d", 900}}},
                             {"e", {{"f", 900}}},
                             {"f", {{"d", 900}}},
                             {"d", {}}});
  EXPECT_EQ(all.disjoint_routes("a", "d", 1, 50), (std::vector<Route>{{"c", "d"}}));
  EXPECT_EQ(all.disjoint_routes("a", "d", 9, 50).size(), 3u);
  EXPECT_EQ(all.disjoint_routes("a", "d", 9, 50).back(), (Route{"e", "f", "d"}));
  EXPECT_EQ(all.disjoint_routes("a", "d", 9, 101).size(), 2u);  // one is too empty
  EXPECT_TRUE(all.disjoint_routes("a", "d", 9, 901).empty());
  EXPECT_TRUE(all.disjoint_routes("d", "a", 9, 1).empty());  // links have directions
  EXPECT_TRUE(all.disjoint_routes("a", "nobody", 9, 1).empty());
  EXPECT_TRUE(all.disjoint_routes("a", "a", 9, 1).empty());
}

// The best route uses nodes of both routes that there are: it must give way.
TEST(Topology, TheBestRouteGivesWayToTwo) {
  const auto all = topology({{"a", {{"b", 9}, {"e", 9}}},
                             {"b", {{"c", 9000}, {"f", 9}}},
                             {"c", {{"d", 9}}},
                             {"e", {{"c", 9}}},
                             {"f", {{"d", 9}}},
                             {"d", {}}});
  EXPECT_EQ(all.disjoint_routes("a", "d", 1, 1), (std::vector<Route>{{"b", "c", "d"}}));
  const auto both = all.disjoint_routes("a", "d", 2, 1);
  EXPECT_EQ((std::set<Route>(both.begin(), both.end())), (std::set<Route>{{"b", "f", "d"}, {"e", "c", "d"}}));
}

TEST(Topology, DrainedNodesRelayNothingAndStillHaveRoutes) {
  const std::map<std::string, Links> ring{{"a", {{"b", 9}}}, {"b", {{"a", 9}, {"c", 9}}}, {"c", {{"b", 9}}}};
  EXPECT_EQ(topology(ring).disjoint_routes("a", "c", 2, 1).size(), 1u);
  EXPECT_TRUE(topology(ring, {"b"}).disjoint_routes("a", "c", 2, 1).empty());
  EXPECT_EQ(topology(ring, {"a", "c"}).disjoint_routes("a", "c", 2, 1).size(), 1u);
}

// In any small network: as many disjoint routes as trying all sets of routes finds, over links that are there.
TEST(Topology, FindsAsManyRoutesAsThereAre) {
  rc::check([] {
    constexpr int kNodes = 6;
    std::map<std::string, Links> nodes;
    const auto name = [](int i) { return std::string(1, static_cast<char>('a' + i)); };
    for (int i = 0; i < kNodes; ++i) {
      nodes[name(i)];
      for (int j = 0; j < kNodes; ++j)
        if (i != j && *rc::gen::inRange(0, 3) == 0) nodes[name(i)][name(j)] = *rc::gen::inRange<std::uint64_t>(1, 20);
    }
    const auto found = topology(nodes).disjoint_routes("a", "b", 10, 1);
    std::set<std::string> seen;
    for (const Route& route : found) {
      std::string at = "a";
      for (const std::string& hop : route) {
        RC_ASSERT(nodes[at].contains(hop));
        RC_ASSERT(hop == "b" || seen.insert(hop).second);
        at = hop;
      }
      RC_ASSERT(at == "b");
    }
    // Menger: as many as the fewest nodes whose loss parts the two, when no link joins them.
    const bool is_joined = nodes["a"].erase("b") != 0;
    const auto parted = [&](unsigned lost) {
      std::set<std::string> reached{"a"};
      std::vector<std::string> open{"a"};
      while (!open.empty()) {
        const std::string at = open.back();
        open.pop_back();
        for (const auto& [hop, level] : nodes[at])
          if ((lost >> (hop[0] - 'a') & 1U) == 0 && reached.insert(hop).second) open.push_back(hop);
      }
      return !reached.contains("b");
    };
    std::size_t least = kNodes;
    for (unsigned lost = 0; lost < 1U << kNodes; lost += 4)
      if (parted(lost)) least = std::min<std::size_t>(least, static_cast<std::size_t>(__builtin_popcount(lost)));
    RC_ASSERT(found.size() == least + (is_joined ? 1 : 0));
  });
}

}  // namespace
}  // namespace herald::kme
