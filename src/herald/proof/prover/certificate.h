#pragma once
// A lower bound on the problem's minimum from any dual point, with rounding accounted for.

#include "herald/proof/prover/problem.h"

namespace herald::prover {

// For every rho that meets the constraints D(G(rho) || Z(G(rho))) >= the result, in nats, whatever `state` and
// `multipliers` are; -infinity when they show nothing. `floor` is added to the spectrum of G(state) to make its
// logarithm exist; any positive one is right. docs/theory/numerical-prover.md, sections 2 to 4.
double certified_minimum(const Problem& problem, const ComplexMatrix& state, std::span<const double> multipliers,
                         double floor);

// By how much H(Z|E), in bits, may differ between the protocol and the problem: Winter, Commun. Math. Phys. 347, 291
// (2016), Lemma 2, for problem.state_defect.
double rounding_bits(const Problem& problem);

}  // namespace herald::prover
