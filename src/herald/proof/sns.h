#pragma once
// Sending-or-not-sending twin-field QKD with infinitely long keys: plain, and with active odd-parity pairing. A window
// is one pair of pulses; it counts when exactly one of Charlie's detectors clicked.

#include "herald/proof/claim.h"

namespace herald {

// Of Z windows, in which each end decides in secret whether to send. Probabilities are per window.
struct SnsObservation {
  Probability gain;       // S_Z: the window counts
  ErrorRate error_rate;   // E_Z: of these, both sent or neither
  Probability untagged;   // it counts, one end alone sent, and sent one photon: 2 eps (1-eps) mu e^-mu s_1
  ErrorRate phase_error;  // e_1, of those, from windows with matched phases
};

// untagged [1 - h(e_1)] - f S_Z h(E_Z) per window. Errors: invalid_argument.
// Wang, Yu, Hu, PRA 98, 062323 (2018), arXiv:1805.09222.
Result<double> sns_rate(const SnsObservation& observation, double f);

// The same before Bob pairs his zeros with his ones. Probabilities are per window and each includes that it counts.
struct SnsPairingObservation {
  Probability alice, bob;                    // n_C: she alone, he alone sent
  Probability both, none;                    // n_D, n_V
  Probability untagged_alice, untagged_bob;  // n_10, n_01: one photon, she alone, he alone sent
  ErrorRate phase_error;                     // e_1
};

// What is left of it, per window.
struct PairedWindows {
  Probability surviving;  // n_t'
  ErrorRate error_rate;   // E'
  Probability untagged;   // n_1'
  ErrorRate phase_error;  // 2 e_1 (1 - e_1)
};
// Bob pairs each window of his rarer bit with a random one of the other; a pair survives if Alice's bits differ too,
// and leaves one bit. Errors: invalid_argument. Xu, Yu, Jiang, Hu, Wang, PRA 101, 042330 (2020).
Result<PairedWindows> sns_odd_parity_pairs(const SnsPairingObservation& observation);
// n_1' [1 - h(e_1')] - f n_t' h(E') per window. Errors: invalid_argument.
Result<double> sns_aopp_rate(const SnsPairingObservation& observation, double f);

const Theorem& sns_theorem();
const Theorem& sns_aopp_theorem();

}  // namespace herald
