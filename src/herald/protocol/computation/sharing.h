#pragma once
// XOR secret sharing: the shares of all parties together give the secret, those of all but one are uniform and
// independent of it.

#include <span>
#include <vector>

#include "herald/base/bits.h"
#include "herald/base/random.h"

namespace herald {

// A share per party, each of the secret's size; at least one party. The first carries the secret under the others, who
// draw theirs.
std::vector<BitString> share(BitView secret, std::size_t parties, RandomBits auto& random) {
  HERALD_CHECK(parties != 0);
  std::vector<BitString> shares(1, BitString(secret));
  for (std::size_t party = 1; party < parties; ++party) {
    shares.push_back(random_bits(random, secret.size()));
    shares.front() ^= shares.back();
  }
  return shares;
}

// The secret of all parties' shares, at least one, all of one size.
BitString reconstruct(std::span<const BitString> shares);

}  // namespace herald
