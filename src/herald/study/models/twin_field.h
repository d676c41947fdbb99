#pragma once
// Twin-field protocols over a fibre with Charlie in the middle, infinitely long keys (docs/theory/twin-field.md); all
// decoys unless the name says otherwise.

#include "herald/study/rate_model.h"

namespace herald::study {

const RateModel& tf_model();             // proof/tf.h
const RateModel& pm_model();             // proof/pm.h
const RateModel& sns_model();            // proof/sns.h
const RateModel& sns_aopp_model();       // proof/sns.h
const RateModel& npp_model();            // proof/npp.h
const RateModel& npp_loss_only_model();  // proof/npp.h
const RateModel& sns_decoy_model();      // proof/sns_decoy.h
const RateModel& npp_decoy_model();      // proof/npp_decoy.h

}  // namespace herald::study
