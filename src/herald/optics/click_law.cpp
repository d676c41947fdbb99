#include "herald/optics/click_law.h"

#include <algorithm>
#include <cmath>

#include "herald/base/tail_bounds.h"

namespace herald {
namespace {

// 1 - (1-x)^n without cancellation.
double any_of(double n, double x) { return x >= 1 ? (n > 0 ? 1.0 : 0.0) : -std::expm1(n * std::log1p(-x)); }

// Probabilities that light of n photons, each of which fires detector d with probability x[d], fires both.
double both_of_fock(double n, double x0, double x1) {
  if (n < 2) return 0;
  if (std::max(x0, x1) > 0.5)
    return std::max(0.0, 1 - std::pow(1 - x0, n) - std::pow(1 - x1, n) + std::pow(std::max(0.0, 1 - x0 - x1), n));
  // P(both) = ab + (1-x0-x1)^n - ((1-x0)(1-x1))^n, and 1-x0-x1 = (1-x0)(1-x1) - x0 x1.
  const double a = any_of(n, x0), b = any_of(n, x1), q = (1 - x0) * (1 - x1);
  return std::max(0.0, a * b + (1 - a) * (1 - b) * std::expm1(n * std::log1p(-x0 * x1 / q)));
}

void add_light(const ReceiverModel& receiver, double weight, const OutgoingLight& light, GateLaw& law, Bb84State sent,
               unsigned intensity) {
  for (const Basis bob : {Basis::z, Basis::x}) {
    const PatternProbabilities part = detector_response(receiver, bob, light);
    PatternProbabilities& pattern = law.gates[pack_settings(intensity, sent, bob)].pattern;
    pattern.none += weight * part.none;
    pattern.only_0 += weight * part.only_0;
    pattern.only_1 += weight * part.only_1;
    pattern.both += weight * part.both;
  }
}

// The patterns of one intensity and state under an action: a sum over the photon number.
void add_action(const LinkModel& model, const ChannelAction& action, GateLaw& law, Bb84State sent, unsigned intensity) {
  const double mean = model.source.intensities[intensity].mean.value;
  double summed = 0;
  for (unsigned n = 0;; ++n) {
    const double weight = std::exp(poisson_log_pmf(mean, n));
    for (const OutgoingLight& light : action.mixture(sent, n))
      add_light(model.receiver, weight * light.probability, light, law, sent, intensity);
    summed += weight;
    // Beyond twice the mean each term is less than half of the one before, so the tail is below the last term.
    if (n >= 2 * mean + 1 && weight < 1e-30) break;
  }
  OutgoingLight dark;
  if (summed < 1) add_light(model.receiver, 1 - summed, dark, law, sent, intensity);
}

}  // namespace

PatternProbabilities detector_response(const ReceiverModel& receiver, Basis basis, const OutgoingLight& light) {
  const double wrong = receiver.misalignment.value;
  const double to_1 = light.state.basis != basis ? 0.5 : light.state.bit ? 1 - wrong : wrong;
  const double x0 = light.transmittance * receiver.detectors[0].efficiency.value * (1 - to_1);
  const double x1 = light.transmittance * receiver.detectors[1].efficiency.value * to_1;

  double a, b, both;  // light fires detector 0, detector 1, both
  if (light.statistics == PhotonStatistics::poisson) {
    a = -std::expm1(-light.photons * x0);
    b = -std::expm1(-light.photons * x1);
    both = a * b;
  } else {
    a = any_of(light.photons, x0);
    b = any_of(light.photons, x1);
    both = both_of_fock(light.photons, x0, x1);
  }
  const double only_0 = std::max(0.0, a - both), only_1 = std::max(0.0, b - both);
  const double none = std::max(0.0, 1 - only_0 - only_1 - both);
  const double dark_0 = receiver.detectors[0].dark_count.value, dark_1 = receiver.detectors[1].dark_count.value;
  return {.none = none * (1 - dark_0) * (1 - dark_1),
          .only_0 = (only_0 + none * dark_0) * (1 - dark_1),
          .only_1 = (only_1 + none * dark_1) * (1 - dark_0),
          .both = both + only_0 * dark_1 + only_1 * dark_0 + none * dark_0 * dark_1};
}

GateLaw gate_law(const LinkModel& model, const ChannelAction* action) {
  GateLaw law;
  law.gates.resize(model.source.intensities.size() * 8);
  for (GateLaw::Entry& entry : law.gates) entry.pattern.none = 0;
  for (unsigned k = 0; k < model.source.intensities.size(); ++k) {
    for (const Basis alice : {Basis::z, Basis::x}) {
      for (const bool bit : {false, true}) {
        const Bb84State sent{alice, bit};
        if (action == nullptr) {
          add_light(model.receiver, 1,
                    {1, sent, PhotonStatistics::poisson, model.source.intensities[k].mean.value,
                     model.channel_transmittance()},
                    law, sent, k);
        } else {
          add_action(model, *action, law, sent, k);
        }
        const double z = model.source.z_basis.value, bob_z = model.receiver.z_basis.value;
        for (const Basis bob : {Basis::z, Basis::x})
          law.gates[pack_settings(k, sent, bob)].prior = model.source.intensities[k].probability.value * 0.5 *
                                                         (alice == Basis::z ? z : 1 - z) *
                                                         (bob == Basis::z ? bob_z : 1 - bob_z);
      }
    }
  }
  for (const GateLaw::Entry& entry : law.gates)
    law.candidate += entry.prior * (entry.pattern.only_0 + entry.pattern.only_1 + entry.pattern.both);
  return law;
}

}  // namespace herald
