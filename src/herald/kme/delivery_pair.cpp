// A KME and its peers: who they are, what both have, what each does for the other.
#include "herald/kme/delivery_state.h"
#include "herald/kme/forget.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace herald::kme {

using Json = nlohmann::json;
using store::Records;

namespace {

constexpr std::size_t kMostAnnounced = 65536;
constexpr std::chrono::milliseconds kFronts{2000};

}  // namespace

bool Delivery::State::is_ready(const std::string& peer) const {
  const auto at = peers.find(peer);
  return at != peers.end() && at->second.stage == Stage::ready;
}

Result<void> Delivery::State::require_ready(const std::string& peer) const {
  if (is_ready(peer)) return {};
  const auto at = peers.find(peer);
  return fail(ErrorCode::unavailable,
              fmt::format("{}: {}", peer, at == peers.end() ? "not connected" : at->second.why));
}

bool Delivery::State::is_session(const std::string& peer, std::uint64_t session) const {
  const auto at = peers.find(peer);
  return at != peers.end() && at->second.session == session && at->second.stage != Stage::down;
}

void Delivery::State::connected(const std::string& name) {
  disconnected(name);
  Peer& peer = peers[name];
  const std::uint64_t session = peer.session + 1;
  peer = {};
  peer.stage = Stage::greeting;
  peer.why = "not synchronised yet";
  peer.session = session;
  peer.kem = cipher::KemKey::generate(out.random);
  greet(name);
}

void Delivery::State::disconnected(const std::string& name) {
  Peer& peer = peers[name];
  if (peer.stage == Stage::down) return;
  if (peer.stage != Stage::refused) peer.why = "not connected";
  peer.stage = Stage::down;
  peer.backlog.clear();
  peer.kem.reset();
  giving.erase(name);
  coming.erase(name);
  give_up(name, {ErrorCode::unavailable, fmt::format("{}: the connection was lost", name)});
}

void Delivery::State::refuse_peer(const std::string& name, const Error& why) {
  Peer& peer = peers[name];
  peer.stage = Stage::refused;
  peer.why = why.message;
  give_up(name, why);
  out.disconnect(name, why);
}

void Delivery::State::give_up(const std::string& peer, const Error& why) {
  std::vector<Pending> lost;
  std::erase_if(pending, [&](auto& each) {
    if (each.second.peer != peer) return false;
    lost.push_back(std::move(each.second));
    return true;
  });
  for (Pending& each : lost) each.then(std::unexpected(why));
}

std::uint64_t Delivery::State::expect_done(const std::string& peer, std::function<void(Result<void>)> then) {
  const std::uint64_t request = next_request++;
  pending[request] = {peer, out.now(), std::move(then)};
  return request;
}

void Delivery::State::greet(const std::string& name) {
  const std::uint64_t session = peers[name].session;
  run<Hello>(
      [this, name, kem = peers[name].kem->public_key()](Records& records) -> Result<Hello> {
        Hello hello{kPeerVersion, own, {}, {}, kem, 0};
        HERALD_TRY(hello.generation, generation(records, name));
        HERALD_TRY(hello.head, journal_head(records));
        HERALD_TRY(hello.witnessed, witnessed(records, name));
        return hello;
      },
      [this, name, session](Result<Hello> hello) {
        if (!is_session(name, session)) return;
        if (!hello) return refuse_peer(name, hello.error());
        peers[name].known = hello->witnessed;
        send(name, *hello);
      });
}

void Delivery::State::handle(const std::string& name, PeerMessage message) {
  Peer& peer = peers[name];
  const auto* const hello = std::get_if<Hello>(&message);
  if ((hello != nullptr) == peer.greeted || (hello != nullptr && hello->kme != name))
    return refuse_peer(name, {ErrorCode::malformed, fmt::format("{} does not greet once, first, by its name", name)});
  if (hello != nullptr) return reconcile(name, *hello);
  if (const auto* const agreed = std::get_if<Agreed>(&message)) return believe(name, *agreed);
  if (peer.stage != Stage::ready) return peer.backlog.push_back(std::move(message));
  if (const auto* const lots = std::get_if<Lots>(&message)) return learn_lots(name, *lots);
  if (const auto* const assign = std::get_if<Assign>(&message)) return hold_for(name, *assign);
  if (const auto* const fetched = std::get_if<Fetched>(&message)) return bear_witness(name, *fetched);
  if (const auto* const done = std::get_if<Done>(&message)) return finish(name, *done);
  if (const auto* const relay = std::get_if<Relay>(&message)) return pass_on(name, *relay);
  if (const auto* const arrived = std::get_if<Arrived>(&message)) return prove(name, *arrived);
  if (const auto* const proof = std::get_if<Proof>(&message)) return check_proof(name, *proof);
  if (const auto* const keys = std::get_if<DeviceLot>(&message)) return take_from_device(name, *keys);
  if (const auto* const refusal = std::get_if<DeviceRefusal>(&message)) return device_refused(name, *refusal);
  if (const auto* const offer = std::get_if<StreamOffer>(&message)) return consider(name, *offer);
  if (const auto* const news = std::get_if<StreamNews>(&message)) return learn_stream(name, *news);
  learn_links(name, std::get<LinkState>(message));
}

void Delivery::State::reconcile(const std::string& name, const Hello& hello) {
  peers[name].greeted = true;
  peers[name].told = hello.head;
  peers[name].kem_public = hello.kem;
  const std::uint64_t session = peers[name].session;
  struct Found {
    JournalHead head;
    std::uint64_t generation = 0;
  };
  run<Found>(
      [name, hello](Records& records) -> Result<Found> {
        HERALD_TRY_VOID(agree_on_generation(records, name, hello.generation));
        HERALD_TRY(const std::uint64_t agreed, generation(records, name));
        const auto ours = journal_head_at(records, hello.witnessed.entries);
        if (ours && *ours == hello.witnessed) return Found{*ours, agreed};
        return fail(
            ErrorCode::insecure,
            fmt::format("{} knows a later state of this site's journal (entry {}): this site was put back to an "
                        "earlier state, and would deliver keys again; nothing is delivered. Both sites are to forget "
                        "each other (`herald kme forget`)",
                        name, hello.witnessed.entries));
      },
      [this, name, session](const Result<Found>& ours) {
        if (!is_session(name, session)) return;
        if (!ours) return refuse_peer(name, ours.error());
        send(name, Agreed{ours->head});
        Peer& peer = peers[name];
        peer.goes_on = true;
        peer.generation = ours->generation;
        if (const auto word = std::exchange(peer.word, {})) believe(name, *word);
        reconciled(name);
      });
}

void Delivery::State::believe(const std::string& name, const Agreed& agreed) {
  Peer& peer = peers[name];
  const std::uint64_t session = peer.session;
  if (peer.agrees || peer.word || agreed.head != peer.known)
    return refuse_peer(
        name, {ErrorCode::insecure, fmt::format("the journal of {} does not go on from what was known", name)});
  // We have met when this is done: not before we agree on our beginning.
  if (!peer.goes_on) {
    peer.word = agreed;
    return;
  }
  peer.agrees = true;
  run<bool>(
      [name, told = peer.told](Records& records) -> Result<bool> {
        HERALD_TRY_VOID(witness(records, name, told));
        HERALD_TRY_VOID(have_met(records, name));
        return true;
      },
      [this, name, session](const Result<bool>& done) {
        if (!is_session(name, session)) return;
        if (!done) return refuse_peer(name, done.error());
        peers[name].is_witnessed = true;
        reconciled(name);
      });
}

void Delivery::State::reconciled(const std::string& name) {
  Peer& peer = peers[name];
  if (!peer.goes_on || !peer.is_witnessed) return;
  peer.stage = Stage::ready;
  peer.why.clear();
  for (const bool from_us : {true, false}) tell_lots(name, from_us);
  const auto backlog = std::exchange(peer.backlog, {});
  for (const PeerMessage& message : backlog)
    if (peer.stage == Stage::ready) handle(name, message);
}

void Delivery::State::tell_lots(const std::string& name, bool from_us) {
  const std::uint64_t session = peers[name].session;
  run<std::vector<Lots>>(
      [this, name, from_us](Records& records) -> Result<std::vector<Lots>> {
        const PoolName which = pool(name, from_us);
        std::vector<Lots> all(1, {from_us, 0, 0, {}});
        HERALD_TRY_VOID(each_lot(records, which, [&](const Lot& lot) -> Result<bool> {
          if (all.back().lots.size() == kMostLots) {
            all.back().last = lot.number - 1;
            all.push_back({from_us, lot.number - 1, 0, {}});
          }
          all.back().lots.push_back({lot.number, lot.size, lot.used});
          return true;
        }));
        HERALD_TRY(all.back().last, last_lot(records, which));
        return all;
      },
      [this, name, session](const Result<std::vector<Lots>>& all) {
        if (!is_session(name, session)) return;
        if (!all) return refuse_peer(name, all.error());
        for (const Lots& lots : *all) send(name, lots);
      });
}

void Delivery::State::tell_fronts() {
  if (out.now() < next_fronts) return;
  next_fronts = out.now() + kFronts;
  for (const auto& [name, peer] : peers)
    if (is_ready(name)) tell_front(name);
}

void Delivery::State::tell_front(const std::string& name) {
  const std::uint64_t session = peers[name].session;
  struct Front {
    Lots lots;
    std::uint64_t emptied = 0, generation = 0;
  };
  run<Front>(
      [this, name](Records& records) -> Result<Front> {
        Front all;
        HERALD_TRY(all.emptied, emptied_up_to(records, pool(name, false)));
        HERALD_TRY(all.generation, generation(records, name));
        Lots& front = all.lots = {true, 0, 0, {}};
        HERALD_TRY(front.last, last_lot(records, pool(name, true)));
        HERALD_TRY_VOID(each_lot(records, pool(name, true), [&](const Lot& lot) -> Result<bool> {
          front.lots.push_back({lot.number, lot.size, lot.used});
          if (lot.is_shared || front.lots.size() == kMostLots) front.last = lot.number;
          return front.last != lot.number;
        }));
        return all;
      },
      [this, name, session](const Result<Front>& front) {
        if (!front || !is_session(name, session)) return;
        Peer& peer = peers[name];
        if (front->generation != peer.generation)
          return refuse_peer(name,
                             {ErrorCode::unavailable, fmt::format("{} was forgotten here: a new beginning", name)});
        if (front->lots.last > 0) send(name, front->lots);
        if (front->emptied > std::exchange(peer.emptied, front->emptied))
          send(name, Lots{false, 0, front->emptied, {}});
      });
}

void Delivery::State::learn_lots(const std::string& name, const Lots& lots) {
  const bool from_us = !lots.from_sender;
  const std::uint64_t session = peers[name].session;
  run<Announced>(
      [this, name, from_us, lots](Records& records) -> Result<Announced> {
        const PoolName which = pool(name, from_us);
        HERALD_TRY(const std::uint64_t last, last_lot(records, which));
        Announced theirs;
        for (const LotName& lot : lots.lots) theirs[lot.number] = lot;
        std::vector<std::uint64_t> dropped;
        std::vector<LotName> shared;
        HERALD_TRY_VOID(each_lot(records, which, [&](const Lot& lot) -> Result<bool> {
          if (lot.number <= lots.after || lot.number > lots.last) return lot.number <= lots.last;
          const auto at = theirs.find(lot.number);
          if (at != theirs.end() && at->second.size == lot.size)
            shared.push_back(at->second);
          else
            dropped.push_back(lot.number);
          return true;
        }));
        for (const LotName& lot : shared) {
          HERALD_TRY_VOID(share_lot(records, which, lot.number, lot.size));
          // What the peer drew and never assigned is lost to both.
          if (lots.from_sender) HERALD_TRY_VOID(forget_before(records, which, lot.number, lot.used));
        }
        for (const std::uint64_t number : dropped) {
          HERALD_TRY_VOID(drop_lot(records, which, number));
          HERALD_TRY_VOID(note(records, "dropped", {{"from", which.from}, {"to", which.to}, {"lot", number}}));
        }
        theirs.erase(theirs.begin(), theirs.upper_bound(last));
        return theirs;
      },
      [this, name, from_us, session](Result<Announced> later) {
        if (!is_session(name, session)) return;
        if (!later) return refuse_peer(name, later.error());
        Announced& announced = peers[name].announced[from_us];
        announced.merge(*later);
        while (announced.size() > kMostAnnounced) announced.erase(std::prev(announced.end()));
        if (from_us) lots_are_shared(name);
      });
}

void Delivery::State::add(const std::string& name, bool from_us, std::uint64_t number, SecretBytes bytes,
                          Provenance provenance, std::function<void(Result<void>)> done) {
  const std::uint64_t size = bytes.size();
  const auto material = std::make_shared<SecretBytes>(std::move(bytes));
  run<bool>(
      [this, name, from_us, number, material, provenance = std::move(provenance)](Records& records) -> Result<bool> {
        HERALD_TRY_VOID(add_lot(records, pool(name, from_us), number, material->expose_secret(), provenance));
        return true;
      },
      [this, name, from_us, number, size, done = std::move(done)](const Result<bool>& there) {
        if (!there) return done(std::unexpected(there.error()));
        added(name, from_us, {number, size, 0});
        done({});
      });
}

// A lot came: the peer hears of it, and we may have heard of it from the peer before.
void Delivery::State::added(const std::string& name, bool from_us, const LotName& lot) {
  Peer& peer = peers[name];
  if (peer.stage == Stage::ready) send(name, Lots{from_us, lot.number - 1, lot.number, {lot}});
  Announced& announced = peer.announced[from_us];
  const auto there = announced.find(lot.number);
  const bool is_shared = there != announced.end() && there->second.size == lot.size;
  announced.erase(announced.begin(), announced.upper_bound(lot.number));
  if (!is_shared) return;
  run<bool>(
      [this, name, from_us, lot](Records& records) -> Result<bool> {
        HERALD_TRY_VOID(share_lot(records, pool(name, from_us), lot.number, lot.size));
        return true;
      },
      [](const Result<bool>&) {});
}

void Delivery::State::hold_for(const std::string& name, const Assign& assign) {
  const auto refuse = [this, name, request = assign.request](const Error& why) {
    send(name, Done{request, {}, why.message});
  };
  for (const std::string& slave : assign.slaves) {
    const auto at = settings.applications.find(slave);
    if (at == settings.applications.end() || at->second != own)
      return refuse({ErrorCode::not_found, fmt::format("no application {} at {}", slave, own)});
    if (!may_share(assign.master, slave))
      return refuse({ErrorCode::not_found, fmt::format("{} shares no keys with {}", slave, assign.master)});
  }
  std::vector<Uuid> held;
  for (const Assign::Key& key : assign.keys) held.push_back(key.id);
  const auto secret = std::make_shared<SecretBytes>();
  if (assign.hybrid) {
    auto opened = decapsulate(name, *assign.hybrid);
    if (!opened) return refuse(opened.error());
    *secret = std::move(*opened);
  }
  const std::uint64_t session = peers[name].session;
  run<JournalHead>(
      [this, name, assign, secret](Records& records) -> Result<JournalHead> {
        HERALD_TRY_VOID(witness(records, name, assign.head));
        Json ids = Json::array();
        for (const Assign::Key& key : assign.keys) {
          HERALD_TRY(DrawnBytes drawn, draw_at(records, pool(name, false), key.draws));
          if (key.sealed) {
            HERALD_TRY(drawn.bytes, open_once(drawn.bytes, *key.sealed, about_sealed(assign, key.id)));
          }
          if (assign.hybrid) drawn.bytes = hybrid_key(*secret, drawn.bytes, key.id);
          HERALD_TRY_VOID(
              hold(records, {key.id, assign.master, name, assign.slaves, assign.until, std::move(drawn.provenance),
                             std::move(drawn.bytes), assign.hybrid.has_value()}));
          ids.push_back(to_string(key.id));
        }
        return note(records, "held",
                    {{"from", name}, {"master", assign.master}, {"slaves", assign.slaves}, {"keys", ids}});
      },
      [this, name, session, refuse, request = assign.request, held = std::move(held)](const Result<JournalHead>& head) {
        if (!is_session(name, session)) return;
        if (!head && is_breach(head.error())) return refuse_peer(name, head.error());
        if (!head) return refuse(head.error());
        send(name, Done{request, *head, ""});
        wake([&](const WaitingCall& call) { return std::ranges::find(held, call.key) != held.end(); });
      });
}

void Delivery::State::bear_witness(const std::string& name, const Fetched& fetched) {
  const std::uint64_t session = peers[name].session;
  run<JournalHead>(
      [name, fetched](Records& records) -> Result<JournalHead> {
        HERALD_TRY_VOID(witness(records, name, fetched.head));
        return journal_head(records);
      },
      [this, name, session, request = fetched.request](const Result<JournalHead>& head) {
        if (!is_session(name, session)) return;
        if (!head) return refuse_peer(name, head.error());
        send(name, Done{request, *head, ""});
      });
}

void Delivery::State::finish(const std::string& name, const Done& done) {
  const auto at = pending.find(done.request);
  if (at == pending.end() || at->second.peer != name) return;  // given up before
  const auto then = std::move(at->second.then);
  pending.erase(at);
  if (!done.refusal.empty()) return then(fail(ErrorCode::unavailable, fmt::format("{}: {}", name, done.refusal)));
  then({});
}

}  // namespace herald::kme
