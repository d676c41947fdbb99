#pragma once
// A running KME: the API for applications, the lines to its peers, its records; delivery in the middle. Its functions
// are called in the loop's thread.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "herald/kme/delivery.h"
#include "herald/kme/peer_lines.h"
#include "herald/net/https_server.h"

namespace herald::kme {

struct ServiceSettings {
  DeliverySettings delivery;
  net::HttpsOptions api;
  net::Endpoint peers_at;
  std::vector<PeerAddress> peers;
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
  Delivery& delivery();
  // New certificates and lists of revoked ones. Errors: those of TlsContext::create(), and then nothing has changed.
  Result<void> renew(const net::TlsCredentials& credentials);
  // Other applications and limits from now on. Errors: invalid_argument (another KME's), unavailable (the records do
  // not answer); then nothing has changed.
  Result<void> configure(const DeliverySettings& settings);

 private:
  struct State;
  explicit Service(std::shared_ptr<State> state);
  std::shared_ptr<State> m_state;
};

}  // namespace herald::kme
