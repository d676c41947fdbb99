#pragma once
// Keys that an operator destroys: what the pools of a pair hold, keys that wait for their slaves, or all that there is
// with one peer, after which both begin anew.

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "herald/base/uuid.h"
#include "herald/kme/held_key.h"
#include "herald/store/record_store.h"

namespace herald::kme {

struct Dropped {
  std::uint64_t bytes = 0;  // of pools
  std::vector<Uuid> keys;   // that waited for their slaves
};

// In one transaction, noted in the journal (`unix_time`: seconds): what the pools between `own` and `peer` hold, both
// directions. The peer hears of it from a KME that serves, and drops the same.
Result<Dropped> drop_pools(store::Records& records, std::string_view own, std::string_view peer,
                           std::uint64_t unix_time);
// Keys that wait for their slaves at this KME, those that `which` chooses.
Result<Dropped> drop_held_keys(store::Records& records, const std::function<bool(const HeldKey&)>& which,
                               std::uint64_t unix_time);
// Everything with `peer`: the pools, the keys that it drew and that wait here, what it told of its journal. The two
// share nothing any more, and keys go between them again when the peer has forgotten us too: sites count how often they
// have, and a site whose peer has done so more often than it refuses the peer as long as it has anything of before.
Result<Dropped> forget_peer(store::Records& records, std::string_view own, std::string_view peer,
                            std::uint64_t unix_time);

// How often the two have begun anew.
Result<std::uint64_t> generation(store::Records& records, std::string_view peer);
// The two are about to share something.
Result<void> have_met(store::Records& records, std::string_view peer);
// The peer says that it is at `theirs`. Ok when we are there too, or now are since we have nothing of before, or when
// it is for the peer to follow. Errors: insecure (one of the two has forgotten the other, and the other has not).
Result<void> agree_on_generation(store::Records& records, std::string_view peer, std::uint64_t theirs);

}  // namespace herald::kme
