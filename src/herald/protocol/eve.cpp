#include "herald/protocol/eve.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "herald/optics/click_law.h"

namespace herald {
namespace {

bool chance(double probability, std::mt19937_64& random) { return std::bernoulli_distribution(probability)(random); }

OutgoingLight nothing(double probability) { return {probability, {}, PhotonStatistics::fock, 0, 1}; }

// Probability that an intensity's pulse clicks, over all bits and bases.
double gain(const LinkModel& model, const ChannelAction* action, unsigned intensity) {
  const GateLaw law = gate_law(model, action);
  double weight = 0, clicks = 0;
  for (std::size_t s = 8 * intensity; s < 8 * (intensity + 1); ++s) {
    const PatternProbabilities& pattern = law.gates[s].pattern;
    weight += law.gates[s].prior;
    clicks += law.gates[s].prior * (pattern.only_0 + pattern.only_1 + pattern.both);
  }
  return weight > 0 ? clicks / weight : 0;
}

}  // namespace

std::vector<OutgoingLight> Eve::mixture(Bb84State sent, unsigned photons) const {
  std::vector<OutgoingLight> lights;
  for (const Branch& branch : branches(sent, photons)) lights.push_back(branch.light);
  return lights;
}

Probability Eve::known_fraction(const LinkModel& model, unsigned intensity) const {
  HERALD_CHECK(intensity < model.source.intensities.size());
  const double mean = model.source.intensities[intensity].mean.value;
  const double z = model.source.z_basis.value, bob_z = model.receiver.z_basis.value;
  double clicks = 0, known = 0;
  for (const Basis basis : {Basis::z, Basis::x}) {
    const double both_here = basis == Basis::z ? z * bob_z : (1 - z) * (1 - bob_z);
    for (const bool bit : {false, true}) {
      double poisson = std::exp(-mean);
      for (unsigned n = 0; n < 2 * mean + 2 || poisson > 1e-20; poisson *= mean / ++n) {
        for (const Branch& branch : branches({basis, bit}, n)) {
          const double weight = both_here * poisson * branch.light.probability *
                                (1 - detector_response(model.receiver, basis, branch.light).none);
          clicks += weight;
          if (branch.knows) known += weight;
        }
      }
    }
  }
  return Probability(clicks > 0 ? known / clicks : 0);
}

Result<InterceptResend> InterceptResend::create(const LinkModel& model, Probability fraction, Resent resent) {
  HERALD_TRY_VOID(model.validate());
  if (!(fraction.value >= 0 && fraction.value <= 1))
    return fail(ErrorCode::invalid_argument,
                fmt::format("Eve intercepts a fraction of {}: it lies between 0 and 1", fraction.value));
  if (!(resent.photons >= 0 && resent.photons <= 1000) ||
      (resent.statistics == PhotonStatistics::fock && resent.photons != std::floor(resent.photons)))
    return fail(ErrorCode::invalid_argument,
                fmt::format("Eve resends {} photons: give 0 to 1000, whole if the number is fixed", resent.photons));
  return InterceptResend(fraction.value, resent, model.channel_transmittance());
}

std::vector<Eve::Branch> InterceptResend::branches(Bb84State sent, unsigned photons) const {
  std::vector<Branch> all;
  all.push_back({{1 - m_fraction, sent, PhotonStatistics::fock, static_cast<double>(photons), m_fibre}, false});
  if (photons == 0) {
    all.push_back({nothing(m_fraction), false});
    return all;
  }
  // Half the time her basis is Alice's; otherwise she sees either bit alike, however many photons there are.
  const Basis other = sent.basis == Basis::z ? Basis::x : Basis::z;
  const auto resent = [&](double share, Bb84State state) {
    return OutgoingLight{m_fraction * share, state, m_resent.statistics, m_resent.photons, m_fibre};
  };
  all.push_back({resent(0.5, sent), true});
  all.push_back({resent(0.25, {other, false}), false});
  all.push_back({resent(0.25, {other, true}), false});
  return all;
}

OutgoingPulse InterceptResend::act(Bb84State sent, unsigned photons, std::mt19937_64& random) const {
  if (!chance(m_fraction, random)) return {sent, photons, m_fibre};
  const Basis basis = chance(0.5, random) ? Basis::z : Basis::x;
  bool saw_0 = false, saw_1 = false;
  for (unsigned photon = 0; photon < photons; ++photon)
    (chance(pass_probability(sent, {basis, true}), random) ? saw_1 : saw_0) = true;
  if (!saw_0 && !saw_1) return {};
  const bool bit = saw_0 && saw_1 ? chance(0.5, random) : saw_1;
  const unsigned resent = m_resent.statistics == PhotonStatistics::fock ? static_cast<unsigned>(m_resent.photons)
                          : m_resent.photons > 0 ? std::poisson_distribution<unsigned>(m_resent.photons)(random)
                                                 : 0;
  return {{basis, bit}, resent, m_fibre};
}

Result<PhotonNumberSplitting> PhotonNumberSplitting::create(const LinkModel& model, unsigned hidden) {
  HERALD_TRY_VOID(model.validate());
  if (hidden >= model.source.intensities.size())
    return fail(ErrorCode::invalid_argument,
                fmt::format("Eve hides in intensity {}: the source has {} (counted from 0)", hidden,
                            model.source.intensities.size()));
  PhotonNumberSplitting eve(transmittance(model.fibre.insertion_loss));
  const double wanted = gain(model, nullptr, hidden);
  // The gain falls linearly with either probability of blocking.
  const double open = gain(model, &eve, hidden);
  if (open < wanted)
    return fail(
        ErrorCode::invalid_argument,
        fmt::format(
            "splitting photon numbers gives Bob a gain of {} at most where he expects {}: make the fibre longer", open,
            wanted));
  eve.m_block_single = 1;
  const double without_single = gain(model, &eve, hidden);
  if (without_single < wanted) {
    eve.m_block_single = (open - wanted) / (open - without_single);
    return eve;
  }
  eve.m_block_multi = 1;
  const double closed = gain(model, &eve, hidden);
  eve.m_block_multi =
      without_single > closed ? std::min(1.0, (without_single - wanted) / (without_single - closed)) : 0;
  return eve;
}

std::vector<Eve::Branch> PhotonNumberSplitting::branches(Bb84State sent, unsigned photons) const {
  if (photons == 0) return {{nothing(1), false}};
  const double blocked = photons == 1 ? m_block_single : m_block_multi;
  const double forwarded = photons == 1 ? 1 : photons - 1.0;
  return {{nothing(blocked), false}, {{1 - blocked, sent, PhotonStatistics::fock, forwarded, m_line}, photons > 1}};
}

OutgoingPulse PhotonNumberSplitting::act(Bb84State sent, unsigned photons, std::mt19937_64& random) const {
  switch (photons) {
    case 0: return {};
    case 1: return chance(m_block_single, random) ? OutgoingPulse{} : OutgoingPulse{sent, 1, m_line};
    default: return chance(m_block_multi, random) ? OutgoingPulse{} : OutgoingPulse{sent, photons - 1, m_line};
  }
}

}  // namespace herald
