#pragma once
// The bounds that no point-to-point protocol, and no chain of repeaters, exceeds (proof/capacities.h), over a fibre.

#include "herald/study/rate_model.h"

namespace herald::study {

const RateModel& plob_model();
const RateModel& tgw_model();
const RateModel& repeaters_model();

// Of other channels than a fibre that only loses.
const RateModel& thermal_loss_model();
const RateModel& amplifier_model();
const RateModel& additive_noise_model();
const RateModel& erasure_model();
const RateModel& dephasing_model();

}  // namespace herald::study
