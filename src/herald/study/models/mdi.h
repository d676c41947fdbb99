#pragma once
// Measurement-device-independent QKD over a fibre with the Bell measurement in the middle.

#include "herald/study/rate_model.h"

namespace herald::study {

const RateModel& mdi_model();        // proof/mdi.h, all decoys
const RateModel& mdi_decoy_model();  // proof/mdi_decoy.h

}  // namespace herald::study
