#include "herald/optics/pulse_by_pulse.h"

#include <cmath>

namespace herald {

Result<PulseByPulse> PulseByPulse::create(const LinkModel& model, std::uint64_t seed, const ChannelAction* action) {
  HERALD_TRY_VOID(model.validate());
  return PulseByPulse(model, seed, action);
}

PulseByPulse::PulseByPulse(const LinkModel& model, std::uint64_t seed, const ChannelAction* action)
    : m_model(model), m_action(action), m_random(seed) {
  std::vector<double> weights;
  for (const Intensity& intensity : model.source.intensities) weights.push_back(intensity.probability.value);
  m_intensity = std::discrete_distribution<unsigned>(weights.begin(), weights.end());
}

PulseByPulse::Pulse PulseByPulse::choose_settings() {
  Pulse pulse;
  pulse.intensity = static_cast<std::uint8_t>(m_intensity(m_random));
  pulse.sent.basis = chance(m_model.source.z_basis.value) ? Basis::z : Basis::x;
  pulse.sent.bit = chance(0.5);
  pulse.bob = chance(m_model.receiver.z_basis.value) ? Basis::z : Basis::x;
  return pulse;
}

OutgoingPulse PulseByPulse::travel(const Pulse& pulse) {
  const double mean = m_model.source.intensities[pulse.intensity].mean.value;
  const unsigned photons = mean > 0 ? std::poisson_distribution<unsigned>(mean)(m_random) : 0;
  if (m_action != nullptr) return m_action->act(pulse.sent, photons, m_random);
  return {pulse.sent, photons, m_model.channel_transmittance()};
}

// Which detectors the photons and the dark counts would fire.
std::array<bool, 2> PulseByPulse::absorb(const OutgoingPulse& light, Basis bob) {
  const ReceiverModel& receiver = m_model.receiver;
  std::array<bool, 2> fires{};
  for (unsigned photon = 0; photon < light.photons; ++photon) {
    if (!chance(light.transmittance)) continue;
    bool at = chance(pass_probability(light.state, {bob, true}));
    if (light.state.basis == bob && chance(receiver.misalignment.value)) at = !at;
    if (chance(receiver.detectors[at].efficiency.value)) fires[at] = true;
  }
  for (std::size_t d = 0; d < 2; ++d) {
    if (chance(receiver.detectors[d].dark_count.value)) fires[d] = true;
  }
  return fires;
}

PulseByPulse::Block PulseByPulse::next_block(std::uint64_t pulses) {
  const ReceiverModel& receiver = m_model.receiver;
  const std::uint64_t start = m_gate;
  Block block;
  std::map<std::uint64_t, std::array<bool, 2>> tags;  // by gate
  for (; m_gate < start + pulses; ++m_gate) {
    const Pulse pulse = choose_settings();
    block.pulses.push_back(pulse);
    std::array<bool, 2> fires = absorb(travel(pulse), pulse.bob);
    const bool reporting = m_gate >= m_detectors[0].dead_until && m_gate >= m_detectors[1].dead_until;
    for (std::size_t d = 0; d < 2; ++d) {
      Detector& detector = m_detectors[d];
      if (detector.carriers.erase(m_gate) > 0) fires[d] = true;
      if (!fires[d] || m_gate < detector.dead_until) continue;
      detector.dead_until = m_gate + 1 + receiver.dead_gates;
      if (chance(receiver.afterpulse.value)) {
        const double leaves = 1 - std::exp(-1 / receiver.afterpulse_decay_gates);  // per gate
        detector.carriers.insert(detector.dead_until + std::geometric_distribution<std::uint64_t>(leaves)(m_random));
      }
      std::int64_t tag = static_cast<std::int64_t>(m_gate - start);
      if (chance(receiver.jitter.value)) tag += chance(0.5) ? 1 : -1;
      if (reporting && tag >= 0 && tag < static_cast<std::int64_t>(pulses))
        tags[static_cast<std::uint64_t>(tag)][d] = true;
    }
  }
  for (const auto& [gate, detectors] : tags) {
    block.clicks.pulse.push_back(gate);
    block.clicks.basis.push_back(block.pulses[gate].bob == Basis::x);
    block.clicks.bit.push_back(detectors[0] && detectors[1] ? chance(0.5) : detectors[1]);
  }
  return block;
}

}  // namespace herald
