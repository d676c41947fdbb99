#include "herald/proof/e91.h"

#include <fmt/format.h>

#include <algorithm>
#include <numbers>

#include "herald/proof/assumptions.h"
#include "herald/proof/asymptotic.h"
#include "herald/proof/device_independent.h"

namespace herald {
namespace {

constexpr double kRounding = 1e-12;

}  // namespace

Result<ErrorRate> e91_phase_error(ErrorRate bit, double chsh) {
  if (!(bit.value >= 0 && bit.value <= 1))
    return fail(ErrorCode::invalid_argument, fmt::format("a bit error rate of {} is not between 0 and 1", bit.value));
  if (!(chsh >= 0 && chsh <= kTsirelson + kRounding))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a CHSH value of {} is not possible; quantum devices reach 0 to 2.8284271", chsh));
  const double phase = 1 - bit.value - chsh / (2 * std::numbers::sqrt2);
  if (phase < -kRounding)
    return fail(ErrorCode::invalid_argument,
                fmt::format("no qubits show an error rate of {} and a CHSH value of {} at once", bit.value, chsh));
  return ErrorRate(std::clamp(phase, 0.0, 1.0));
}

Result<double> e91_rate(ErrorRate bit, double chsh, double f) {
  HERALD_TRY(const ErrorRate phase, e91_phase_error(bit, chsh));
  // Beyond one half a phase error rate says no more than one half: what is seen bounds it from above.
  return shor_preskill_rate(bit, ErrorRate(std::min(phase.value, 0.5)), f);
}

namespace {

constexpr Assumption kAssumptions[] = {assumption::kAuthenticated,
                                       assumption::kRandomChoices,
                                       assumption::kEqualEfficiencies,
                                       assumption::kNoSideChannels,
                                       {"ekert-analysers",
                                        "Each end measures a qubit along the directions 0, 45, 90 and 45, 90, 135 "
                                        "degrees of one plane of the Bloch sphere, exactly."}};

double werner_rate(double visibility) {
  return e91_rate(ErrorRate((1 - visibility) / 2), kTsirelson * visibility).value_or(-1);
}
double critical_visibility() {
  double low = 0.5, high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (werner_rate(middle) > 0 ? high : low) = middle;
  }
  return high;
}

constexpr PublishedPoint kPoints[] = {
    {"|S| of the singlet", "Ekert 1991: 2 sqrt2", 2.8284271247, 1e-10, [] { return kTsirelson; }},
    {"rate of depolarised pairs at Q = 1 %", "theory sheet 2, independent script", 0.838414, 1e-6,
     [] { return werner_rate(0.98); }},
    {"rate of depolarised pairs at Q = 2 %", "theory sheet 2, independent script", 0.717119, 1e-6,
     [] { return werner_rate(0.96); }},
    {"CHSH value at Q = 1 %", "theory sheet 2, independent script", 2.771859, 2e-7, [] { return kTsirelson * 0.98; }},
    {"visibility at which the rate is 0", "theory sheet 2, independent script", 0.779944, 1e-6, critical_visibility}};

}  // namespace

const Theorem& e91_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "e91",
      .title = "Ekert's protocol with trusted analysers, infinitely long keys",
      .protocol = "e91",
      .paper =
          "Ekert, Phys. Rev. Lett. 67, 661 (1991); the rate after Shor, Preskill, Phys. Rev. Lett. 85, 441 (2000) and "
          "Koashi, Preskill, Phys. Rev. Lett. 90, 057902 (2003)",
      .equations =
          "Koashi and Preskill's rate; the phase error rate from Ekert's S, derived in "
          "docs/theory/entanglement.md",
      .statement = "rate = 1 - f h(Q) - h(1 - Q - S/(2 sqrt2)) per bit of the key; 1 - 2h(Q) for depolarised pairs",
      .observed = "error rate Q of the pairs measured alike, CHSH value S of Ekert's four pairs of settings",
      .assumptions = kAssumptions,
      .two_way_assumptions = {},
      .two_way = "Not covered: every disclosed bit is counted, whichever way it travelled.",
      .block_length = "None: a figure without failure probability, never the length of a key.",
      .epsilon_shares = {},
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
