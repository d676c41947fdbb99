#pragma once
// A small certificate authority: who may speak to whom, as X.509 certificates with ECDSA keys on P-256. All texts
// are PEM.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "herald/base/result.h"
#include "herald/base/secret_memory.h"

namespace herald::net {

struct CertificateAndKey {
  std::string certificate;  // PEM
  SecretBytes key;          // PKCS #8, PEM
};

// Whom a certificate names, and what it may be used for.
struct Subject {
  std::string common_name;              // 1 to 64 bytes (RFC 5280, ub-common-name)
  std::vector<std::string> hosts = {};  // names and IPv4 addresses at which it serves
  bool may_serve = false;               // a KME; what may not serve is an application, which only calls
};

// What an operator wants to know of a certificate.
struct CertificateInfo {
  std::string common_name;
  std::chrono::sys_seconds expires;
};
// Of the first certificate of a PEM text. Errors: malformed.
Result<CertificateInfo> read_certificate(std::string_view pem);

class Authority {
 public:
  // A new one, its certificate signed by itself. Errors: invalid_argument.
  static Result<Authority> create(std::string_view name, std::chrono::days valid);
  // Errors: malformed; disagreement (a key that is not the certificate's).
  static Result<Authority> load(std::string_view certificate, const SecretBytes& key);
  ~Authority();
  Authority(Authority&&) noexcept;
  Authority& operator=(Authority&&) noexcept;

  const std::string& certificate() const;
  SecretBytes key() const;

  // Errors: invalid_argument (a name or host that no certificate can carry).
  Result<CertificateAndKey> issue(const Subject& subject, std::chrono::days valid);
  // A list of what is revoked: `list` (PEM, or nothing) and these certificates besides, good for `valid`.
  // Errors: malformed, disagreement (another authority's).
  Result<std::string> revoke(std::string_view list, const std::vector<std::string>& certificates,
                             std::chrono::days valid);

 private:
  struct State;
  explicit Authority(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

}  // namespace herald::net
