#include "herald/node/network_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "herald/base/codec.h"
#include "herald/net/http.h"

namespace herald::node {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::milliseconds kPatience{5000};
constexpr std::size_t kMostPage = std::size_t{16} << 20, kLongestName = 255;

std::string size_text(std::uint64_t bytes) {
  if (bytes < 10'000) return fmt::format("{} B", bytes);
  return bytes < 10'000'000 ? fmt::format("{:.0f} kB", static_cast<double>(bytes) / 1e3)
                            : fmt::format("{:.0f} MB", static_cast<double>(bytes) / 1e6);
}

std::string name_of(const Json& value) { return printable(value.get<std::string>(), kLongestName); }

NetworkPage page_of(const Json& json) {
  NetworkPage page;
  page.kme = name_of(json.at("kme"));
  page.key_bits = std::max<std::uint64_t>(8, json.at("key_bits").get<std::uint64_t>());
  for (const Json& each : json.at("sites")) {
    NetworkPage::Site site{
        name_of(each.at("kme")), each.at("drained").get<bool>(), each.at("seen_s").get<double>(), {}};
    for (const auto& [neighbour, level] : each.at("levels").items())
      site.levels[printable(neighbour, kLongestName)] = level.get<std::uint64_t>();
    page.sites.push_back(std::move(site));
  }
  for (const Json& each : json.at("pools"))
    page.pools.push_back({name_of(each.at("peer")), name_of(each.at("state")),
                          each.at("direction").get<std::string>() == "out", each.at("bytes").get<std::uint64_t>(),
                          each.at("simulated_bytes").get<std::uint64_t>(),
                          each.at("waiting_bytes").get<std::uint64_t>()});
  for (const auto& [destination, routes] : json.at("routes").items()) {
    auto& all = page.routes[printable(destination, kLongestName)];
    for (const Json& route : routes) {
      all.emplace_back();
      for (const Json& hop : route) all.back().push_back(name_of(hop));
    }
  }
  return page;
}

std::string dot_name(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

std::string routes_text(const std::vector<kme::Route>& routes) {
  std::vector<std::string> all;
  for (const kme::Route& route : routes) all.push_back(fmt::format("{}", fmt::join(route, " > ")));
  return routes.empty() ? "none" : fmt::format("{}", fmt::join(all, "; "));
}

}  // namespace

NetworkPage network_page(const std::string& kme, const kme::Delivery& delivery, const kme::RecordsReport& report) {
  const kme::Delivery::NetworkView network = delivery.network();
  NetworkPage page{kme, 8 * report.key_bytes, {}, {}, network.routes};
  for (const auto& [name, told] : network.topology->nodes())
    page.sites.push_back(
        {name, told.state.is_drained, std::chrono::duration<double>(network.now - told.at).count(), told.state.levels});
  for (const kme::RecordsReport::Pool& pool : report.pools)
    page.pools.push_back({pool.peer, delivery.state_of(pool.peer), pool.from_us, pool.level.bytes, pool.level.simulated,
                          pool.level.waiting});
  return page;
}

std::string to_json(const NetworkPage& page) {
  Json sites = Json::array(), pools = Json::array();
  for (const NetworkPage::Site& site : page.sites)
    sites.push_back(
        {{"kme", site.kme}, {"drained", site.is_drained}, {"seen_s", site.seen_s}, {"levels", site.levels}});
  for (const NetworkPage::Pool& pool : page.pools)
    pools.push_back({{"peer", pool.peer},
                     {"state", pool.state},
                     {"direction", pool.from_us ? "out" : "in"},
                     {"bytes", pool.bytes},
                     {"simulated_bytes", pool.simulated},
                     {"waiting_bytes", pool.waiting}});
  const Json all{
      {"kme", page.kme}, {"key_bits", page.key_bits}, {"sites", sites}, {"pools", pools}, {"routes", page.routes}};
  return all.dump() + "\n";
}

Result<NetworkPage> network_page_from_json(std::string_view text) {
  try {
    return page_of(Json::parse(text));
  } catch (const Json::exception&) {
    return fail(ErrorCode::malformed, "this is not what a KME tells of its network");
  }
}

Result<NetworkPage> ask_for_network(const net::Endpoint& at) {
  net::EventLoop loop;
  net::ConnectionPtr connection;
  net::HttpReplyReader reader({.body = kMostPage});
  std::optional<Result<std::string>> answer;
  const auto take = [&] {
    if (auto reply = reader.next()) {
      if (reply->status == 200)
        answer = std::string(reply->body.data(), reply->body.size());
      else
        answer = fail(ErrorCode::unavailable, fmt::format("{} answers {}: {}", at.to_string(), reply->status,
                                                          printable({reply->body.data(), reply->body.size()}, 200)));
    } else if (reader.fault()) {
      answer = fail(ErrorCode::malformed, fmt::format("{} speaks no HTTP", at.to_string()));
    }
  };
  loop.connect(at, kPatience, [&](Result<net::ConnectionPtr> connected) {
    if (!connected) {
      answer = fail(ErrorCode::unavailable, fmt::format("{}; does kme.toml say listen = \"{}\" in [metrics]?",
                                                        connected.error().message, at.to_string()));
      return;
    }
    connection = std::move(*connected);
    connection->start(
        [&](ByteView bytes) {
          reader.feed(bytes);
          take();
        },
        [&](const Error& why) {
          reader.end();
          take();
          if (!answer) answer = std::unexpected(why);
        });
    const std::string request = net::http_request("GET", "/network", at.to_string(), {}, false);
    connection->write(Bytes(request.begin(), request.end()));
  });
  loop.after(kPatience, [&] {
    if (!answer) answer = fail(ErrorCode::unavailable, fmt::format("{} does not answer", at.to_string()));
  });
  loop.run_while([&] { return !answer.has_value(); });
  connection.reset();
  HERALD_TRY(const std::string text, std::move(*answer));
  return network_page_from_json(text);
}

std::string to_text(const NetworkPage& page) {
  std::string text = fmt::format("{:<16} {:>7}  {}\n", "site", "heard", "key for its neighbours");
  for (const NetworkPage::Site& site : page.sites) {
    std::vector<std::string> levels;
    for (const auto& [neighbour, level] : site.levels)
      levels.push_back(fmt::format("{} {}", neighbour, size_text(level)));
    text += fmt::format("{:<16} {:>5.1f} s  {}{}\n", site.kme, site.seen_s, fmt::join(levels, ", "),
                        site.is_drained ? "  (drained: relays nothing)" : "");
  }
  if (page.sites.empty()) text += "(none: this KME has no links)\n";
  text += fmt::format("\n{:<16} {:>9} {:>9} {:>9}  {}\n", "pool of " + page.kme, "out", "in", "waiting", "");
  std::set<std::string> peers;
  for (const NetworkPage::Pool& pool : page.pools) peers.insert(pool.peer);
  for (const std::string& peer : peers) {
    std::uint64_t out = 0, in = 0, waiting = 0, simulated = 0;
    std::string state;
    for (const NetworkPage::Pool& pool : page.pools) {
      if (pool.peer != peer) continue;
      (pool.from_us ? out : in) += pool.bytes;
      waiting += pool.waiting;
      simulated += pool.simulated;
      state = pool.state;
    }
    text += fmt::format("{:<16} {:>9} {:>9} {:>9}  {}{}\n", peer, size_text(out), size_text(in), size_text(waiting),
                        state, simulated != 0 ? ", from simulated light" : "");
  }
  for (const auto& [destination, routes] : page.routes)
    text += fmt::format("\nkeys to {} go over trusted nodes: {}\n", destination, routes_text(routes));
  return text;
}

std::string to_dot(const NetworkPage& page) {
  std::string text = "digraph network {\n  node [shape=box];\n";
  for (const NetworkPage::Site& site : page.sites) {
    text += fmt::format("  {}{};\n", dot_name(site.kme), site.is_drained ? " [style=dashed]" : "");
    for (const auto& [neighbour, level] : site.levels)
      text +=
          fmt::format("  {} -> {} [label={}];\n", dot_name(site.kme), dot_name(neighbour), dot_name(size_text(level)));
  }
  return text + "}\n";
}

}  // namespace herald::node
