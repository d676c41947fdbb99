#include "herald/proof/tf.h"

#include <cmath>

#include "herald/proof/untrusted_node.h"

namespace herald {

Result<double> tf_rate(const PulseStatistics& joint, const SinglePhotonPart& single, double f, unsigned phase_slices,
                       double duty) {
  if (phase_slices < 2)
    return fail(ErrorCode::invalid_argument, fmt::format("{} phase slices; at least 2 are needed", phase_slices));
  HERALD_TRY_VOID(check_probability(duty, "a duty fraction"));
  return decoy_rate(joint, single, f, duty / phase_slices);
}

namespace {

constexpr Assumption kAssumptions[] = {
    assumption::kAuthenticated,
    assumption::kRandomChoices,
    assumption::kPhaseRandomised,
    assumption::kIntensitiesExact,
    assumption::kNoSideChannels,
    assumption::kUntrustedNode,
    assumption::kAllDecoys,
    {"phase-announcement-harmless",
     "Eve gains nothing from the phase slices that are announced, though a pulse of known phase is no mixture of "
     "photon "
     "numbers. Not proven: the decoy analysis does not carry over (Wang, Yu, Hu, PRA 98, 062323, 2018), and no "
     "composable proof of this rate exists."}};

// No dark counts, no misalignment: gain 1 - e^(-eta mu), single-photon yield eta.
double ideal_rate(double eta, double slice_error) {
  constexpr double kMean = 0.4;
  const PulseStatistics joint{MeanPhotonNumber(kMean), Probability(-std::expm1(-eta * kMean)), ErrorRate(slice_error)};
  return tf_rate(joint, {Probability(eta * kMean * std::exp(-kMean)), ErrorRate(slice_error)}, 1.15, 16, 1)
      .value_or(-1);
}
constexpr double kSixteenSlices = 0.012752320797783656;  // 1/2 - sin(pi/8)/(pi/4)
constexpr PublishedPoint kPoints[] = {{"rate at mu = 0.4, 100 km, ideal", "theory sheet 4.6, independent script",
                                       1.2329937908e-3, 1e-9, [] { return ideal_rate(0.1, kSixteenSlices); }},
                                      {"rate at mu = 0.4, 300 km, ideal", "theory sheet 4.6, independent script",
                                       1.2274596699e-5, 1e-9, [] { return ideal_rate(1e-3, kSixteenSlices); }}};

}  // namespace

const Theorem& tf_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "tf",
      .title = "Twin-field QKD as first proposed, infinitely long keys; not composably proven",
      .protocol = "tf",
      .finite = false,
      .paper = "Lucamarini, Yuan, Dynes, Shields, Nature 557, 400 (2018)",
      .equations =
          "the rate of decoy-state BB84 at half the distance with the error of the phase slices, divided by their "
          "number. "
          "Unsettled: the factor of the paper's realistic curves. Its ideal curve overtakes the repeaterless bound at "
          "200 "
          "km, as here; its 340 km with real detectors need a duty near 0.18, and duty 1 gives 265 km",
      .statement = "rate = (d/M) {Q1 [1 - h(e1)] - f Q h(E)} per pair of pulses, claimed against restricted attacks",
      .observed =
          "mean photon number, gain and error rate of the joint pulse, single-photon gain and error rate, number M of "
          "phase slices, duty d, reconciliation inefficiency f",
      .assumptions = kAssumptions,
      .two_way_assumptions = {},
      .two_way = assumption::kTwoWayNotCovered,
      .block_length = assumption::kRateOnly,
      .epsilon_shares = {},
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
