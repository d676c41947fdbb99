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

}  // namespace herald::study
