#pragma once
// Wiesner's money: n photons, each in one of BB84's states, which the bank knows. What a counterfeiter who has one note
// gets two through with.

#include <span>

#include "herald/cheating/theorem.h"
#include "herald/quantum/channel.h"
#include "herald/quantum/distance.h"

namespace herald {

// (3/4)^n, the optimum over everything quantum mechanics permits. Molina, Vidick, Watrous, TQC 2012 (LNCS 7582, 45),
// theorem 1. n >= 0, as below.
Result<double> counterfeit_optimal(double photons);
// (5/8)^n: each photon measured in either basis, and two sent that are like the outcome.
Result<double> counterfeit_measure_resend(double photons);
// (3/4 + sqrt 2/8)^n: notes that are shown to be genuine by measuring as the bank asks and telling it the outcomes,
// where both verifications ask before either is answered. Ibid.
Result<double> counterfeit_classical_verification(double photons);

// The optimal counterfeiter's map of one qubit to two (first note's qubit first), with two Kraus operators. Ibid.
KrausChannel optimal_cloner();
// The probability that a map of one qubit to two makes two notes that both pass, for equally likely states.
double counterfeit_success(const KrausChannel& cloner, std::span<const Amplitudes> states);
// No map of one system to two does better: d |Q|, Q = mean of |psi psi psi*><psi psi psi*|, because |Q| 1 is a feasible
// point of the dual program. The bound is a product for notes of several systems. Ibid.
double counterfeit_bound(std::span<const Amplitudes> states);
// BB84's four states, and the six of three bases.
std::vector<Amplitudes> wiesner_states();
std::vector<Amplitudes> six_states();

const CheatingTheorem& money_theorem();

}  // namespace herald
