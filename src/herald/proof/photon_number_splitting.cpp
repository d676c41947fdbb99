#include "herald/proof/photon_number_splitting.h"

#include <fmt/format.h>

#include <cmath>

#include "herald/proof/assumptions.h"
#include "herald/proof/threshold.h"

namespace herald {

Result<double> photon_number_splitting_bound(const PulseStatistics& signal, double sifting) {
  if (!(sifting >= 0 && sifting <= 1))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a share {} of sifted pulses is not between 0 and 1", sifting));
  HERALD_TRY(const SinglePhotonPart left, no_decoy_bound(signal));
  return sifting * left.gain.value;
}

const Theorem& photon_number_splitting_theorem() {
  static constexpr Assumption kAssumptions[] = {assumption::kPhaseRandomised, assumption::kOneIntensity};
  // 0.2 dB/km, mu = 0.1, no dark counts.
  static constexpr auto kReach = [](double efficiency) {
    return threshold(
        [=](double kilometres) {
          const double eta = efficiency * std::pow(10, -0.02 * kilometres);
          return photon_number_splitting_bound(
                     {MeanPhotonNumber(0.1), Probability(-std::expm1(-0.1 * eta)), ErrorRate(0)}, 1)
              .value_or(-1);
        },
        0, 100);
  };
  static constexpr PublishedPoint kPoints[] = {
      {"kilometres to which any key is left: mu = 0.1, 0.2 dB/km, detectors of 10 %",
       "theory sheet 1.4, independent script", 16.44, 3e-4, [] { return kReach(0.1); }},
      {"least transmittance at which any key is left, mu = 0.1", "theory sheet 1.4, independent script", 0.04690, 1e-4,
       [] { return 0.1 * std::pow(10, -0.02 * kReach(0.1)); }}};
  static constexpr Theorem kTheorem = {
      .name = "photon-number-splitting",
      .title = "Photon-number splitting: the most that BB84 with weak pulses and no decoys leaves",
      .protocol = "bb84",
      .bound = true,
      .paper = "Brassard, Luetkenhaus, Mor, Sanders, Phys. Rev. Lett. 85, 1330 (2000), quant-ph/9911054",
      .equations = "the attack's condition p(n >= 2) >= Q, and what is left where it does not hold",
      .statement = "rate <= q max(0, Q - 1 + (1 + mu) e^-mu) per pulse",
      .observed = "mean photon number mu, gain Q, share q of sifted pulses",
      .assumptions = kAssumptions,
      .two_way_assumptions = {},
      .two_way = "An attack: it holds whatever the parties say to each other.",
      .block_length = assumption::kNoLength,
      .epsilon_shares = {},
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
