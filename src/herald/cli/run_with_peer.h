#pragma once
// `herald run --as ROLE`: one party here, the other in another process.

#include <string>

#include "herald/cli/command.h"
#include "herald/protocol/protocol.h"

namespace herald::cli {

struct PeerOptions {
  std::string as, listen, connect, desk;
  double patience = 30;  // s
};

Outcome run_with_peer(const PeerOptions& options, const Casting& casting, std::uint64_t seed, std::uint64_t runs,
                      bool json);

}  // namespace herald::cli
