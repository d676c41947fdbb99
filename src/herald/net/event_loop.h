#pragma once
// One thread's sockets, timers and signals. The only place that knows them (Boost.Asio behind it).

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "herald/base/codec.h"
#include "herald/base/result.h"

namespace herald::net {

// "host:port"; an IPv6 host stands in brackets.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
  std::string to_string() const;
};
Result<Endpoint> parse_endpoint(const std::string& text);

// One TCP connection. Handlers run in the loop's thread; after on_close nothing more comes. Dropping the last pointer
// closes it.
class Connection {
 public:
  using OnBytes = std::function<void(ByteView)>;
  using OnClose = std::function<void(Error)>;
  virtual ~Connection() = default;
  virtual void start(OnBytes on_bytes, OnClose on_close) = 0;
  virtual void write(Bytes bytes) = 0;
  // What is written goes out first; then the connection ends.
  virtual void close_after_writing() = 0;
  // Bytes given to write() that the system has not taken yet.
  virtual std::size_t unwritten() const = 0;
  // What came is acknowledged now and not with the next bytes: a peer under Nagle's algorithm waits for that before it
  // sends on.
  virtual void acknowledge() {}
};
using ConnectionPtr = std::shared_ptr<Connection>;

class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  using Duration = std::chrono::milliseconds;
  // Runs until stop() or until nothing is left to wait for.
  void run();
  void stop();
  // Runs as long as `waiting` says so, and there is something to wait for.
  void run_while(const std::function<bool()>& waiting);
  // From any thread: calls `what` in the loop's thread, in the order of the calls.
  void post(std::function<void()> what);
  // Calls `then` once, after at least `delay`, in the loop's thread.
  void after(Duration delay, std::function<void()> then);
  // SIGINT and SIGTERM: `handler` gets each, in the loop's thread.
  void on_signal(std::function<void(int)> handler);
  // SIGHUP, which ends the process where nobody asked for it.
  void on_hangup(std::function<void()> handler);

  // Accepts on `endpoint` (port 0: any; the port taken is returned) for as long as the loop lives. With `is_shared`,
  // loops may listen on one endpoint, and the system spreads the connections.
  Result<std::uint16_t> listen(const Endpoint& endpoint, std::function<void(ConnectionPtr)> accepted,
                               bool is_shared = false);
  // One attempt, bounded by `timeout`.
  void connect(const Endpoint& endpoint, Duration timeout, std::function<void(Result<ConnectionPtr>)> connected);

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

}  // namespace herald::net
