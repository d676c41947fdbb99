#include "herald/study/models/capacities.h"

#include <fmt/format.h>

#include <cmath>

#include "herald/proof/capacities.h"

namespace herald::study {
namespace {

constexpr ParameterSpec kAttenuation = {"fibre.attenuation", "dB/km", "loss of the fibre per kilometre", 0.2, 0, 100};
constexpr ParameterSpec kInsertionLoss = {
    "fibre.insertion_loss", "dB", "loss of what stands between fibre and detectors, whatever the length", 0, 0, 200};
constexpr ParameterSpec kEfficiency = {
    "detector.efficiency", "", "detectors' efficiency, counted as loss; 1: the bound of the fibre alone", 1, 1e-9, 1};

constexpr ParameterSpec kLine[] = {kAttenuation, kInsertionLoss, kEfficiency};
constexpr ParameterSpec kChain[] = {
    kAttenuation, kInsertionLoss, kEfficiency, {"repeaters.count", "", "ideal repeaters, equally spaced", 1, 0, 1e6}};

Result<Decibel> line_loss(std::span<const double> values, Kilometre distance) {
  if (!(distance.value >= 0 && std::isfinite(distance.value)))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a distance of {} km is not possible; 0 or more is", distance.value));
  return DecibelPerKilometre(values[0]) * distance + Decibel(values[1]) - Decibel(10 * std::log10(values[2]));
}

template <Result<double> (*bound)(Probability)>
Result<RatePoint> over_line(std::span<const double> values, Kilometre distance) {
  HERALD_TRY(const Decibel loss, line_loss(values, distance));
  const double eta = transmittance(loss);
  HERALD_TRY(const double rate, bound(Probability(eta)));
  return RatePoint{rate, 0, {{"transmittance", eta}}};
}

Result<RatePoint> over_chain(std::span<const double> values, Kilometre distance) {
  HERALD_TRY(const Decibel loss, line_loss(values, distance));
  const int repeaters = static_cast<int>(values[3]);
  if (repeaters != values[3])
    return fail(ErrorCode::invalid_argument, fmt::format("repeaters.count is a whole number, not {}", values[3]));
  HERALD_TRY(const double rate, repeater_chain_capacity(loss, repeaters));
  return RatePoint{rate, 0, {{"link_transmittance", transmittance(loss / (repeaters + 1))}}};
}

constexpr ParameterSpec kThermalPhotons = {
    "thermal.photons", "", "mean photons per mode that the environment mixes in", 1e-3, 0, 1e6};
constexpr ParameterSpec kThermalLine[] = {kAttenuation, kInsertionLoss, kEfficiency, kThermalPhotons};
constexpr ParameterSpec kAmplifier[] = {
    {"amplifier.gain", "", "factor by which photons are multiplied, above 1", 2, 1, 1e9}, kThermalPhotons};
constexpr ParameterSpec kAddedNoise[] = {
    {"noise.variance", "", "of the Gaussian noise added to a mode", 0.1, 1e-9, 1e6}};
constexpr ParameterSpec kErasure[] = {
    {"erasure.probability", "", "of a qubit's being lost, and known to be", 0.1, 0, 1}};
constexpr ParameterSpec kDephasing[] = {{"dephasing.probability", "", "of a qubit's phase being flipped", 0.1, 0, 1}};

Result<RatePoint> over_thermal_line(std::span<const double> values, Kilometre distance) {
  HERALD_TRY(const Decibel loss, line_loss(values, distance));
  const double eta = transmittance(loss);
  HERALD_TRY(const double rate, thermal_loss_bound(Probability(eta), MeanPhotonNumber(values[3])));
  return RatePoint{rate, 0, {{"transmittance", eta}}};
}

Result<RatePoint> amplified(std::span<const double> values, Kilometre) {
  HERALD_TRY(const double rate, amplifier_bound(values[0], MeanPhotonNumber(values[1])));
  return RatePoint{rate, 0, {}};
}

template <typename Parameter, Result<double> (*bound)(Parameter)>
Result<RatePoint> of_one_parameter(std::span<const double> values, Kilometre) {
  HERALD_TRY(const double rate, bound(Parameter(values[0])));
  return RatePoint{rate, 0, {}};
}

constexpr std::string_view kPlobNames[] = {"repeaterless", "pure-loss"};
constexpr std::string_view kTgwNames[] = {"takeoka-guha-wilde"};
constexpr std::string_view kRepeaterNames[] = {"repeater-chain"};

}  // namespace

const RateModel& plob_model() {
  static constexpr RateModel kModel = {.name = "plob",
                                       .aliases = kPlobNames,
                                       .title = "Repeaterless bound (Pirandola, Laurenza, Ottaviani, Banchi)",
                                       .theorem = "plob",
                                       .use = "channel use",
                                       .bound = true,
                                       .parameters = kLine,
                                       .evaluate = over_line<pure_loss_capacity>};
  return kModel;
}

const RateModel& tgw_model() {
  static constexpr RateModel kModel = {.name = "tgw",
                                       .aliases = kTgwNames,
                                       .title = "Repeaterless bound (Takeoka, Guha, Wilde)",
                                       .theorem = "tgw",
                                       .use = "channel use",
                                       .bound = true,
                                       .parameters = kLine,
                                       .evaluate = over_line<takeoka_guha_wilde_bound>};
  return kModel;
}

const RateModel& repeaters_model() {
  static constexpr RateModel kModel = {.name = "repeaters",
                                       .aliases = kRepeaterNames,
                                       .title = "Capacity of a chain of ideal repeaters",
                                       .theorem = "repeaters",
                                       .use = "channel use",
                                       .bound = true,
                                       .parameters = kChain,
                                       .evaluate = over_chain};
  return kModel;
}

const RateModel& thermal_loss_model() {
  static constexpr RateModel kModel = {.name = "thermal-loss",
                                       .aliases = {},
                                       .title = "Bound of a fibre into which thermal photons are mixed",
                                       .theorem = "other-channels",
                                       .use = "channel use",
                                       .bound = true,
                                       .parameters = kThermalLine,
                                       .evaluate = over_thermal_line};
  return kModel;
}

const RateModel& amplifier_model() {
  static constexpr RateModel kModel = {.name = "amplifier",
                                       .aliases = {},
                                       .title = "Bound of a phase-insensitive amplifier",
                                       .theorem = "other-channels",
                                       .use = "channel use",
                                       .bound = true,
                                       .uses_distance = false,
                                       .parameters = kAmplifier,
                                       .evaluate = amplified};
  return kModel;
}

const RateModel& additive_noise_model() {
  static constexpr RateModel kModel = {.name = "additive-noise",
                                       .aliases = {},
                                       .title = "Bound of a channel that adds Gaussian noise",
                                       .theorem = "other-channels",
                                       .use = "channel use",
                                       .bound = true,
                                       .uses_distance = false,
                                       .parameters = kAddedNoise,
                                       .evaluate = of_one_parameter<double, additive_noise_bound>};
  return kModel;
}

const RateModel& erasure_model() {
  static constexpr RateModel kModel = {.name = "erasure",
                                       .aliases = {},
                                       .title = "Capacity of a channel that loses qubits",
                                       .theorem = "other-channels",
                                       .use = "channel use",
                                       .bound = true,
                                       .uses_distance = false,
                                       .parameters = kErasure,
                                       .evaluate = of_one_parameter<Probability, erasure_capacity>};
  return kModel;
}

const RateModel& dephasing_model() {
  static constexpr RateModel kModel = {.name = "dephasing",
                                       .aliases = {},
                                       .title = "Capacity of a channel that flips phases",
                                       .theorem = "other-channels",
                                       .use = "channel use",
                                       .bound = true,
                                       .uses_distance = false,
                                       .parameters = kDephasing,
                                       .evaluate = of_one_parameter<Probability, dephasing_capacity>};
  return kModel;
}

}  // namespace herald::study
