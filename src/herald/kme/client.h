#pragma once
// A client of ETSI GS QKD 014: an application's, or that of a KME that draws on another vendor's boxes. Over one kept
// connection, a request at a time; each is bounded in time, each reply in size.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "herald/kme/etsi014_replies.h"
#include "herald/net/tls.h"

namespace herald::kme {

class Client {
 public:
  // Called once, in the loop's thread, never before the call that asked returns.
  using OnStatus = std::function<void(Result<Status>)>;
  using OnKeys = std::function<void(Result<std::vector<DeliveredKey>>)>;
  static constexpr std::chrono::milliseconds kPatience{15'000};

  // The server's certificate must name the endpoint's host.
  Client(net::EventLoop& loop, net::Endpoint kme, std::shared_ptr<net::TlsContext> context,
         std::chrono::milliseconds patience = kPatience);
  // Whoever waits hears nothing more.
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Errors of all three: unavailable (nobody there, no reply in time), authentication, and those of
  // etsi014_replies.h.
  void status(const std::string& peer, OnStatus done);
  // `number` keys of `size` bits to share with `slave`. A request is sent once: keys whose reply is lost are lost,
  // unless the KME keeps replies for us and the same is asked for again under the same `idempotency_key`.
  void get_keys(const std::string& slave, std::uint64_t number, std::optional<std::uint64_t> size, OnKeys done,
                const std::string& idempotency_key = "");
  // The keys that `master` got under these names.
  void get_keys_with_ids(const std::string& master, std::vector<Uuid> ids, OnKeys done,
                         const std::string& idempotency_key = "");

 private:
  struct State;
  std::shared_ptr<State> m_state;
};

// "https://host:port", or without the scheme. Errors: invalid_argument.
Result<net::Endpoint> kme_endpoint(std::string_view url);

}  // namespace herald::kme
