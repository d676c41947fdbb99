#pragma once
// Device-independent keys of finite length by entropy accumulation: Arnon-Friedman, Dupuis, Fawzi, Renner, Vidick, Nat.
// Commun. 9, 459 (2018); in the form of Arnon-Friedman, Renner, Vidick, SIAM J. Comput. 48, 181 (2019), arXiv
// 1607.01797, one round at a time. The constants are those of docs/theory/device-independent.md, quoted from memory of
// the paper: for comparison, not yet for keys.

#include "herald/proof/claim.h"

namespace herald {

// What is agreed before the block. It is given up unless, of its `rounds`, at least rounds * test_probability *
// least_wins are test rounds that win the CHSH game.
struct DiFiniteProtocol {
  double rounds = 0;            // n
  double test_probability = 0;  // gamma: that a round is a test
  double least_wins = 0;        // (omega gamma - delta)/gamma; a CHSH value S wins a share 1/2 + S/8
  double leak = 0;              // cap on what error correction discloses, bits
};

// The share of CHSH games that a CHSH value wins.
constexpr double chsh_wins(double chsh) { return 0.5 + chsh / 8; }

// g(omega) = 1 - h(1/2 + sqrt(16 omega (omega - 1) + 3)/2): chsh_entropy of a share of games won.
// The key's length (KeyLength::exact_bits negative: so many bits are missing). epsilon.secrecy is split into smoothing,
// accumulation and amplification as the record says; epsilon.correctness is that of error correction. Errors:
// invalid_argument, for fewer than one round, a test probability outside (0, 1], a share of wins outside [0, (2 +
// sqrt2)/4], a negative leak, epsilons outside (0, 1).
Result<KeyLength> di_finite(const DiFiniteProtocol& protocol, const Epsilon& epsilon);

// What error correction of an honest block discloses: n [(1-gamma) h(Q) + gamma h(omega)] and what the asymptotic
// equipartition costs when it may fail with probability `failure`. Ibid. Errors: as above.
Result<double> di_expected_leak(double rounds, double test_probability, ErrorRate error_rate, double wins,
                                FailureProbability correctness, FailureProbability failure);

const Theorem& di_finite_theorem();

}  // namespace herald
