#pragma once
// Serves HTTPS to callers who prove who they are by certificates: threads that accept, decrypt and parse; whoever
// answers may do so from any thread, later. Every wait of a stranger's is bounded.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "herald/net/event_loop.h"
#include "herald/net/http.h"
#include "herald/net/tls.h"

namespace herald::net {

struct HttpsOptions {
  Endpoint at;
  HttpLimits limits = {};
  unsigned threads = 2;
  std::size_t most_connections = 20000;  // a thread; more are closed at once
  std::chrono::milliseconds handshake{10'000}, request{10'000}, idle{75'000};
};

struct HttpsReply {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::vector<char, SecretAllocator<char>> body;
  HttpHeaders headers = {};
};

class HttpsServer {
 public:
  // Called once for each request, from any thread; dropped without a call, the connection is closed.
  using Answer = std::function<void(HttpsReply)>;
  // Called in one of the server's threads.
  using Handler = std::function<void(const PeerIdentity& caller, HttpRequest request, Answer answer)>;

  // Called in that thread after the requests that came together, so that they can be passed on together.
  using TurnEnded = std::function<void()>;

  // Errors: io (the endpoint is taken), those of TlsContext::create().
  static Result<std::unique_ptr<HttpsServer>> start(const HttpsOptions& options, const TlsCredentials& credentials,
                                                    Handler handler, TurnEnded turn_ended = {});
  // Requests that are being answered are dropped.
  ~HttpsServer();
  HttpsServer(const HttpsServer&) = delete;
  HttpsServer& operator=(const HttpsServer&) = delete;

  std::uint16_t port() const;
  // For connections from now on; those of callers whose certificates these credentials do not accept are closed.
  // Errors: those of TlsContext::create(), and then nothing has changed.
  Result<void> renew(const TlsCredentials& credentials);

  struct Counts {
    std::uint64_t open = 0, accepted = 0, handshakes_failed = 0, requests = 0;
  };
  Counts counts() const;

 private:
  struct State;
  explicit HttpsServer(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

}  // namespace herald::net
