#pragma once
// Limited quantum memories when honest parties lose photons, err, and send attenuated laser pulses: Wehner, Curty,
// Schaffner, Lo, PRA 81, 052336 (2010). What losses and syndromes leave of the bounds of bounded_storage.h and
// noisy_storage.h, and of the best known attack. docs/theory/mistrust.md has the sums.

#include "herald/cheating/theorem.h"

namespace herald {

// Pulses of Poissonian photon number, of which `counted` make the strings; with mean 0 all have one photon.
struct CountedPulses {
  double pulses = 0;
  double counted = 0;
  double mean_photon_number = 0;
  bool single_photons = true;
};

// The memory takes `qubits`, each of which it keeps with probability `kept` (depolarising).
struct LimitedMemory {
  double qubits = 0;
  double kept = 1;
};

// A pulse has two photons or more with 1 - (1 + mu) e^-mu.
Result<double> several_photons(double mean_photon_number);
// The least k such that more than k of the pulses have several photons with probability at most epsilon in (0, 1).
Result<double> most_with_several_photons(double pulses, double mean_photon_number, double epsilon);

// No adversary with that memory has both strings of `length` bits with more: of the counted pulses all but those with
// several photons bind him, each uncertainty relation holds for whatever pulses he chose to count, and syndromes of
// `leaked` bits count like as many qubits.
Result<double> counted_pulses_both_bound(const CountedPulses& light, const LimitedMemory& memory, double length,
                                         double leaked);

// What the attack has: over a line without loss it reads pulses of several photons in both bases and keeps single
// photons while there is room; others it measures halfway between the bases, and guesses where there are none.
struct SplitAttack {
  double refused = 0;     // Alice gives up
  double both_known = 0;  // he has both strings of `length` bits
};
// `only_sure`: he reports only what he read or kept.
Result<SplitAttack> split_attack(const CountedPulses& light, const LimitedMemory& memory, double length,
                                 bool only_sure);

const CheatingTheorem& robust_storage_theorem();

}  // namespace herald
