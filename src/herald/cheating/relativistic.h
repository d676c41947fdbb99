#pragma once
// Commitments and coins between parties with agents at places apart: no message is faster than light. Kent, PRL 83,
// 5382 and 1447 (1999); PRL 109, 130501 (2012).

#include "herald/base/units.h"
#include "herald/cheating/theorem.h"

namespace herald {

// In vacuum, 299 792.458 km/s.
Seconds light_time(Kilometre distance);
// Whether two events so far apart in time and space cannot have influenced each other: |dt| < dx/c.
bool space_like(Seconds apart, Kilometre distance);
// How long a single-round commitment between two places lasts before their news can meet half-way: distance/(2c).
Seconds single_round_commitment(Kilometre distance);

// The multi-round commitment of n-bit strings sustained for m rounds: p_0 + p_1 <= 1 + epsilon, epsilon = m
// 2^((3-n)/2). Chakraborty, Chailloux, Leverrier, PRL 115, 250501 (2015); Fehr, Fillinger, Eurocrypt 2016. rounds >= 1,
// bits >= 1.
Result<double> sustained_commitment(double rounds, double bits);
// The most rounds, and the fewest bits, that keep epsilon; epsilon in (0, 1].
Result<double> most_rounds(double bits, double epsilon);
Result<double> fewest_bits(double rounds, double epsilon);
// Rounds that a commitment over `duration` takes; round_time is refused when light crosses the distance in it.
Result<double> rounds_over(Seconds duration, Seconds round_time, Kilometre distance);

// The quantum commitment of Kent 2012 with BB84's states: p_0 + p_1 <= 1 + cos^2(pi/8)^n, n qubits, no loss, no error.
// Croke, Kent, PRA 86, 052309 (2012); Kaniewski, Tomamichel, Haenggi, Wehner, IEEE TIT 59, 4687 (2013).
Result<double> kent_commitment(double qubits);

// The coin of two agents who answer before light could join them has no bias.
double relativistic_coin();

const CheatingTheorem& commitment_relativistic_theorem();
const CheatingTheorem& commitment_kent_theorem();
const CheatingTheorem& coin_flip_relativistic_theorem();

}  // namespace herald
