#pragma once
// Attenuated laser pulses of random phase as strings of qubits, and what threshold detectors make of them.
//
// Such a pulse has a Poissonian number of photons. Pulses travel as several strings with a place for each of them: the
// m-th string has the m-th photon of every pulse that has so many.

#include <vector>

#include "herald/base/random.h"
#include "herald/quantum/qubit_string.h"

namespace herald {

// How many strings, for any pulse to have more photons with probability below 1e-12.
std::size_t photon_orders(double mean_photon_number, std::size_t pulses);

// All photons of pulse i are bits[i] in basis bases[i].
std::vector<QubitString> weak_pulses(BitView bits, BitView bases, double mean_photon_number, std::size_t orders,
                                     SimulationRandom& random);

// A detector for either bit value, and the optics before them. Probabilities.
struct PulseReceiver {
  double efficiency = 1;
  double dark_count = 0;    // per detector and pulse
  double misalignment = 0;  // that a photon goes to the wrong one of the detectors
};

// Pulse by pulse: `detected` when any detector fired; when both did the bit is a coin's.
Detections detect_pulses(std::vector<QubitString> orders, Basis basis, const PulseReceiver& receiver,
                         SimulationRandom& random);

}  // namespace herald
