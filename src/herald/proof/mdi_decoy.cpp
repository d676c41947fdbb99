#include "herald/proof/mdi_decoy.h"

#include <algorithm>
#include <cmath>

#include "herald/proof/untrusted_node.h"

namespace herald {
namespace {

Result<void> validate(const MdiDecoyGains& gains) {
  const auto& [signal, weak, empty] = gains.mean;
  HERALD_TRY_VOID(check_mean(signal.value));
  HERALD_TRY_VOID(check_mean(weak.value));
  if (!(signal > weak && weak > empty && empty.value >= 0))
    return fail(ErrorCode::invalid_argument,
                fmt::format("intensities of {}, {} and {} photons: signal, weak and nearly empty decoy must fall",
                            signal.value, weak.value, empty.value));
  for (const auto& row : gains.gain)
    for (const Probability gain : row) HERALD_TRY_VOID(check_probability(gain.value, "a gain"));
  return {};
}

// M(mean[i]): the part of pairs in which both ends' photon numbers are not what the empty decoy explains.
double mixed(const MdiDecoyGains& g, std::size_t i) {
  const double x = g.mean[i].value, w = g.mean[2].value;
  return g.gain[i][i].value * std::exp(2 * x) + g.gain[2][2].value * std::exp(2 * w) -
         (g.gain[i][2].value + g.gain[2][i].value) * std::exp(x + w);
}

}  // namespace

Result<Probability> mdi_single_photon_yield(const MdiDecoyGains& gains) {
  HERALD_TRY_VOID(validate(gains));
  const double mu = gains.mean[0].value, nu = gains.mean[1].value, w = gains.mean[2].value;
  const double sum = (mu * mu - w * w) * (mu - w) * mixed(gains, 1) - (nu * nu - w * w) * (nu - w) * mixed(gains, 0);
  const double scale = (mu - w) * (mu - w) * (nu - w) * (nu - w) * (mu - nu);
  return Probability(std::clamp(sum / scale, 0.0, 1.0));
}

Result<ErrorRate> mdi_single_photon_error(const MdiDecoyGains& wrong, Probability yield) {
  HERALD_TRY_VOID(validate(wrong));
  HERALD_TRY_VOID(check_probability(yield.value, "a yield"));
  if (!(yield.value > 0)) return ErrorRate(0.5);
  const double distance = wrong.mean[1].value - wrong.mean[2].value;
  return ErrorRate(std::clamp(mixed(wrong, 1) / (distance * distance * yield.value), 0.0, 0.5));
}

namespace {

constexpr Assumption kAssumptions[] = {assumption::kAuthenticated,   assumption::kRandomChoices,
                                       assumption::kPhaseRandomised, assumption::kIntensitiesExact,
                                       assumption::kConjugateBases,  assumption::kNoSideChannels,
                                       assumption::kUntrustedNode};

}  // namespace

const Theorem& mdi_decoy_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "mdi-decoy",
      .title = "Measurement-device-independent QKD with two decoys, infinitely long keys",
      .protocol = "mdi",
      .finite = false,
      .paper =
          "Xu, Curty, Qi, Lo, New J. Phys. 15, 113007 (2013); the rate of Lo, Curty, Qi, Phys. Rev. "
          "Lett. "
          "108, 130503 (2012)",
      .equations = "the analytic bounds on Y11 and e11 with a signal, a weak and a nearly empty decoy",
      .statement = "rate = P11 Y11 [1 - h(e11)] - Q f h(E), Y11 of the key basis and e11 of the test basis so bounded",
      .observed =
          "gains of all pairs of three intensities in both bases, probabilities of errors in the test basis, error "
          "rate of "
          "the signal in the key basis, reconciliation inefficiency f",
      .assumptions = kAssumptions,
      .two_way_assumptions = {},
      .two_way = assumption::kTwoWayNotCovered,
      .block_length = assumption::kRateOnly,
      .epsilon_shares = {},
      .points = {},
  };
  return kTheorem;
}

}  // namespace herald
