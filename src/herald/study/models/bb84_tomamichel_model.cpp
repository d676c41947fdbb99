#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "herald/base/entropy.h"
#include "herald/proof/bbm92_finite.h"
#include "herald/study/models/background_fibre.h"
#include "herald/study/models/bb84.h"

namespace herald::study {
namespace {

using namespace parameter;

struct Block {
  double key_bits;   // n
  double test_bits;  // k
  double error_rate;
  double quality;
  Disclosure disclosure;
  Epsilon epsilon;
  Accounting accounting;
};

// Expected errors are no whole number, a count is one: between two counts the length is interpolated.
Result<KeyLength> length_of(const Block& block) {
  const auto whole = [](double x) { return static_cast<std::int64_t>(x); };
  const auto at = [&](double errors) {
    return bbm92_finite({whole(block.key_bits), whole(block.test_bits), whole(errors), block.quality}, block.disclosure,
                        block.epsilon, block.accounting);
  };
  const double errors = block.error_rate * std::floor(block.test_bits), below = std::floor(errors);
  HERALD_TRY(KeyLength key, at(below));
  if (errors > below) {
    HERALD_TRY(const KeyLength worse, at(below + 1));
    key.exact_bits += (worse.exact_bits - key.exact_bits) * (errors - below);
    key.phase_error_rate.value += (worse.phase_error_rate.value - key.phase_error_rate.value) * (errors - below);
  }
  return key;
}

Result<RatePoint> tomamichel(std::span<const double> values, Kilometre distance) {
  HERALD_TRY(const BackgroundFibre fibre, background_fibre(values, distance));
  const auto [key_basis, pulses, quality, secrecy, correctness, accounting] = behind_fibre<6>(values);
  HERALD_TRY(const bool rigorous, yes_or_no("accounting", accounting));
  const ExpectedRate photon = photon_number_state(fibre.channel, 1);
  const double detected = pulses * photon.gain.value, error_rate = photon.error_rate.value;
  if (!(detected <= 0x1p51))
    return fail(ErrorCode::invalid_argument, fmt::format("{:.3g} detections are more than a block can hold", detected));
  Epsilon epsilon;
  epsilon.secrecy = FailureProbability(secrecy);
  epsilon.correctness = FailureProbability(correctness);
  // The leak, and with it every message of Bob's, is counted.
  const Disclosure disclosure{0, verification_bits_for(epsilon.correctness), Reconciliation::one_way};
  const Block block{detected * key_basis * key_basis,
                    detected * (1 - key_basis) * (1 - key_basis),
                    error_rate,
                    quality,
                    disclosure,
                    epsilon,
                    rigorous ? Accounting::rigorous : Accounting::as_published};
  HERALD_TRY(const KeyLength key, length_of(block));
  double bits = key.exact_bits - fibre.reconciliation * std::floor(block.key_bits) * binary_entropy(error_rate);
  // The paper subtracts log2(1/epsilon_cor), keys whole verification bits.
  if (!rigorous) bits += static_cast<double>(disclosure.verification_bits) + std::log2(correctness);
  return RatePoint{bits / pulses,
                   secrecy + correctness,
                   {{"key_bits", std::max(0.0, std::floor(bits))},
                    {"detections", detected},
                    {"error_rate", error_rate},
                    {"phase_error_rate", key.phase_error_rate.value}}};
}

constexpr ParameterSpec kQuality = {
    "preparation.quality", "", "q = log2(1/c), c the largest overlap of the two bases' states; 1: conjugate", 1, 0, 1};
constexpr auto kParameters = [] {
  auto all =
      gys_fibre<6>({kKeyBasis, kBlockPulses, kQuality, with(kSecrecy, 1e-14), with(kCorrectness, 1e-14), kAccounting});
  for (ParameterSpec& spec : all)
    if (spec.name == kReconciliation.name) spec.standard = 1.1;
  return all;
}();

constexpr std::string_view kNames[] = {"bbm92-finite", "tomamichel2012"};

}  // namespace

const RateModel& bb84_tomamichel_model() {
  static constexpr RateModel kModel = {.name = "bb84-tomamichel",
                                       .aliases = kNames,
                                       .title = "BB84 with single photons and a finite block (Tomamichel et al. 2012)",
                                       .theorem = "bbm92-finite",
                                       .parameters = kParameters,
                                       .evaluate = tomamichel};
  return kModel;
}

}  // namespace herald::study
