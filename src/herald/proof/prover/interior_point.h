#pragma once
// The worst state, by a barrier method: Newton steps on f/mu - log det rho - (barrier of the statistics), mu falling.
// f is compatible with this barrier (Faybusovich, Zhou, arXiv 1906.00037), so the steps are few. Nothing here is
// trusted: the certificate takes what comes and bounds it anew.

#include "herald/proof/prover/problem.h"

namespace herald::prover {

struct Minimum {
  ComplexMatrix state;
  std::vector<double> multipliers;  // y, of the constraints: first `design`, then `observed`
  double objective = 0;             // f(state), nats
  int iterations = 0;
};

// D(G(rho) || Z(G(rho))), in nats.
double objective(const Problem& problem, const ComplexMatrix& state);

// The statistics are met within their tolerances and `widening`, which gives the set of states an interior.
// Errors (invalid_argument): no state does (the message says how closely the nearest meets them).
Result<Minimum> minimise(const Problem& problem, double widening);

}  // namespace herald::prover
