#include "herald/optics/expectation.h"

#include <cmath>

namespace herald {
namespace {

// What a gate shows on average over Alice's bit.
struct Show {
  double gain = 0, error_gain = 0;
};

// From the probabilities that no photon fires the detector of the sent bit, the other, and either.
Show show(double dark_right, double dark_wrong, double no_right, double no_wrong, double no_any) {
  const double quiet_right = (1 - dark_right) * no_right, quiet_wrong = (1 - dark_wrong) * no_wrong;
  const double quiet = (1 - dark_right) * (1 - dark_wrong) * no_any;
  // Only the wrong detector: quiet_right - quiet; both: 1 - quiet_right - quiet_wrong + quiet, half of them wrong.
  return {1 - quiet, quiet_right - quiet + (1 - quiet_right - quiet_wrong + quiet) / 2};
}

using DarkCounts = std::array<double, 2>;
DarkCounts dark_counts(const LinkModel& model) {
  return {model.receiver.detectors[0].dark_count.value, model.receiver.detectors[1].dark_count.value};
}

// Mean over the bit of a pulse of `mean` photons, detected with probability right[bit] and wrong[bit] a photon.
struct PhotonRates {
  std::array<double, 2> right, wrong;
};
PhotonRates photon_rates(const LinkModel& model, bool same_basis) {
  const double t = model.channel_transmittance(), e = same_basis ? model.receiver.misalignment.value : 0.5;
  PhotonRates rates;
  for (std::size_t bit = 0; bit < 2; ++bit) {
    rates.right[bit] = t * (1 - e) * model.receiver.detectors[bit].efficiency.value;
    rates.wrong[bit] = t * e * model.receiver.detectors[1 - bit].efficiency.value;
  }
  return rates;
}

Show coherent(const LinkModel& model, double mean, bool same_basis, DarkCounts dark) {
  const PhotonRates rates = photon_rates(model, same_basis);
  Show sum;
  for (std::size_t bit = 0; bit < 2; ++bit) {
    const double no_right = std::exp(-mean * rates.right[bit]), no_wrong = std::exp(-mean * rates.wrong[bit]);
    const Show part = show(dark[bit], dark[1 - bit], no_right, no_wrong, no_right * no_wrong);
    sum.gain += part.gain / 2;
    sum.error_gain += part.error_gain / 2;
  }
  return sum;
}

// Probability that detector d fires in a gate, over all settings.
double detector_rate(const LinkModel& model, std::size_t d, DarkCounts dark) {
  const double z = model.source.z_basis.value, bob_z = model.receiver.z_basis.value;
  const double same = z * bob_z + (1 - z) * (1 - bob_z);
  double fires = 0;
  for (const Intensity& intensity : model.source.intensities) {
    for (const bool same_basis : {true, false}) {
      const PhotonRates rates = photon_rates(model, same_basis);
      for (const double x : {rates.right[d], rates.wrong[1 - d]})
        fires += intensity.probability.value * (same_basis ? same : 1 - same) / 2 *
                 (1 - (1 - dark[d]) * std::exp(-intensity.mean.value * x));
    }
  }
  return fires;
}

ExpectedRate rate_of(Show show) {
  return {Probability(show.gain), ErrorRate(show.gain > 0 ? show.error_gain / show.gain : 0)};
}

}  // namespace

Expectation expect(const LinkModel& model) {
  const ReceiverModel& receiver = model.receiver;
  DarkCounts dark = dark_counts(model);
  std::array<double, 2> fires{};
  double live = 1;
  for (std::size_t d = 0; d < 2; ++d) {
    // Each avalanche brings p_ap more on average: the rate of avalanches is c / (1 - p_ap) while live, and what they
    // release acts as more dark counts.
    const double dead = static_cast<double>(receiver.dead_gates);
    const double first = detector_rate(model, d, dark);
    const double avalanches = first / (1 - receiver.afterpulse.value) / (1 + dead * first);
    dark[d] += (1 - dark[d]) * receiver.afterpulse.value * avalanches;
    fires[d] = detector_rate(model, d, dark);
    live /= 1 + dead * fires[d];
  }

  const double z = model.source.z_basis.value, bob_z = receiver.z_basis.value;
  const std::array<double, 2> both_in{z * bob_z, (1 - z) * (1 - bob_z)};
  const double same = both_in[0] + both_in[1];
  std::vector<Show> shows;
  double click = 0;
  for (const Intensity& intensity : model.source.intensities) {
    shows.push_back(coherent(model, intensity.mean.value, true, dark));
    click += intensity.probability.value *
             (same * shows.back().gain + (1 - same) * coherent(model, intensity.mean.value, false, dark).gain);
  }

  Expectation result;
  result.live = Probability(live);
  result.click = Probability(live * click);
  double sifted = 0, errors = 0;
  for (std::size_t k = 0; k < shows.size(); ++k) {
    // A tag that jitters away is replaced by one from a neighbour, whose bit has nothing to do with this pulse's.
    const double stays = 1 - receiver.jitter.value, comes = receiver.jitter.value * click;
    const Show seen{live * (stays * shows[k].gain + comes), live * (stays * shows[k].error_gain + comes / 2)};
    result.rates.push_back({rate_of(seen), rate_of(seen)});
    sifted += model.source.intensities[k].probability.value * seen.gain;
    errors += model.source.intensities[k].probability.value * seen.error_gain;
  }
  result.sifted_error = ErrorRate(sifted > 0 ? errors / sifted : 0);
  return result;
}

ExpectedRate photon_number_yield(const LinkModel& model, unsigned photons) {
  const PhotonRates rates = photon_rates(model, true);
  const DarkCounts dark = dark_counts(model);
  const double n = photons;
  Show sum;
  for (std::size_t bit = 0; bit < 2; ++bit) {
    const double right = rates.right[bit], wrong = rates.wrong[bit];
    const Show part =
        show(dark[bit], dark[1 - bit], std::pow(1 - right, n), std::pow(1 - wrong, n), std::pow(1 - right - wrong, n));
    sum.gain += part.gain / 2;
    sum.error_gain += part.error_gain / 2;
  }
  return rate_of(sum);
}

}  // namespace herald
