#pragma once
// The slow twin of the click sampler: every pulse and every photon, one after the other, as docs/theory/optics.md tells
// the story. It shares no sampling code with the sampler and no formula: only the model's parameters.

#include <array>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "herald/detections/clicks.h"
#include "herald/optics/channel.h"
#include "herald/optics/link_model.h"

namespace herald {

class PulseByPulse {
 public:
  struct Pulse {
    std::uint8_t intensity = 0;
    Bb84State sent;
    Basis bob = Basis::z;
    bool operator==(const Pulse&) const = default;
  };
  struct Block {
    Clicks clicks;              // of Bob
    std::vector<Pulse> pulses;  // every pulse's settings
  };

  // The action, if any, has to outlive the twin. Errors: those of model.validate().
  static Result<PulseByPulse> create(const LinkModel& model, std::uint64_t seed, const ChannelAction* action = nullptr);

  // The next block; dead times and afterpulses carry over from the one before.
  Block next_block(std::uint64_t pulses);

 private:
  struct Detector {
    std::uint64_t dead_until = 0;           // first gate in which it can fire again
    std::multiset<std::uint64_t> carriers;  // gates in which trapped carriers are released
  };

  PulseByPulse(const LinkModel& model, std::uint64_t seed, const ChannelAction* action);
  bool chance(double probability) { return std::bernoulli_distribution(probability)(m_random); }
  Pulse choose_settings();
  OutgoingPulse travel(const Pulse& pulse);
  std::array<bool, 2> absorb(const OutgoingPulse& light, Basis bob);

  LinkModel m_model;
  const ChannelAction* m_action;
  std::mt19937_64 m_random;
  std::discrete_distribution<unsigned> m_intensity;
  std::array<Detector, 2> m_detectors;
  std::uint64_t m_gate = 0;  // counts over all blocks
};

}  // namespace herald
