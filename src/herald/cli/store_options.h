#pragma once
// What the commands that use a key store have in common.

#include <CLI/CLI.hpp>
#include <string>

#include "herald/store/key_store.h"

namespace herald::cli {

struct StoreOptions {
  std::string store, key_file, link;

  // --store and --key-file; with_link adds --link.
  void add_to(CLI::App& command, bool with_link);
  store::StoreFiles files() const;
  Result<store::KeyStore> open() const;
  // The link named by --link, or the only one of the store.
  Result<store::LinkInfo> choose_link(store::KeyStore& store) const;
};

// What --insecure-simulated says of itself.
inline constexpr const char* kInsecureSimulatedHelp =
    "use keys from simulated light too: anyone with the seed has them, and they protect nothing";

// "Wrote"-once outputs: an error (invalid_argument) when the file exists and `force` is not said, or its folder does
// not.
Result<void> require_output(const std::string& path, bool force);

}  // namespace herald::cli
