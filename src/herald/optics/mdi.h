#pragma once
// What an untrusted Bell measurement in the middle shows of two pulses, of which each carries a polarization: gains and
// error rates of phase-randomised pulses and yields of single photons, in the basis of the key (Z, rectilinear) and of
// the test (X, diagonal). Four threshold detectors; a success is a click in two of them that names a Bell state. After
// Ma, Razavi, PRA 86, 062319 (2012). Sums of positive terms: no cancellation however little arrives.

#include "herald/base/units.h"
#include "herald/optics/twin_field.h"

namespace herald {

struct BellMeasurement {
  double transmittance_a, transmittance_b;  // from each end to a detector, efficiency included
  double dark_count;                        // of each detector at each pulse
  double misalignment;                      // e_d: that a photon errs in its polarization
};

// Pulses of the mean photon numbers mu_a and mu_b, in the same basis.
GainAndError mdi_key_basis(const BellMeasurement& node, double mean_a, double mean_b);
GainAndError mdi_test_basis(const BellMeasurement& node, double mean_a, double mean_b);
// One photon from each end: the yield Y11, the same in both bases, and the error rates.
GainAndError mdi_single_photons_test_basis(const BellMeasurement& node);

}  // namespace herald
