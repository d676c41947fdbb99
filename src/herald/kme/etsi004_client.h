#pragma once
// A client of ETSI GS QKD 004 (etsi004.h): an application's. Over one connection, a call at a time.

#include <chrono>
#include <functional>
#include <memory>

#include "herald/kme/etsi004.h"
#include "herald/net/tls.h"

namespace herald::kme {

class Etsi004Client {
 public:
  // The server's certificate must name the endpoint's host.
  Etsi004Client(net::EventLoop& loop, net::Endpoint kme, std::shared_ptr<net::TlsContext> context);
  // Whoever waits hears nothing more.
  ~Etsi004Client();
  Etsi004Client(const Etsi004Client&) = delete;
  Etsi004Client& operator=(const Etsi004Client&) = delete;

  // Calls `done` once, in the loop's thread, never before it returns; within `patience`, to which what the call itself
  // waits for belongs. One call at a time. A call is sent once: a chunk whose reply is lost is lost. Errors:
  // unavailable (nobody there, no reply in time, it could not read the call), authentication, malformed.
  using OnReply = std::function<void(Result<StreamReply>)>;
  void call(const StreamRequest& request, std::chrono::milliseconds patience, OnReply done);

 private:
  struct State;
  std::shared_ptr<State> m_state;
};

}  // namespace herald::kme
