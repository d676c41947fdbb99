#include "herald/study/models/entanglement.h"

#include <algorithm>

#include "herald/optics/bell_statistics.h"
#include "herald/optics/pair_source.h"
#include "herald/proof/asymptotic.h"
#include "herald/proof/device_independent.h"
#include "herald/proof/e91.h"
#include "herald/study/models/two_arms.h"

namespace herald::study {
namespace {

using parameter::with;

constexpr ParameterSpec kBbm92Parameters[] = {
    parameter::kAttenuation,
    parameter::kInsertionLoss,
    kSourcePosition,
    with(parameter::kDetectorEfficiency, 0.145),
    with(parameter::kBackgroundYield, 6.02e-6),
    parameter::kBackgroundError,
    with(parameter::kMisalignment, 0.015),
    with(parameter::kReconciliation, 1.22),
    parameter::kSifting,
    {"source.brightness", "pairs/pulse", "mean number of pairs in a pulse", 0.1, 1e-6, 10, true, true}};

Result<RatePoint> bbm92(std::span<const double> v, Kilometre distance) {
  HERALD_TRY(const TwoArms arms, two_arms(v[0], v[1], v[2], v[3], distance));
  HERALD_TRY(const CoincidenceRate seen, down_conversion(v[9], {arms.alice, v[4]}, {arms.bob, v[4]}, {v[6], v[5]}));
  const ErrorRate error(seen.error_rate);
  HERALD_TRY(const double per_bit, shor_preskill_rate(error, ErrorRate(std::min(error.value, 0.5)), v[7]));
  return RatePoint{v[8] * seen.gain * per_bit,
                   0,
                   {{"gain", seen.gain}, {"error_rate", seen.error_rate}, {"rate_per_sifted_bit", per_bit}}};
}

constexpr ParameterSpec kE91Parameters[] = {parameter::kAttenuation,
                                            parameter::kInsertionLoss,
                                            kSourcePosition,
                                            with(parameter::kDetectorEfficiency, 1),
                                            with(parameter::kBackgroundYield, 0),
                                            kPairVisibility,
                                            with(parameter::kReconciliation, 1),
                                            with(parameter::kSifting, kE91KeyShare)};

// What the key's share of all pairs would give to those who trust no device: every pair counts, detected or not.
Result<double> untrusted_rate(const TwoArms& arms, double visibility, double f, double sifting) {
  HERALD_TRY(const BellStatistics shown, bell_statistics(visibility, arms.alice, arms.bob));
  HERALD_TRY(const double per_pair, device_independent_rate(shown.chsh, f * shown.flagged_entropy));
  return sifting * per_pair;
}

Result<RatePoint> e91(std::span<const double> v, Kilometre distance) {
  HERALD_TRY(const TwoArms arms, two_arms(v[0], v[1], v[2], v[3], distance));
  const PairErrors errors{(1 - v[5]) / 2, 0.5};
  HERALD_TRY(const CoincidenceRate seen, pair_number_coincidence(1, {arms.alice, v[4]}, {arms.bob, v[4]}, errors));
  // Trusted detectors: coincidences stand for all pairs. Chance coincidences take as much from all correlations.
  const ErrorRate error(std::min(seen.error_rate, 0.5));
  HERALD_TRY(const double chsh, depolarised_chsh(error));
  HERALD_TRY(const double per_bit, e91_rate(error, chsh, v[6]));
  RatePoint point{v[7] * seen.gain * per_bit, 0, {}};
  point.figures = {{"gain", seen.gain}, {"error_rate", error.value}, {"chsh", chsh}, {"rate_per_sifted_bit", per_bit}};
  if (v[4] > 0) return point;  // the closed formulas of a Bell test know no dark counts
  HERALD_TRY(const double untrusted, untrusted_rate(arms, v[5], v[6], v[7]));
  point.figures.emplace_back("device_independent_rate", untrusted);
  return point;
}

constexpr std::string_view kBbm92Names[] = {"bbm", "pdc"};
constexpr std::string_view kE91Names[] = {"ekert", "ekert91"};

}  // namespace

const RateModel& bbm92_model() {
  static constexpr RateModel kModel = {.name = "bbm92",
                                       .aliases = kBbm92Names,
                                       .title = "BBM92 with a down-conversion source between the ends",
                                       .theorem = "bbm92",
                                       .use = "pulse",
                                       .parameters = kBbm92Parameters,
                                       .evaluate = bbm92};
  return kModel;
}

const RateModel& e91_model() {
  static constexpr RateModel kModel = {.name = "e91",
                                       .aliases = kE91Names,
                                       .title = "Ekert's protocol, one pair at a time",
                                       .theorem = "e91",
                                       .use = "pair",
                                       .parameters = kE91Parameters,
                                       .evaluate = e91};
  return kModel;
}

}  // namespace herald::study
