#pragma once
// From the errors of a random sample measured in the test basis to the phase errors of the key, which nobody measures.

#include "herald/base/units.h"

namespace herald {

// Upper bound on the phase error rate of `key` rounds, `errors` having been seen in `test` rounds of the same kind
// drawn at random: larger with probability at most epsilon. The hypergeometric test inverted (base/tail_bounds.h), the
// real-valued arguments rounded to the safe side. 1/2 when the sample shows nothing. errors is an upper bound, test and
// key lower bounds.
ErrorRate sampled_phase_error_rate(double errors, double test, double key, FailureProbability epsilon);

// The bound printed as eq. (5) of Lim et al. 2014 (after Fung, Ma, Chau, PRA 81, 012318 (2010)), with epsilon =
// epsilon_sec and `terms` = 21 (19 in Rusca et al. 2018). It approximates a tail by a Gaussian, so it fails for few
// errors (it is 0 at none), and it bounds a probability by alpha where smoothing needs alpha^2:
// docs/theory/finite-keys.md. For comparison only.
ErrorRate published_phase_error_rate(double errors, double test, double key, FailureProbability epsilon, double terms);

}  // namespace herald
