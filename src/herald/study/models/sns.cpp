#include "herald/proof/sns.h"
#include "herald/proof/sns_decoy.h"

#include "herald/study/models/twin_field.h"
#include "herald/study/models/untrusted_node_line.h"

namespace herald::study {
namespace {

// attenuation, insertion loss, efficiency, dark count, misalignment, f, mu, epsilon.
inline constexpr ParameterSpec kSend = {.name = "probability.send",
                                        .unit = "",
                                        .meaning = "probability of sending in a window of the key",
                                        .standard = 0.02,
                                        .least = 1e-5,
                                        .most = 0.5,
                                        .optimised = true,
                                        .logarithmic = true};
constexpr ParameterSpec kEfficiency = parameter::with(parameter::kDetectorEfficiency, 0.8);
constexpr ParameterSpec kDarkCount = parameter::with(parameter::kDarkCount, 1e-11);
constexpr ParameterSpec kMisalignment = parameter::with(parameter::kMisalignment, 0.15);  // of matched phases, with the
                                                                                          // width of their slices
constexpr ParameterSpec kReconciliation = parameter::with(parameter::kReconciliation, 1.1);
constexpr ParameterSpec kSignal = parameter::with(parameter::kSignal, 0.45);

constexpr ParameterSpec kSns[] = {parameter::kAttenuation, parameter::kInsertionLoss, kEfficiency, kDarkCount,
                                  kMisalignment,           kReconciliation,           kSignal,     kSend};
constexpr ParameterSpec kSnsDecoy[] = {parameter::kAttenuation, parameter::kInsertionLoss, kEfficiency, kDarkCount,
                                       kMisalignment,           kReconciliation,           kSignal,     kSend,
                                       strong_decoy(0.4),       weak_decoy(0.05)};

// `single` is of s_1 and e_1.
Result<RatePoint> sns_point(std::span<const double> v, const CharlieNode& node, const GainAndError& single) {
  const double mu = v[6], send = v[7], rest = 1 - send;
  const SendingClicks clicks = sending_clicks(node, mu);
  const double right = 2 * send * rest * clicks.one, wrong = send * send * clicks.both + rest * rest * clicks.none;
  const double gain = right + wrong, error = gain > 0 ? wrong / gain : 0.5;
  HERALD_TRY(const double rate,
             sns_rate({Probability(gain), ErrorRate(error),
                       Probability(2 * send * rest * mu * std::exp(-mu) * single.gain), ErrorRate(single.error_rate)},
                      v[5]));
  return RatePoint{rate,
                   0,
                   {{"gain", gain},
                    {"error_rate", error},
                    {"single_photon_yield", single.gain},
                    {"phase_error_rate", single.error_rate}}};
}

Result<RatePoint> sns(std::span<const double> v, Kilometre distance) {
  HERALD_TRY_VOID(parameter::validate(distance));
  const CharlieNode node{line_transmittance(v, distance), v[3]};
  return sns_point(v, node, sending_single_photon(node, v[4]));
}

Result<RatePoint> sns_decoy(std::span<const double> v, Kilometre distance) {
  HERALD_TRY_VOID(parameter::validate(distance));
  const CharlieNode node{line_transmittance(v, distance), v[3]};
  const double strong = v[8], weak = v[9];
  const Probability of_weak(sending_clicks(node, weak).one), of_strong(sending_clicks(node, strong).one);
  HERALD_TRY(const SnsSinglePhotons single,
             sns_decoy_bounds({MeanPhotonNumber(weak), MeanPhotonNumber(strong),
                               Probability(sending_clicks(node, 0).none), of_weak, of_weak, of_strong, of_strong,
                               Probability(matched_phase_wrong_click(node, weak, v[4]))}));
  return sns_point(v, node, {single.yield.value, single.phase_error.value});
}

Result<RatePoint> sns_aopp(std::span<const double> v, Kilometre distance) {
  HERALD_TRY_VOID(parameter::validate(distance));
  const CharlieNode node{line_transmittance(v, distance), v[3]};
  const double mu = v[6], send = v[7], rest = 1 - send;
  const SendingClicks clicks = sending_clicks(node, mu);
  const GainAndError single = sending_single_photon(node, v[4]);
  const Probability one(send * rest * clicks.one), untagged(send * rest * mu * std::exp(-mu) * single.gain);
  HERALD_TRY(const PairedWindows pairs, sns_odd_parity_pairs({one, one, Probability(send * send * clicks.both),
                                                              Probability(rest * rest * clicks.none), untagged,
                                                              untagged, ErrorRate(single.error_rate)}));
  HERALD_TRY(const double rate, sns_rate({pairs.surviving, pairs.error_rate, pairs.untagged, pairs.phase_error}, v[5]));
  return RatePoint{rate,
                   0,
                   {{"gain", pairs.surviving.value},
                    {"error_rate", pairs.error_rate.value},
                    {"single_photon_gain", pairs.untagged.value},
                    {"phase_error_rate", pairs.phase_error.value}}};
}

constexpr std::string_view kSnsNames[] = {"sending-or-not-sending", "sns-tf-qkd"};
constexpr std::string_view kDecoyNames[] = {"sns-four-intensity"};
constexpr std::string_view kAoppNames[] = {"aopp"};

}  // namespace

const RateModel& sns_model() {
  static constexpr RateModel kModel = {.name = "sns",
                                       .aliases = kSnsNames,
                                       .title = "Sending-or-not-sending twin-field QKD",
                                       .theorem = "sns",
                                       .parameters = kSns,
                                       .evaluate = sns};
  return kModel;
}

const RateModel& sns_decoy_model() {
  static constexpr RateModel kModel = {.name = "sns-decoy",
                                       .aliases = kDecoyNames,
                                       .title = "Sending-or-not-sending with vacuum and two decoys",
                                       .theorem = "sns-decoy",
                                       .parameters = kSnsDecoy,
                                       .evaluate = sns_decoy};
  return kModel;
}

const RateModel& sns_aopp_model() {
  static constexpr RateModel kModel = {.name = "sns-aopp",
                                       .aliases = kAoppNames,
                                       .title = "Sending-or-not-sending with active odd-parity pairing",
                                       .theorem = "sns-aopp",
                                       .parameters = kSns,
                                       .evaluate = sns_aopp};
  return kModel;
}

}  // namespace herald::study
