#include "herald/proof/asymptotic.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "herald/base/entropy.h"
#include "herald/proof/assumptions.h"
#include "herald/proof/decoy_bounds.h"

namespace herald {
namespace {

constexpr double kVacuumErrorRate = 0.5;  // e0

Result<void> in_unit_interval(double value, const char* what) {
  if (!(value >= 0 && value <= 1))
    return fail(ErrorCode::invalid_argument, fmt::format("{} of {} is not between 0 and 1", what, value));
  return {};
}

Result<void> validate(const PulseStatistics& pulse) {
  if (!(pulse.mean.value > 0 && pulse.mean.value <= 100))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a mean photon number of {} is not that of a weak pulse", pulse.mean.value));
  HERALD_TRY_VOID(in_unit_interval(pulse.gain.value, "a gain"));
  return in_unit_interval(pulse.error_rate.value, "an error rate");
}

Result<void> validate(const PulseStatistics& signal, const PulseStatistics& weak) {
  HERALD_TRY_VOID(validate(signal));
  HERALD_TRY_VOID(validate(weak));
  if (!(signal.mean > weak.mean))
    return fail(ErrorCode::invalid_argument, "the weak decoy must be weaker than the signal");
  return {};
}

Result<void> validate_efficiency(double f) {
  if (!(f >= 1 && f <= 100))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a reconciliation inefficiency f of {} is not possible; it is at least 1", f));
  return {};
}

// Q_nu e^nu - Q_mu e^mu nu^2/mu^2 - Y0 (mu^2 - nu^2)/mu^2, times mu^2 e^-mu / (mu nu - nu^2): a lower bound on Q1.
double single_photon_gain(const PulseStatistics& signal, const PulseStatistics& weak, double vacuum_yield) {
  const double mu = signal.mean.value, nu = weak.mean.value;
  const double bracket = weak.gain.value * std::exp(nu) - signal.gain.value * std::exp(mu) * nu * nu / (mu * mu) -
                         vacuum_yield * (mu * mu - nu * nu) / (mu * mu);
  return std::clamp(mu * mu * std::exp(-mu) / (mu * nu - nu * nu) * bracket, 0.0, signal.gain.value);
}

SinglePhotonPart part(double gain, double error_probability) {
  if (!(gain > 0)) return {Probability(0), ErrorRate(0.5)};
  return {Probability(gain), ErrorRate(std::clamp(error_probability / gain, 0.0, 0.5))};
}

}  // namespace

Result<double> shor_preskill_rate(ErrorRate bit, ErrorRate phase, double f) {
  HERALD_TRY_VOID(in_unit_interval(bit.value, "a bit error rate"));
  HERALD_TRY_VOID(in_unit_interval(phase.value, "a phase error rate"));
  HERALD_TRY_VOID(validate_efficiency(f));
  return 1 - f * binary_entropy(bit) - binary_entropy(phase);
}

Result<double> decoy_rate(const PulseStatistics& signal, const SinglePhotonPart& single, double f, double q) {
  HERALD_TRY_VOID(validate(signal));
  HERALD_TRY_VOID(in_unit_interval(single.gain.value, "a gain"));
  HERALD_TRY_VOID(in_unit_interval(single.error_rate.value, "an error rate"));
  HERALD_TRY_VOID(in_unit_interval(q, "a share of sifted pulses"));
  HERALD_TRY_VOID(validate_efficiency(f));
  return q * (-signal.gain.value * f * binary_entropy(signal.error_rate) +
              single.gain.value * bsc_capacity(std::min(single.error_rate.value, 0.5)));
}

Result<SinglePhotonPart> no_decoy_bound(const PulseStatistics& signal) {
  HERALD_TRY_VOID(validate(signal));
  const double mu = signal.mean.value;
  const double several = -std::expm1(-mu) - mu * std::exp(-mu);
  return part(signal.gain.value - several, signal.error_rate.value * signal.gain.value);
}

Result<SinglePhotonPart> vacuum_weak_bound(const PulseStatistics& signal, const PulseStatistics& weak,
                                           Probability vacuum_yield) {
  HERALD_TRY_VOID(validate(signal, weak));
  HERALD_TRY_VOID(in_unit_interval(vacuum_yield.value, "a yield"));
  const double mu = signal.mean.value, nu = weak.mean.value;
  const double wrong = weak.error_rate.value * weak.gain.value * std::exp(nu) - kVacuumErrorRate * vacuum_yield.value;
  return part(single_photon_gain(signal, weak, vacuum_yield.value), wrong * mu * std::exp(-mu) / nu);
}

Result<SinglePhotonPart> one_decoy_bound(const PulseStatistics& signal, const PulseStatistics& weak) {
  HERALD_TRY_VOID(validate(signal, weak));
  const double mu = signal.mean.value, nu = weak.mean.value;
  const double wrong = weak.error_rate.value * weak.gain.value * std::exp(nu);
  return part(single_photon_gain(signal, weak, wrong / kVacuumErrorRate), wrong * mu * std::exp(-mu) / nu);
}

Result<SinglePhotonPart> one_decoy_bound_by_signal_errors(const PulseStatistics& signal, const PulseStatistics& weak) {
  HERALD_TRY_VOID(validate(signal, weak));
  const double wrong = signal.error_rate.value * signal.gain.value;
  return part(single_photon_gain(signal, weak, wrong * std::exp(signal.mean.value) / kVacuumErrorRate), wrong);
}

Result<KeyLength> bb84_decoy_asymptotic(const DecoyObservation& observation, const Disclosure& disclosure) {
  const bool two = observation.intensities.size() == 2;
  HERALD_TRY_VOID(validate(observation, two ? 2 : 3));
  const auto bounds = two ? two_intensity_bounds : three_intensity_bounds;
  const DecoyExpectation counts = expectation_of(observation);
  const DecoyBounds key = bounds(counts, BasisRole::key, std::nullopt);
  const DecoyBounds test = bounds(counts, BasisRole::test, std::nullopt);
  KeyLength result;
  result.theorem = "bb84-decoy";
  result.vacuum_events = key.vacuum_lower;
  result.single_photon_events = key.single_photon_lower;
  result.test_single_photon_events = test.single_photon_lower;
  result.test_single_photon_errors = test.single_photon_errors_upper;
  if (test.single_photon_lower > 0)
    result.phase_error_rate = ErrorRate(std::min(0.5, test.single_photon_errors_upper / test.single_photon_lower));
  result.min_entropy = (disclosure.reconciliation == Reconciliation::one_way ? key.vacuum_lower : 0) +
                       key.single_photon_lower * bsc_capacity(result.phase_error_rate.value);
  return settle(std::move(result), {disclosure.leak, 0, disclosure.reconciliation}, key_detections(observation));
}

namespace {

constexpr Assumption kIdeal[] = {assumption::kAuthenticated, assumption::kRandomChoices, assumption::kConjugateBases,
                                 assumption::kEqualEfficiencies, assumption::kNoSideChannels};
constexpr Assumption kWeakPulses[] = {assumption::kAuthenticated,   assumption::kRandomChoices,
                                      assumption::kPhaseRandomised, assumption::kIntensitiesExact,
                                      assumption::kConjugateBases,  assumption::kEqualEfficiencies,
                                      assumption::kNoSideChannels};
constexpr Assumption kTwoWay[] = {assumption::kQubitReceiver, assumption::kQubitSender, assumption::kFunctionOfErrors};

constexpr PublishedPoint kShorPreskillPoints[] = {
    {"the error rate at which 1 - 2h = 0", "Shor, Preskill 2000: 11.0 %; digits by an independent script", 0.1100278644,
     1e-9, [] { return inverse_binary_entropy(0.5); }},
    {"1 - 2h at 5 %", "theory sheet 1.1, independent script", 0.427206, 2e-6,
     [] { return shor_preskill_rate(ErrorRate(0.05), ErrorRate(0.05)).value_or(-1); }},
    {"1 - 2h at 10 %", "theory sheet 1.1, independent script", 0.062009, 1e-5,
     [] { return shor_preskill_rate(ErrorRate(0.10), ErrorRate(0.10)).value_or(-1); }}};

// The decoy's gain lowered by ten standard deviations of 1.119e7 pulses, as the experiment did.
constexpr double zhao_lowered_gain() { return 1.360e-3 - 10 * 1.10243e-5; }
Result<SinglePhotonPart> zhao_part() {
  return one_decoy_bound_by_signal_errors({MeanPhotonNumber(0.80), Probability(8.757e-3), ErrorRate(9.536e-3)},
                                          {MeanPhotonNumber(0.12), Probability(zhao_lowered_gain()), ErrorRate(0)});
}
constexpr PublishedPoint kDecoyPoints[] = {
    {"15 km, one decoy: Q1", "Zhao, Qi, Ma, Lo, Qian, PRL 96, 070502 (2006)", 2.140e-3, 1e-3,
     [] { return zhao_part() ? zhao_part()->gain.value : -1; }},
    {"15 km, one decoy: e1", "Zhao, Qi, Ma, Lo, Qian, PRL 96, 070502 (2006)", 3.902e-2, 1e-3,
     [] { return zhao_part() ? zhao_part()->error_rate.value : -1; }},
    {"15 km, one decoy: rate per pulse from the published Q1", "Zhao, Qi, Ma, Lo, Qian, PRL 96, 070502 (2006)",
     3.588e-4, 1e-3, [] {
       const PulseStatistics signal{MeanPhotonNumber(0.80), Probability(8.757e-3), ErrorRate(9.536e-3)};
       const SinglePhotonPart single{Probability(2.140e-3), ErrorRate(9.536e-3 * 8.757e-3 / 2.140e-3)};
       return decoy_rate(signal, single, 1.22, 0.4478).value_or(-1);
     }}};

}  // namespace

const Theorem& bb84_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "bb84",
      .title = "BB84 with single photons, infinitely long keys",
      .protocol = "bb84",
      .finite = false,
      .paper = "Shor, Preskill, Phys. Rev. Lett. 85, 441 (2000); Koashi, Preskill, Phys. Rev. Lett. 90, 057902 (2003)",
      .equations = "the rate 1 - H2(delta) - H2(delta_p)",
      .statement = "rate = 1 - f h(E_bit) - h(E_phase) per sifted bit",
      .observed = "error rates of both bases, reconciliation inefficiency f",
      .assumptions = kIdeal,
      .two_way_assumptions = kTwoWay,
      .two_way = "The error pattern of the key is given to Eve and commutes with the phase errors: nothing is lost.",
      .block_length = assumption::kNoLength,
      .epsilon_shares = {},
      .points = kShorPreskillPoints,
  };
  return kTheorem;
}

const Theorem& bb84_no_decoy_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "bb84-no-decoy",
      .title = "BB84 with weak pulses and no decoys, infinitely long keys",
      .protocol = "bb84",
      .finite = false,
      .paper = "Gottesman, Lo, Luetkenhaus, Preskill, Quantum Inf. Comput. 4, 325 (2004), quant-ph/0212066",
      .equations =
          "the rate with tagged signals, every pulse of several photons being tagged and detected. Not settled: 30 km "
          "are quoted for links like that of Gobby, Yuan and Shields 2004, the formula gives 40.2 km",
      .statement = "rate = q {-Q f h(E) + Q O [1 - h(E/O)]}, O = 1 - (1 - (1+mu) e^-mu)/Q",
      .observed = "mean photon number, gain, error rate, reconciliation inefficiency f, share q of sifted pulses",
      .assumptions = kWeakPulses,
      .two_way_assumptions = kTwoWay,
      .two_way = assumption::kTwoWayDecoy,
      .block_length = assumption::kNoLength,
      .epsilon_shares = {},
      .points = {},
  };
  return kTheorem;
}

const Theorem& bb84_decoy_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "bb84-decoy",
      .title = "Decoy-state BB84, infinitely long keys",
      .protocol = "bb84",
      .finite = false,
      .paper =
          "Lo, Ma, Chen, Phys. Rev. Lett. 94, 230504 (2005); Ma, Qi, Zhao, Lo, Phys. Rev. A 72, 012326 (2005), "
          "quant-ph/0503005; for counts Lim et al. 2014 and Rusca et al. 2018 with no allowance for chance",
      .equations = "Ma et al. (34), (37); Zhao et al., Phys. Rev. Lett. 96, 070502 (2006), (4), (5)",
      .statement = "rate = q {-Q f h(E) + Q1 [1 - h(e1)]} per pulse; of counts l = s0 + s1 (1 - h(v1/s1)) - leak",
      .observed = "gain and error rate of each intensity, or counts as for the finite theorems",
      .assumptions = kWeakPulses,
      .two_way_assumptions = kTwoWay,
      .two_way = assumption::kTwoWayDecoy,
      .block_length = assumption::kNoLength,
      .epsilon_shares = {},
      .points = kDecoyPoints,
  };
  return kTheorem;
}

}  // namespace herald
