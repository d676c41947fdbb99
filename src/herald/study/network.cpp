#include "herald/study/network.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include "herald/base/file.h"
#include "herald/base/spelling.h"
#include "herald/base/toml_parser.h"
#include "herald/proof/capacities.h"

namespace herald::study {
namespace {

constexpr std::array<std::string_view, 1> kTables = {"link"};
constexpr std::array<std::string_view, 4> kMeasures = {"length", "loss", "transmittance", "capacity"};
constexpr std::array<std::string_view, 7> kKeys = {"between",  "length",      "loss",      "transmittance",
                                                   "capacity", "attenuation", "efficiency"};
constexpr double kStandardAttenuation = 0.2;  // dB/km

class NetworkReader {
 public:
  explicit NetworkReader(std::string_view file) : m_file(file) {}

  Result<QuantumNetwork> read(const toml::table& table) {
    for (auto&& [key, node] : table) check(key.str(), kTables, node);
    const toml::array* links = table["link"].as_array();
    if (links == nullptr || links->empty()) m_faults.push_back(fmt::format("{}: there is no [[link]]", m_file));
    if (links != nullptr)
      for (auto&& each : *links) read_link(each);
    if (!m_faults.empty()) return fail(ErrorCode::malformed, fmt::format("{}", fmt::join(m_faults, "\n")));
    return std::move(m_network);
  }

 private:
  void fault(const toml::node& where, std::string_view what) {
    const auto line = where.source().begin.line;
    m_faults.push_back(fmt::format("{}:{}: {}", m_file, line, what));
  }
  void check(std::string_view key, std::span<const std::string_view> known, const toml::node& node) {
    if (std::ranges::find(known, key) == known.end())
      fault(node, fmt::format("unknown key {}{}", key, did_you_mean(key, known)));
  }
  int node_index(const std::string& name) {
    const auto [place, is_new] = m_indices.emplace(name, static_cast<int>(m_network.nodes.size()));
    if (is_new) m_network.nodes.push_back(name);
    return place->second;
  }

  void read_link(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return fault(node, "link is not a table: say [[link]]");
    for (auto&& [key, entry] : *table) check(key.str(), kKeys, entry);
    NetworkLink link;
    if (!read_ends(*table, link)) return;
    if (const auto capacity = read_capacity(*table)) {
      link.capacity = *capacity;
      m_network.links.push_back(link);
    }
  }

  bool read_ends(const toml::table& table, NetworkLink& link) {
    const toml::array* between = table["between"].as_array();
    std::vector<std::string> names;
    if (between != nullptr)
      for (auto&& each : *between) names.push_back(each.value_or(std::string()));
    if (names.size() != 2 || names[0].empty() || names[1].empty() || names[0] == names[1]) {
      fault(table, "a link is between two nodes: between = [\"Alice\", \"Paris\"]");
      return false;
    }
    link.from = node_index(names[0]);
    link.to = node_index(names[1]);
    return true;
  }

  // A number of the table between `least` and `most`, or `standard` where there is none.
  std::optional<double> number(const toml::table& table, std::string_view key, double standard, double least,
                               double most) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return standard;
    const double value = node->is_number() ? node->value_or(-1.0) : std::nan("");
    if (value >= least && value <= most) return value;
    fault(*node, fmt::format("{} is a number from {} to {}", key, least, most));
    return std::nullopt;
  }

  std::optional<double> read_capacity(const toml::table& table) {
    const auto given = std::ranges::count_if(kMeasures, [&](std::string_view key) { return table.contains(key); });
    if (given != 1) {
      fault(table, fmt::format("a link has one of {}", fmt::join(kMeasures, ", ")));
      return std::nullopt;
    }
    if (table.contains("capacity")) {
      if (!table.contains("efficiency") && !table.contains("attenuation")) return number(table, "capacity", 0, 0, 1e9);
      fault(table, "a link's capacity has its efficiency and attenuation in it");
      return std::nullopt;
    }
    const auto length = number(table, "length", 0, 0, 1e6), loss = number(table, "loss", 0, 0, 1e5);
    const auto attenuation = number(table, "attenuation", kStandardAttenuation, 0, 100);
    const auto through = number(table, "transmittance", 1, 0, 1), efficiency = number(table, "efficiency", 1, 0, 1);
    if (!length || !loss || !attenuation || !through || !efficiency) return std::nullopt;
    const double eta = transmittance(Decibel(*loss + *length * *attenuation)) * *through * *efficiency;
    return pure_loss_capacity(Probability(eta)).value_or(0);
  }

  std::string m_file;
  QuantumNetwork m_network;
  std::map<std::string, int> m_indices;
  std::vector<std::string> m_faults;
};

Result<int> node_of(const QuantumNetwork& network, std::string_view name) {
  const auto found = std::ranges::find(network.nodes, name);
  if (found != network.nodes.end()) return static_cast<int>(found - network.nodes.begin());
  const std::vector<std::string_view> names(network.nodes.begin(), network.nodes.end());
  return fail(ErrorCode::not_found, fmt::format("the network has no node \"{}\"{}", name, did_you_mean(name, names)));
}

}  // namespace

Result<QuantumNetwork> parse_network(std::string_view text, std::string_view file) {
  HERALD_TRY(const toml::table table, parse_toml(text, file));
  return NetworkReader(file).read(table);
}

Result<QuantumNetwork> read_network(const std::filesystem::path& path) {
  HERALD_TRY(const Bytes content, read_file(path, std::size_t{16} << 20));
  return parse_network({reinterpret_cast<const char*>(content.data()), content.size()}, path.string());
}

Result<NetworkCapacity> network_capacity(const QuantumNetwork& network, std::string_view from, std::string_view to) {
  HERALD_TRY(const int start, node_of(network, from));
  HERALD_TRY(const int end, node_of(network, to));
  const int nodes = static_cast<int>(network.nodes.size());
  HERALD_TRY(const WidestPath path, widest_path(nodes, network.links, start, end));
  HERALD_TRY(const MinimumCut cut, minimum_cut(nodes, network.links, start, end));
  NetworkCapacity result{path.capacity, {}, cut.capacity, {}};
  const auto name = [&](int node) { return network.nodes[static_cast<std::size_t>(node)]; };
  for (const int node : path.nodes) result.path.push_back(name(node));
  for (const int index : cut.links) {
    const NetworkLink& link = network.links[static_cast<std::size_t>(index)];
    result.cut.emplace_back(name(link.from), name(link.to));
  }
  return result;
}

}  // namespace herald::study
