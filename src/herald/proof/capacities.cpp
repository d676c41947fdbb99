#include "herald/proof/capacities.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "herald/base/entropy.h"
#include "herald/proof/assumptions.h"

namespace herald {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

Result<void> in_unit_interval(Probability value, const char* what) {
  if (!(value.value >= 0 && value.value <= 1))
    return fail(ErrorCode::invalid_argument, fmt::format("{} of {} is not between 0 and 1", what, value.value));
  return {};
}

Result<void> validate_thermal(MeanPhotonNumber thermal) {
  if (!(thermal.value >= 0 && thermal.value < kInfinite))
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} thermal photons per mode are not possible; 0 or more are", thermal.value));
  return {};
}

// x log2(x/y) - (x+1) log2((x+1)/(y+1)): the relative entropy of Bose-Einstein distributions of means x and y, written
// as a difference of deviances, whose linear terms are gone. 0 from x = y on.
double bose_einstein_divergence(double x, double y) {
  if (x >= y) return 0;
  if (x == 0) return std::log1p(y) / std::numbers::ln2;
  return std::max(0.0, (deviance(x, y) - deviance(x + 1, y + 1)) / std::numbers::ln2);
}

}  // namespace

Result<double> pure_loss_capacity(Probability transmittance) {
  HERALD_TRY_VOID(in_unit_interval(transmittance, "a transmittance"));
  if (transmittance.value == 1) return kInfinite;
  return -std::log1p(-transmittance.value) / std::numbers::ln2;
}

Result<double> takeoka_guha_wilde_bound(Probability transmittance) {
  HERALD_TRY_VOID(in_unit_interval(transmittance, "a transmittance"));
  if (transmittance.value == 1) return kInfinite;
  return (std::log1p(transmittance.value) - std::log1p(-transmittance.value)) / std::numbers::ln2;
}

Result<double> repeater_chain_capacity(Decibel total, int repeaters) {
  if (!(total.value >= 0))
    return fail(ErrorCode::invalid_argument, fmt::format("a loss of {} dB is not possible; 0 or more is", total.value));
  if (repeaters < 0)
    return fail(ErrorCode::invalid_argument, fmt::format("{} repeaters are not possible; 0 or more are", repeaters));
  const double exponent = total.value / (1.0 + repeaters) * (std::numbers::ln10 / 10);  // of one link, in nats
  if (exponent == 0) return kInfinite;
  // -log2(1 - e^-x): 1 - e^-x is exact in expm1 for short links, its logarithm in log1p for long ones.
  return (exponent < std::numbers::ln2 ? -std::log(-std::expm1(-exponent)) : -std::log1p(-std::exp(-exponent))) /
         std::numbers::ln2;
}

Result<double> chain_capacity(std::span<const double> link_capacities) {
  if (link_capacities.empty()) return fail(ErrorCode::invalid_argument, "a chain has at least one link");
  double least = kInfinite;
  for (const double capacity : link_capacities) {
    if (!(capacity >= 0))
      return fail(ErrorCode::invalid_argument, fmt::format("a link's capacity of {} is not possible", capacity));
    least = std::min(least, capacity);
  }
  return least;
}

Result<double> thermal_loss_bound(Probability transmittance, MeanPhotonNumber thermal) {
  HERALD_TRY_VOID(in_unit_interval(transmittance, "a transmittance"));
  HERALD_TRY_VOID(validate_thermal(thermal));
  if (transmittance.value == 1) return kInfinite;
  return bose_einstein_divergence(thermal.value, transmittance.value / (1 - transmittance.value));
}

Result<double> amplifier_bound(double gain, MeanPhotonNumber thermal) {
  if (!(gain > 1 && gain < kInfinite))
    return fail(ErrorCode::invalid_argument, fmt::format("a gain of {} is not that of an amplifier: above 1", gain));
  HERALD_TRY_VOID(validate_thermal(thermal));
  return bose_einstein_divergence(thermal.value, 1 / (gain - 1));
}

Result<double> additive_noise_bound(double variance) {
  if (!(variance > 0 && variance < kInfinite))
    return fail(ErrorCode::invalid_argument, fmt::format("added noise of variance {} is not possible", variance));
  return variance >= 1 ? 0.0 : deviance(1, variance) / std::numbers::ln2;
}

Result<double> erasure_capacity(Probability loss) {
  HERALD_TRY_VOID(in_unit_interval(loss, "a probability of loss"));
  return 1 - loss.value;
}

Result<double> dephasing_capacity(Probability flip) {
  HERALD_TRY_VOID(in_unit_interval(flip, "a probability of dephasing"));
  return bsc_capacity(flip.value);
}

namespace {

constexpr std::string_view kAnyLength = "None: an upper bound for infinitely many uses, never the length of a key.";
constexpr std::string_view kConversation = "Public conversation is free and unlimited in both directions.";

constexpr Assumption kPureLoss[] = {
    {"pure-loss", "The channel loses photons and does nothing else; Eve holds all that is lost."},
    {"any-protocol", "Any adaptive protocol with local quantum computers and memories, of any energy."}};
constexpr Assumption kOtherChannels[] = {
    {"known-channel", "The channel is of its kind, with the parameter stated; Eve holds its environment."},
    kPureLoss[1]};
constexpr Assumption kRepeaterChain[] = {
    kPureLoss[0], kPureLoss[1], {"ideal-repeaters", "Repeaters store and process quantum states without error."}};

double plob(double eta) { return pure_loss_capacity(Probability(eta)).value_or(-1); }
double tgw(double eta) { return takeoka_guha_wilde_bound(Probability(eta)).value_or(-1); }
double chain(double loss, int repeaters) { return repeater_chain_capacity(Decibel(loss), repeaters).value_or(-1); }

constexpr PublishedPoint kPlobPoints[] = {
    {"20 dB", "theory sheet 3, independent script", 1.44995697e-2, 5e-9, [] { return plob(1e-2); }},
    {"40 dB", "theory sheet 3, independent script", 1.44276718e-4, 5e-9, [] { return plob(1e-4); }},
    {"100 dB", "theory sheet 3, independent script", 1.44269504e-10, 5e-9, [] { return plob(1e-10); }},
    {"one bit at half the photons", "exact", 1, 1e-15, [] { return plob(0.5); }}};
constexpr PublishedPoint kTgwPoints[] = {
    {"20 dB", "theory sheet 3, independent script", 2.88548627e-2, 5e-9, [] { return tgw(1e-2); }},
    {"40 dB", "theory sheet 3, independent script", 2.88539009e-4, 5e-9, [] { return tgw(1e-4); }},
    {"100 dB", "theory sheet 3, independent script", 2.88539e-10, 2e-6, [] { return tgw(1e-10); }}};
constexpr PublishedPoint kOtherPoints[] = {
    {"half of all qubits lost", "exact", 0.5, 1e-15, [] { return erasure_capacity(Probability(0.5)).value_or(-1); }},
    {"dephasing of 11.0028 %: h = 1/2", "theory sheet 1.1", 0.5, 1e-5,
     [] { return dephasing_capacity(Probability(0.110028)).value_or(-1); }},
    {"loss of 20 dB without thermal photons: the lossy channel", "theory sheet 3, independent script", 1.44995697e-2,
     5e-9, [] { return thermal_loss_bound(Probability(1e-2), MeanPhotonNumber(0)).value_or(-1); }},
    {"amplifier of gain 2 without thermal photons", "exact", 1, 1e-14,
     [] { return amplifier_bound(2, MeanPhotonNumber(0)).value_or(-1); }}};
constexpr PublishedPoint kRepeaterPoints[] = {
    {"20 dB, 1 repeater", "theory sheet 3, independent script", 1.52003093e-1, 5e-9, [] { return chain(20, 1); }},
    {"20 dB, 2 repeaters", "theory sheet 3, independent script", 3.50050691e-1, 5e-9, [] { return chain(20, 2); }},
    {"20 dB, 3 repeaters", "theory sheet 3, independent script", 5.48412255e-1, 5e-9, [] { return chain(20, 3); }},
    {"40 dB, 2 repeaters", "theory sheet 3, independent script", 6.85678966e-2, 5e-9, [] { return chain(40, 2); }},
    {"100 dB, 1 repeater", "theory sheet 3, independent script", 1.44270225e-5, 5e-9, [] { return chain(100, 1); }},
    {"100 dB, 2 repeaters", "theory sheet 3, independent script", 6.69795177e-4, 5e-9, [] { return chain(100, 2); }},
    {"100 dB, 3 repeaters", "theory sheet 3, independent script", 4.56943102e-3, 5e-9, [] { return chain(100, 3); }}};

}  // namespace

const Theorem& plob_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "plob",
      .title = "Secret-key capacity of a lossy channel without repeaters",
      .protocol = "any",
      .bound = true,
      .paper = "Pirandola, Laurenza, Ottaviani, Banchi, Nat. Commun. 8, 15043 (2017), arXiv 1510.08863",
      .equations = "the two-way assisted capacity of the lossy channel",
      .statement = "rate <= -log2(1 - eta) per use of the channel, and some protocol comes arbitrarily near",
      .observed = "transmittance eta between the two ends: of the fibre alone, or with the detectors' efficiency in it",
      .assumptions = kPureLoss,
      .two_way_assumptions = {},
      .two_way = kConversation,
      .block_length = kAnyLength,
      .epsilon_shares = {},
      .points = kPlobPoints,
  };
  return kTheorem;
}

const Theorem& tgw_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "tgw",
      .title = "Takeoka, Guha and Wilde's bound on keys over a lossy channel without repeaters",
      .protocol = "any",
      .bound = true,
      .paper = "Takeoka, Guha, Wilde, Nat. Commun. 5, 5235 (2014), arXiv 1504.06390",
      .equations = "the squashed entanglement of the lossy channel, at infinite energy",
      .statement = "rate <= log2((1 + eta)/(1 - eta)) per use of the channel; twice the capacity at high loss",
      .observed = "transmittance eta between the two ends: of the fibre alone, or with the detectors' efficiency in it",
      .assumptions = kPureLoss,
      .two_way_assumptions = {},
      .two_way = kConversation,
      .block_length = kAnyLength,
      .epsilon_shares = {},
      .points = kTgwPoints,
  };
  return kTheorem;
}

const Theorem& repeaters_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "repeaters",
      .title = "Secret-key capacity of a chain of ideal quantum repeaters",
      .protocol = "any",
      .bound = true,
      .paper = "Pirandola, Commun. Phys. 2, 51 (2019), arXiv 1601.00966",
      .equations = "the capacity of a chain of lossy channels; of a network by its widest path or its minimum cut",
      .statement = "rate <= -log2(1 - eta^(1/(N+1))) per use of a chain of N equidistant repeaters; min over any chain",
      .observed = "total loss, number N of repeaters; or the capacity of each link",
      .assumptions = kRepeaterChain,
      .two_way_assumptions = {},
      .two_way = kConversation,
      .block_length = kAnyLength,
      .epsilon_shares = {},
      .points = kRepeaterPoints,
  };
  return kTheorem;
}

const Theorem& other_channels_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "other-channels",
      .title = "Secret-key capacities, or bounds on them, of channels with noise",
      .protocol = "any",
      .bound = true,
      .paper = "Pirandola, Laurenza, Ottaviani, Banchi, Nat. Commun. 8, 15043 (2017), arXiv 1510.08863",
      .equations = "the relative entropy of entanglement of each channel's Choi state; docs/theory/capacities.md",
      .statement =
          "rate <= 1 - p (erasure), 1 - h(p) (dephasing), D(n || eta/(1 - eta)) (loss with n thermal photons), "
          "D(n || 1/(g - 1)) (amplifier of gain g), (xi - 1)/ln 2 - log2 xi (added noise), per use of the channel",
      .observed = "the channel's parameter: p; eta and n; g and n; xi",
      .assumptions = kOtherChannels,
      .two_way_assumptions = {},
      .two_way = kConversation,
      .block_length = kAnyLength,
      .epsilon_shares = {},
      .points = kOtherPoints,
  };
  return kTheorem;
}

}  // namespace herald
