#include <cmath>

#include "herald/optics/weak_pulse_statistics.h"
#include "herald/proof/asymptotic.h"
#include "herald/study/models/background_fibre.h"
#include "herald/study/models/bb84.h"

namespace herald::study {
namespace {

using namespace parameter;

PulseStatistics seen(const BackgroundChannel& channel, double mean) {
  const ExpectedRate rate = weak_pulse(channel, MeanPhotonNumber(mean));
  return {MeanPhotonNumber(mean), rate.gain, rate.error_rate};
}

Result<RatePoint> decoy_point(const PulseStatistics& signal, const SinglePhotonPart& single, double f, double sifting) {
  HERALD_TRY(const double rate, decoy_rate(signal, single, f, sifting));
  return RatePoint{rate,
                   0,
                   {{"gain", signal.gain.value},
                    {"error_rate", signal.error_rate.value},
                    {"single_photon_gain", single.gain.value},
                    {"phase_error_rate", single.error_rate.value}}};
}

Result<RatePoint> single_photons(std::span<const double> values, Kilometre distance) {
  HERALD_TRY(const BackgroundFibre fibre, background_fibre(values, distance));
  const auto [sifting] = behind_fibre<1>(values);
  const ExpectedRate photon = photon_number_state(fibre.channel, 1);
  HERALD_TRY(const double per_bit, shor_preskill_rate(photon.error_rate, photon.error_rate, fibre.reconciliation));
  return RatePoint{
      sifting * photon.gain.value * per_bit, 0, {{"gain", photon.gain.value}, {"error_rate", photon.error_rate.value}}};
}

Result<RatePoint> infinite_decoys(std::span<const double> values, Kilometre distance) {
  HERALD_TRY(const BackgroundFibre fibre, background_fibre(values, distance));
  const auto [sifting, mu] = behind_fibre<2>(values);
  const ExpectedRate photon = photon_number_state(fibre.channel, 1);
  return decoy_point(seen(fibre.channel, mu), {Probability(photon.gain.value * mu * std::exp(-mu)), photon.error_rate},
                     fibre.reconciliation, sifting);
}

Result<RatePoint> vacuum_weak(std::span<const double> values, Kilometre distance) {
  HERALD_TRY(const BackgroundFibre fibre, background_fibre(values, distance));
  const auto [sifting, mu, nu] = behind_fibre<3>(values);
  const PulseStatistics signal = seen(fibre.channel, mu), weak = seen(fibre.channel, nu);
  HERALD_TRY(const SinglePhotonPart single,
             vacuum_weak_bound(signal, weak, photon_number_state(fibre.channel, 0).gain));
  return decoy_point(signal, single, fibre.reconciliation, sifting);
}

Result<RatePoint> one_decoy(std::span<const double> values, Kilometre distance) {
  HERALD_TRY(const BackgroundFibre fibre, background_fibre(values, distance));
  const auto [sifting, mu, nu] = behind_fibre<3>(values);
  const PulseStatistics signal = seen(fibre.channel, mu), weak = seen(fibre.channel, nu);
  HERALD_TRY(const SinglePhotonPart single, one_decoy_bound(signal, weak));
  return decoy_point(signal, single, fibre.reconciliation, sifting);
}

Result<RatePoint> no_decoy(std::span<const double> values, Kilometre distance) {
  HERALD_TRY(const BackgroundFibre fibre, background_fibre(values, distance));
  const auto [sifting, mu] = behind_fibre<2>(values);
  const PulseStatistics signal = seen(fibre.channel, mu);
  HERALD_TRY(const SinglePhotonPart single, no_decoy_bound(signal));
  return decoy_point(signal, single, fibre.reconciliation, sifting);
}

constexpr ParameterSpec kGysSignal = with(kSignal, 0.48);
// Without decoys the best intensity is near the channel's transmittance.
constexpr ParameterSpec kFaintSignal = {
    "intensity.signal", "photons/pulse", "mean photon number of the signal", 0.01, 1e-9, 2, true, true};

constexpr std::array kSinglePhotons = gys_fibre<1>({kSifting});
constexpr std::array kInfiniteDecoys = gys_fibre<2>({kSifting, kGysSignal});
// The weaker the decoy, the better, as long as keys are infinitely long: not searched for.
constexpr std::array kVacuumWeak = gys_fibre<3>({kSifting, kGysSignal, fixed(kWeak, 0.05)});
constexpr std::array kOneDecoy = gys_fibre<3>({kSifting, kGysSignal, with(kWeak, 0.05)});
constexpr std::array kNoDecoy = gys_fibre<2>({kSifting, kFaintSignal});

constexpr std::string_view kSinglePhotonNames[] = {"shor-preskill", "bb84-ideal"};
constexpr std::string_view kInfiniteDecoyNames[] = {"decoy", "bb84-infinite-decoy"};
constexpr std::string_view kVacuumWeakNames[] = {"vacuum-weak"};
constexpr std::string_view kOneDecoyNames[] = {"one-decoy"};
constexpr std::string_view kNoDecoyNames[] = {"bb84-no-decoy", "gllp"};

}  // namespace

const RateModel& bb84_model() {
  static constexpr RateModel kModel = {.name = "bb84",
                                       .aliases = kSinglePhotonNames,
                                       .title = "BB84 with perfect single photons (Shor, Preskill)",
                                       .theorem = "bb84",
                                       .parameters = kSinglePhotons,
                                       .evaluate = single_photons};
  return kModel;
}

const RateModel& bb84_decoy_model() {
  static constexpr RateModel kModel = {.name = "bb84-decoy",
                                       .aliases = kInfiniteDecoyNames,
                                       .title = "BB84 with weak pulses and infinitely many decoys",
                                       .theorem = "bb84-decoy",
                                       .parameters = kInfiniteDecoys,
                                       .evaluate = infinite_decoys};
  return kModel;
}

const RateModel& bb84_vacuum_weak_model() {
  static constexpr RateModel kModel = {.name = "bb84-vacuum-weak",
                                       .aliases = kVacuumWeakNames,
                                       .title = "BB84 with weak pulses, vacuum and one weak decoy (Ma, Qi, Zhao, Lo)",
                                       .theorem = "bb84-decoy",
                                       .parameters = kVacuumWeak,
                                       .evaluate = vacuum_weak};
  return kModel;
}

const RateModel& bb84_one_decoy_model() {
  static constexpr RateModel kModel = {.name = "bb84-one-decoy",
                                       .aliases = kOneDecoyNames,
                                       .title = "BB84 with weak pulses and one weak decoy (Ma, Qi, Zhao, Lo)",
                                       .theorem = "bb84-decoy",
                                       .parameters = kOneDecoy,
                                       .evaluate = one_decoy};
  return kModel;
}

const RateModel& bb84_gllp_model() {
  static constexpr RateModel kModel = {.name = "bb84-gllp",
                                       .aliases = kNoDecoyNames,
                                       .title = "BB84 with weak pulses and no decoys (GLLP)",
                                       .theorem = "bb84-no-decoy",
                                       .parameters = kNoDecoy,
                                       .evaluate = no_decoy};
  return kModel;
}

}  // namespace herald::study
