#pragma once
// The most secret key that any protocol can draw from a channel used n times, helped by two-way public conversation, n
// large: no rate exceeds these. In bits per use of the channel. Errors: invalid_argument, for channels that are none.

#include <span>

#include "herald/proof/claim.h"

namespace herald {

// -log2(1 - eta), eta the transmittance of a lossy bosonic mode: the capacity itself, infinite at eta = 1 (energy is
// free). Pirandola, Laurenza, Ottaviani, Banchi, Nat. Commun. 8, 15043 (2017), eq. (19).
Result<double> pure_loss_capacity(Probability transmittance);
// log2((1 + eta)/(1 - eta)): the earlier, looser bound. Takeoka, Guha, Wilde, Nat. Commun. 5, 5235 (2014).
Result<double> takeoka_guha_wilde_bound(Probability transmittance);

// Repeaters that cut a line of total loss into repeaters + 1 equal pieces: -log2(1 - eta^(1/(repeaters+1))) per use of
// the whole chain. From the loss, so that no length underflows. Pirandola, Commun. Phys. 2, 51 (2019).
Result<double> repeater_chain_capacity(Decibel total, int repeaters);
// Any chain: the least of its links' capacities; at least one link. Ibid.
Result<double> chain_capacity(std::span<const double> link_capacities);

// Loss in which an environment of mean photon number `thermal` is mixed in: an upper bound, 0 from eta/(1 - eta)
// photons on. Pirandola et al. 2017; here as the relative entropy of two Bose-Einstein distributions.
Result<double> thermal_loss_bound(Probability transmittance, MeanPhotonNumber thermal);
// Phase-insensitive amplification by gain > 1: log2(g/(g-1)), the capacity, with thermal = 0; an upper bound above it.
Result<double> amplifier_bound(double gain, MeanPhotonNumber thermal);
// Gaussian noise of variance xi > 0 added to a mode: (xi - 1)/ln 2 - log2 xi, an upper bound; 0 from xi = 1 on.
Result<double> additive_noise_bound(double variance);
// A qubit lost with probability p, and known to be: 1 - p. Dephased with probability p: 1 - h(p). Both capacities.
Result<double> erasure_capacity(Probability loss);
Result<double> dephasing_capacity(Probability flip);

const Theorem& plob_theorem();
const Theorem& tgw_theorem();
const Theorem& repeaters_theorem();
// Of thermal loss, amplifiers, added noise, erasure and dephasing.
const Theorem& other_channels_theorem();

}  // namespace herald
