#include "herald/proof/single_photon_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "herald/proof/assumptions.h"

namespace herald {
namespace {

Result<void> validate(const SourceStatistics& source) {
  if (!(source.mean.value > 0 && source.mean.value <= 100))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a source of {} photons per pulse is none", source.mean.value));
  // Given the mean, all pulses full of photons: g2 = (n-1)/n at least when n = mean is whole; at most anything.
  if (!(source.g2 >= 0 && source.g2 <= 1000))
    return fail(ErrorCode::invalid_argument, fmt::format("a g2 of {} is not possible", source.g2));
  return {};
}

}  // namespace

Result<double> several_photons_upper(const SourceStatistics& source) {
  HERALD_TRY_VOID(validate(source));
  return std::min(1.0, source.g2 * source.mean.value * source.mean.value / 2);
}

Result<double> one_photon_lower(const SourceStatistics& source) {
  HERALD_TRY_VOID(validate(source));
  return std::clamp(source.mean.value * (1 - source.g2 * source.mean.value), 0.0, 1.0);
}

Result<SinglePhotonPart> tagged_source_bound(const PulseStatistics& seen, double g2) {
  HERALD_TRY(const double several, several_photons_upper({seen.mean, g2}));
  if (!(seen.gain.value >= 0 && seen.gain.value <= 1 && seen.error_rate.value >= 0 && seen.error_rate.value <= 1))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a gain of {} with an error rate of {} cannot be", seen.gain.value, seen.error_rate.value));
  const double rest = seen.gain.value - several;
  if (!(rest > 0)) return SinglePhotonPart{Probability(0), ErrorRate(0.5)};
  return SinglePhotonPart{Probability(rest), ErrorRate(std::min(0.5, seen.error_rate.value * seen.gain.value / rest))};
}

Result<SinglePhotonPart> decoy_source_bound(const SourceStatistics& source, Probability yield, ErrorRate error_rate) {
  HERALD_TRY(const double one, one_photon_lower(source));
  if (!(yield.value >= 0 && yield.value <= 1 && error_rate.value >= 0 && error_rate.value <= 1))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a yield of {} with an error rate of {} cannot be", yield.value, error_rate.value));
  return SinglePhotonPart{yield * one, ErrorRate(std::min(0.5, error_rate.value))};
}

const Theorem& single_photon_source_theorem() {
  static constexpr Assumption kAssumptions[] = {assumption::kAuthenticated,     assumption::kRandomChoices,
                                                assumption::kPhotonNumberMixed, assumption::kConjugateBases,
                                                assumption::kEqualEfficiencies, assumption::kNoSideChannels};
  static constexpr Assumption kTwoWay[] = {assumption::kQubitReceiver, assumption::kQubitSender,
                                           assumption::kFunctionOfErrors};
  static constexpr PublishedPoint kPoints[] = {
      {"a Poissonian source, g2 = 1, mu = 0.1: several photons at most",
       "g2 mu^2/2; 1 - (1 + mu) e^-mu = 4.678840e-3 lies below", 5e-3, 1e-12,
       [] { return several_photons_upper({MeanPhotonNumber(0.1), 1}).value_or(-1); }}};
  static constexpr Theorem kTheorem = {
      .name = "bb84-single-photon-source",
      .title = "BB84 with an imperfect single-photon source, infinitely long keys",
      .protocol = "bb84",
      .finite = false,
      .paper =
          "Waks, Santori, Yamamoto, Phys. Rev. A 66, 042315 (2002), quant-ph/0012078; Gottesman, Lo, Luetkenhaus, "
          "Preskill, Quantum Inf. Comput. 4, 325 (2004), quant-ph/0212066; Lo, Ma, Chen, Phys. Rev. Lett. 94, 230504 "
          "(2005)",
      .equations = "the rate with tagged signals, p(n >= 2) <= g2 mu^2/2; with decoys p(1) >= mu - g2 mu^2",
      .statement =
          "rate = q {-Q f h(E) + Q O [1 - h(E/O)]}, O = 1 - g2 mu^2/(2Q); with decoys q {-Q f h(E) + p1 Y1 [1 - "
          "h(e1)]}",
      .observed =
          "mean photon number mu and g2 of the source, gain and error rate; with decoys yield and error rate of single "
          "photons",
      .assumptions = kAssumptions,
      .two_way_assumptions = kTwoWay,
      .two_way = assumption::kTwoWayDecoy,
      .block_length = assumption::kNoLength,
      .epsilon_shares = {},
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
