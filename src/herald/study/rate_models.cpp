#include <vector>

#include "herald/study/models/bb84.h"
#include "herald/study/models/capacities.h"
#include "herald/study/models/device_independent.h"
#include "herald/study/models/entanglement.h"
#include "herald/study/models/mdi.h"
#include "herald/study/models/twin_field.h"
#include "herald/study/rate_model.h"

namespace herald::study {

std::span<const RateModel* const> rate_models() {
  static const std::vector<const RateModel*> kAll = {
      &bb84_model(),
      &bb84_decoy_model(),
      &bb84_vacuum_weak_model(),
      &bb84_one_decoy_model(),
      &bb84_gllp_model(),
      &bb84_finite_model(),
      &bb84_finite_one_decoy_model(),
      &bb84_tomamichel_model(),
      &bb84_single_photon_source_model(),
      &bb84_single_photon_source_decoy_model(),
      &bb84_mismatch_model(),
      &bb84_preprocessing_model(),
      &six_state_model(),
      &six_state_preprocessing_model(),
      &sarg04_model(),
      &sarg04_decoy_model(),
      &b92_model(),
      &photon_number_splitting_model(),
      &plob_model(),
      &tgw_model(),
      &repeaters_model(),
      &thermal_loss_model(),
      &amplifier_model(),
      &additive_noise_model(),
      &erasure_model(),
      &dephasing_model(),
      &tf_model(),
      &pm_model(),
      &sns_model(),
      &sns_aopp_model(),
      &npp_model(),
      &npp_loss_only_model(),
      &sns_decoy_model(),
      &npp_decoy_model(),
      &mdi_model(),
      &mdi_decoy_model(),
      &bbm92_model(),
      &e91_model(),
      &di_model(),
      &di_preprocessing_model(),
      &di_loss_model(),
      &di_finite_model(),
      &randomness_expansion_model(),
      &randomness_expansion_finite_model(),
  };
  return kAll;
}

}  // namespace herald::study
