#include "herald/study/models/mdi.h"

#include "herald/optics/mdi.h"
#include "herald/proof/mdi.h"
#include "herald/proof/mdi_decoy.h"
#include "herald/study/models/untrusted_node_line.h"

namespace herald::study {
namespace {

// attenuation, insertion loss, efficiency, dark count, misalignment, f, mu.
constexpr ParameterSpec kEfficiency = parameter::with(parameter::kDetectorEfficiency, 0.145);
constexpr ParameterSpec kDarkCount = parameter::with(parameter::kDarkCount, 3e-6);
constexpr ParameterSpec kMisalignment = parameter::with(parameter::kMisalignment, 0.015);  // of polarizations

constexpr ParameterSpec kMdi[] = {parameter::kAttenuation, parameter::kInsertionLoss,  kEfficiency,       kDarkCount,
                                  kMisalignment,           parameter::kReconciliation, parameter::kSignal};
constexpr ParameterSpec kMdiDecoy[] = {
    parameter::kAttenuation,    parameter::kInsertionLoss, kEfficiency,      kDarkCount,        kMisalignment,
    parameter::kReconciliation, parameter::kSignal,        weak_decoy(0.05), parameter::kVacuum};

Result<RatePoint> mdi(std::span<const double> v, Kilometre distance) {
  HERALD_TRY_VOID(parameter::validate(distance));
  const double r = line_transmittance(v, distance), mu = v[6];
  const BellMeasurement node{r, r, v[3], v[4]};
  const GainAndError key = mdi_key_basis(node, mu, mu), single = mdi_single_photons_test_basis(node);
  const double single_gain = mu * mu * std::exp(-2 * mu) * single.gain;
  HERALD_TRY(const double rate, mdi_rate({Probability(key.gain),
                                          ErrorRate(key.error_rate),
                                          {Probability(single_gain), ErrorRate(single.error_rate)}},
                                         v[5]));
  return RatePoint{rate,
                   0,
                   {{"gain", key.gain},
                    {"error_rate", key.error_rate},
                    {"single_photon_gain", single_gain},
                    {"phase_error_rate", single.error_rate}}};
}

Result<RatePoint> mdi_decoy(std::span<const double> v, Kilometre distance) {
  HERALD_TRY_VOID(parameter::validate(distance));
  const double r = line_transmittance(v, distance);
  const BellMeasurement node{r, r, v[3], v[4]};
  MdiDecoyGains key, test, wrong;
  key.mean = test.mean = wrong.mean = {MeanPhotonNumber(v[6]), MeanPhotonNumber(v[7]), MeanPhotonNumber(v[8])};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      const double a = key.mean[i].value, b = key.mean[j].value;
      const GainAndError diagonal = mdi_test_basis(node, a, b);
      key.gain[i][j] = Probability(mdi_key_basis(node, a, b).gain);
      test.gain[i][j] = Probability(diagonal.gain);
      wrong.gain[i][j] = Probability(diagonal.gain * diagonal.error_rate);
    }
  }
  HERALD_TRY(const Probability yield, mdi_single_photon_yield(key));
  HERALD_TRY(const Probability test_yield, mdi_single_photon_yield(test));
  HERALD_TRY(const ErrorRate phase, mdi_single_photon_error(wrong, test_yield));
  const double mu = v[6], single_gain = mu * mu * std::exp(-2 * mu) * yield.value;
  const double error = mdi_key_basis(node, mu, mu).error_rate;
  HERALD_TRY(const double rate, mdi_rate({key.gain[0][0], ErrorRate(error), {Probability(single_gain), phase}}, v[5]));
  return RatePoint{rate,
                   0,
                   {{"gain", key.gain[0][0].value},
                    {"error_rate", error},
                    {"single_photon_gain", single_gain},
                    {"phase_error_rate", phase.value}}};
}

constexpr std::string_view kNames[] = {"mdi-qkd", "measurement-device-independent"};
constexpr std::string_view kDecoyNames[] = {"mdi-two-decoys"};

}  // namespace

const RateModel& mdi_model() {
  static constexpr RateModel kModel = {.name = "mdi",
                                       .aliases = kNames,
                                       .title = "Measurement-device-independent QKD",
                                       .theorem = "mdi",
                                       .parameters = kMdi,
                                       .evaluate = mdi};
  return kModel;
}

const RateModel& mdi_decoy_model() {
  static constexpr RateModel kModel = {.name = "mdi-decoy",
                                       .aliases = kDecoyNames,
                                       .title = "Measurement-device-independent QKD with two decoys",
                                       .theorem = "mdi-decoy",
                                       .parameters = kMdiDecoy,
                                       .evaluate = mdi_decoy};
  return kModel;
}

}  // namespace herald::study
