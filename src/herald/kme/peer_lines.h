#pragma once
// The connections between a KME and its peers: one each, secured, kept up. Of a pair the KME whose name comes first in
// the alphabet calls the other, again and again until it is there.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "herald/net/event_loop.h"
#include "herald/net/tls.h"

namespace herald::kme {

struct PeerAddress {
  std::string kme;
  net::Endpoint at;
  std::vector<net::Endpoint> others = {};  // where it may be instead: processes that serve one site in turn
};

class PeerLines {
 public:
  // Called in the loop's thread.
  struct Events {
    std::function<void(const std::string& peer)> connected;
    std::function<void(const std::string& peer, ByteView message)> received;
    std::function<void(const std::string& peer)> disconnected;
    std::function<void(const std::string& text)> note;  // for the log: who could not be reached, who was refused
  };
  // Errors: io (nothing can listen there).
  static Result<std::unique_ptr<PeerLines>> open(net::EventLoop& loop, const std::string& own, const net::Endpoint& at,
                                                 std::vector<PeerAddress> peers,
                                                 std::shared_ptr<net::TlsContext> context, Events events);
  ~PeerLines();
  PeerLines(const PeerLines&) = delete;
  PeerLines& operator=(const PeerLines&) = delete;

  std::uint16_t port() const;
  // Connections that came to nothing: no handshake, or somebody who does not belong here.
  std::uint64_t refused() const;
  // Lost when there is no connection.
  void send(const std::string& peer, Bytes message);
  // Ends the connection, with a while before the next.
  void disconnect(const std::string& peer);
  // For connections from now on; those of peers whose certificates are not good any more are ended.
  void renew(std::shared_ptr<net::TlsContext> context);

 private:
  struct State;
  explicit PeerLines(std::shared_ptr<State> state);
  std::shared_ptr<State> m_state;
};

}  // namespace herald::kme
