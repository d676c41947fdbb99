#pragma once
// Ekert's protocol, infinitely long keys: the CHSH value bounds what Eve knows, with trusted analysers of qubits (here)
// or with devices that nobody trusts (proof/device_independent.h).

#include "herald/proof/claim.h"

namespace herald {

// Of three settings at each end, two of the nine pairs make the key and four the Bell test.
inline constexpr double kE91KeyShare = 2.0 / 9, kE91BellShare = 4.0 / 9;

// The phase error rate (1 + (1 - 2Q) - S/sqrt2)/2 of pairs whose bits differ with probability Q and whose CHSH value
// with Ekert's analysers is S: S/sqrt2 is the sum of the correlations along any two perpendicular directions of their
// plane (docs/theory/entanglement.md). At least 0. Errors: invalid_argument, for Q outside [0, 1], S outside [0,
// 2 sqrt2], and for a Q and an S that no pair of qubits shows together.
Result<ErrorRate> e91_phase_error(ErrorRate bit, double chsh);

// 1 - f h(Q) - h(phase) per bit of the key; 1 - 2h(Q) for depolarised pairs and f = 1. Errors: as above, and f < 1.
Result<double> e91_rate(ErrorRate bit, double chsh, double f = 1);

const Theorem& e91_theorem();

}  // namespace herald
