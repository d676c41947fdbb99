#include "herald/node/application_files.h"

#include "herald/base/file.h"

namespace herald::node {
namespace {

constexpr std::size_t kMostPem = std::size_t{1} << 20;

}  // namespace

Result<net::TlsCredentials> read_credentials(const ApplicationFiles& files) {
  net::TlsCredentials credentials;
  HERALD_TRY(const Bytes certificate, read_file(files.certificate, kMostPem));
  HERALD_TRY(const Bytes authority, read_file(files.authority, kMostPem));
  HERALD_TRY(Bytes key, read_file(files.key, kMostPem));
  credentials.certificates.assign(certificate.begin(), certificate.end());
  credentials.authorities.assign(authority.begin(), authority.end());
  credentials.key = SecretBytes(ByteView(key));
  wipe(key.data(), key.size());
  return credentials;
}

}  // namespace herald::node
