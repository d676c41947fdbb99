#pragma once
// An application's certificate, key and authority, as files.

#include <filesystem>

#include "herald/net/tls.h"

namespace herald::node {

struct ApplicationFiles {
  std::filesystem::path certificate, key, authority;
};
// Errors: not_found, io, malformed (larger than any certificate).
Result<net::TlsCredentials> read_credentials(const ApplicationFiles& files);

}  // namespace herald::node
