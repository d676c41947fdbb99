#pragma once
// What noise does to states.

#include <vector>

#include "herald/quantum/matrix.h"

namespace herald {

// A channel by its Kraus operators: rho -> sum_k K rho K+, sum_k K+ K = 1. With the index k told it is a measurement
// that keeps the state.
using KrausChannel = std::vector<ComplexMatrix>;

// rho -> (1 - p) rho + p 1/d.
KrausChannel depolarising(double p, std::size_t dimension);
// A qubit's phase is flipped with probability p: rho -> (1 - p) rho + p Z rho Z.
KrausChannel dephasing(double p);
// A qubit's |1> decays to |0> with probability `decay`.
KrausChannel amplitude_damping(double decay);
// A real rotation by `angle` (radian) between the first two basis states.
KrausChannel rotation(double angle, std::size_t dimension);
// With probability 1 - transmittance the state is lost: into one more dimension, the last.
KrausChannel loss(double transmittance, std::size_t dimension);

// First `first`, then `second`.
KrausChannel composed(const KrausChannel& first, const KrausChannel& second);
ComplexMatrix applied(const KrausChannel& channel, const ComplexMatrix& state);
// sum_k K+ K, which of a channel is the identity.
ComplexMatrix completeness(const KrausChannel& channel);

}  // namespace herald
