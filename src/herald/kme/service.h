#pragma once
// A running KME: the API for applications, the lines to its peers, its records; delivery in the middle. Its functions
// are called in the loop's thread.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "herald/kme/delivery.h"
#include "herald/kme/etsi004_server.h"
#include "herald/kme/peer_lines.h"
#include "herald/kme/pool.h"
#include "herald/net/https_server.h"

namespace herald::kme {

// A request that was answered; its texts live no longer than the call that tells of it.
struct Served {
  enum class Method : std::uint8_t { status, enc_keys, dec_keys, none };  // none: of these
  Method method = Method::none;
  unsigned status = 200;
  std::size_t keys = 0;  // that left with the reply
  std::chrono::nanoseconds took{0};
  std::string_view caller, message;  // message: why not
};

// A call about a key stream that was answered; likewise.
struct StreamServed {
  StreamService service = StreamService::open_connect;
  StreamStatus status = StreamStatus::successful;
  std::chrono::nanoseconds took{0};  // what it waited for is in it
  std::string_view caller, why;
};

struct ServiceSettings {
  DeliverySettings delivery;
  net::HttpsOptions api;
  net::Endpoint peers_at;
  std::vector<PeerAddress> peers;
  std::function<void(const Served&)> served = {};  // from any of the service's threads
  DeviceAccess devices = {};
  std::optional<Etsi004Options> streams = {};  // served nowhere unless it is said
  std::function<void(const StreamServed&)> stream_served = {};
};

// What the records hold.
struct RecordsReport {
  struct Pool {
    std::string peer;
    bool from_us = false;
    PoolLevel level;
  };
  std::vector<Pool> pools;
  std::uint64_t key_bytes = 0;  // of a key of the default size
  std::uint64_t journal_entries = 0;
};

class Service {
 public:
  // Errors: io (an endpoint is taken), those of TlsContext::create().
  static Result<std::unique_ptr<Service>> start(net::EventLoop& loop, const ServiceSettings& settings,
                                                const net::TlsCredentials& credentials, store::RecordStore records,
                                                std::function<void(const std::string&)> note);
  // Requests that wait are dropped; what was committed stays.
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  std::uint16_t api_port() const;
  std::uint16_t peers_port() const;
  // 0: nowhere.
  std::uint16_t streams_port() const;
  Delivery& delivery();
  net::HttpsServer::Counts api_counts() const;
  // Of connections between KMEs: handshakes that failed, and strangers.
  std::uint64_t peers_refused() const;
  // Reads the records, and writes one, durably: when `then` gets a report, they can be written. Errors: the engine's.
  void report(std::function<void(Result<RecordsReport>)> then);
  // New certificates and lists of revoked ones. Errors: those of TlsContext::create(), and then nothing has changed.
  Result<void> renew(const net::TlsCredentials& credentials);
  // Other applications, neighbours and limits from now on. Errors: invalid_argument (another KME's).
  Result<void> configure(const DeliverySettings& settings);

 private:
  struct State;
  explicit Service(std::shared_ptr<State> state);
  std::shared_ptr<State> m_state;
};

}  // namespace herald::kme
