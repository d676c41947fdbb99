#pragma once
// Decoy-state BB84, block by block: Z is the key basis, X the test basis. Each party sees its wire to the other and its
// wire to its own laboratory, and nothing else.

#include "herald/base/random.h"
#include "herald/protocol/bb84/parameters.h"
#include "herald/protocol/outcome.h"
#include "herald/protocol/wire.h"

namespace herald::bb84 {

struct Block {
  std::uint64_t number = 0;
  ErrorRate expected_error_rate;  // in the key basis
};

Party<BlockOutcome> alice(Wire& bob, Wire& modulators, Parameters parameters, Block block, SecretRandom& random);
Party<BlockOutcome> bob(Wire& alice, Wire& receiver, Parameters parameters, Block block, SecretRandom& random);

}  // namespace herald::bb84
