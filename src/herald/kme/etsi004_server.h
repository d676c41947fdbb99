#pragma once
// Serves key streams (etsi004.h) to applications that prove who they are by certificates, over TLS 1.3: a thread of its
// own accepts, decrypts and reads. A connection has one call at a time; streams outlive connections. Every wait of a
// stranger's is bounded.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "herald/kme/etsi004.h"
#include "herald/net/tls.h"

namespace herald::kme {

struct Etsi004Options {
  net::Endpoint at;
  std::size_t most_connections = 4096;  // more are closed at once
  std::chrono::milliseconds handshake{10'000}, request{10'000}, idle{600'000};
};

class Etsi004Server {
 public:
  // Called once for each call, from any thread; dropped without a call, the connection is closed.
  using Answer = std::function<void(StreamReply)>;
  // Called in the server's thread.
  using Handler = std::function<void(const std::string& caller, StreamRequest request, Answer answer)>;

  // Errors: io (the endpoint is taken), those of TlsContext::create().
  static Result<std::unique_ptr<Etsi004Server>> start(const Etsi004Options& options,
                                                      const net::TlsCredentials& credentials, Handler handler);
  // Calls that are being answered are dropped.
  ~Etsi004Server();
  Etsi004Server(const Etsi004Server&) = delete;
  Etsi004Server& operator=(const Etsi004Server&) = delete;

  std::uint16_t port() const;
  // For connections from now on; those of callers whose certificates it does not accept are closed.
  void renew(std::shared_ptr<net::TlsContext> context);

 private:
  struct State;
  explicit Etsi004Server(std::shared_ptr<State> state);
  std::shared_ptr<State> m_state;
};

}  // namespace herald::kme
