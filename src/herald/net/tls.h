#pragma once
// TLS 1.3 over a Connection, both ends proving who they are by certificates; key exchange X25519MLKEM768 preferred,
// X25519 accepted. No sockets here: bytes in, bytes out (Botan behind it).

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "herald/base/secret_memory.h"
#include "herald/net/event_loop.h"

namespace herald::net {

// PEM texts: our certificate (then those between it and the authority), its key, whom we trust, what they revoked.
struct TlsCredentials {
  std::string certificates;
  SecretBytes key;
  std::string authorities;
  std::string revoked = {};  // lists, one per authority; none: nothing is revoked
};

// Who the other end is, by its verified certificate and by nothing else.
struct PeerIdentity {
  std::string common_name;                     // the only one; 1 to 255 bytes of UTF-8 without control characters
  bool may_serve = false;                      // the certificate is for servers too: a KME's, not an application's
  std::array<std::uint8_t, 32> fingerprint{};  // SHA-256 of the certificate
  bool hybrid = false;                         // the key exchange was X25519MLKEM768
};

// What connections share; used by one thread.
class TlsContext {
 public:
  // Errors: malformed (no PEM, no authority), disagreement (a key that is not the certificate's).
  static Result<std::shared_ptr<TlsContext>> create(const TlsCredentials& credentials);
  ~TlsContext();

  struct State;
  State& state() { return *m_state; }

 private:
  explicit TlsContext(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

class SecureConnection : public Connection {
 public:
  // Calls `done` once, with ok or why there is no secure connection; then start() may be called. Whoever drops the
  // connection earlier gives the handshake up.
  virtual void handshake(std::function<void(Result<void>)> done) = 0;
  // After a handshake that went well.
  virtual const PeerIdentity& peer() const = 0;
  // Is the peer's certificate good by this context too: neither expired nor revoked since? For connections that stay
  // while contexts are replaced. Errors: authentication.
  virtual Result<void> verify_again(TlsContext& context) const = 0;
  // Encrypts at once: the caller may wipe `bytes` when this returns.
  virtual void write_now(ByteView bytes) = 0;
};
using SecureConnectionPtr = std::shared_ptr<SecureConnection>;

SecureConnectionPtr secure_as_server(ConnectionPtr connection, std::shared_ptr<TlsContext> context);
// The server's certificate must name `host`; with no host, any server's certificate of a trusted authority will do and
// the caller judges peer().
SecureConnectionPtr secure_as_client(ConnectionPtr connection, std::shared_ptr<TlsContext> context,
                                     std::string_view host);
// Calls another application, which answers with secure_as_server(): its certificate is that of one who only calls. The
// caller judges peer().
SecureConnectionPtr secure_among_applications(ConnectionPtr connection, std::shared_ptr<TlsContext> context);

}  // namespace herald::net
