#pragma once
// A site's KME from its start to the signal that ends it.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "herald/base/result.h"

namespace herald::node {

struct KmeOptions {
  std::filesystem::path directory = ".";
  std::vector<std::string> settings;  // "table.key=value", over the file
  bool insecure_simulated = false;    // deliver keys of simulated light too
  std::function<void(std::uint16_t api_port, std::uint16_t peers_port)> serving = {};  // called once it does
};

// Serves until SIGINT or SIGTERM; its number. Of several with one store on a server one serves, the others stand by.
// SIGHUP reads configuration and certificates again: what can change does at once, all of it or, where something is
// wrong, nothing. Tells on standard error what happens. Errors: those of read_site(), read_credentials(),
// open_records(), lease_records(), Service::start(); disagreement (the certificate is another KME's).
Result<int> run_kme(const KmeOptions& options);

}  // namespace herald::node
