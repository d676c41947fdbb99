// Keys over trusted nodes. What one KME gives to another that shares no link with it goes hop by hop, each under a
// one-time pad and a one-time tag of the pool between; on several routes without a node in common where there are such,
// so that the sum of what comes on all of them is known to none between. When it has arrived, the origin shows what it
// must be.
#include "herald/kme/delivery_state.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace herald::kme {

using Json = nlohmann::json;
using store::Records;

namespace {

constexpr std::chrono::milliseconds kGossip{2000}, kForget{10'000};
constexpr int kRelayPatience = 5;  // times that of one answer

void add_to(std::span<std::uint8_t> sum, ByteView share) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] ^= share[i];
}

// The tag of what is behind a lot's first bytes.
Tag proof_of(const SecretBytes& bytes, const std::array<std::uint8_t, 16>& point) {
  const ByteView all = bytes.expose_secret();
  SecretBytes key(point.size() + kProofBytes);
  const auto end = std::ranges::copy(point, key.expose_secret_mutable().begin()).out;
  std::ranges::copy(all.first(kProofBytes), end);
  return one_time_tag(key.expose_secret(), all.subspan(kProofBytes));
}

SecretBytes behind_proof(const SecretBytes& bytes) { return SecretBytes(bytes.expose_secret().subspan(kProofBytes)); }

}  // namespace

std::set<std::string> Delivery::State::distant() const {
  std::set<std::string> all;
  for (const auto& [application, kme] : settings.applications)
    if (kme != own && !settings.neighbours.contains(kme)) all.insert(kme);
  return all;
}

void Delivery::State::drop_given(const std::string& destination, std::uint64_t lot) {
  run<bool>(
      [this, destination, lot](Records& records) -> Result<bool> {
        return drop_lot(records, pool(destination, true), lot).has_value();
      },
      [](const Result<bool>&) {});
}

void Delivery::State::look_at_network() {
  if (settings.neighbours.empty()) return;
  const Time now = out.now();
  topology.forget(now - std::min(now, kForget));
  // A relay that takes too long: its lot never was shared, and is forgotten at both ends.
  std::erase_if(giving, [&](const auto& each) {
    if (now - each.second.since < kRelayPatience * settings.patience) return false;
    drop_given(each.first, each.second.lot);
    if (settings.devices.contains(each.first)) let_rest(each.first);
    return true;
  });
  using Levels = std::map<std::string, std::uint64_t>;
  std::set<std::string> all = distant();
  all.insert(settings.neighbours.begin(), settings.neighbours.end());
  run<Levels>(
      [this, all = std::move(all), word = settings.word](Records& records) -> Result<Levels> {
        Levels levels;
        for (const std::string& each : all) {
          HERALD_TRY(const PoolLevel there, level(records, pool(each, true)));
          levels[each] = there.may_be_drawn(word);
        }
        return levels;
      },
      [this](Result<Levels> levels) {
        if (!levels) return;
        std::vector<std::string> poor;
        for (const auto& [each, level] : *levels)
          if (level < settings.relay.low) poor.push_back(each);
        std::erase_if(*levels, [this](const auto& each) { return !settings.neighbours.contains(each.first); });
        gossip(std::move(*levels));
        for (const std::string& each : poor) {
          if (settings.devices.contains(each)) draw_on_device(each);
          if (!settings.neighbours.contains(each)) give(each);
        }
      });
}

// Of links whose neighbour is not there, nothing can be had.
void Delivery::State::gossip(std::map<std::string, std::uint64_t> levels) {
  for (auto& [neighbour, level] : levels)
    if (!is_ready(neighbour)) level = 0;
  const auto at = topology.nodes().find(own);
  const bool is_news = at == topology.nodes().end() || std::ranges::any_of(levels, [&](const auto& each) {
                         const auto known = at->second.state.levels.find(each.first);
                         return known == at->second.state.levels.end() || (known->second == 0) != (each.second == 0);
                       });
  last_sequence = std::max(last_sequence + 1, 1000 * out.unix_time());
  LinkState state{own, last_sequence, settings.relay.is_drained, std::move(levels)};
  topology.learn(state, out.now());
  if (!is_news && out.now() < next_gossip) return;
  next_gossip = out.now() + kGossip;
  for (const auto& [name, peer] : peers)
    if (is_ready(name)) send(name, state);
}

void Delivery::State::learn_links(const std::string& from, const LinkState& state) {
  if (state.kme == own || !topology.learn(state, out.now())) return;
  for (const auto& [name, peer] : peers)
    if (name != from && name != state.kme && is_ready(name)) send(name, state);
}

std::vector<Route> Delivery::State::routes_to(const std::string& destination) const {
  auto routes = topology.disjoint_routes(own, destination, settings.relay.routes,
                                         sealing_bytes(settings.relay.lot + kProofBytes));
  if (routes.size() < settings.relay.least_routes) routes.clear();
  return routes;
}

void Delivery::State::give(const std::string& destination) {
  const std::uint64_t size = settings.relay.lot + kProofBytes;
  if (giving.contains(destination) || !is_ready(destination)) return;
  const auto routes = routes_to(destination);
  if (routes.empty()) return;
  if (!std::ranges::all_of(routes, [this](const Route& route) { return is_ready(route.front()); })) return;

  const auto shares = std::make_shared<std::vector<SecretBytes>>();
  SecretBytes sum(size);
  for (std::size_t i = 0; i < routes.size(); ++i) {
    SecretBytes share(size);
    out.random(share.expose_secret_mutable());
    add_to(sum.expose_secret_mutable(), share.expose_secret());
    shares->push_back(std::move(share));
  }
  giving[destination] = {0, out.now(), std::move(sum), ++last_attempt};
  run<std::vector<Relay>>(
      [this, destination, routes, shares, word = settings.word](Records& records) -> Result<std::vector<Relay>> {
        HERALD_TRY(const std::uint64_t lot, name_lot(records, pool(destination, true)));
        HERALD_TRY(const JournalHead head,
                   note(records, "given", {{"to", destination}, {"lot", lot}, {"routes", routes}}));
        std::vector<Relay> relays;
        for (std::size_t i = 0; i < routes.size(); ++i) {
          const SecretBytes& share = (*shares)[i];
          HERALD_TRY(DrawnBytes pad, draw(records, pool(routes[i].front(), true), sealing_bytes(share.size()), word));
          Relay relay{head,
                      own,
                      destination,
                      {routes[i].begin() + 1, routes[i].end()},
                      lot,
                      i,
                      routes.size(),
                      std::move(pad.provenance),
                      std::move(pad.draws),
                      {}};
          relay.sealed = seal_once(pad.bytes, share.expose_secret(), about_sealed(relay));
          relays.push_back(std::move(relay));
        }
        return relays;
      },
      [this, destination, routes](const Result<std::vector<Relay>>& relays) {
        const auto at = giving.find(destination);
        if (at == giving.end()) return;
        if (!relays) {
          giving.erase(at);
          return;
        }
        at->second.lot = relays->front().lot;
        for (std::size_t i = 0; i < routes.size(); ++i)
          if (is_ready(routes[i].front())) send(routes[i].front(), (*relays)[i]);
      });
}

namespace {

struct Opened {
  SecretBytes share;
  Provenance provenance;  // of all pads
};

}  // namespace

// One hop: what came is opened, and sealed for the next, in one transaction.
void Delivery::State::pass_on(const std::string& name, const Relay& relay) {
  if (relay.route.empty()) return arrive(name, relay);
  const std::string& next = relay.route.front();
  // What cannot go on is lost; its origin tries again, over other nodes.
  if (relay.route.back() != relay.destination || !settings.neighbours.contains(next) || !is_ready(next)) return;
  const std::uint64_t session = peers[name].session;
  run<Relay>(
      [this, name, relay, next, word = settings.word](Records& records) -> Result<Relay> {
        HERALD_TRY_VOID(witness(records, name, relay.head));
        HERALD_TRY(const DrawnBytes pad, draw_at(records, pool(name, false), relay.draws));
        HERALD_TRY(const SecretBytes share, open_once(pad.bytes, relay.sealed, about_sealed(relay)));
        auto drawn = draw(records, pool(next, true), sealing_bytes(share.size()), word);
        if (!drawn) return fail(ErrorCode::exhausted, drawn.error().message);
        Relay onward = relay;
        onward.route.erase(onward.route.begin());
        onward.provenance = combined(combined(relay.provenance, pad.provenance), drawn->provenance);
        onward.draws = std::move(drawn->draws);
        HERALD_TRY(onward.head, note(records, "relayed",
                                     {{"from", name},
                                      {"to", next},
                                      {"origin", relay.origin},
                                      {"destination", relay.destination},
                                      {"lot", relay.lot},
                                      {"bytes", share.size()}}));
        onward.sealed = seal_once(drawn->bytes, share.expose_secret(), about_sealed(onward));
        return onward;
      },
      [this, name, session, next](const Result<Relay>& onward) {
        if (onward && is_ready(next)) send(next, *onward);
        if (!onward && is_session(name, session) && is_breach(onward.error())) refuse_peer(name, onward.error());
      });
}

void Delivery::State::arrive(const std::string& name, const Relay& relay) {
  if (relay.destination != own || !peers.contains(relay.origin)) return;
  const std::uint64_t session = peers[name].session;
  run<Opened>(
      [this, name, relay](Records& records) -> Result<Opened> {
        HERALD_TRY_VOID(witness(records, name, relay.head));
        HERALD_TRY(const DrawnBytes pad, draw_at(records, pool(name, false), relay.draws));
        Opened opened;
        HERALD_TRY(opened.share, open_once(pad.bytes, relay.sealed, about_sealed(relay)));
        opened.provenance = combined(relay.provenance, pad.provenance);
        return opened;
      },
      [this, name, session, relay](Result<Opened> opened) {
        if (!opened) {
          if (is_session(name, session) && is_breach(opened.error())) refuse_peer(name, opened.error());
          return;
        }
        Coming& lot = coming[relay.origin];
        if (relay.lot < lot.lot || opened->share.size() <= kProofBytes) return;
        if (relay.lot > lot.lot) lot = {relay.lot, relay.shares, {}, opened->provenance};
        if (relay.shares != lot.shares ||
            (!lot.here.empty() && lot.here.begin()->second.size() != opened->share.size()))
          return;
        lot.provenance = combined(lot.provenance, opened->provenance);
        lot.here.try_emplace(relay.share, std::move(opened->share));
        if (lot.here.size() == lot.shares && is_ready(relay.origin))
          send(relay.origin, Arrived{lot.lot, lot.provenance});
      });
}

void Delivery::State::prove(const std::string& destination, const Arrived& arrived) {
  const auto at = giving.find(destination);
  if (at == giving.end() || at->second.lot != arrived.lot || at->second.bytes.size() == 0) return;
  const SecretBytes bytes = std::exchange(at->second.bytes, {});
  Proof proof{arrived.lot, {}, {}};
  out.random(proof.point);
  proof.tag = proof_of(bytes, proof.point);
  const std::uint64_t session = peers[destination].session;
  add(destination, true, arrived.lot, behind_proof(bytes), arrived.provenance,
      [this, destination, session, proof](const Result<void>& added) {
        if (added && is_session(destination, session)) send(destination, proof);
      });
}

void Delivery::State::check_proof(const std::string& origin, const Proof& proof) {
  const auto at = coming.find(origin);
  if (at == coming.end() || at->second.lot != proof.lot || at->second.here.size() != at->second.shares) return;
  const Coming lot = std::move(at->second);
  coming.erase(at);
  SecretBytes sum(lot.here.begin()->second.size());
  for (const auto& [share, bytes] : lot.here) add_to(sum.expose_secret_mutable(), bytes.expose_secret());
  if (!constant_time_equal(proof_of(sum, proof.point), proof.tag)) {
    const bool is_of_devices = settings.devices.contains(origin);
    run<bool>(
        [this, origin, number = lot.lot,
         what = is_of_devices ? "devices-disagree" : "changed-by-a-node"](Records& records) -> Result<bool> {
          HERALD_TRY_VOID(note(records, what, {{"from", origin}, {"lot", number}}));
          return true;
        },
        [](const Result<bool>&) {});
    if (is_of_devices) send(origin, DeviceRefusal{lot.lot, "the devices gave different keys under the same names"});
    return;
  }
  add(origin, false, lot.lot, behind_proof(sum), lot.provenance, [](const Result<void>&) {});
}

// The next may follow what has come to its end.
void Delivery::State::lots_are_shared(const std::string& name) {
  const auto at = giving.find(name);
  if (at == giving.end() || at->second.bytes.size() != 0 || at->second.lot == 0) return;
  giving.erase(at);
  rests.erase(name);
  look_at_network();
}

}  // namespace herald::kme
