#pragma once
// Weak coin flipping, where it is known which outcome each party wants: P_A and P_B may come arbitrarily near 1/2.
// point_game.h plays the games behind these figures.

#include "herald/cheating/theorem.h"

namespace herald {

// P_A P_B = 1/2, every such pair: Spekkens, Rudolph, PRL 89, 227901 (2002). P_A in [1/2, 1].
Result<double> spekkens_rudolph_other(double alice);
// 1/sqrt 2 - 1/2, of the fair one.
double spekkens_rudolph_bias();
// 1/(4k + 2): k = 1 is Mochon's 1/6 (PRA 72, 022341 (2005)), k = 2 the explicit 1/10 of Arora, Roland, Weis (STOC
// 2019); 0 in the limit: Mochon, arXiv 0711.4114. k >= 1.
Result<double> mochon_bias(double k);

const CheatingTheorem& coin_flip_weak_theorem();

}  // namespace herald
