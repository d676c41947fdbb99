#pragma once
// Measurement-device-independent QKD over a fibre with the Bell measurement in the middle.

#include "herald/study/rate_model.h"

namespace herald::study {

const RateModel& mdi_model();  // proof/mdi.h, all decoys

}  // namespace herald::study
