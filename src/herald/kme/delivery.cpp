#include "herald/kme/delivery.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

namespace herald::kme {
namespace {

using Json = nlohmann::json;
using store::Records;

constexpr std::size_t kMostAnnounced = 65536;
constexpr std::size_t kMostExpired = 256;  // a tick
constexpr std::uint64_t kMaxKeyCount = 1'000'000'000;

std::unexpected<ApiError> refuse(unsigned status, std::string message) {
  return std::unexpected(ApiError{status, std::move(message), {}});
}

ApiError unavailable(std::string message) {
  ApiError error{503, std::move(message), {}};
  error.retry_after_s = 1;
  return error;
}

// A key's name: each byte of a pool is drawn once, so each place names one key.
Uuid id_of(const PoolName& pool, const Draw& draw) {
  return key_id(fmt::format("{}\n{}", pool.from, pool.to), draw.lot, draw.offset);
}

std::vector<Extension> about(const Provenance& provenance) {
  if (provenance.origin == Origin::device) return {};
  return {{"herald_origin", fmt::format("\"{}\"", to_string(provenance.origin))}};
}

struct Taken {
  std::vector<HeldKey> keys;
  JournalHead head;
};
struct Drawn {
  std::vector<DrawnBytes> keys;
  JournalHead head;
};

}  // namespace

struct Delivery::State : std::enable_shared_from_this<Delivery::State> {
  State(DeliverySettings s, Outside o) : settings(std::move(s)), out(std::move(o)) {}

  enum class Stage : std::uint8_t { down, greeting, ready, refused };
  using Announced = std::map<std::uint64_t, LotName>;  // lots that are not here yet, by number
  struct Peer {
    Stage stage = Stage::down;
    std::string why = "not connected";
    std::uint64_t session = 0;
    std::optional<JournalHead> known;
    JournalHead told;                            // its journal as our greeting says and as its own says
    bool greeted = false, agrees = false;        // what came from it
    bool goes_on = false, is_witnessed = false;  // our journal does from what it knows; its head is on our disk
    std::deque<PeerMessage> backlog;             // what came while we were reconciling
    std::map<bool, Announced> announced;
  };
  struct Pending {
    std::string peer;
    Time since;
    std::function<void(Result<void>)> then;
  };

  DeliverySettings settings;
  Outside out;
  std::map<std::string, Peer> peers;
  std::map<std::uint64_t, Pending> pending;
  std::uint64_t next_request = 1;

  PoolName pool(const std::string& peer, bool from_us) const {
    return from_us ? PoolName{settings.kme, peer} : PoolName{peer, settings.kme};
  }

  // Carries `work` out durably; then, if we are still there, gives what it returned.
  template <typename T>
  void run(std::function<Result<T>(Records&)> work, std::function<void(Result<T>)> then) {
    const auto result = std::make_shared<Result<T>>(fail(ErrorCode::interrupted, "not carried out"));
    out.commit(
        [result, work = std::move(work), self = shared_from_this()](Records& records) -> Result<void> {
          *result = work(records);
          return *result ? Result<void>() : std::unexpected(result->error());
        },
        [result, then = std::move(then), weak = weak_from_this()](Result<void> done) {
          if (!weak.lock()) return;
          if (!done && *result) *result = std::unexpected(done.error());
          then(std::move(*result));
        });
  }

  Result<JournalHead> note(Records& records, std::string_view did, Json entry) const {
    entry["at"] = out.unix_time();
    entry["did"] = did;
    return append_to_journal(records, entry.dump());
  }

  // --- the pair ---
  void send(const std::string& peer, const PeerMessage& message) { out.send(peer, encode(message)); }

  bool is_session(const std::string& peer, std::uint64_t session) const {
    const auto at = peers.find(peer);
    return at != peers.end() && at->second.session == session && at->second.stage != Stage::down;
  }

  // Nothing more is said to or heard from this peer until it connects again.
  void refuse_peer(const std::string& name, const Error& why) {
    Peer& peer = peers[name];
    peer.stage = Stage::refused;
    peer.why = why.message;
    give_up(name, why);
    out.disconnect(name, why);
  }

  void give_up(const std::string& peer, const Error& why) {
    std::vector<Pending> lost;
    std::erase_if(pending, [&](auto& each) {
      if (each.second.peer != peer) return false;
      lost.push_back(std::move(each.second));
      return true;
    });
    for (Pending& each : lost) each.then(std::unexpected(why));
  }

  std::uint64_t expect_done(const std::string& peer, std::function<void(Result<void>)> then) {
    const std::uint64_t request = next_request++;
    pending[request] = {peer, out.now(), std::move(then)};
    return request;
  }

  void greet(const std::string& name);
  void handle(const std::string& name, PeerMessage message);
  void reconcile(const std::string& name, const Hello& hello);
  void believe(const std::string& name, const Agreed& agreed);
  void reconciled(const std::string& name);
  void tell_lots(const std::string& name, bool from_us);
  void learn_lots(const std::string& name, const Lots& lots);
  void added(const std::string& name, bool from_us, const LotName& lot);
  void hold_for(const std::string& name, const Assign& assign);
  void bear_witness(const std::string& name, const Fetched& fetched);
  void finish(const std::string& name, const Done& done);

  // --- applications ---
  ApiResult<std::string> kme_of_slave(const std::string& slave) const;
  ApiResult<std::vector<std::string>> judge(const std::string& caller, const GetKey& what, std::string& target) const;
  void status(const std::string& caller, const GetStatus& what, OnAnswer answer);
  void get_key(const std::string& caller, const GetKey& what, OnAnswer answer);
  void assign(const std::string& target, const std::string& master, std::vector<std::string> slaves, Drawn drawn,
              OnAnswer answer);
  void get_key_with_ids(const std::string& caller, const GetKeyWithIds& what, OnAnswer answer);
  void fetch(const std::string& slave, Taken taken, OnAnswer answer);
};

// --- the pair ------------------------------------------------------------------------------------------------------

void Delivery::State::greet(const std::string& name) {
  const std::uint64_t session = peers[name].session;
  run<Hello>(
      [this, name](Records& records) -> Result<Hello> {
        Hello hello{kPeerVersion, settings.kme, {}, {}};
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
  finish(name, std::get<Done>(message));
}

void Delivery::State::reconcile(const std::string& name, const Hello& hello) {
  peers[name].greeted = true;
  peers[name].told = hello.head;
  const std::uint64_t session = peers[name].session;
  run<JournalHead>(
      [name, hello](Records& records) -> Result<JournalHead> {
        const auto ours = journal_head_at(records, hello.witnessed.entries);
        if (ours && *ours == hello.witnessed) return *ours;
        return fail(
            ErrorCode::insecure,
            fmt::format("{} knows a later state of this site's journal (entry {}): this site was put back to an "
                        "earlier state, and would deliver keys again; nothing is delivered",
                        name, hello.witnessed.entries));
      },
      [this, name, session](const Result<JournalHead>& ours) {
        if (!is_session(name, session)) return;
        if (!ours) return refuse_peer(name, ours.error());
        send(name, Agreed{*ours});
        peers[name].goes_on = true;
        reconciled(name);
      });
}

void Delivery::State::believe(const std::string& name, const Agreed& agreed) {
  Peer& peer = peers[name];
  const std::uint64_t session = peer.session;
  if (peer.agrees || agreed.head != peer.known)
    return refuse_peer(
        name, {ErrorCode::insecure, fmt::format("the journal of {} does not go on from what was known", name)});
  peer.agrees = true;
  run<bool>(
      [name, told = peer.told](Records& records) -> Result<bool> {
        HERALD_TRY_VOID(witness(records, name, told));
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
      [this, name, from_us, session](Result<Announced> coming) {
        if (!is_session(name, session)) return;
        if (!coming) return refuse_peer(name, coming.error());
        Announced& announced = peers[name].announced[from_us];
        announced.merge(*coming);
        while (announced.size() > kMostAnnounced) announced.erase(std::prev(announced.end()));
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
  const std::uint64_t session = peers[name].session;
  run<JournalHead>(
      [this, name, assign](Records& records) -> Result<JournalHead> {
        HERALD_TRY_VOID(witness(records, name, assign.head));
        for (const std::string& slave : assign.slaves)
          if (const auto at = settings.applications.find(slave);
              at == settings.applications.end() || at->second != settings.kme)
            return fail(ErrorCode::not_found, fmt::format("no application {} at {}", slave, settings.kme));
        const PoolName which = pool(name, false);
        Json ids = Json::array();
        for (const Assign::Key& key : assign.keys) {
          if (key.id != id_of(which, key.draw)) return fail(ErrorCode::malformed, "a key under another's ID");
          HERALD_TRY(DrawnBytes drawn, draw_at(records, which, key.draw));
          HERALD_TRY_VOID(hold(records, {key.id, assign.master, name, assign.slaves, assign.until,
                                         std::move(drawn.provenance), std::move(drawn.bytes)}));
          ids.push_back(to_string(key.id));
        }
        return note(records, "held",
                    {{"from", name}, {"master", assign.master}, {"slaves", assign.slaves}, {"keys", ids}});
      },
      [this, name, session, request = assign.request](const Result<JournalHead>& head) {
        if (!is_session(name, session)) return;
        if (!head && head.error().code == ErrorCode::insecure) return refuse_peer(name, head.error());
        send(name, Done{request, head.value_or(JournalHead()), head ? "" : head.error().message});
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

// --- applications --------------------------------------------------------------------------------------------------

ApiResult<std::string> Delivery::State::kme_of_slave(const std::string& slave) const {
  const auto at = settings.applications.find(slave);
  if (at == settings.applications.end()) return refuse(400, "this SAE is not known here");
  if (at->second == settings.kme) return refuse(400, "this SAE is at the caller's own KME");
  return at->second;
}

void Delivery::State::status(const std::string& caller, const GetStatus& what, OnAnswer answer) {
  const auto target = kme_of_slave(what.slave);
  if (!target) return answer(std::unexpected(target.error()));
  Status status{settings.kme,
                *target,
                caller,
                what.slave,
                settings.key_bits,
                0,
                kMaxKeyCount,
                settings.most_keys,
                settings.max_key_bits,
                settings.min_key_bits,
                settings.most_additional_slaves};
  run<PoolLevel>(
      [this, target = *target](Records& records) { return level(records, pool(target, true), settings.key_bits / 8); },
      [this, status, answer = std::move(answer)](const Result<PoolLevel>& level) mutable {
        if (!level) return answer(std::unexpected(unavailable(level.error().message)));
        status.stored_keys = settings.word == InsecureSimulated::accept ? level->keys : level->keys - level->simulated;
        answer(status);
      });
}

// The slaves of what is asked for, all at `target`; or why it cannot be.
ApiResult<std::vector<std::string>> Delivery::State::judge(const std::string& caller, const GetKey& what,
                                                           std::string& target) const {
  const KeyRequest& asked = what.request;
  if (what.slave == caller) return refuse(400, "master and slave are the same SAE");
  HERALD_TRY(target, kme_of_slave(what.slave));
  const std::uint64_t bits = asked.size.value_or(settings.key_bits);
  if (bits % 8 != 0) return refuse(400, std::string(kSizeMultipleOf8));
  if (bits < settings.min_key_bits || bits > settings.max_key_bits)
    return refuse(400, fmt::format("size is from {} to {} bits", settings.min_key_bits, settings.max_key_bits));
  if (asked.number > settings.most_keys) return refuse(400, fmt::format("number is at most {}", settings.most_keys));
  if (asked.additional_slaves.size() > settings.most_additional_slaves)
    return refuse(400, fmt::format("at most {} additional slaves", settings.most_additional_slaves));
  if (!asked.mandatory.empty()) return refuse(400, std::string(kMandatoryUnsupported));
  std::vector<std::string> slaves{what.slave};
  for (const std::string& slave : asked.additional_slaves) {
    if (slave == caller || slave == what.slave) return refuse(400, "additional_slave_SAE_IDs names an SAE twice");
    HERALD_TRY(const std::string kme, kme_of_slave(slave));
    if (kme != target) return refuse(400, "all slaves of one key are at one KME");
    slaves.push_back(slave);
  }
  return slaves;
}

void Delivery::State::get_key(const std::string& caller, const GetKey& what, OnAnswer answer) {
  std::string target;
  auto slaves = judge(caller, what, target);
  if (!slaves) return answer(std::unexpected(slaves.error()));
  if (peers[target].stage != Stage::ready)
    return answer(std::unexpected(unavailable(fmt::format("{}: {}", target, peers[target].why))));
  const std::uint64_t bytes = what.request.size.value_or(settings.key_bits) / 8, number = what.request.number;
  run<Drawn>(
      [this, target, caller, slaves = *slaves, bytes, number](Records& records) -> Result<Drawn> {
        const PoolName which = pool(target, true);
        Drawn drawn;
        Json ids = Json::array();
        for (std::uint64_t i = 0; i < number; ++i) {
          HERALD_TRY(DrawnBytes key, draw(records, which, bytes, settings.word));
          ids.push_back(to_string(id_of(which, key.draw)));
          drawn.keys.push_back(std::move(key));
        }
        HERALD_TRY(drawn.head,
                   note(records, "drawn", {{"to", target}, {"master", caller}, {"slaves", slaves}, {"keys", ids}}));
        return drawn;
      },
      [this, target, caller, slaves = *slaves, answer = std::move(answer)](Result<Drawn> drawn) {
        if (!drawn) return answer(std::unexpected(unavailable(drawn.error().message)));
        assign(target, caller, slaves, std::move(*drawn), answer);
      });
}

// Drawn here, durably: the peer holds the same for the slaves, and then the master has it.
void Delivery::State::assign(const std::string& target, const std::string& master, std::vector<std::string> slaves,
                             Drawn drawn, OnAnswer answer) {
  const PoolName which = pool(target, true);
  Assign message{0, drawn.head, master, std::move(slaves), out.unix_time() + settings.hold_s, {}};
  const auto container = std::make_shared<Container>();
  for (DrawnBytes& key : drawn.keys) {
    const Uuid id = id_of(which, key.draw);
    message.keys.push_back({id, key.draw});
    container->keys.push_back({id, std::move(key.bytes), about(key.provenance)});
  }
  if (peers[target].stage != Stage::ready)
    return answer(std::unexpected(unavailable(fmt::format("{}: {}", target, peers[target].why))));
  message.request = expect_done(target, [container, answer = std::move(answer)](const Result<void>& done) {
    if (!done) return answer(std::unexpected(unavailable(done.error().message)));
    answer(std::move(*container));
  });
  send(target, message);
}

void Delivery::State::get_key_with_ids(const std::string& caller, const GetKeyWithIds& what, OnAnswer answer) {
  run<Taken>(
      [this, caller, what](Records& records) -> Result<Taken> {
        Taken taken;
        HERALD_TRY(taken.keys, take_held(records, what.ids, caller, what.master));
        Json ids = Json::array();
        for (const HeldKey& key : taken.keys) {
          if (key.master_kme != taken.keys.front().master_kme)
            return fail(ErrorCode::not_found, std::string(kKeysNotFound));
          ids.push_back(to_string(key.id));
        }
        HERALD_TRY(taken.head, note(records, "fetched", {{"slave", caller}, {"master", what.master}, {"keys", ids}}));
        return taken;
      },
      [this, caller, answer = std::move(answer)](Result<Taken> taken) {
        if (taken) return fetch(caller, std::move(*taken), answer);
        const Error& why = taken.error();
        if (why.code == ErrorCode::not_found) return answer(refuse(400, why.message));
        if (why.code == ErrorCode::authentication) return answer(refuse(401, why.message));
        answer(std::unexpected(unavailable(why.message)));
      });
}

// Taken here, durably: when the peer has borne witness, the slave has it.
void Delivery::State::fetch(const std::string& slave, Taken taken, OnAnswer answer) {
  const std::string peer = taken.keys.front().master_kme;
  const JournalHead head = taken.head;
  const auto keys = std::make_shared<std::vector<HeldKey>>(std::move(taken.keys));
  const auto done = [this, keys, slave, answer = std::move(answer)](const Result<void>& witnessed) {
    if (witnessed) {
      Container container;
      for (HeldKey& key : *keys) container.keys.push_back({key.id, std::move(key.bytes), about(key.provenance)});
      return answer(std::move(container));
    }
    // Their bytes have not left: they wait on.
    run<bool>(
        [this, keys, slave](Records& records) -> Result<bool> {
          Json ids = Json::array();
          for (const HeldKey& key : *keys) {
            HERALD_TRY_VOID(put_back(records, key, slave));
            ids.push_back(to_string(key.id));
          }
          HERALD_TRY_VOID(note(records, "put-back", {{"slave", slave}, {"keys", ids}}));
          return true;
        },
        [answer, why = witnessed.error().message](const Result<bool>&) { answer(std::unexpected(unavailable(why))); });
  };
  if (peers[peer].stage != Stage::ready)
    return done(fail(ErrorCode::unavailable, fmt::format("{}: {}", peer, peers[peer].why)));
  const std::uint64_t request = expect_done(peer, done);
  send(peer, Fetched{request, head});
}

// --- from outside --------------------------------------------------------------------------------------------------

Delivery::Delivery(DeliverySettings settings, Outside outside)
    : m_state(std::make_shared<State>(std::move(settings), std::move(outside))) {}
Delivery::~Delivery() = default;

void Delivery::call(const std::string& caller, const Call& what, OnAnswer answer) {
  State& state = *m_state;
  const auto at = state.settings.applications.find(caller);
  if (at == state.settings.applications.end() || at->second != state.settings.kme)
    return answer(refuse(401, "this SAE is not known here"));
  if (const auto* const status = std::get_if<GetStatus>(&what)) return state.status(caller, *status, std::move(answer));
  if (const auto* const get_key = std::get_if<GetKey>(&what)) return state.get_key(caller, *get_key, std::move(answer));
  state.get_key_with_ids(caller, std::get<GetKeyWithIds>(what), std::move(answer));
}

void Delivery::connected(const std::string& peer) {
  disconnected(peer);
  State::Peer& state = m_state->peers[peer];
  const std::uint64_t session = state.session + 1;
  state = {};
  state.stage = State::Stage::greeting;
  state.why = "not synchronised yet";
  state.session = session;
  m_state->greet(peer);
}

void Delivery::received(const std::string& peer, ByteView message) {
  State::Peer& state = m_state->peers[peer];
  if (state.stage == State::Stage::down || state.stage == State::Stage::refused) return;
  auto read = decode_peer_message(message);
  if (!read) return m_state->refuse_peer(peer, read.error());
  m_state->handle(peer, std::move(*read));
}

void Delivery::disconnected(const std::string& peer) {
  State::Peer& state = m_state->peers[peer];
  if (state.stage == State::Stage::down) return;
  if (state.stage != State::Stage::refused) state.why = "not connected";
  state.stage = State::Stage::down;
  state.backlog.clear();
  m_state->give_up(peer, {ErrorCode::unavailable, fmt::format("{}: the connection was lost", peer)});
}

bool Delivery::is_ready(const std::string& peer) const { return m_state->peers[peer].stage == State::Stage::ready; }

std::string Delivery::state_of(const std::string& peer) const {
  return is_ready(peer) ? "ready" : m_state->peers[peer].why;
}

void Delivery::add(const std::string& peer, bool from_us, std::uint64_t number, SecretBytes bytes,
                   Provenance provenance, std::function<void(Result<void>)> done) {
  State& state = *m_state;
  const std::uint64_t size = bytes.size();
  const auto material = std::make_shared<SecretBytes>(std::move(bytes));
  state.run<bool>(
      [&state, peer, from_us, number, material, provenance = std::move(provenance)](Records& records) -> Result<bool> {
        HERALD_TRY_VOID(add_lot(records, state.pool(peer, from_us), number, material->expose_secret(), provenance));
        return true;
      },
      [&state, peer, from_us, number, size, done = std::move(done)](const Result<bool>& added) {
        if (!added) return done(std::unexpected(added.error()));
        state.added(peer, from_us, {number, size, 0});
        done({});
      });
}

void Delivery::tick() {
  State& state = *m_state;
  const Time now = state.out.now();
  std::vector<State::Pending> late;
  std::erase_if(state.pending, [&](auto& each) {
    if (now - each.second.since < state.settings.patience) return false;
    late.push_back(std::move(each.second));
    return true;
  });
  for (State::Pending& each : late)
    each.then(fail(ErrorCode::unavailable, fmt::format("{} does not answer", each.peer)));
  state.run<bool>(
      [&state, seconds = state.out.unix_time()](Records& records) -> Result<bool> {
        HERALD_TRY(const std::vector<Uuid> ids, expire_held(records, seconds, kMostExpired));
        if (ids.empty()) return false;
        Json names = Json::array();
        for (const Uuid& id : ids) names.push_back(to_string(id));
        HERALD_TRY_VOID(state.note(records, "expired", {{"keys", names}}));
        return true;
      },
      [](const Result<bool>&) {});
}

void Delivery::configure(const DeliverySettings& settings) {
  HERALD_CHECK(settings.kme == m_state->settings.kme);
  m_state->settings = settings;
}

}  // namespace herald::kme
