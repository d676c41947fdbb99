#include <cmath>

#include "herald/optics/weak_pulse_statistics.h"
#include "herald/proof/b92.h"
#include "herald/proof/noisy_preprocessing.h"
#include "herald/proof/sarg04.h"
#include "herald/proof/six_state.h"
#include "herald/study/models/background_fibre.h"
#include "herald/study/models/bb84.h"

namespace herald::study {
namespace {

using namespace parameter;

// From secret bits per sifted bit to a point.
RatePoint sifted_point(double kept, double per_bit, double error_rate) {
  return {kept * per_bit, 0, {{"gain", kept}, {"error_rate", error_rate}}};
}

Result<RatePoint> six_state_with(const BackgroundFibre& fibre, double sifting, double noise) {
  const auto [gain, error_rate] = photon_number_state(fibre.channel, 1);
  HERALD_TRY(const double per_bit, six_state_rate(error_rate, error_rate, error_rate, fibre.reconciliation, noise));
  return sifted_point(sifting * gain.value, per_bit, error_rate.value);
}

Result<RatePoint> six_state(std::span<const double> values, Kilometre distance) {
  HERALD_TRY(const BackgroundFibre fibre, background_fibre(values, distance));
  const auto [sifting] = behind_fibre<1>(values);
  return six_state_with(fibre, sifting, 0);
}

Result<RatePoint> six_state_preprocessing(std::span<const double> values, Kilometre distance) {
  HERALD_TRY(const BackgroundFibre fibre, background_fibre(values, distance));
  const auto [sifting, noise] = behind_fibre<2>(values);
  return six_state_with(fibre, sifting, noise);
}

Result<RatePoint> preprocessing(std::span<const double> values, Kilometre distance) {
  HERALD_TRY(const BackgroundFibre fibre, background_fibre(values, distance));
  const auto [sifting, noise] = behind_fibre<2>(values);
  const auto [gain, error_rate] = photon_number_state(fibre.channel, 1);
  HERALD_TRY(const double per_bit, bb84_preprocessing_rate(error_rate, error_rate, noise, fibre.reconciliation));
  return sifted_point(sifting * gain.value, per_bit, error_rate.value);
}

// What SARG04 keeps of detections that in the basis of the state sent are wrong with e: half of the time Bob measures
// in that basis, and what he calls excluded was sent; otherwise in the other, where half of the outcomes count.
ExpectedRate sarg04_kept(const ExpectedRate& detected) {
  const double e = detected.error_rate.value;
  return {Probability(detected.gain.value * (e + 0.5) / 2), ErrorRate(e / (e + 0.5))};
}

Result<RatePoint> sarg04(std::span<const double> values, Kilometre distance) {
  HERALD_TRY(const BackgroundFibre fibre, background_fibre(values, distance));
  const auto [noise] = behind_fibre<1>(values);
  const auto [gain, error_rate] = sarg04_kept(photon_number_state(fibre.channel, 1));
  HERALD_TRY(const double per_bit, sarg04_rate(error_rate, fibre.reconciliation, noise));
  return sifted_point(gain.value, per_bit, error_rate.value);
}

Result<RatePoint> sarg04_decoy(std::span<const double> values, Kilometre distance) {
  HERALD_TRY(const BackgroundFibre fibre, background_fibre(values, distance));
  const auto [mu] = behind_fibre<1>(values);
  const auto part = [&](unsigned photons, double probability) {
    const auto [gain, error_rate] = sarg04_kept(photon_number_state(fibre.channel, photons));
    return SinglePhotonPart{gain * probability, error_rate};
  };
  const SinglePhotonPart one = part(1, mu * std::exp(-mu)), two = part(2, mu * mu / 2 * std::exp(-mu));
  const auto [gain, error_rate] = sarg04_kept(weak_pulse(fibre.channel, MeanPhotonNumber(mu)));
  HERALD_TRY(const double rate,
             sarg04_decoy_rate({MeanPhotonNumber(mu), gain, error_rate}, one, two, fibre.reconciliation));
  return RatePoint{rate,
                   0,
                   {{"gain", gain.value},
                    {"error_rate", error_rate.value},
                    {"single_photon_gain", one.gain.value},
                    {"two_photon_gain", two.gain.value}}};
}

Result<RatePoint> b92(std::span<const double> values, Kilometre distance) {
  HERALD_TRY(const BackgroundFibre fibre, background_fibre(values, distance));
  const auto [alpha2] = behind_fibre<1>(values);
  const auto [gain, error_rate] = photon_number_state(fibre.channel, 1);
  if (!(gain.value > 0)) return RatePoint{};  // a fibre longer than a double reaches
  const B92Observation seen = b92_depolarised(alpha2, gain, error_rate);
  HERALD_TRY(const ErrorRate phase, b92_phase_error_rate(seen));
  HERALD_TRY(const double rate, b92_rate(seen, fibre.reconciliation));
  return RatePoint{rate,
                   0,
                   {{"gain", seen.conclusive.value},
                    {"error_rate", seen.wrong / seen.conclusive},
                    {"phase_error_rate", phase.value}}};
}

constexpr ParameterSpec kNoise = {
    "preprocessing.noise", "", "q: probability that Alice flips a bit before errors are corrected", 0, 0, 0.5, true};
constexpr ParameterSpec kAlpha2 = {
    "state.alpha2", "",    "alpha^2 of the two states beta|0> +- alpha|1>, whose overlap is 1 - 2 alpha^2",
    0.005,          1e-25, 0.4999,
    true,           true};
// Two thirds of what three bases detect is sifted away.
constexpr ParameterSpec kThird = with(kSifting, 1.0 / 3);

constexpr std::array kSixState = gys_fibre<1>({kThird});
constexpr std::array kSixStatePreprocessing = gys_fibre<2>({kThird, kNoise});
constexpr std::array kPreprocessing = gys_fibre<2>({kSifting, kNoise});
constexpr std::array kSarg04 = gys_fibre<1>({fixed(kNoise, 0)});
constexpr std::array kSarg04Decoy = gys_fibre<1>({with(kSignal, 0.2)});
constexpr auto kB92 = [] {
  auto all = gys_fibre<1>({kAlpha2});
  // More misalignment than a percent or two leaves B92 nothing.
  for (ParameterSpec& spec : all)
    if (spec.name == kMisalignment.name) spec.standard = 0;
  return all;
}();

constexpr std::string_view kSixStateNames[] = {"six-states"};
constexpr std::string_view kPreprocessingNames[] = {"noisy-preprocessing"};

}  // namespace

const RateModel& six_state_model() {
  static constexpr RateModel kModel = {.name = "six-state",
                                       .aliases = kSixStateNames,
                                       .title = "Six-state protocol with perfect single photons (Lo)",
                                       .theorem = "six-state",
                                       .parameters = kSixState,
                                       .evaluate = six_state};
  return kModel;
}

const RateModel& bb84_preprocessing_model() {
  static constexpr RateModel kModel = {
      .name = "bb84-preprocessing",
      .aliases = kPreprocessingNames,
      .title = "BB84 with single photons and noisy preprocessing (Kraus, Gisin, Renner)",
      .theorem = "bb84-preprocessing",
      .parameters = kPreprocessing,
      .evaluate = preprocessing};
  return kModel;
}

const RateModel& six_state_preprocessing_model() {
  static constexpr RateModel kModel = {
      .name = "six-state-preprocessing",
      .aliases = {},
      .title = "Six-state protocol with single photons and noisy preprocessing (Renner, Gisin, Kraus)",
      .theorem = "six-state-preprocessing",
      .parameters = kSixStatePreprocessing,
      .evaluate = six_state_preprocessing};
  return kModel;
}

const RateModel& sarg04_model() {
  static constexpr RateModel kModel = {.name = "sarg04",
                                       .aliases = {},
                                       .title = "SARG04 with perfect single photons (Tamaki, Lo)",
                                       .theorem = "sarg04",
                                       .parameters = kSarg04,
                                       .evaluate = sarg04};
  return kModel;
}

const RateModel& sarg04_decoy_model() {
  static constexpr RateModel kModel = {.name = "sarg04-decoy",
                                       .aliases = {},
                                       .title = "SARG04 with weak pulses and infinitely many decoys (Fung, Tamaki, Lo)",
                                       .theorem = "sarg04-decoy",
                                       .parameters = kSarg04Decoy,
                                       .evaluate = sarg04_decoy};
  return kModel;
}

const RateModel& b92_model() {
  static constexpr RateModel kModel = {.name = "b92",
                                       .aliases = {},
                                       .title = "B92 with perfect single photons (Tamaki, Koashi, Imoto; Luetkenhaus)",
                                       .theorem = "b92",
                                       .parameters = kB92,
                                       .evaluate = b92};
  return kModel;
}

}  // namespace herald::study
