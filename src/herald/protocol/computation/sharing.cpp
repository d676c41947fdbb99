#include "herald/protocol/computation/sharing.h"

namespace herald {

BitString reconstruct(std::span<const BitString> shares) {
  HERALD_CHECK(!shares.empty());
  BitString secret = shares.front();
  for (const BitString& share : shares.subspan(1)) secret ^= share;
  return secret;
}

}  // namespace herald
