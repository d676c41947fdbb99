#pragma once
// Bit commitment without further assumptions: the impossibility of Mayers, PRL 78, 3414 (1997), and Lo, Chau, PRL 78,
// 3410 (1997), with its figures. F and D are fidelity (Tr|sqrt rho0 sqrt rho1|) and trace distance of what Bob holds
// after commitments to 0 and 1; P_A is Alice's mean probability of opening the bit that she is told, P_B Bob's of
// guessing it early. All arguments in [0, 1] unless said otherwise. protocol/commitment/attack.h has the attacks as
// states.

#include <cstdint>
#include <span>

#include "herald/cheating/theorem.h"

namespace herald {

// Alice commits to 0 honestly, keeps the purification, and rotates it where 1 is wanted: (1 + F^2)/2.
Result<double> open_by_rotation(double fidelity);
// She commits to the best superposition: (1 + F)/2, the optimum.
Result<double> open_by_superposition(double fidelity);
// (1 + D)/2, the optimum.
Result<double> guess_commitment(double trace_distance);
// F >= 1 - D, so P_A + P_B >= 3/2.
double commitment_sum_bound();

// What any commitment leaves at least: P_A >= (1 - (1 - 1/sqrt 2) t)^2 where P_B = (1 + t)/2, a curve that protocols
// reach up to any epsilon. Chailloux, Kerenidis, FOCS 2011, 354.
Result<double> optimal_opening(double t);
// The t with P_A = P_B, and that value: 0.478593, 0.739296.
struct OptimalCommitment {
  double t = 0, cheat = 0;
};
OptimalCommitment optimal_commitment();

// BB84's commitment: the basis of n photons is the bit. Bob sees the same for both, so D = 0, F = 1: Alice with EPR
// halves opens either. Without a memory she passes as in coin_flip_bb84.h.
struct CommitmentCheats {
  double alice = 0, bob = 0;
};
Result<CommitmentCheats> bb84_commitment(double photons);

// Brassard, Crepeau, Jozsa, Langlois, FOCS 1993: the bit is the parity of `weight` bits, each sent in one of BB84's
// bases at random. Bob's optimum (Breidbart's basis, all at once) has D = 2^(-weight/2), and F = sqrt(1 - D^2) because
// every outcome tells him equally much. Without the code that the paper adds against a lying Alice, which tells Bob
// more and costs Alice's superposition nothing. weight >= 1.
Result<CommitmentCheats> bcjl_parity(double weight);
// With the code, exactly: the bit is the parity of `parity` over a random word of a linear code of `bits` bits with
// these checks (a basis of its dual, at most 16), which Breidbart's basis tells like a classical line with errors
// sin^2(pi/8). D and F from sums over the dual (Macwilliams). bits 1 to 64.
Result<CommitmentCheats> bcjl_code(std::span<const std::uint64_t> checks, int bits, std::uint64_t parity);

const CheatingTheorem& commitment_no_go_theorem();
const CheatingTheorem& commitment_optimal_theorem();
const CheatingTheorem& commitment_bb84_theorem();
const CheatingTheorem& commitment_bcjl_theorem();

}  // namespace herald
