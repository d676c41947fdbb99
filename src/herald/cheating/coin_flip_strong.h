#pragma once
// Strong coin flipping, each party wanting either outcome: how far any protocol, and the known ones, keep a cheater
// from certainty. P_A and P_B are the probabilities with which a cheating Alice, Bob forces the outcome he wants.

#include <array>

#include "herald/cheating/theorem.h"
#include "herald/quantum/distance.h"

namespace herald {

struct CoinBias {
  double alice = 0, bob = 0;  // P_A and P_B
};

// P_A P_B >= 1/2 for each outcome, so one of them reaches 1/sqrt 2. Kitaev (2002), in Gutoski, Watrous, STOC 2007.
// Reached up to any epsilon: Chailloux, Kerenidis, FOCS 2009.
double kitaev_bound();
// The least P_B that leaves Alice with P_A: 1/(2 P_A). P_A in [1/2, 1].
Result<double> kitaev_other(double alice);

// Ambainis, J. Comput. Syst. Sci. 68, 398 (2004): Alice sends (|0> +- |a+1>)/sqrt 2, Bob sends b, Alice opens a; the
// coin is a + b. What Bob sees, for a = 0 and 1, and the states in which Alice keeps the sign: C^2 (x) C^3, index 3
// sign + t.
std::array<ComplexMatrix, 2> ambainis_seen_by_bob();
std::array<Amplitudes, 2> ambainis_states();
// (3/4, 3/4), computed from them: P_A = (1 + F)/2, P_B = (1 + D)/2.
CoinBias ambainis();

// Berlin, Brassard, Bussieres, Godbout, PRA 80, 062321 (2009): Alice sends sqrt y|0> +- sqrt(1-y)|1> for bit 0,
// sqrt(1-y)|0> -+ sqrt y|1> for bit 1, the sign being the basis; Bob asks again when nothing arrived. P_A = (3 + 2
// sqrt(y(1-y)))/4, P_B = y, at any loss. y in [1/2, 1].
Result<CoinBias> loss_tolerant(double y);
Amplitudes loss_tolerant_state(double y, bool basis, bool bit);
// The y with P_A = P_B: 9/10.
double loss_tolerant_fair();

// Without quantum mechanics, an honest pair giving up with probability `abort`: one party reaches 1 - sqrt(abort/2),
// for abort up to 1/2. Haenggi, Wullschleger, TCC 2011 (LNCS 6597, 468).
Result<double> classical_coin_bound(double abort);

const CheatingTheorem& coin_flip_kitaev_theorem();
const CheatingTheorem& coin_flip_ambainis_theorem();
const CheatingTheorem& coin_flip_berlin_theorem();
const CheatingTheorem& coin_flip_classical_theorem();

}  // namespace herald
