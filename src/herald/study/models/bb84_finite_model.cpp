#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "herald/base/entropy.h"
#include "herald/optics/weak_pulse_statistics.h"
#include "herald/proof/bb84_finite.h"
#include "herald/proof/bb84_finite_one_decoy.h"
#include "herald/study/models/bb84.h"
#include "herald/study/models/parameters.h"

namespace herald::study {
namespace {

using namespace parameter;

struct Sent {
  double mean;
  double probability;
};

struct Block {
  GatedChannel channel;
  std::vector<Sent> intensities;
  double key_basis;
  double sifted;  // key bits
  double reconciliation;
  double secrecy;          // epsilon_sec; 0: secrecy_per_bit times the length
  double secrecy_per_bit;  // Lim's kappa
  double correctness;
  Accounting accounting;
  Reconciliation messages;
};

// What such a block is expected to show.
struct Expected {
  DecoyExpectation counts;
  double pulses = 0;
  double error_rate = 0;  // of the key basis
};

Result<Expected> expected(const Block& block) {
  std::vector<ExpectedRate> rates;
  double detected = 0, wrong = 0;
  for (const Sent& sent : block.intensities) {
    if (!(sent.probability > 1e-9))
      return fail(ErrorCode::invalid_argument,
                  "probability.signal and probability.weak leave nothing for the weakest intensity");
    rates.push_back(weak_pulse(block.channel, MeanPhotonNumber(sent.mean)));
    detected += sent.probability * rates.back().gain.value;
    wrong += sent.probability * rates.back().gain.value * rates.back().error_rate.value;
  }
  if (!(detected > 0)) return fail(ErrorCode::invalid_argument, "nothing is ever detected: no block is ever full");
  const double q = block.key_basis;
  Expected result;
  result.pulses = block.sifted / (q * q * detected);
  result.error_rate = wrong / detected;
  const double key = result.pulses * q * q, test = result.pulses * (1 - q) * (1 - q);
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const auto [mean, probability] = block.intensities[i];
    const double gain = probability * rates[i].gain.value, error = gain * rates[i].error_rate.value;
    constexpr double kMost = 0x1p50;
    if (!(std::max(key, test) * gain <= kMost))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("with probability.key_basis {} and {:.3g} sifted bits the test basis would hold more "
                              "than {:.0e} detections",
                              q, block.sifted, kMost));
    result.counts.intensities.push_back(
        {MeanPhotonNumber(mean), Probability(probability), key * gain, key * error, test * gain, test * error});
  }
  return result;
}

// The key's bits, not rounded, at a given epsilon_sec.
Result<KeyLength> length_at(const Block& block, const Expected& seen, double secrecy) {
  const bool rigorous = block.accounting == Accounting::rigorous;
  Epsilon epsilon;
  epsilon.secrecy = FailureProbability(secrecy);
  epsilon.correctness = FailureProbability(block.correctness);
  const Disclosure disclosure{0, verification_bits_for(epsilon.correctness), block.messages};
  const auto theorem = block.intensities.size() == 3 ? bb84_finite_expected : bb84_finite_one_decoy_expected;
  HERALD_TRY(KeyLength key, theorem(seen.counts, disclosure, epsilon, block.accounting));
  // Papers subtract log2(2/epsilon_cor), keys whole verification bits.
  if (!rigorous) key.exact_bits += static_cast<double>(disclosure.verification_bits) - 1 + std::log2(block.correctness);
  key.exact_bits -= block.reconciliation * block.sifted * binary_entropy(seen.error_rate);
  return key;
}

Result<RatePoint> rate_of(const Block& block) {
  HERALD_TRY(const Expected seen, expected(block));
  const bool fixed_secrecy = block.secrecy > 0;
  double secrecy = fixed_secrecy ? block.secrecy : std::min(0.1, block.secrecy_per_bit * block.sifted);
  HERALD_TRY(KeyLength key, length_at(block, seen, secrecy));
  // epsilon_sec = kappa l: the length falls with epsilon, so that this comes down to the largest length that fits.
  for (int i = 0; i < 50 && !fixed_secrecy; ++i) {
    const double next = block.secrecy_per_bit * std::max(key.exact_bits, 1.0);
    if (next >= secrecy * (1 - 1e-12)) break;
    secrecy = next;
    HERALD_TRY(key, length_at(block, seen, secrecy));
  }
  return RatePoint{key.exact_bits / seen.pulses,
                   secrecy + block.correctness,
                   {{"key_bits", std::max(0.0, std::floor(key.exact_bits))},
                    {"pulses", seen.pulses},
                    {"error_rate", seen.error_rate},
                    {"single_photon_events", key.single_photon_events},
                    {"phase_error_rate", key.phase_error_rate.value}}};
}

constexpr ParameterSpec kTwoWay = {"reconciliation.two_way",
                                   "",
                                   "1: Bob's messages are not in the leak, as with Cascade, and the vacuum's bits are "
                                   "not counted",
                                   0,
                                   0,
                                   1};

Result<Block> block_of(GatedChannel channel, std::vector<Sent> intensities, double key_basis, double sifted, double f,
                       double accounting, double two_way) {
  HERALD_TRY(const bool rigorous, yes_or_no("accounting", accounting));
  HERALD_TRY(const bool both, yes_or_no("reconciliation.two_way", two_way));
  return Block{.channel = channel,
               .intensities = std::move(intensities),
               .key_basis = key_basis,
               .sifted = sifted,
               .reconciliation = f,
               .secrecy = 0,
               .secrecy_per_bit = 0,
               .correctness = 0,
               .accounting = rigorous ? Accounting::rigorous : Accounting::as_published,
               .messages = both ? Reconciliation::two_way : Reconciliation::one_way};
}

Result<GatedChannel> gated_fibre(Kilometre distance, double attenuation, double loss, double efficiency, double dark,
                                 double afterpulse, double misalignment) {
  HERALD_TRY_VOID(validate(distance));
  return GatedChannel{
      fibre_transmittance(distance, DecibelPerKilometre(attenuation), Decibel(loss), Probability(efficiency)),
      Probability(dark), Probability(afterpulse), ErrorRate(misalignment)};
}

constexpr ParameterSpec kFiniteSecrecy = {
    "epsilon.secrecy",
    "",
    "failure probability of a block's secrecy; 0: epsilon.secrecy_per_bit for each bit of the key",
    0,
    0,
    0.1};
constexpr ParameterSpec kSecrecyPerBit = {"epsilon.secrecy_per_bit",
                                          "",
                                          "kappa: failure probability of secrecy for each bit of the key",
                                          1e-15,
                                          1e-30,
                                          1e-6,
                                          false,
                                          true};

constexpr ParameterSpec kLim[] = {kAttenuation,
                                  kInsertionLoss,
                                  with(kDetectorEfficiency, 0.1),
                                  with(kDarkCount, 6e-7),
                                  with(kAfterpulse, 4e-2),
                                  with(kMisalignment, 5e-3),
                                  with(kReconciliation, 1.16),
                                  with(kSignal, 0.6),
                                  with(kWeak, 0.25),
                                  with(kVacuum, 2e-4),
                                  with(kSignalProbability, 0.5),
                                  with(kWeakProbability, 0.35),
                                  kKeyBasis,
                                  kBlockSifted,
                                  kFiniteSecrecy,
                                  kSecrecyPerBit,
                                  kCorrectness,
                                  kAccounting,
                                  kTwoWay};

Result<RatePoint> lim(std::span<const double> values, Kilometre distance) {
  const auto [attenuation, loss, efficiency, dark, afterpulse, misalignment, f, mu1, mu2, mu3, p1, p2, key_basis,
              sifted, secrecy, per_bit, correctness, accounting, two_way] = values_of<std::size(kLim)>(values);
  HERALD_TRY(const GatedChannel channel,
             gated_fibre(distance, attenuation, loss, efficiency, dark, afterpulse, misalignment));
  HERALD_TRY(Block block,
             block_of(channel, {{mu1, p1}, {mu2, p2}, {mu3, 1 - p1 - p2}}, key_basis, sifted, f, accounting, two_way));
  block.secrecy = secrecy;
  block.secrecy_per_bit = per_bit;
  block.correctness = correctness;
  return rate_of(block);
}

constexpr ParameterSpec kRusca[] = {kAttenuation,
                                    kInsertionLoss,
                                    with(kDetectorEfficiency, 0.2),
                                    with(kDarkCount, 1e-7),
                                    kAfterpulse,
                                    with(kMisalignment, 1e-2),
                                    with(kReconciliation, 1.16),
                                    kSignal,
                                    kWeak,
                                    kSignalProbability,
                                    kKeyBasis,
                                    kBlockSifted,
                                    kSecrecy,
                                    kCorrectness,
                                    kAccounting,
                                    kTwoWay};

Result<RatePoint> rusca(std::span<const double> values, Kilometre distance) {
  const auto [attenuation, loss, efficiency, dark, afterpulse, misalignment, f, mu1, mu2, p1, key_basis, sifted,
              secrecy, correctness, accounting, two_way] = values_of<std::size(kRusca)>(values);
  HERALD_TRY(const GatedChannel channel,
             gated_fibre(distance, attenuation, loss, efficiency, dark, afterpulse, misalignment));
  HERALD_TRY(Block block, block_of(channel, {{mu1, p1}, {mu2, 1 - p1}}, key_basis, sifted, f, accounting, two_way));
  block.secrecy = secrecy;
  block.correctness = correctness;
  return rate_of(block);
}

constexpr std::string_view kLimNames[] = {"lim2014"};
constexpr std::string_view kRuscaNames[] = {"rusca2018"};

}  // namespace

const RateModel& bb84_finite_model() {
  static constexpr RateModel kModel = {.name = "bb84-finite",
                                       .aliases = kLimNames,
                                       .title = "BB84 with two decoys and a finite block (Lim et al. 2014)",
                                       .theorem = "bb84-finite",
                                       .parameters = kLim,
                                       .evaluate = lim};
  return kModel;
}

const RateModel& bb84_finite_one_decoy_model() {
  static constexpr RateModel kModel = {.name = "bb84-finite-one-decoy",
                                       .aliases = kRuscaNames,
                                       .title = "BB84 with one decoy and a finite block (Rusca et al. 2018)",
                                       .theorem = "bb84-finite-one-decoy",
                                       .parameters = kRusca,
                                       .evaluate = rusca};
  return kModel;
}

}  // namespace herald::study
