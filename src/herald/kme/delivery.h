#pragma once
// Key delivery at one KME: applications ask, its peer at the other end of a pair agrees, keys leave. A state machine
// without sockets, threads or clock: events come in by its functions, and what it wants done goes out through
// `Outside`. The order in which things become durable is what its promises rest on (peer_messages.h).

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "herald/kme/api.h"
#include "herald/kme/etsi004.h"
#include "herald/kme/held_key.h"
#include "herald/kme/peer_messages.h"
#include "herald/kme/policy.h"

namespace herald::kme {

// How keys come to KMEs that share no link with us: by trusted nodes between. `low` and `lot` are those of devices too.
struct RelaySettings {
  std::uint64_t low = 65536;     // bytes of a pool: below, relays bring more
  std::uint64_t lot = 4096;      // bytes that one brings; then the next begins
  std::size_t routes = 2;        // at most, without a node in common: none of the nodes between knows the key
  std::size_t least_routes = 1;  // with fewer, nothing is relayed
  bool is_drained = false;       // we are no node between others
};

struct DeliverySettings {
  std::string kme;                                  // who we are
  std::map<std::string, std::string> applications;  // SAE and the KME at which it lives, ours or another
  std::set<std::string> neighbours;                 // KMEs with which we share links or devices
  std::map<std::string, Provenance> devices;        // neighbours whose keys come from a device, and what it vouches for
  RelaySettings relay;
  std::map<std::string, Policy> policies;  // by application
  Policy policy;                           // of all others
  const Policy& policy_of(const std::string& application) const {
    const auto at = policies.find(application);
    return at == policies.end() ? policy : at->second;
  }
  InsecureSimulated word = InsecureSimulated::refuse;
  std::uint64_t key_bits = 256, min_key_bits = 64, max_key_bits = 65536;  // multiples of 8
  std::uint64_t most_keys = 128;                                          // a request
  std::uint64_t most_additional_slaves = 16;
  std::uint64_t hold_s = 86400;              // a key waits for its slaves so long
  std::chrono::milliseconds patience{2000};  // for the peer's answer
};

// Another vendor's device beside us, which shares keys with one beside `peer`. Answers come once, not within the call.
struct DeviceKeys {
  std::vector<Uuid> ids;  // at most kMostDeviceKeys
  SecretBytes bytes;      // of all of them, in their order
  Origin origin = Origin::device;
};
struct DeviceAccess {
  using OnKeys = std::function<void(Result<DeviceKeys>)>;
  // `bytes` of key, or as many as there are.
  std::function<void(const std::string& peer, std::uint64_t bytes, OnKeys done)> get_keys;
  // Those that the peer got.
  std::function<void(const std::string& peer, std::vector<Uuid> ids, OnKeys done)> get_keys_with_ids;
  // The peer could not take what we got.
  std::function<void(const std::string& peer, const std::string& why)> refused;
};

struct Container {
  std::vector<DeliveredKey> keys;
};
using Answer = std::variant<Status, Container>;
using OnAnswer = std::function<void(ApiResult<Answer>)>;
using OnStreamReply = std::function<void(StreamReply)>;

class Delivery {
 public:
  using Time = std::chrono::milliseconds;  // monotonic

  // What the world does for it. `commit` carries `work` out, durably, and then calls `done`, both in the order of the
  // calls, and never before it returns.
  struct Outside {
    std::function<void(std::function<Result<void>(store::Records&)> work, std::function<void(Result<void>)> done)>
        commit;
    std::function<void(const std::string& peer, Bytes message)> send;
    std::function<void(const std::string& peer, const Error& why)> disconnect;
    std::function<Time()> now;
    std::function<std::uint64_t()> unix_time;             // seconds
    std::function<void(std::span<std::uint8_t>)> random;  // secret
    DeviceAccess devices{};
  };

  Delivery(DeliverySettings settings, Outside outside);
  ~Delivery();
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;

  // --- applications: `caller` by its certificate; `answer` is called once ---
  void call(const std::string& caller, const Call& what, const OnAnswer& answer);
  // The same of key streams.
  void call(const std::string& caller, const StreamRequest& what, const OnStreamReply& answer);

  // --- the pair ---
  // A connection whose other end is `peer`, by its certificate; bytes of one message each.
  void connected(const std::string& peer);
  void received(const std::string& peer, ByteView message);
  void disconnected(const std::string& peer);
  // Both ends know what the other has, and neither was put back.
  bool is_ready(const std::string& peer) const;
  // Why not, in words.
  std::string state_of(const std::string& peer) const;

  // --- key material ---
  // A lot of the pool from us to `peer`, or from it to us.
  void add(const std::string& peer, bool from_us, std::uint64_t number, SecretBytes bytes, Provenance provenance,
           std::function<void(Result<void>)> done);

  // The network as it is known here, and the routes on which keys would now go to KMEs that share no link with us.
  struct NetworkView {
    Time now;
    const Topology* topology;
    std::map<std::string, std::vector<Route>> routes;
  };
  NetworkView network() const;

  // From time to time, a few times a second: gives up what waited too long, forgets keys that nobody fetched, tells
  // the network of our links, relays.
  void tick();

  // Other applications, neighbours and limits from now on; who we are stays. Replies that were kept are forgotten.
  void configure(const DeliverySettings& settings);

 private:
  struct State;
  std::shared_ptr<State> m_state;
};

}  // namespace herald::kme
