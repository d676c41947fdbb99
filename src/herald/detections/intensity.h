#pragma once
// One of the intensities that a phase-randomised source chooses from.

#include "herald/base/units.h"

namespace herald {

struct Intensity {
  MeanPhotonNumber mean;    // of the Poisson photon number of a pulse
  Probability probability;  // that Alice chooses it
  bool operator==(const Intensity&) const = default;
};

}  // namespace herald
