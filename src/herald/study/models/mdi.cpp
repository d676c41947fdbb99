#include "herald/study/models/mdi.h"

#include "herald/optics/mdi.h"
#include "herald/proof/mdi.h"
#include "herald/study/models/untrusted_node_line.h"

namespace herald::study {
namespace {

// attenuation, insertion loss, efficiency, dark count, misalignment, f, mu.
constexpr ParameterSpec kMdi[] = {parameter::kAttenuation,
                                  parameter::kInsertionLoss,
                                  parameter::with(parameter::kDetectorEfficiency, 0.145),
                                  parameter::with(parameter::kDarkCount, 3e-6),
                                  parameter::with(parameter::kMisalignment, 0.015),
                                  parameter::with(parameter::kReconciliation, 1.16),
                                  parameter::with(parameter::kSignal, 0.5)};

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

constexpr std::string_view kNames[] = {"mdi-qkd", "measurement-device-independent"};

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

}  // namespace herald::study
