#pragma once
// Bennett and Brassard's coin flip (IEEE Conf. Computers, Systems and Signal Processing 1984, sec. IV): Alice sends n
// photons in one basis, Bob measures each in a random one, guesses hers, she opens, he compares. What Alice passes
// Bob's comparison with when she says the opposite of what he guessed; Bob learns nothing before he guesses, and wins
// half.
//
// All are probabilities for n >= 0 photons that all arrive, or for one photon where no n is given.

#include <cstdint>

#include "herald/cheating/theorem.h"

namespace herald {

// What Bob's best guess of Alice's basis is worth: both bases look like 1/2.
double bob_guesses_basis();

// One photon passes: what was honestly sent in the other basis, 3/4.
double pass_lie();
// One drawn from all four states, known to Alice: 7/8, for either basis.
double pass_mixture();
// One polarized at `angle` (radian): (1 + cos^2 angle)/2 when opened as z, (1 + cos^2(pi/4 - angle))/2 as x.
struct PassByBasis {
  double z = 0, x = 0;
};
PassByBasis pass_polarized(double angle);
// One at Breidbart's angle: (1 + cos^2(pi/8))/2, for either basis.
double pass_breidbart();
// The other half of an EPR pair, kept until Bob has guessed and measured as it suits: (3 + eta)/4, where storage and
// measurement work with probability eta in all, and else tell a random bit. Errors: eta outside [0, 1].
Result<double> pass_epr(double efficiency);

// n photons of the same kind: pass^n. Errors: pass outside [0, 1], n negative.
Result<double> all_pass(double pass, double photons);
// Alice wants to win, sends honestly and lies when Bob guessed right: (1 + (3/4)^n)/2.
Result<double> alice_wins_by_lying(double photons);
// The best over one angle for all photons, opened as Bob's guess requires: (z^n + x^n)/2. Up to 7 photons Breidbart's
// angle is better than the honest angle 0 and a lie, from 8 on worse.
Result<double> alice_wins_polarized(double photons, double angle);

// Holes: photons that do not arrive. Bob cannot tell which of them Alice's fibre lost, so he accepts a string when at
// least `fewest_clicks` of n pulses arrived. docs/theory/mistrust.md derives what follows.
struct HoleRule {
  std::int64_t pulses = 0;
  std::int64_t fewest_clicks = 0;
};
// The most that Bob may ask for if an honest Alice with this transmittance (fibre and detector) is to be refused with
// probability at most `refusal`.
Result<HoleRule> hole_rule(std::int64_t pulses, double transmittance, double refusal);
// Clicks over `transmittance` satisfy the rule.
Result<double> honest_accepted(const HoleRule& rule, double transmittance);
// Alice lies after sending honestly: sum over k >= fewest_clicks of Binomial(pulses, transmittance)(k) pass^k; without
// the rule (1 - t (1 - pass))^n.
Result<double> pass_with_random_holes(const HoleRule& rule, double transmittance, double pass);
// She has a better line than she says, Bob's own efficiency being all that is left: she leaves pulses empty as it suits
// her, and the holes hide them. The most over the number of pulses that she fills; with efficiency 1 it is
// pass^fewest_clicks.
struct HoleAttack {
  std::int64_t filled = 0;  // pulses that she sends a photon in
  double pass = 0;
};
Result<HoleAttack> pass_with_chosen_holes(const HoleRule& rule, double bob_efficiency, double pass);
// EPR halves of which she sends those alone whose twins her memory reports as stored (probability `heralded` each),
// over a perfect line: the memory's loss becomes holes. `efficiency` is what is left of its fidelity, as in pass_epr.
Result<double> pass_epr_heralded(const HoleRule& rule, double heralded, double efficiency);

const CheatingTheorem& coin_flip_bb84_theorem();
const CheatingTheorem& coin_flip_holes_theorem();

}  // namespace herald
