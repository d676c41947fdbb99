#pragma once
// The pre-shared key of a WireGuard peer, by Debian's `wg`. Keys go through pipes, never on a command line.

#include <string>

#include "herald/base/result.h"
#include "herald/base/secret_memory.h"

namespace herald::node {

inline constexpr std::size_t kWireguardKeyBytes = 32;

struct WireguardPeer {
  std::string interface, public_key;  // base64, as `wg show` has it
  std::string program = "wg";         // looked up in PATH
};

// Errors: invalid_argument (no name of an interface, no public key).
Result<void> check(const WireguardPeer& peer);

// The next handshake uses it; a session that is there goes on. Errors: io (no such interface, no `wg`, no right to).
Result<void> set_preshared_key(const WireguardPeer& peer, const SecretBytes& key);
// All zeros: none, which is the same to WireGuard. Errors: io; not_found (the interface has no such peer).
Result<SecretBytes> preshared_key(const WireguardPeer& peer);

}  // namespace herald::node
