#pragma once
// One end of two that change the pre-shared key of a WireGuard tunnel together, with keys that their KMEs deliver
// (kme/psk_rotation.h): the line to the other end, over TLS with the applications' certificates, and when to change.

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "herald/base/uuid.h"
#include "herald/net/tls.h"
#include "herald/node/wireguard_tool.h"

namespace herald::node {

struct WireguardSettings {
  WireguardPeer wireguard;
  net::Endpoint kme;
  std::string peer;        // the other end's SAE ID, which its certificate must name
  bool is_master = false;  // it calls, and begins each change; the slave listens
  net::Endpoint at;        // where the slave listens
  std::chrono::seconds every{120};
  std::chrono::seconds expire{0};  // without a new key for so long, a random one ends all handshakes; 0: never
};

class WireguardKeys {
 public:
  struct Events {
    std::function<void(const Uuid&)> rotated;
    std::function<void(const std::string&)> note;
  };
  // Errors: those of check(), preshared_key(), EventLoop::listen().
  static Result<std::unique_ptr<WireguardKeys>> start(net::EventLoop& loop, WireguardSettings settings,
                                                      std::shared_ptr<net::TlsContext> context, Events events);
  ~WireguardKeys();
  WireguardKeys(const WireguardKeys&) = delete;
  WireguardKeys& operator=(const WireguardKeys&) = delete;

  // Where the slave listens.
  std::uint16_t port() const;

 private:
  struct State;
  explicit WireguardKeys(std::shared_ptr<State> state);
  std::shared_ptr<State> m_state;
};

}  // namespace herald::node
