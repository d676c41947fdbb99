#pragma once
// What the counts of several intensities say about pulses of no and of one photon. `Fluctuation` widens every count as
// Hoeffding's inequality asks (docs/theory/finite-keys.md); without it these are the asymptotic bounds.

#include <optional>

#include "herald/base/units.h"
#include "herald/proof/claim.h"
#include "herald/proof/decoy_observation.h"

namespace herald {

struct Fluctuation {
  FailureProbability epsilon;  // of each single use of Hoeffding's inequality
  Accounting accounting = Accounting::rigorous;
};

enum class BasisRole : std::uint8_t { key, test };

// Numbers of sifted detections, not rates.
struct DecoyBounds {
  double vacuum_lower = 0;
  double single_photon_lower = 0;
  double single_photon_errors_upper = 0;  // of the test basis; not filled in for the key basis
};

// Lim et al. 2014, eqs. (2) to (4), for valid counts of three intensities. Uses of Hoeffding: 5 a basis, 2 for
// the errors.
DecoyBounds three_intensity_bounds(const DecoyExpectation& counts, BasisRole basis, std::optional<Fluctuation> f);

// Rusca et al. 2018, eqs. (A14), (A16), (A17), (A19), (A22), for valid counts of two. Uses of Hoeffding: 4 a
// basis (one of them for errors), 2 for the errors of the test basis.
DecoyBounds two_intensity_bounds(const DecoyExpectation& counts, BasisRole basis, std::optional<Fluctuation> f);

}  // namespace herald
