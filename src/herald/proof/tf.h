#pragma once
// The original twin-field proposal. Its rate is a formula rather than a theorem: see the record.

#include "herald/proof/asymptotic.h"

namespace herald {

// (d/M) {Q1 [1 - h(e1)] - f Q h(E)} per pair of pulses. `joint` is of the pulse that both halves make together, its
// mean the sum of both; error rates include what the width of a slice costs. M = `phase_slices` >= 2; d = `duty` in [0,
// 1], the share of time that is not spent on the phase reference. Errors: invalid_argument. Lucamarini, Yuan, Dynes,
// Shields, Nature 557, 400 (2018).
Result<double> tf_rate(const PulseStatistics& joint, const SinglePhotonPart& single, double f, unsigned phase_slices,
                       double duty);

const Theorem& tf_theorem();

}  // namespace herald
