#pragma once
// Entanglement-based protocols with a source between the two ends (optics/pair_source.h).

#include "herald/study/rate_model.h"

namespace herald::study {

// Pairs from parametric down-conversion: Ma, Fung, Lo, PRA 76, 012307 (2007).
const RateModel& bbm92_model();
// One pair at a time, Ekert's nine pairs of settings; beside it what the same pairs give to those who trust no device.
const RateModel& e91_model();

}  // namespace herald::study
