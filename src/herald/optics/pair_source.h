#pragma once
// Closed formulas for entangled pairs from parametric down-conversion: what two receivers with threshold detectors will
// see of them. Ma, Fung, Lo, PRA 76, 012307 (2007), quant-ph/0703122, with all terms positive, so that nothing cancels
// at any loss. A receiver's yield Y0 is its probability of a click without light.

#include "herald/base/result.h"
#include "herald/base/units.h"

namespace herald {

// One of the two ends: what of its half of a pair is detected, and how often it clicks on its own.
struct PairReceiver {
  double efficiency = 1;  // from source to click, fibre included: eta_A or eta_B
  double background = 0;  // Y0 of the receiver
};

// What goes wrong with a pair of which both halves are detected, and with a coincidence that is chance.
struct PairErrors {
  double misalignment = 0;  // e_d
  double background = 0.5;  // e_0
};

// Probabilities per pulse of the source, both ends measuring in the same basis.
struct CoincidenceRate {
  double gain = 0;        // Q: that both ends click
  double error_rate = 0;  // E: that their bits differ, given that both click
};

// P(n) = (n+1) lambda^n / (1+lambda)^(n+2) pairs in a pulse of 2 lambda pairs in the mean.
double pair_number_probability(double mean_pairs, unsigned pairs);

// Gain and error rate of pulses with `mean_pairs` = 2 lambda pairs: the paper's Q_lambda and E_lambda. Errors:
// invalid_argument, for probabilities outside [0, 1] and a mean outside (0, 1000].
Result<CoincidenceRate> down_conversion(double mean_pairs, const PairReceiver& alice, const PairReceiver& bob,
                                        const PairErrors& errors);
// The same for pulses of exactly `pairs` pairs, up to a million: Y_n and e_n. One: an ideal source of pairs on demand.
Result<CoincidenceRate> pair_number_coincidence(unsigned pairs, const PairReceiver& alice, const PairReceiver& bob,
                                                const PairErrors& errors);

}  // namespace herald
