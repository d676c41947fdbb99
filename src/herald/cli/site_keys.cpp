#include "herald/cli/site_keys.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "herald/kme/pool.h"
#include "herald/node/kme_site.h"

namespace herald::cli {
namespace {

using nlohmann::json;
using store::Records;

struct Options {
  std::string directory, peer, id, sae, with;
  bool json = false;
};

// Both pools between two.
std::array<kme::PoolName, 2> pools_between(const std::string& own, const std::string& peer) {
  return {kme::PoolName{own, peer}, kme::PoolName{peer, own}};
}

json key_of(const kme::HeldKey& key) {
  return {{"id", to_string(key.id)},
          {"master", key.master},
          {"master_kme", key.master_kme},
          {"slaves", key.slaves},
          {"until", key.until},
          {"bits", 8 * key.bytes.size()},
          {"origin", to_string(key.provenance.origin)}};
}

Result<json> describe(Records& records, const node::Site& site, bool each) {
  json result{{"kme", site.settings.delivery.kme}, {"pools", json::array()}};
  for (const kme::PeerAddress& peer : site.settings.peers)
    for (const kme::PoolName& pool : pools_between(site.settings.delivery.kme, peer.kme)) {
      HERALD_TRY(const kme::PoolLevel level, kme::level(records, pool));
      json one{{"from", pool.from},
               {"to", pool.to},
               {"bytes", level.bytes},
               {"simulated", level.simulated},
               {"waiting", level.waiting}};
      json lots = json::array();
      const auto add = [&](const kme::Lot& lot) -> Result<bool> {
        lots.push_back({{"lot", lot.number},
                        {"bytes", lot.size},
                        {"used", lot.used},
                        {"shared", lot.is_shared},
                        {"origin", to_string(lot.provenance.origin)}});
        return true;
      };
      if (each) {
        HERALD_TRY_VOID(kme::each_lot(records, pool, add));
        one["lots"] = std::move(lots);
      }
      result["pools"].push_back(std::move(one));
    }
  std::uint64_t held = 0;
  json keys = json::array();
  HERALD_TRY_VOID(kme::each_held(records, [&](const kme::HeldKey& key) {
    ++held;
    if (each) keys.push_back(key_of(key));
  }));
  result["held"] = held;
  if (each) result["keys"] = std::move(keys);
  return result;
}

void print_text(const json& site) {
  fmt::print("{:<16} {:<16} {:>12} {:>12} {:>12}\n", "from", "to", "bytes", "simulated", "waiting");
  for (const json& pool : site["pools"]) {
    fmt::print("{:<16} {:<16} {:>12} {:>12} {:>12}\n", pool["from"].get<std::string>(), pool["to"].get<std::string>(),
               pool["bytes"].get<std::uint64_t>(), pool["simulated"].get<std::uint64_t>(),
               pool["waiting"].get<std::uint64_t>());
    for (const json& lot : pool.value("lots", json::array()))
      fmt::print("  lot {:<8} {:>8} bytes, {} used, {}, {}\n", lot["lot"].get<std::uint64_t>(),
                 lot["bytes"].get<std::uint64_t>(), lot["used"].get<std::uint64_t>(),
                 lot["shared"].get<bool>() ? "at both ends" : "waits for the other end",
                 lot["origin"].get<std::string>());
  }
  fmt::print("{} keys wait for their slaves\n", site["held"].get<std::uint64_t>());
  for (const json& key : site.value("keys", json::array()))
    fmt::print("{}  {:>8} bits  {} -> {}, until {}, {}\n", key["id"].get<std::string>(),
               key["bits"].get<std::uint64_t>(), key["master"].get<std::string>(),
               fmt::join(key["slaves"].get<std::vector<std::string>>(), ", "), key["until"].get<std::uint64_t>(),
               key["origin"].get<std::string>());
}

Outcome drop(const Options& options) {
  if (options.peer.empty() + options.id.empty() + options.sae.empty() != 2)
    return fail(ErrorCode::invalid_argument, "say what to destroy by one of --peer, --id, --sae");
  if (!options.with.empty() && options.sae.empty()) return fail(ErrorCode::invalid_argument, "--with goes with --sae");
  std::optional<Uuid> id;
  if (!options.id.empty()) {
    HERALD_TRY(id, uuid_from_string(options.id));
  }
  HERALD_TRY(const node::Site site, node::read_site(options.directory));
  HERALD_TRY(store::RecordStore records, node::open_records(options.directory));
  const auto is_party = [](const kme::HeldKey& key, const std::string& sae) {
    return key.master == sae || std::ranges::find(key.slaves, sae) != key.slaves.end();
  };
  const auto is_meant = [&](const kme::HeldKey& key) {
    if (id) return key.id == *id;
    return is_party(key, options.sae) && (options.with.empty() || is_party(key, options.with));
  };
  kme::Dropped dropped;
  HERALD_TRY_VOID(records.transact([&](Records& all) -> Result<void> {
    if (!options.peer.empty()) {
      HERALD_TRY(dropped, kme::drop_pools(all, site.settings.delivery.kme, options.peer, unix_seconds()));
      return {};
    }
    HERALD_TRY(dropped, kme::drop_held_keys(all, is_meant, unix_seconds()));
    return {};
  }));
  if (id && dropped.keys.empty())
    return fail(ErrorCode::not_found, fmt::format("no key {} waits at {}: it was fetched, or waits at its slave's KME",
                                                  options.id, site.settings.delivery.kme));
  if (options.json) {
    fmt::print("{}\n", to_json(dropped).dump());
  } else {
    fmt::print("destroyed: {} bytes of pools, {} keys that waited\n", dropped.bytes, dropped.keys.size());
  }
  return kDone;
}

}  // namespace

json to_json(const kme::Dropped& dropped) {
  json ids = json::array();
  for (const Uuid& id : dropped.keys) ids.push_back(to_string(id));
  return {{"bytes", dropped.bytes}, {"keys", std::move(ids)}};
}

std::uint64_t unix_seconds() {
  using std::chrono::seconds;
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<seconds>(std::chrono::system_clock::now().time_since_epoch()).count());
}

Outcome show_site(const std::string& directory, bool each, bool as_json) {
  HERALD_TRY(const node::Site site, node::read_site(directory));
  HERALD_TRY(store::RecordStore records, node::open_records(directory));
  json result;
  HERALD_TRY_VOID(records.transact([&](Records& all) -> Result<void> {
    HERALD_TRY(result, describe(all, site, each));
    return {};
  }));
  if (as_json)
    fmt::print("{}\n", result.dump());
  else
    print_text(result);
  return kDone;
}

void add_key_drop(CLI::App& key) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(key, "drop", "Destroy keys of a KME's site, which may be serving",
                                  [options] { return drop(*options); });
  command.add_option("--site", options->directory, "the site's directory")->required();
  command.add_option("--peer", options->peer, "what both pools with this KME hold; it hears of it, and drops the same");
  command.add_option("--id", options->id, "a key that waits here for its slaves");
  command.add_option("--sae", options->sae, "keys that wait here, of this application, master or slave");
  command.add_option("--with", options->with, "of them, those with this other one");
  command.add_flag("--json", options->json, "what was destroyed, as JSON");
}

}  // namespace herald::cli
