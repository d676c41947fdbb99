#include "herald/proof/network_capacity.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/graph/edmonds_karp_max_flow.hpp>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>

namespace herald {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

Result<void> validate(int nodes, std::span<const NetworkLink> links, int from, int to) {
  const auto known = [nodes](int node) { return node >= 0 && node < nodes; };
  if (!known(from) || !known(to))
    return fail(ErrorCode::invalid_argument,
                fmt::format("the ends {} and {} are not both among {} nodes, numbered from 0", from, to, nodes));
  if (from == to) return fail(ErrorCode::invalid_argument, "the two ends are the same node");
  for (std::size_t i = 0; i < links.size(); ++i) {
    if (!known(links[i].from) || !known(links[i].to))
      return fail(ErrorCode::invalid_argument, fmt::format("link {} joins {} and {}, which are not both among {} nodes",
                                                           i, links[i].from, links[i].to, nodes));
    if (!(links[i].capacity >= 0))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("link {} has a capacity of {}; it is 0 or more", i, links[i].capacity));
  }
  return {};
}

}  // namespace

Result<WidestPath> widest_path(int nodes, std::span<const NetworkLink> links, int from, int to) {
  HERALD_TRY_VOID(validate(nodes, links, from, to));
  using Weight = boost::property<boost::edge_weight_t, double>;
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property, Weight>;
  Graph graph(static_cast<std::size_t>(nodes));
  for (const NetworkLink& link : links)
    boost::add_edge(Graph::vertex_descriptor(link.from), Graph::vertex_descriptor(link.to), Weight(link.capacity),
                    graph);

  // Dijkstra's search with "wider" for "shorter" and the weakest link for the sum.
  const auto count = static_cast<std::size_t>(nodes);
  std::vector<std::size_t> before(count);
  std::vector<double> width(count);
  boost::dijkstra_shortest_paths(graph, static_cast<std::size_t>(from),
                                 boost::predecessor_map(before.data())
                                     .distance_map(width.data())
                                     .distance_compare(std::greater<>())
                                     .distance_combine([](double a, double b) { return std::min(a, b); })
                                     .distance_inf(0.0)
                                     .distance_zero(kInfinite));
  WidestPath path;
  path.capacity = width[static_cast<std::size_t>(to)];
  if (path.capacity == 0) return path;
  for (auto node = static_cast<std::size_t>(to); node != static_cast<std::size_t>(from); node = before[node])
    path.nodes.push_back(static_cast<int>(node));
  path.nodes.push_back(from);
  std::ranges::reverse(path.nodes);
  return path;
}

Result<MinimumCut> minimum_cut(int nodes, std::span<const NetworkLink> links, int from, int to) {
  HERALD_TRY_VOID(validate(nodes, links, from, to));
  using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
  using Edge = Traits::edge_descriptor;
  using Arc = boost::property<
      boost::edge_capacity_t, double,
      boost::property<boost::edge_residual_capacity_t, double, boost::property<boost::edge_reverse_t, Edge>>>;
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property, Arc>;

  // A lossless link is wider than all others together.
  double finite = 1;
  for (const NetworkLink& link : links) finite += std::isinf(link.capacity) ? 0 : link.capacity;
  Graph graph(static_cast<std::size_t>(nodes));
  const auto reverse = boost::get(boost::edge_reverse, graph);
  for (const NetworkLink& link : links) {
    const auto a = static_cast<std::size_t>(link.from), b = static_cast<std::size_t>(link.to);
    const Arc both(std::min(link.capacity, finite));
    const Edge there = boost::add_edge(a, b, both, graph).first;
    const Edge back = boost::add_edge(b, a, both, graph).first;
    reverse[there] = back;
    reverse[back] = there;
  }
  // Each round saturates a link exactly, so that it ends for real capacities too, in at most nodes * links rounds.
  std::vector<boost::default_color_type> colour(static_cast<std::size_t>(nodes));
  std::vector<Edge> before(static_cast<std::size_t>(nodes));
  boost::edmonds_karp_max_flow(graph, static_cast<std::size_t>(from), static_cast<std::size_t>(to),
                               boost::color_map(colour.data()).predecessor_map(before.data()));

  // What its last search still reaches from `from` is one side of the cut.
  const auto reached = [&](int node) { return colour[static_cast<std::size_t>(node)] != boost::white_color; };
  MinimumCut cut;
  for (std::size_t i = 0; i < links.size(); ++i) {
    if (reached(links[i].from) == reached(links[i].to)) continue;
    cut.capacity += links[i].capacity;
    cut.links.push_back(static_cast<int>(i));
  }
  return cut;
}

}  // namespace herald
