#pragma once
// Keys that their master has and that wait for their slaves at this KME.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "herald/base/key.h"
#include "herald/base/uuid.h"
#include "herald/store/record_store.h"

namespace herald::kme {

struct HeldKey {
  Uuid id;
  std::string master, master_kme;
  std::vector<std::string> slaves;  // at this KME, that have not fetched it yet
  std::uint64_t until = 0;          // seconds since 1970; then it is forgotten
  Provenance provenance;
  SecretBytes bytes;
  bool is_hybrid = false;  // combined with a secret of ML-KEM
};

// Errors: disagreement (the ID is there).
Result<void> hold(store::Records& records, const HeldKey& key);
// Every one of these keys for `slave`, which then cannot take it again; all of them or none. What no slave waits for
// any more is erased. Errors: not_found (no such key, or of another master), authentication (this SAE was not named as
// the slave of one).
Result<std::vector<HeldKey>> take_held(store::Records& records, std::span<const Uuid> ids, std::string_view slave,
                                       std::string_view master);
// Undoes take_held() for `slave`, for keys whose bytes have not left.
Result<void> put_back(store::Records& records, const HeldKey& key, std::string_view slave);
// Erases what should have been fetched before `now`, at most `most` keys; their IDs.
Result<std::vector<Uuid>> expire_held(store::Records& records, std::uint64_t now, std::size_t most);
// Erases those that `which` chooses; their IDs.
Result<std::vector<Uuid>> erase_held(store::Records& records, const std::function<bool(const HeldKey&)>& which);
// All, in the order of their IDs.
Result<void> each_held(store::Records& records, const std::function<void(const HeldKey&)>& each);

}  // namespace herald::kme
