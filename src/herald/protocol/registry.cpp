#include "herald/protocol/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "herald/base/spelling.h"
#include "herald/protocol/coin_flip/coin_flip.h"
#include "herald/protocol/coin_flip_ambainis/coin_flip_ambainis.h"
#include "herald/protocol/coin_flip_berlin/coin_flip_berlin.h"
#include "herald/protocol/coin_flip_coherent/coin_flip_coherent.h"
#include "herald/protocol/coin_flip_ideal/coin_flip_ideal.h"
#include "herald/protocol/coin_flip_weak/coin_flip_weak.h"
#include "herald/protocol/commitment/bb84.h"
#include "herald/protocol/commitment/bcjl.h"
#include "herald/protocol/commitment/cheat_sensitive.h"
#include "herald/protocol/commitment/multiparty.h"
#include "herald/protocol/commitment/puf.h"
#include "herald/protocol/commitment/states.h"
#include "herald/protocol/composed_transfer/composed_transfer.h"
#include "herald/protocol/computation/joint_computation.h"
#include "herald/protocol/conjugate_coding/conjugate_coding.h"
#include "herald/protocol/conjugate_coding/money.h"
#include "herald/protocol/key_locking/key_locking.h"
#include "herald/protocol/oblivious_transfer/oblivious_transfer.h"
#include "herald/protocol/one_sided/one_sided.h"
#include "herald/protocol/relativistic/coin_flip_relativistic.h"
#include "herald/protocol/relativistic/commit_relativistic.h"
#include "herald/protocol/relativistic/commit_rounds.h"
#include "herald/protocol/storage/bounded_storage.h"
#include "herald/protocol/storage/classical_storage.h"
#include "herald/protocol/storage/hashing_transfer.h"
#include "herald/protocol/storage/noisy_storage.h"
#include "herald/protocol/storage/robust_storage.h"

namespace herald {

Protocols protocols() {
  static const std::array all{
      &conjugate_coding_protocol(),       &random_access_code_protocol(),  &money_protocol(),
      &money_classical_protocol(),        &coin_flip_protocol(),           &coin_flip_ambainis_protocol(),
      &coin_flip_berlin_protocol(),       &coin_flip_coherent_protocol(),  &coin_flip_ideal_protocol(),
      &coin_flip_weak_protocol(),         &commit_bb84_protocol(),         &commit_states_protocol(),
      &commit_optimal_protocol(),         &commit_puf_protocol(),          &commit_multiparty_protocol(),
      &commit_cheat_sensitive_protocol(), &commit_bcjl_protocol(),         &ot_from_commitment_protocol(),
      &coin_flip_relativistic_protocol(), &commit_relativistic_protocol(), &commit_relativistic_rounds_protocol(),
      &bounded_transfer_protocol(),       &bounded_commitment_protocol(),  &noisy_transfer_protocol(),
      &hashing_transfer_protocol(),       &robust_transfer_protocol(),     &coherent_transfer_protocol(),
      &classical_transfer_protocol(),     &classical_key_protocol(),       &two_party_computation_protocol(),
      &one_sided_computation_protocol(),  &key_locking_protocol(),         &composed_transfer_protocol(),
  };
  return all;
}

Result<const Protocol*> find_protocol(std::string_view name, Protocols known) {
  const auto found = std::ranges::find(known, name, &Protocol::name);
  if (found != known.end()) return *found;
  std::vector<std::string_view> names;
  for (const Protocol* protocol : known) names.push_back(protocol->name);
  return fail(ErrorCode::not_found, fmt::format("there is no protocol \"{}\"{}; `herald protocols` has all of them",
                                                name, did_you_mean(name, names)));
}

}  // namespace herald
