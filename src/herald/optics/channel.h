#pragma once
// What may act on the pulses between Alice and Bob in place of the fibre. Whoever acts sees a pulse's polarization
// state and its photon number (the phase is random, so nothing else is there to see), never its intensity setting.

#include <random>
#include <vector>

#include "herald/quantum/basis.h"

namespace herald {

enum class PhotonStatistics : std::uint8_t { fock, poisson };

// One kind of light that may leave for Bob.
struct OutgoingLight {
  double probability = 1;  // of this kind, given the pulse that came in
  Bb84State state;         // polarization of all its photons
  PhotonStatistics statistics = PhotonStatistics::fock;
  double photons = 0;        // the number (fock) or the mean (poisson)
  double transmittance = 1;  // from here to Bob's detectors, without their efficiencies
};

// One pulse that left for Bob.
struct OutgoingPulse {
  Bb84State state;
  unsigned photons = 0;
  double transmittance = 1;
};

// An action described twice, so that comparing the click sampler (which compiles mixture) with its twin (which calls
// act) tests both.
class ChannelAction {
 public:
  virtual ~ChannelAction() = default;

  // The light that leaves, as a mixture whose probabilities sum to 1.
  virtual std::vector<OutgoingLight> mixture(Bb84State sent, unsigned photons) const = 0;
  // The action itself on one pulse, drawing what is random.
  virtual OutgoingPulse act(Bb84State sent, unsigned photons, std::mt19937_64& random) const = 0;
};

}  // namespace herald
