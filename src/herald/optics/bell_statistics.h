#pragma once
// Closed formulas for what a CHSH test on polarisation pairs shows when a round without detection is an outcome like
// any other: visibility V, efficiency of each end. Without dark counts. Pironio et al., NJP 11, 045021 (2009).

#include "herald/base/result.h"
#include "herald/base/units.h"

namespace herald {

struct BellStatistics {
  double chsh = 0;         // S = 2 sqrt2 V eta_A eta_B + 2 (1 - eta_A)(1 - eta_B): a missing outcome is read as +1
  ErrorRate key_error{0};  // of pairs measured alike, a missing outcome read as +1 by both
  // H(A|B) in bits when Bob keeps apart what he missed, Alice flipping her bit with probability `noise` before.
  double flagged_entropy = 0;
};

// Errors: invalid_argument, for what is not between 0 and 1 (noise: 1/2).
Result<BellStatistics> bell_statistics(double visibility, double efficiency_alice, double efficiency_bob,
                                       double noise = 0);

}  // namespace herald
