#include "herald/cli/kme_options.h"

namespace herald::cli {

void KmeOptions::add_to(CLI::App& command) {
  command.add_option("--kme", kme, "The KME of this end")->required()->type_name("https://HOST:PORT");
  command.add_option("--peer", peer, "The application at the other end, by its SAE ID")->required()->type_name("SAE");
  command.add_option("--certificate", files.certificate, "This application's certificate, PEM")
      ->required()
      ->type_name("FILE");
  command.add_option("--key", files.key, "and its key")->required()->type_name("FILE");
  command.add_option("--authority", files.authority, "Whom to trust, PEM")->required()->type_name("FILE");
}

Result<std::shared_ptr<net::TlsContext>> KmeOptions::context() const {
  HERALD_TRY(const net::TlsCredentials credentials, node::read_credentials(files));
  return net::TlsContext::create(credentials);
}

}  // namespace herald::cli
