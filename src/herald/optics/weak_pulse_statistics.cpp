#include "herald/optics/weak_pulse_statistics.h"

#include <algorithm>
#include <cmath>

#include "herald/base/result.h"

namespace herald {
namespace {

bool within(double value, double most) { return value >= 0 && value <= most; }

ExpectedRate rate_of(double gain, double wrong) {
  // Nothing is detected at all: a bit would be a guess.
  if (!(gain > 0)) return {Probability(0), ErrorRate(0.5)};
  gain = std::min(gain, 1.0);
  return {Probability(gain), ErrorRate(std::clamp(wrong / gain, 0.0, 1.0))};
}

ExpectedRate detected(const BackgroundChannel& channel, double light) {
  HERALD_CHECK(within(channel.background_yield.value, 1) && within(channel.background_error.value, 1) &&
               within(channel.misalignment.value, 1));
  const double background = std::min(channel.background_yield.value, 1 - light);
  return rate_of(background + light, channel.background_error.value * background + channel.misalignment.value * light);
}

}  // namespace

Probability fibre_transmittance(Kilometre length, DecibelPerKilometre attenuation, Decibel insertion_loss,
                                Probability detector_efficiency) {
  HERALD_CHECK(length.value >= 0 && attenuation.value >= 0 && insertion_loss.value >= 0);
  HERALD_CHECK(within(detector_efficiency.value, 1));
  return Probability(transmittance(attenuation * length + insertion_loss) * detector_efficiency.value);
}

ExpectedRate photon_number_state(const BackgroundChannel& channel, unsigned photons) {
  HERALD_CHECK(within(channel.transmittance.value, 1));
  const double light = photons == 0 ? 0 : -std::expm1(photons * std::log1p(-channel.transmittance.value));
  return detected(channel, light);
}

ExpectedRate weak_pulse(const BackgroundChannel& channel, MeanPhotonNumber mean) {
  HERALD_CHECK(within(channel.transmittance.value, 1) && mean.value >= 0);
  return detected(channel, -std::expm1(-channel.transmittance.value * mean.value));
}

ExpectedRate source_pulse(const BackgroundChannel& channel, MeanPhotonNumber mean, double g2) {
  HERALD_CHECK(within(channel.transmittance.value, 1) && within(mean.value, 1) && within(g2, 1));
  const double arriving = channel.transmittance.value * mean.value;
  // p_1 eta + p_2 (2 eta - eta^2)
  return detected(channel, arriving * (1 - g2 * arriving / 2));
}

ExpectedRate weak_pulse(const GatedChannel& channel, MeanPhotonNumber mean) {
  HERALD_CHECK(within(channel.transmittance.value, 1) && mean.value >= 0);
  HERALD_CHECK(within(channel.dark_count.value, 0.5) && within(channel.afterpulse.value, 1) &&
               within(channel.misalignment.value, 1));
  const double light = -std::expm1(-channel.transmittance.value * mean.value), dark = channel.dark_count.value;
  const double click = light + 2 * dark * (1 - light), afterpulse = channel.afterpulse.value;
  return rate_of(click * (1 + afterpulse), dark + channel.misalignment.value * light + afterpulse * click / 2);
}

}  // namespace herald
