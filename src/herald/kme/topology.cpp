#include "herald/kme/topology.h"

#include <algorithm>
#include <cmath>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/successive_shortest_path_nonnegative_weights.hpp>

namespace herald::kme {
namespace {

constexpr std::size_t kMostNodes = 1024;
// A hop costs so much, and at most kNeed more when it takes all that there is: whole numbers, whose sums are exact.
constexpr double kHop = 1e6, kNeed = 1e3;

// A network whose flow of one unit is a route; of least cost, routes that share no node.
class Flow {
  using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
  using Reverse = boost::property<boost::edge_reverse_t, Traits::edge_descriptor>;
  using Weight = boost::property<boost::edge_weight_t, double, Reverse>;
  using Residual = boost::property<boost::edge_residual_capacity_t, std::int64_t, Weight>;
  using Arc = boost::property<boost::edge_capacity_t, std::int64_t, Residual>;
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property, Arc>;

 public:
  explicit Flow(std::size_t vertices) : m_graph(vertices) {}

  void add(std::size_t from, std::size_t to, std::int64_t capacity, double cost) {
    const auto there = boost::add_edge(from, to, m_graph).first, back = boost::add_edge(to, from, m_graph).first;
    for (const auto& [edge, amount, weight, other] :
         {std::tuple(there, capacity, cost, back), std::tuple(back, std::int64_t{0}, -cost, there)}) {
      boost::put(boost::edge_capacity, m_graph, edge, amount);
      boost::put(boost::edge_weight, m_graph, edge, weight);
      boost::put(boost::edge_reverse, m_graph, edge, other);
    }
  }
  void find(std::size_t from, std::size_t to) {
    boost::successive_shortest_path_nonnegative_weights(m_graph, from, to);
  }
  // Where a unit goes that came to `vertex`; it does not go there again. Beyond all vertices: nowhere.
  std::size_t follow(std::size_t vertex) {
    for (const auto edge : boost::make_iterator_range(boost::out_edges(vertex, m_graph))) {
      const auto left = boost::get(boost::edge_residual_capacity, m_graph, edge);
      if (boost::get(boost::edge_capacity, m_graph, edge) <= left) continue;
      boost::put(boost::edge_residual_capacity, m_graph, edge, left + 1);
      return boost::target(edge, m_graph);
    }
    return boost::num_vertices(m_graph);
  }

 private:
  Graph m_graph;
};

}  // namespace

bool Topology::learn(LinkState state, Time now) {
  const auto at = m_nodes.find(state.kme);
  if (at == m_nodes.end() && m_nodes.size() >= kMostNodes) return false;
  if (at != m_nodes.end() && state.sequence <= at->second.state.sequence) return false;
  std::string kme = state.kme;
  m_nodes[std::move(kme)] = {std::move(state), now};
  return true;
}

void Topology::forget(Time since) {
  std::erase_if(m_nodes, [&](const auto& each) { return each.second.at < since; });
}

std::vector<Route> Topology::disjoint_routes(const std::string& from, const std::string& to, std::size_t most,
                                             std::uint64_t bytes) const {
  if (!m_nodes.contains(from) || !m_nodes.contains(to) || from == to || most == 0 || bytes == 0) return {};
  std::map<std::string, std::size_t> numbers;
  std::vector<std::string> names;
  for (const auto& [name, told] : m_nodes) {
    numbers[name] = names.size();
    names.push_back(name);
  }
  // What comes to node i comes to vertex 2 i and leaves by vertex 2 i + 1; the last vertex is where all begins.
  Flow flow(2 * names.size() + 1);
  const auto capacity = static_cast<std::int64_t>(most);
  for (const auto& [name, told] : m_nodes) {
    const std::size_t number = numbers[name];
    if (name != from && name != to && !told.state.is_drained) flow.add(2 * number, 2 * number + 1, 1, 0);
    if (name == to) continue;
    for (const auto& [neighbour, level] : told.state.levels) {
      const auto other = numbers.find(neighbour);
      if (other == numbers.end() || neighbour == from || neighbour == name || level < bytes) continue;
      flow.add(2 * number + 1, 2 * other->second, 1,
               kHop + std::floor(kNeed * static_cast<double>(bytes) / static_cast<double>(level)));
    }
  }
  const std::size_t source = 2 * names.size(), first = 2 * numbers[from] + 1, last = 2 * numbers[to];
  flow.add(source, first, capacity, 0);
  flow.find(source, last);
  std::vector<Route> routes;
  while (routes.size() < most) {
    Route route;
    for (std::size_t vertex = flow.follow(first); vertex < source; vertex = flow.follow(vertex + 1)) {
      route.push_back(names[vertex / 2]);
      if (vertex == last) break;
    }
    if (route.empty()) break;
    routes.push_back(std::move(route));
  }
  std::ranges::sort(routes, [](const Route& a, const Route& b) { return a.size() < b.size(); });
  return routes;
}

}  // namespace herald::kme
