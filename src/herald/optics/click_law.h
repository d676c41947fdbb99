#pragma once
// The law of one gate: the joint distribution of both parties' settings and of which detectors the light and the dark
// counts would fire if both could (docs/theory/optics.md, section 2).

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "herald/optics/channel.h"
#include "herald/optics/link_model.h"

namespace herald {

// Probabilities of the four patterns of two threshold detectors; they sum to 1.
struct PatternProbabilities {
  double none = 1, only_0 = 0, only_1 = 0, both = 0;
};

// Detectors that `light` in front of them fires, dark counts included, when Bob measures in `basis`. Every sum is of
// non-negative terms, so that a pattern of probability 1e-15 keeps its relative precision.
PatternProbabilities detector_response(const ReceiverModel& receiver, Basis basis, const OutgoingLight& light);

// Settings of both parties at a gate, packed: intensity << 3 | Alice's basis << 2 | Alice's bit << 1 | Bob's basis.
using GateSettings = std::uint16_t;
constexpr GateSettings pack_settings(unsigned intensity, Bb84State sent, Basis bob) {
  return static_cast<GateSettings>(intensity << 3 | static_cast<unsigned>(sent.basis) << 2 |
                                   static_cast<unsigned>(sent.bit) << 1 | static_cast<unsigned>(bob));
}
constexpr unsigned intensity_of(GateSettings settings) { return settings >> 3; }
constexpr Bb84State state_of(GateSettings settings) {
  return {static_cast<Basis>((settings >> 2) & 1), ((settings >> 1) & 1) != 0};
}
constexpr Basis bob_basis_of(GateSettings settings) { return static_cast<Basis>(settings & 1); }

// gates[s].prior is the probability of the packed settings s, gates[s].pattern the detectors' patterns given s.
struct GateLaw {
  struct Entry {
    double prior = 0;
    PatternProbabilities pattern;
  };
  std::vector<Entry> gates;
  double candidate = 0;  // probability that some detector would fire

  std::size_t size() const { return gates.size(); }
};

// The law under the model's fibre, or under `action` in its place. An action's photon numbers are summed until the
// Poisson tail left out is below 1e-30; what is left out counts as no light.
GateLaw gate_law(const LinkModel& model, const ChannelAction* action = nullptr);

}  // namespace herald
