#pragma once
// Sending-or-not-sending with vacuum and two decoys: what they show of single photons.

#include "herald/proof/sns.h"

namespace herald {

// Of windows with decoys; a window counts when exactly one of Charlie's detectors clicked.
struct SnsDecoyObservation {
  MeanPhotonNumber weak, strong;         // mu_1 < mu_2
  Probability vacuum;                    // S_00: neither sends
  Probability weak_alice, weak_bob;      // S_10, S_01: one end sends the weak decoy, the other nothing
  Probability strong_alice, strong_bob;  // S_20, S_02
  Probability wrong;                     // T: both send the weak decoy with matched phases, the wrong detector clicks
};

struct SnsSinglePhotons {
  Probability yield;      // s_1 >=
  ErrorRate phase_error;  // e_1 <=, at most 1/2
};

// s_10 >= [mu_2^2 e^mu_1 S_10 - mu_1^2 e^mu_2 S_20 - (mu_2^2 - mu_1^2) S_00] / [mu_1 mu_2 (mu_2 - mu_1)], s_01 alike,
// s_1 = (s_10 + s_01)/2; e_1 <= (T - e^(-2 mu_1) S_00/2) / (2 mu_1 e^(-2 mu_1) s_1). Errors: invalid_argument.
// Yu, Hu, Jiang, Xu, Wang, Sci. Rep. 9, 3080 (2019), without its statistical fluctuations.
Result<SnsSinglePhotons> sns_decoy_bounds(const SnsDecoyObservation& observation);

const Theorem& sns_decoy_theorem();

}  // namespace herald
