#pragma once
// Serves plain HTTP in a loop's own thread: for what a machine tells its own operator. A request a connection; whoever
// is slow, or one too many, is cut off.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "herald/net/event_loop.h"
#include "herald/net/http.h"
#include "herald/net/https_server.h"

namespace herald::net {

struct HttpOptions {
  Endpoint at;
  HttpLimits limits{4096, 0};
  std::size_t most_connections = 64;
  std::chrono::milliseconds patience{10'000};  // from the connection to the end of the reply
};

class HttpServer {
 public:
  using Answer = HttpsServer::Answer;
  using Handler = std::function<void(const HttpRequest& request, Answer answer)>;

  // `answer` is called in the loop's thread, at most once. Errors: io (the endpoint is taken).
  static Result<std::unique_ptr<HttpServer>> start(EventLoop& loop, const HttpOptions& options, Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;

 private:
  struct State;
  explicit HttpServer(std::shared_ptr<State> state);
  std::shared_ptr<State> m_state;
};

}  // namespace herald::net
