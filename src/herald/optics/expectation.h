#pragma once
// Closed formulas for what an honest link will show: gains, error rates and photon-number yields, in the manner of Ma
// et al., PRA 72, 012326 (2005), and Lim et al., PRA 89, 022307 (2014), and exact for the model of
// docs/theory/optics.md as long as there are no afterpulses, dead time or jitter; those enter to first order (section 5
// there).

#include <array>
#include <vector>

#include "herald/optics/link_model.h"
#include "herald/quantum/basis.h"

namespace herald {

// Of pulses that both parties used in the same basis.
struct ExpectedRate {
  Probability gain;      // that Bob reports a click
  ErrorRate error_rate;  // that a click's bit differs from Alice's
};

struct Expectation {
  // rates[k][b]: intensity k, both in basis b
  std::vector<std::array<ExpectedRate, 2>> rates;
  Probability click;       // that a pulse clicks, whatever the settings
  Probability live;        // that both detectors can fire in a gate
  ErrorRate sifted_error;  // over all intensities and both bases, among clicks with equal bases
};

Expectation expect(const LinkModel& model);

// Yield and error rate of an n-photon pulse that both used in the same basis (which basis does not matter).
ExpectedRate photon_number_yield(const LinkModel& model, unsigned photons);

}  // namespace herald
