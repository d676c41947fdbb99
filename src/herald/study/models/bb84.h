#pragma once
// The family of BB84 over a fibre. Rates are secret bits per pulse that Alice sends.

#include "herald/study/rate_model.h"

namespace herald::study {

// Infinitely long keys over the channel of Ma, Qi, Zhao, Lo 2005, standard parameters those of Gobby, Yuan, Shields
// 2004: perfect single photons; infinitely many decoys; vacuum and a weak decoy; one weak decoy; no decoys.
const RateModel& bb84_model();
const RateModel& bb84_decoy_model();
const RateModel& bb84_vacuum_weak_model();
const RateModel& bb84_one_decoy_model();
const RateModel& bb84_gllp_model();

// Blocks of finite size: three intensities (Lim et al. 2014), two (Rusca et al. 2018), single photons (Tomamichel et
// al. 2012).
const RateModel& bb84_finite_model();
const RateModel& bb84_finite_one_decoy_model();
const RateModel& bb84_tomamichel_model();

// Relatives with infinitely long keys, with perfect single photons but for SARG04 with infinitely many decoys.
const RateModel& six_state_model();
const RateModel& bb84_preprocessing_model();
const RateModel& six_state_preprocessing_model();
const RateModel& sarg04_model();
const RateModel& sarg04_decoy_model();
const RateModel& b92_model();

// Imperfect devices, infinitely long keys: a source with g2 > 0, without and with decoys; detectors of unequal
// efficiency; and the most that photon-number splitting leaves of weak pulses without decoys.
const RateModel& bb84_single_photon_source_model();
const RateModel& bb84_single_photon_source_decoy_model();
const RateModel& bb84_mismatch_model();
const RateModel& photon_number_splitting_model();

}  // namespace herald::study
