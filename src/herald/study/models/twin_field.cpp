#include "herald/study/models/twin_field.h"

#include <array>
#include <vector>

#include "herald/proof/npp.h"
#include "herald/proof/npp_decoy.h"
#include "herald/proof/pm.h"
#include "herald/proof/tf.h"
#include "herald/study/models/untrusted_node_line.h"

namespace herald::study {
namespace {

// tf: attenuation, insertion loss, efficiency, dark count, misalignment, f, slices, duty, mu of one end.
constexpr ParameterSpec kTf[] = {parameter::kAttenuation,
                                 parameter::kInsertionLoss,
                                 parameter::with(parameter::kDetectorEfficiency, 0.3),
                                 parameter::with(parameter::kDarkCount, 1e-8),
                                 parameter::with(parameter::kMisalignment, 0.01),
                                 parameter::with(parameter::kReconciliation, 1.15),
                                 kPhaseSlices,
                                 {"duty", "", "share of the time not spent on the phase reference", 1, 0, 1},
                                 parameter::with(parameter::kSignal, 0.2)};

Result<RatePoint> tf(std::span<const double> v, Kilometre distance) {
  HERALD_TRY_VOID(parameter::validate(distance));
  HERALD_TRY(const unsigned slices, whole_slices(v[6]));
  const CharlieNode node{line_transmittance(v, distance), v[3]};
  const double slice = phase_slice_error(slices), error = v[4] + slice - 2 * v[4] * slice, joint = 2 * v[8];
  const GainAndError pulse = twin_field_pulse(node, v[8], error), single = twin_field_single_photon(node, error);
  const double single_gain = single.gain * joint * std::exp(-joint);
  HERALD_TRY(const double rate, tf_rate({MeanPhotonNumber(joint), Probability(pulse.gain), ErrorRate(pulse.error_rate)},
                                        {Probability(single_gain), ErrorRate(single.error_rate)}, v[5], slices, v[7]));
  return RatePoint{rate,
                   0,
                   {{"gain", pulse.gain},
                    {"error_rate", pulse.error_rate},
                    {"single_photon_gain", single_gain},
                    {"phase_error_rate", single.error_rate}}};
}

// pm: as tf, without the duty.
constexpr ParameterSpec kPm[] = {parameter::kAttenuation,
                                 parameter::kInsertionLoss,
                                 parameter::with(parameter::kDetectorEfficiency, 0.145),
                                 parameter::with(parameter::kDarkCount, 8e-8),
                                 parameter::with(parameter::kMisalignment, 0.015),
                                 parameter::with(parameter::kReconciliation, 1.15),
                                 kPhaseSlices,
                                 parameter::with(parameter::kSignal, 0.07)};

Result<RatePoint> pm(std::span<const double> v, Kilometre distance) {
  HERALD_TRY_VOID(parameter::validate(distance));
  HERALD_TRY(const unsigned slices, whole_slices(v[6]));
  const CharlieNode node{line_transmittance(v, distance), v[3]};
  const double joint = 2 * v[7];
  const GainAndError pulse = phase_matching_pulse(node, v[7], v[4] + phase_matching_error(slices));
  // Shares of the clicks; of photon numbers the misalignment alone errs.
  const auto share = [&](const GainAndError& photons, double poisson) {
    return Probability(pulse.gain > 0 ? std::min(photons.gain * poisson / pulse.gain, 1.0) : 0);
  };
  double poisson = std::exp(-joint);
  const Probability vacuum = share(phase_matching_photons(node, 0, v[4]), poisson);
  std::array<PhotonNumberPart, 3> odd;
  for (unsigned k = 1; k <= 5; ++k) {
    poisson *= joint / k;
    if (k % 2 == 0) continue;
    const GainAndError photons = phase_matching_photons(node, k, v[4]);
    odd[k / 2] = {share(photons, poisson), ErrorRate(photons.error_rate)};
  }
  HERALD_TRY(const ErrorRate phase, pm_phase_error(vacuum, odd));
  HERALD_TRY(const double rate, pm_rate(Probability(pulse.gain), ErrorRate(pulse.error_rate), phase, slices, v[5]));
  return RatePoint{
      rate, 0, {{"gain", pulse.gain}, {"error_rate", pulse.error_rate}, {"phase_error_rate", phase.value}}};
}

// npp: attenuation, insertion loss, efficiency, dark count, misalignment, f, mu.
constexpr ParameterSpec kNpp[] = {parameter::kAttenuation,
                                  parameter::kInsertionLoss,
                                  parameter::with(parameter::kDetectorEfficiency, 1),
                                  parameter::with(parameter::kDarkCount, 1e-8),
                                  parameter::with(parameter::kMisalignment, 0.02),
                                  parameter::with(parameter::kReconciliation, 1.16),
                                  parameter::with(parameter::kSignal, 0.03)};

Result<RatePoint> npp_point(const GainAndError& signal, ErrorRate phase, double f) {
  HERALD_TRY(const double rate, npp_rate(Probability(signal.gain), ErrorRate(signal.error_rate), phase, f));
  return RatePoint{
      rate, 0, {{"gain", 2 * signal.gain}, {"error_rate", signal.error_rate}, {"phase_error_rate", phase.value}}};
}

constexpr unsigned kMostPhotons = 10;  // n + m; beyond, yields count as 1

Result<RatePoint> npp(std::span<const double> v, Kilometre distance) {
  HERALD_TRY_VOID(parameter::validate(distance));
  const CharlieNode node{line_transmittance(v, distance), v[3]};
  const GainAndError signal = phase_encoded_click(node, v[6], v[4]);
  const PhotonNumberClicks clicks(node, kMostPhotons);
  std::array<double, (kMostPhotons + 1) * (kMostPhotons + 1)> yields{};
  for (unsigned n = 0; n <= kMostPhotons; ++n)
    for (unsigned m = n % 2; n + m <= kMostPhotons; m += 2) yields[n * (kMostPhotons + 1) + m] = clicks(n, m);
  HERALD_TRY(const ErrorRate phase,
             npp_phase_error(MeanPhotonNumber(v[6]), Probability(signal.gain), yields, kMostPhotons));
  return npp_point(signal, phase, v[5]);
}

// npp-decoy: as npp; strong, medium, weak and empty decoy.
constexpr ParameterSpec kNppDecoy[] = {
    parameter::kAttenuation,
    parameter::kInsertionLoss,
    parameter::with(parameter::kDetectorEfficiency, 1),
    parameter::with(parameter::kDarkCount, 1e-8),
    parameter::with(parameter::kMisalignment, 0.02),
    parameter::with(parameter::kReconciliation, 1.16),
    parameter::with(parameter::kSignal, 0.03),
    strong_decoy(0.4),
    {"intensity.medium", "photons/pulse", "mean photon number of the medium decoy; 0: there is none", 0.06, 0, 1},
    weak_decoy(0.01),
    parameter::kVacuum};

Result<RatePoint> npp_decoy(std::span<const double> v, Kilometre distance) {
  HERALD_TRY_VOID(parameter::validate(distance));
  const CharlieNode node{line_transmittance(v, distance), v[3]};
  std::vector<double> decoys = {v[10], v[9], v[8], v[7]};  // growing
  if (v[8] == 0) decoys.erase(decoys.begin() + 2);
  std::vector<double> gains;
  for (const double a : decoys)
    for (const double b : decoys) gains.push_back(randomised_click(node, a, b));
  const GainAndError signal = phase_encoded_click(node, v[6], v[4]);
  HERALD_TRY(const ErrorRate phase,
             npp_decoy_phase_error(MeanPhotonNumber(v[6]), Probability(signal.gain), {decoys, gains}));
  return npp_point(signal, phase, v[5]);
}

constexpr ParameterSpec kNppLossOnly[] = {parameter::kAttenuation, parameter::kInsertionLoss,
                                          parameter::with(parameter::kDetectorEfficiency, 1),
                                          parameter::with(parameter::kSignal, 0.1146)};

Result<RatePoint> npp_loss_only(std::span<const double> v, Kilometre distance) {
  HERALD_TRY_VOID(parameter::validate(distance));
  const double gain = -std::expm1(-2 * line_transmittance(v, distance) * v[3]);
  HERALD_TRY(const double rate, npp_loss_only_rate(MeanPhotonNumber(v[3]), Probability(gain)));
  return RatePoint{rate, 0, {{"gain", gain}}};
}

constexpr std::string_view kTfNames[] = {"twin-field", "tf-qkd", "lucamarini2018"};
constexpr std::string_view kPmNames[] = {"phase-matching", "pm-qkd"};
constexpr std::string_view kNppNames[] = {"cal", "curty-azuma-lo"};
constexpr std::string_view kNppDecoyNames[] = {"cal-decoy"};
constexpr std::string_view kNppLossOnlyNames[] = {"lin-lutkenhaus"};

}  // namespace

const RateModel& tf_model() {
  static constexpr RateModel kModel = {.name = "tf",
                                       .aliases = kTfNames,
                                       .title = "Twin-field QKD as first proposed (not composably proven)",
                                       .theorem = "tf",
                                       .parameters = kTf,
                                       .evaluate = tf};
  return kModel;
}

const RateModel& pm_model() {
  static constexpr RateModel kModel = {.name = "pm",
                                       .aliases = kPmNames,
                                       .title = "Phase-matching QKD",
                                       .theorem = "pm",
                                       .parameters = kPm,
                                       .evaluate = pm};
  return kModel;
}

const RateModel& npp_model() {
  static constexpr RateModel kModel = {.name = "npp",
                                       .aliases = kNppNames,
                                       .title = "Twin-field QKD without phase post-selection",
                                       .theorem = "npp",
                                       .parameters = kNpp,
                                       .evaluate = npp};
  return kModel;
}

const RateModel& npp_decoy_model() {
  static constexpr RateModel kModel = {.name = "npp-decoy",
                                       .aliases = kNppDecoyNames,
                                       .title = "Twin-field QKD without phase post-selection, three or four decoys",
                                       .theorem = "npp-decoy",
                                       .parameters = kNppDecoy,
                                       .evaluate = npp_decoy};
  return kModel;
}

const RateModel& npp_loss_only_model() {
  static constexpr RateModel kModel = {.name = "npp-loss-only",
                                       .aliases = kNppLossOnlyNames,
                                       .title = "Twin-field QKD without phase post-selection, a line that only loses",
                                       .theorem = "npp-loss-only",
                                       .parameters = kNppLossOnly,
                                       .evaluate = npp_loss_only};
  return kModel;
}

}  // namespace herald::study
