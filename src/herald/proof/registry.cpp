#include "herald/proof/registry.h"

#include <fmt/format.h>

#include <array>

#include "herald/proof/asymptotic.h"
#include "herald/proof/b92.h"
#include "herald/proof/bb84_finite.h"
#include "herald/proof/bb84_finite_one_decoy.h"
#include "herald/proof/bbm92_finite.h"
#include "herald/proof/capacities.h"
#include "herald/proof/device_independent.h"
#include "herald/proof/device_independent_finite.h"
#include "herald/proof/e91.h"
#include "herald/proof/efficiency_mismatch.h"
#include "herald/proof/mdi.h"
#include "herald/proof/mdi_decoy.h"
#include "herald/proof/noisy_preprocessing.h"
#include "herald/proof/npp.h"
#include "herald/proof/npp_decoy.h"
#include "herald/proof/photon_number_splitting.h"
#include "herald/proof/pm.h"
#include "herald/proof/prover/prover.h"
#include "herald/proof/randomness_expansion.h"
#include "herald/proof/sarg04.h"
#include "herald/proof/single_photon_source.h"
#include "herald/proof/six_state.h"
#include "herald/proof/sns.h"
#include "herald/proof/sns_decoy.h"
#include "herald/proof/tf.h"

namespace herald {

std::span<const Theorem> theorems() {
  static const std::array kAll = {six_state_theorem(),
                                  bb84_preprocessing_theorem(),
                                  six_state_preprocessing_theorem(),
                                  sarg04_theorem(),
                                  sarg04_decoy_theorem(),
                                  b92_theorem(),
                                  single_photon_source_theorem(),
                                  efficiency_mismatch_theorem(),
                                  photon_number_splitting_theorem(),
                                  bb84_finite_theorem(),
                                  bb84_finite_one_decoy_theorem(),
                                  bbm92_finite_theorem(),
                                  bb84_theorem(),
                                  bb84_no_decoy_theorem(),
                                  bb84_decoy_theorem(),
                                  bbm92_theorem(),
                                  plob_theorem(),
                                  tgw_theorem(),
                                  repeaters_theorem(),
                                  other_channels_theorem(),
                                  tf_theorem(),
                                  pm_theorem(),
                                  sns_theorem(),
                                  sns_aopp_theorem(),
                                  npp_theorem(),
                                  npp_loss_only_theorem(),
                                  sns_decoy_theorem(),
                                  npp_decoy_theorem(),
                                  mdi_decoy_theorem(),
                                  mdi_theorem(),
                                  e91_theorem(),
                                  di_theorem(),
                                  di_preprocessing_theorem(),
                                  di_finite_theorem(),
                                  randomness_expansion_theorem(),
                                  randomness_expansion_finite_theorem(),
                                  numerical_theorem()};
  return kAll;
}

Result<const Theorem*> find_theorem(std::string_view name) {
  std::string known;
  for (const Theorem& theorem : theorems()) {
    if (theorem.name == name) return &theorem;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", theorem.name);
  }
  return fail(ErrorCode::not_found, fmt::format("no theorem is called \"{}\"; known: {}", name, known));
}

Provenance provenance_of(const KeyLength& key, Origin origin) {
  return {origin, std::string(key.theorem), key.epsilon, {}};
}

}  // namespace herald
