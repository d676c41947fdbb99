#pragma once
// Inside Delivery; for its source files (not installed). What runs in a transaction (`work`) may run in another thread:
// it touches the records, what it was given, and of Delivery only what never changes.

#include <fmt/format.h>

#include <deque>
#include <optional>
#include <utility>

#include <nlohmann/json_fwd.hpp>

#include "herald/cipher/kem.h"
#include "herald/kme/delivery.h"
#include "herald/kme/stream_records.h"

namespace herald::kme {

struct Taken {
  std::vector<HeldKey> keys;
  JournalHead head;
};
// What a peer of good will cannot do, whatever was lost: it was put back, or another one sends.
inline bool is_breach(const Error& error) {
  return error.code == ErrorCode::insecure || error.code == ErrorCode::authentication;
}
// Who is to hold a key for which slaves, and what of the pool to it that takes.
struct Part {
  std::string kme;
  Assign assign;
};
struct Drawn {
  std::vector<Part> parts;
  std::vector<DeliveredKey> keys;  // for the master
};

// A key that is as secret as the better of the two.
SecretBytes hybrid_key(const SecretBytes& secret, const SecretBytes& quantum, const Uuid& id);

struct Delivery::State : std::enable_shared_from_this<Delivery::State> {
  State(DeliverySettings s, Outside o) : own(s.kme), settings(std::move(s)), out(std::move(o)) {}

  enum class Stage : std::uint8_t { down, greeting, ready, refused };
  using Announced = std::map<std::uint64_t, LotName>;  // lots that are not here yet, by number
  struct Peer {
    Stage stage = Stage::down;
    std::string why = "not connected";
    std::uint64_t session = 0;
    std::optional<JournalHead> known;
    std::uint64_t generation = 0, emptied = 0;   // that both agreed on; what it was told of the pool from it
    std::optional<Agreed> word;                  // that came while we were looking into our journal
    JournalHead told;                            // its journal as our greeting says and as its own says
    bool greeted = false, agrees = false;        // what came from it
    bool goes_on = false, is_witnessed = false;  // our journal does from what it knows; its head is on our disk
    std::deque<PeerMessage> backlog;             // what came while we were reconciling
    std::map<bool, Announced> announced;
    std::optional<cipher::KemKey> kem;  // ours, for this session
    Bytes kem_public;                   // the peer's
  };
  struct Pending {
    std::string peer;
    Time since;
    std::function<void(Result<void>)> then;
  };
  // A lot that we give to another KME over trusted nodes or devices, until it is proven there.
  struct Giving {
    std::uint64_t lot = 0;
    Time since{};
    SecretBytes bytes;  // empty when it is in our pool
    std::uint64_t attempt = 0;
  };
  // One that comes from there.
  struct Coming {
    std::uint64_t lot = 0, shares = 0;
    std::map<std::uint64_t, SecretBytes> here;  // share by share
    Provenance provenance;
  };

  const std::string own;      // who we are
  DeliverySettings settings;  // in the loop's thread
  const Outside out;
  std::map<std::string, Peer> peers;
  struct Budgets {
    Budget requests, keys;
  };
  std::map<std::string, Budgets> budgets;  // by application of ours
  // A request under an idempotency key, and its reply: in memory alone, wiped when its time is over.
  struct Repeatable {
    Call what;
    std::size_t bytes = 0;           // that it takes at most
    std::vector<OnAnswer> waiting;   // who asked while there was no reply
    std::optional<Container> reply;  // of 200; others are not kept
    Time until{};
  };
  std::map<std::string, std::map<std::string, std::shared_ptr<Repeatable>>> repeatables;  // by application, then key
  std::map<std::uint64_t, Pending> pending;
  std::uint64_t next_request = 1;
  Topology topology;
  std::uint64_t last_sequence = 0;
  Time next_gossip{}, next_fronts{};
  std::map<std::string, Giving> giving;  // by destination
  std::map<std::string, Coming> coming;  // by origin
  // A device that has nothing is asked again after a while.
  struct Rest {
    Time until{}, pause{};
  };
  std::map<std::string, Rest> rests;  // by peer
  std::uint64_t last_attempt = 0;
  // A call for a chunk that cannot be had yet, and what it would be told now.
  struct WaitingCall {
    std::string caller;
    GetChunk asked;
    Stream stream;
    Time deadline;
    OnStreamReply answer;
    StreamStatus status = StreamStatus::timeout;
    std::string why;
    Uuid key;  // the chunk's
  };
  using WaitingPtr = std::shared_ptr<WaitingCall>;
  std::vector<WaitingPtr> waiting_calls;
  std::map<Uuid, Budget> paces;  // of streams with a highest rate, in bits

  PoolName pool(const std::string& peer, bool from_us) const {
    return from_us ? PoolName{own, peer} : PoolName{peer, own};
  }

  // Carries `work` out durably; then, if we are still there, gives what it returned.
  template <typename T>
  void run(std::function<Result<T>(store::Records&)> work, std::function<void(Result<T>)> then) {
    const auto result = std::make_shared<Result<T>>(fail(ErrorCode::interrupted, "not carried out"));
    out.commit(
        [result, work = std::move(work), self = shared_from_this()](store::Records& records) -> Result<void> {
          *result = work(records);
          return *result ? Result<void>() : std::unexpected(result->error());
        },
        [result, then = std::move(then), weak = weak_from_this()](Result<void> done) {
          if (!weak.lock()) return;
          if (!done) *result = std::unexpected(done.error());  // the work's, or why there was no transaction
          then(std::move(*result));
        });
  }

  // In a transaction: an entry of the journal, with the time and what was done.
  Result<JournalHead> note(store::Records& records, std::string_view did, nlohmann::json entry) const;

  void give_up_late();
  void expire();

  // --- the pair: delivery_pair.cpp ---
  void send(const std::string& peer, const PeerMessage& message) { out.send(peer, encode(message)); }
  bool is_ready(const std::string& peer) const;
  // Ok, or that this KME cannot be asked now.
  Result<void> require_ready(const std::string& peer) const;
  bool is_session(const std::string& peer, std::uint64_t session) const;
  // Nothing more is said to or heard from this peer until it connects again.
  void refuse_peer(const std::string& name, const Error& why);
  void give_up(const std::string& peer, const Error& why);
  std::uint64_t expect_done(const std::string& peer, std::function<void(Result<void>)> then);
  void connected(const std::string& name);
  void disconnected(const std::string& name);
  void greet(const std::string& name);
  void handle(const std::string& name, PeerMessage message);
  void reconcile(const std::string& name, const Hello& hello);
  void believe(const std::string& name, const Agreed& agreed);
  void reconciled(const std::string& name);
  void tell_lots(const std::string& name, bool from_us);
  // From time to time: what lies before the bytes that we draw next is used up, whether the peer heard of it or not.
  void tell_fronts();
  void tell_front(const std::string& name);
  void learn_lots(const std::string& name, const Lots& lots);
  void add(const std::string& name, bool from_us, std::uint64_t number, SecretBytes bytes, Provenance provenance,
           std::function<void(Result<void>)> done);
  void added(const std::string& name, bool from_us, const LotName& lot);
  void hold_for(const std::string& name, const Assign& assign);
  void bear_witness(const std::string& name, const Fetched& fetched);
  void finish(const std::string& name, const Done& done);

  // --- the network: delivery_relay.cpp ---
  void look_at_network();
  void gossip(std::map<std::string, std::uint64_t> levels);
  void learn_links(const std::string& from, const LinkState& state);
  // KMEs of applications that share no link with us.
  std::set<std::string> distant() const;
  std::vector<Route> routes_to(const std::string& destination) const;
  void give(const std::string& destination);
  // It never was shared.
  void drop_given(const std::string& destination, std::uint64_t lot);
  void pass_on(const std::string& name, const Relay& relay);
  void arrive(const std::string& name, const Relay& relay);
  void prove(const std::string& destination, const Arrived& arrived);
  void check_proof(const std::string& origin, const Proof& proof);
  void lots_are_shared(const std::string& name);

  // --- devices: delivery_device.cpp ---
  void draw_on_device(const std::string& name);
  void tell_device_lot(const std::string& name, std::uint64_t attempt, DeviceKeys keys);
  void take_from_device(const std::string& name, const DeviceLot& keys);
  void device_refused(const std::string& name, const DeviceRefusal& refusal);
  void let_rest(const std::string& name);

  // --- applications: delivery_calls.cpp ---
  // Ok, or why this caller may ask for nothing now.
  ApiResult<void> admit(const std::string& caller);
  // Ok, or 429 with the time to wait.
  ApiResult<void> require_budget(Budget& budget, double amount, double per_s, double limit);
  bool may_share(const std::string& one, const std::string& other) const {
    return settings.policy_of(one).allows(other) && settings.policy_of(other).allows(one);
  }
  // A secret for the keys of one request, and how each KME comes to it.
  Result<SecretBytes> encapsulate_for(std::vector<Part>& parts);
  Result<SecretBytes> decapsulate(const std::string& name, const Encapsulation& hybrid) const;
  ApiResult<std::string> kme_of_slave(const std::string& slave) const;
  // The slaves of what is asked for, by KME.
  using Slaves = std::map<std::string, std::vector<std::string>>;
  ApiResult<Slaves> judge(const std::string& caller, const GetKey& what) const;
  void status(const std::string& caller, const GetStatus& what, const OnAnswer& answer);
  // What is asked for, or, under a key that was there before, what was replied then: delivery_repeats.cpp.
  void deliver(const std::string& caller, const Call& what, const OnAnswer& answer);
  void deliver_once(const std::string& caller, const std::string& key, const Call& what, bool is_mandatory,
                    const OnAnswer& answer);
  void keep_reply(const std::string& caller, const std::string& key, ApiResult<Answer> result);
  void repeat(const std::string& caller, const std::shared_ptr<Repeatable>& kept, const OnAnswer& answer);
  ApiResult<void> require_room(const std::string& caller, std::size_t bytes, bool is_mandatory) const;
  void forget_replies();
  // The key is the chunk of a stream, if one is named; else keys get new IDs.
  void get_key(const std::string& caller, const GetKey& what, const std::optional<Chunk>& chunk,
               const OnAnswer& answer);
  void assign(Drawn&& drawn, const OnAnswer& answer);
  void get_key_with_ids(const std::string& caller, const GetKeyWithIds& what, const std::optional<Chunk>& chunk,
                        const OnAnswer& answer);
  void fetch(const std::string& slave, Taken taken, const std::optional<Chunk>& chunk, const OnAnswer& answer);

  // --- key streams: delivery_stream.cpp ---
  void open_stream(const std::string& caller, const OpenConnect& asked, const OnStreamReply& answer);
  void open_new(const std::string& caller, const std::string& other, const OpenConnect& asked,
                const OnStreamReply& answer);
  void open_known(const std::string& caller, const std::string& other, Stream stream, const OpenConnect& asked,
                  const OnStreamReply& answer);
  void offer(const Stream& stream, const OnStreamReply& answer);
  void withdraw(const Stream& stream, const std::function<void()>& then);
  void get_chunk(const std::string& caller, const GetChunk& asked, const OnStreamReply& answer);
  void try_chunk(const WaitingPtr& call);
  void draw_chunk(const WaitingPtr& call, const Chunk& chunk);
  void fetch_chunk(const WaitingPtr& call, const Chunk& chunk);
  void wait(const WaitingPtr& call, StreamStatus status, std::string why);
  void wake(const std::function<bool(const WaitingCall&)>& whom);
  void wake_stream(const Uuid& stream);
  // Those whose time is over, and those who wait for what nobody tells of.
  void wake_late();
  void close_stream(const std::string& caller, const CloseStream& asked, const OnStreamReply& answer);
  void consider(const std::string& name, const StreamOffer& offer);
  void learn_stream(const std::string& name, const StreamNews& news);
  void end_streams();
};

}  // namespace herald::kme
