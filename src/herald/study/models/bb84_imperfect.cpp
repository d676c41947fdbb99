#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "herald/optics/weak_pulse_statistics.h"
#include "herald/proof/efficiency_mismatch.h"
#include "herald/proof/photon_number_splitting.h"
#include "herald/proof/single_photon_source.h"
#include "herald/study/models/background_fibre.h"
#include "herald/study/models/bb84.h"

namespace herald::study {
namespace {

using namespace parameter;

// A source's light behind an attenuator, and what Bob sees of it.
struct Source {
  SourceStatistics light;
  PulseStatistics seen;
};

Source source_of(const BackgroundFibre& fibre, double efficiency, double g2, double attenuator) {
  const MeanPhotonNumber mean(efficiency * attenuator);
  const auto [gain, error_rate] = source_pulse(fibre.channel, mean, g2);
  return {{mean, g2}, {mean, gain, error_rate}};
}

Result<RatePoint> source_point(const Source& source, const SinglePhotonPart& single, double f, double sifting) {
  HERALD_TRY(const double rate, decoy_rate(source.seen, single, f, sifting));
  return RatePoint{rate,
                   0,
                   {{"mean_photon_number", source.light.mean.value},
                    {"gain", source.seen.gain.value},
                    {"error_rate", source.seen.error_rate.value},
                    {"single_photon_gain", single.gain.value},
                    {"phase_error_rate", single.error_rate.value}}};
}

Result<RatePoint> tagged_source(std::span<const double> values, Kilometre distance) {
  HERALD_TRY(const BackgroundFibre fibre, background_fibre(values, distance));
  const auto [sifting, efficiency, g2, attenuator] = behind_fibre<4>(values);
  const Source source = source_of(fibre, efficiency, g2, attenuator);
  HERALD_TRY(const SinglePhotonPart single, tagged_source_bound(source.seen, g2));
  return source_point(source, single, fibre.reconciliation, sifting);
}

Result<RatePoint> decoy_source(std::span<const double> values, Kilometre distance) {
  HERALD_TRY(const BackgroundFibre fibre, background_fibre(values, distance));
  const auto [sifting, efficiency, g2, attenuator] = behind_fibre<4>(values);
  const Source source = source_of(fibre, efficiency, g2, attenuator);
  const auto [yield, error_rate] = photon_number_state(fibre.channel, 1);
  HERALD_TRY(const SinglePhotonPart single, decoy_source_bound(source.light, yield, error_rate));
  return source_point(source, single, fibre.reconciliation, sifting);
}

// Background is light like any other: what the weaker detector sees of it is as much less.
Result<RatePoint> mismatch(std::span<const double> values, Kilometre distance) {
  HERALD_TRY(const BackgroundFibre fibre, background_fibre(values, distance));
  const auto [sifting, ratio, treatment] = behind_fibre<3>(values);
  const auto [stronger, e] = photon_number_state(fibre.channel, 1);
  const double gain = stronger.value * (1 + ratio) / 2, f = fibre.reconciliation;
  Result<double> per_bit = 0.0;
  if (treatment == 0) {
    per_bit = mismatch_rate(ratio, e, e, f);
  } else if (treatment == 1) {
    per_bit = mismatch_discarding_rate(ratio, e, e, f);
  } else if (treatment == 2) {
    per_bit = mismatch_switching_rate(e, e, f);
  } else {
    return fail(ErrorCode::invalid_argument, fmt::format("mismatch.treatment is 0, 1 or 2, not {}", treatment));
  }
  HERALD_TRY(const double rate, std::move(per_bit));
  return RatePoint{sifting * gain * rate, 0, {{"gain", gain}, {"error_rate", e.value}, {"bits_per_detection", rate}}};
}

constexpr ParameterSpec kSplitting[] = {kAttenuation, kInsertionLoss,      with(kDetectorEfficiency, 0.1),
                                        kSifting,     fixed(kSignal, 0.1), with(kBackgroundYield, 0)};

Result<RatePoint> splitting(std::span<const double> values, Kilometre distance) {
  HERALD_TRY_VOID(validate(distance));
  const auto [attenuation, loss, efficiency, sifting, mu, yield] = values_of<std::size(kSplitting)>(values);
  const BackgroundChannel channel{
      fibre_transmittance(distance, DecibelPerKilometre(attenuation), Decibel(loss), Probability(efficiency)),
      Probability(yield), ErrorRate(0.5), ErrorRate(0)};
  const auto [gain, error_rate] = weak_pulse(channel, MeanPhotonNumber(mu));
  HERALD_TRY(const double rate, photon_number_splitting_bound({MeanPhotonNumber(mu), gain, error_rate}, sifting));
  return RatePoint{rate, 0, {{"gain", gain.value}, {"several_photons", -std::expm1(-mu) - mu * std::exp(-mu)}}};
}

// Pousa, Oi, Jeffers, arXiv 2405.19963.
constexpr ParameterSpec kSourceEfficiency = {
    "source.efficiency", "", "mean photon number of a pulse as the source gives it off", 0.5, 1e-9, 1};
constexpr ParameterSpec kG2 = {"source.g2", "", "correlation g2(0) of the source; 1: as laser light", 0.036, 0, 1};
constexpr ParameterSpec kAttenuator = {
    "source.attenuator", "", "transmittance of an attenuator behind the source", 1, 1e-9, 1, true, true};
constexpr ParameterSpec kRatio = {"detector.mismatch",
                                  "",
                                  "efficiency of the weaker detector over the stronger's, whose is detector.efficiency",
                                  0.5,
                                  1e-6,
                                  1};
constexpr ParameterSpec kTreatment = {
    "mismatch.treatment",
    "",
    "0: accounted for; 1: clicks of the stronger detector thrown away; 2: bit values assigned at random",
    0,
    0,
    2};

constexpr std::array kSource = gys_fibre<4>({kSifting, kSourceEfficiency, kG2, kAttenuator});
constexpr std::array kMismatch = gys_fibre<3>({kSifting, kRatio, kTreatment});

constexpr std::string_view kSourceNames[] = {"single-photon-source"};
constexpr std::string_view kMismatchNames[] = {"mismatch", "detector-efficiency-mismatch"};
constexpr std::string_view kSplittingNames[] = {"pns"};

}  // namespace

const RateModel& bb84_single_photon_source_model() {
  static constexpr RateModel kModel = {.name = "bb84-single-photon-source",
                                       .aliases = kSourceNames,
                                       .title = "BB84 with an imperfect single-photon source, no decoys",
                                       .theorem = "bb84-single-photon-source",
                                       .parameters = kSource,
                                       .evaluate = tagged_source};
  return kModel;
}

const RateModel& bb84_single_photon_source_decoy_model() {
  static constexpr RateModel kModel = {.name = "bb84-single-photon-source-decoy",
                                       .aliases = {},
                                       .title = "BB84 with an imperfect single-photon source, infinitely many decoys",
                                       .theorem = "bb84-single-photon-source",
                                       .parameters = kSource,
                                       .evaluate = decoy_source};
  return kModel;
}

const RateModel& bb84_mismatch_model() {
  static constexpr RateModel kModel = {
      .name = "bb84-mismatch",
      .aliases = kMismatchNames,
      .title = "BB84 with single photons and detectors of unequal efficiency (Fung et al.; Bochkov, Trushechkin)",
      .theorem = "bb84-mismatch",
      .parameters = kMismatch,
      .evaluate = mismatch};
  return kModel;
}

const RateModel& photon_number_splitting_model() {
  static constexpr RateModel kModel = {
      .name = "photon-number-splitting",
      .aliases = kSplittingNames,
      .title = "The most that BB84 with weak pulses and no decoys leaves (Brassard et al.)",
      .theorem = "photon-number-splitting",
      .bound = true,
      .parameters = kSplitting,
      .evaluate = splitting};
  return kModel;
}

}  // namespace herald::study
