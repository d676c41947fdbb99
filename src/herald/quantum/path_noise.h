#pragma once
// What a path does to the photons that take it, each by itself.

#include "herald/quantum/qubit_string.h"

namespace herald {

// Probabilities.
struct PathNoise {
  double transmittance = 1;  // of the photon's arrival
  double depolarising = 0;   // its state is replaced by an even mixture
  double dephasing = 0;      // its phase is flipped

  bool none() const { return transmittance == 1 && depolarising == 0 && dephasing == 0; }
  bool operator==(const PathNoise&) const = default;
};

inline void suffer(QubitString& string, const PathNoise& noise, SimulationRandom& nature) {
  if (noise.transmittance < 1) lose(string, noise.transmittance, nature);
  if (noise.depolarising > 0) depolarise(string, noise.depolarising, nature);
  if (noise.dephasing > 0) dephase(string, noise.dephasing, nature);
}

// Of a thread that uses a desk (remote.h): what it takes the path to do to whatever it hands over or claims. A string
// is refused to who takes it to do something else than the sender does; nobody tells the desk alone.
void agree_on_path(const PathNoise& noise);

}  // namespace herald
