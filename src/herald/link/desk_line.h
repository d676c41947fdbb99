#pragma once
// The way to a desk in another process: a request goes out, and its reply is waited for.

#include <memory>

#include "herald/net/event_loop.h"
#include "herald/net/framing.h"
#include "herald/quantum/remote.h"

namespace herald::link {

class DeskLine {
 public:
  // Errors: unavailable, when nobody answers there within `patience`.
  static Result<std::unique_ptr<DeskLine>> open(const net::Endpoint& desk, net::EventLoop::Duration patience);
  DeskLine(const DeskLine&) = delete;
  DeskLine& operator=(const DeskLine&) = delete;

  // Errors: unavailable, when the desk is gone or silent for longer than `patience`; malformed. They stick.
  Result<Bytes> ask(Bytes request);

 private:
  explicit DeskLine(net::EventLoop::Duration patience) : m_patience(patience) {}
  void start(net::ConnectionPtr connection);
  void watch();

  net::EventLoop m_loop;
  net::EventLoop::Duration m_patience;
  net::ConnectionPtr m_connection;
  net::FrameDecoder m_decoder;
  std::optional<Error> m_failed;
  std::chrono::steady_clock::time_point m_asked;
  bool m_waiting = false;
};

// Serves the desk's side: one client a connection. Runs until SIGINT or SIGTERM. `listening` is told the port.
// Errors: io, when it cannot listen there.
Result<void> serve_desk(const net::Endpoint& at, std::uint64_t seed,
                        const std::function<void(std::uint16_t)>& listening);

}  // namespace herald::link
