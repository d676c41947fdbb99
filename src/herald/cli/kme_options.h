#pragma once
// The options of commands that ask a KME for keys.

#include <memory>
#include <string>

#include "herald/cli/command.h"
#include "herald/kme/client.h"
#include "herald/node/application_files.h"

namespace herald::cli {

struct KmeOptions {
  std::string kme, peer;
  node::ApplicationFiles files;

  void add_to(CLI::App& command);
  // Errors: those of kme_endpoint(), of the files and of TlsContext::create().
  Result<std::shared_ptr<net::TlsContext>> context() const;
};

}  // namespace herald::cli
