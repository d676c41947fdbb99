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

}  // namespace herald::study
