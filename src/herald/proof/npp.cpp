#include "herald/proof/npp.h"

#include <algorithm>
#include <cmath>

#include "herald/base/entropy.h"
#include "herald/proof/untrusted_node.h"

namespace herald {

Result<CatAmplitudes> CatAmplitudes::of(MeanPhotonNumber mean) {
  if (!(mean.value > 0 && mean.value <= kMostMean))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a signal of {} photons; it has more than 0 and at most {}", mean.value, kMostMean));
  CatAmplitudes c;
  c.m_amplitude[0] = std::exp(-mean.value / 2);
  for (unsigned n = 1; n < kMost; ++n) c.m_amplitude[n] = c.m_amplitude[n - 1] * std::sqrt(mean.value / n);
  for (unsigned n = kMost; n-- > 0;) c.m_tail[n] = c.m_amplitude[n] + c.m_tail[n + 2];
  return c;
}

Result<ErrorRate> npp_phase_error(MeanPhotonNumber signal, Probability conclusive, std::span<const double> yields,
                                  unsigned most) {
  HERALD_TRY(const CatAmplitudes c, CatAmplitudes::of(signal));
  HERALD_TRY_VOID(check_probability(conclusive.value, "a probability of an outcome"));
  if (most + 2 > CatAmplitudes::kMost || yields.size() != static_cast<std::size_t>(most + 1) * (most + 1))
    return fail(ErrorCode::invalid_argument, fmt::format("{} yields for {} photons", yields.size(), most));
  double total = 0;
  for (unsigned parity = 0; parity < 2; ++parity) {
    double sum = 0;
    for (unsigned n = parity; n < CatAmplitudes::kMost; n += 2) {
      double inner = 0;
      unsigned m = parity;
      for (; n + m <= most; m += 2) {
        const double yield = yields[n * (most + 1) + m];
        if (!(yield >= 0)) return fail(ErrorCode::invalid_argument, fmt::format("a yield of {}", yield));
        inner += c(m) * std::sqrt(std::min(yield, 1.0));
      }
      sum += c(n) * (inner + c.from(m));
    }
    total += sum * sum;
  }
  return ErrorRate(conclusive.value > 0 ? std::min(total / conclusive.value, 0.5) : 0.5);
}

Result<double> npp_rate(Probability conclusive, ErrorRate bit, ErrorRate phase, double f, unsigned outcomes) {
  HERALD_TRY_VOID(check_probability(outcomes * conclusive.value, "a gain"));
  HERALD_TRY_VOID(check_probability(bit.value, "an error rate"));
  HERALD_TRY_VOID(check_probability(phase.value, "a phase error rate"));
  HERALD_TRY_VOID(check_inefficiency(f));
  return outcomes * conclusive.value * (bsc_capacity(std::min(phase.value, 0.5)) - f * binary_entropy(bit));
}

Result<double> npp_loss_only_rate(MeanPhotonNumber signal, Probability gain) {
  HERALD_TRY_VOID(check_mean(signal.value));
  const double most = -std::expm1(-2 * signal.value);
  if (!(gain.value >= 0 && gain.value <= most * (1 + 1e-12)))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a gain of {}: a line that only loses gives 0 to {}", gain.value, most));
  // Overlap of the states that Eve is left with: e^(-4 mu (1-r) - 2 mu r), where 1 - G = e^(-2 mu r).
  const double exponent = std::min(-4 * signal.value - std::log1p(-std::min(gain.value, most)), 0.0);
  return gain.value * bsc_capacity(-std::expm1(exponent) / 2);
}

namespace {

constexpr Assumption kCal[] = {assumption::kAuthenticated,    assumption::kRandomChoices,  assumption::kPhaseRandomised,
                               assumption::kIntensitiesExact, assumption::kNoSideChannels, assumption::kUntrustedNode,
                               assumption::kAllDecoys};
constexpr Assumption kLossOnly[] = {
    assumption::kAuthenticated,
    assumption::kRandomChoices,
    assumption::kIntensitiesExact,
    assumption::kNoSideChannels,
    {"loss-only",
     "The tests show a line and a measurement that lose light and do nothing else; then the states that Eve "
     "holds are known."}};

constexpr PublishedPoint kCalPoints[] = {
    {"rate at mu = 0.03, 100 km", "theory sheet 4.6, independent script", 2.4978722110e-3, 1e-9, [] {
       return npp_rate(Probability(2.9906761396e-3), ErrorRate(1.9945197393e-2), ErrorRate(8.4743366503e-2), 1.16)
           .value_or(-1);
     }}};
constexpr PublishedPoint kLossOnlyPoints[] = {
    {"rate at mu = 0.03, 100 km of 0.2 dB/km", "theory sheet 4.6, independent script", 4.1717607700e-3, 1e-9,
     [] { return npp_loss_only_rate(MeanPhotonNumber(0.03), Probability(-std::expm1(-0.006))).value_or(-1); }},
    {"rate at mu = 0.03, 300 km of 0.2 dB/km", "theory sheet 4.6, independent script", 4.1192057265e-5, 1e-9,
     [] { return npp_loss_only_rate(MeanPhotonNumber(0.03), Probability(-std::expm1(-0.00006))).value_or(-1); }}};

}  // namespace

const Theorem& npp_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "npp",
      .title = "Twin-field QKD without phase post-selection, infinitely long keys",
      .protocol = "npp",
      .finite = false,
      .paper =
          "Curty, Azuma, Lo, npj Quantum Inf. 5, 64 (2019), arXiv:1807.07667; the protocol also in Cui, Yin, Wang, "
          "Chen, "
          "Wang, Guo, Han, Phys. Rev. Applied 11, 034053 (2019)",
      .equations =
          "Curty, Azuma and Lo's bound on the phase error rate, photon numbers beyond n + m = 10 with yield 1. "
          "Unsettled: "
          "Cui et al. write Eve's information in another form; that it is h(e_Z) here has not been read there",
      .statement = "rate = 2 p_XX [1 - f h(e_X) - h(e_Z)], e_Z <= sum_j [sum c_n c_m sqrt(p(n, m))]^2 / p_XX",
      .observed =
          "probability p_XX and error rate e_X of an outcome for signals of mean mu, yields p(n, m) of photon numbers, "
          "reconciliation inefficiency f",
      .assumptions = kCal,
      .two_way_assumptions = {},
      .two_way = assumption::kTwoWayNotCovered,
      .block_length = assumption::kRateOnly,
      .epsilon_shares = {},
      .points = kCalPoints,
  };
  return kTheorem;
}

const Theorem& npp_loss_only_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "npp-loss-only",
      .title = "Twin-field QKD without phase post-selection on a line that only loses, exact",
      .protocol = "npp",
      .finite = false,
      .paper = "Lin, Luetkenhaus, Phys. Rev. A 98, 042332 (2018), arXiv:1807.10202",
      .equations = "the rate of the loss-only case, with the single-arm transmittance eliminated by the gain",
      .statement = "rate = G [1 - h((1 - e^(-4 mu)/(1-G))/2)], G = 1 - e^(-2 r mu)",
      .observed = "mean photon number mu of each end's signal, gain G",
      .assumptions = kLossOnly,
      .two_way_assumptions = {},
      .two_way = assumption::kTwoWayNotCovered,
      .block_length = assumption::kRateOnly,
      .epsilon_shares = {},
      .points = kLossOnlyPoints,
  };
  return kTheorem;
}

}  // namespace herald
