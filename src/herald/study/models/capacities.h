#pragma once
// The bounds that no point-to-point protocol, and no chain of repeaters, exceeds (proof/capacities.h), over a fibre.

#include "herald/study/rate_model.h"

namespace herald::study {

const RateModel& plob_model();
const RateModel& tgw_model();
const RateModel& repeaters_model();

}  // namespace herald::study
