#pragma once
// Keys and randomness from devices that nobody trusts.

#include "herald/study/rate_model.h"

namespace herald::study {

const RateModel& di_model();                // Acin et al. 2007, from error rate and CHSH value
const RateModel& di_preprocessing_model();  // with Alice's noise, Ho et al. 2020
const RateModel& di_loss_model();           // over fibre, a missing detection being an outcome
const RateModel& di_finite_model();         // entropy accumulation, Arnon-Friedman et al. 2018
const RateModel& randomness_expansion_model();
const RateModel& randomness_expansion_finite_model();  // Pironio et al. 2010

}  // namespace herald::study
