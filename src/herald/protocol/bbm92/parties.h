#pragma once
// BBM92 (Bennett, Brassard, Mermin, PRL 68, 557 (1992)) on recorded or running detections of entangled pairs, block by
// block: one basis makes the key, the other bounds its phase errors. Each party sees its wire to the other and its wire
// to its own detectors, and nothing else; what of its detections leaves it, and why that tells nobody the key:
// detections/coincidences.h.

#include "herald/base/random.h"
#include "herald/protocol/bbm92/parameters.h"
#include "herald/protocol/outcome.h"
#include "herald/protocol/wire.h"

namespace herald::bbm92 {

struct Block {
  std::uint64_t number = 0;
  ErrorRate expected_error_rate;  // in the key basis; 0: as the stretch shows it
};

Party<BlockOutcome> alice(Wire& bob, Wire& detectors, Parameters parameters, Block block, SecretRandom& random);
Party<BlockOutcome> bob(Wire& alice, Wire& detectors, Parameters parameters, Block block, SecretRandom& random);

}  // namespace herald::bbm92
