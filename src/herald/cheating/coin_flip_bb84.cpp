#include "herald/cheating/coin_flip_bb84.h"

#include <algorithm>
#include <cmath>

#include "herald/base/tail_bounds.h"
#include "herald/cheating/arguments.h"
#include "herald/cheating/conjugate_coding.h"

namespace herald {

double bob_guesses_basis() { return 0.5; }

// Bob measured in the announced basis with probability 1/2; otherwise nothing is compared.
double pass_lie() { return 0.5 + 0.5 * 0.5; }
double pass_mixture() { return 0.5 + 0.5 * (0.5 + 0.5 * 0.5); }
PassByBasis pass_polarized(double angle) {
  const BothBases right = guess_by_polarizer(angle);
  return {(1 + right.z) / 2, (1 + right.x) / 2};
}
double pass_breidbart() { return (1 + breidbart_guess()) / 2; }

Result<double> pass_epr(double efficiency) {
  HERALD_TRY_VOID(permitted("an efficiency of storage and measurement", efficiency, 0, 1));
  return (3 + efficiency) / 4;
}

Result<double> all_pass(double pass, double photons) {
  HERALD_TRY_VOID(permitted("a probability of passing", pass, 0, 1));
  HERALD_TRY_VOID(permitted("a number of photons", photons, 0, kMostCounted));
  return std::pow(pass, photons);
}

Result<double> alice_wins_by_lying(double photons) {
  HERALD_TRY(const double pass, all_pass(pass_lie(), photons));
  return (1 + pass) / 2;
}

Result<double> alice_wins_polarized(double photons, double angle) {
  const PassByBasis pass = pass_polarized(angle);
  HERALD_TRY(const double z, all_pass(pass.z, photons));
  HERALD_TRY(const double x, all_pass(pass.x, photons));
  return (z + x) / 2;
}

namespace {

constexpr double kMostPulses = 1e6;  // that the sums below go over

Result<void> validate(const HoleRule& rule) {
  HERALD_TRY_VOID(permitted("a number of pulses", static_cast<double>(rule.pulses), 0, kMostPulses));
  return permitted("a least number of clicks", static_cast<double>(rule.fewest_clicks), 0,
                   static_cast<double>(rule.pulses));
}

// sum over k >= fewest of Binomial(n, t)(k) pass^k.
double weighted_tail(std::int64_t n, std::int64_t fewest, double t, double pass) {
  double sum = 0;
  for (std::int64_t k = fewest; k <= n; ++k) {
    const auto clicks = static_cast<double>(k);
    sum += std::exp(binomial_log_pmf(static_cast<double>(n), t, clicks)) * std::pow(pass, clicks);
  }
  return std::min(sum, 1.0);
}

}  // namespace

Result<HoleRule> hole_rule(std::int64_t pulses, double transmittance, double refusal) {
  HERALD_TRY_VOID(validate({pulses, 0}));
  HERALD_TRY_VOID(permitted("a transmittance", transmittance, 0, 1));
  HERALD_TRY_VOID(permitted("a probability of refusing an honest sender", refusal, 0, 1));
  double below = 0;
  std::int64_t fewest = 0;
  for (; fewest < pulses; ++fewest) {
    below += std::exp(binomial_log_pmf(static_cast<double>(pulses), transmittance, static_cast<double>(fewest)));
    if (below > refusal) break;
  }
  return HoleRule{pulses, fewest};
}

Result<double> honest_accepted(const HoleRule& rule, double transmittance) {
  return pass_with_random_holes(rule, transmittance, 1);
}

Result<double> pass_with_random_holes(const HoleRule& rule, double transmittance, double pass) {
  HERALD_TRY_VOID(validate(rule));
  HERALD_TRY_VOID(permitted("a transmittance", transmittance, 0, 1));
  HERALD_TRY_VOID(permitted("a probability of passing", pass, 0, 1));
  return weighted_tail(rule.pulses, rule.fewest_clicks, transmittance, pass);
}

Result<HoleAttack> pass_with_chosen_holes(const HoleRule& rule, double bob_efficiency, double pass) {
  HERALD_TRY_VOID(validate(rule));
  HERALD_TRY_VOID(permitted("an efficiency", bob_efficiency, 0, 1));
  HERALD_TRY_VOID(permitted("a probability of passing", pass, 0, 1));
  // Of N filled pulses this is c^N Pr[Binomial(N, q) >= fewest], c = 1 - eta (1 - pass), q = eta pass/c: log-concave in
  // N, as tails of the negative binomial law are, so that the first fall ends the search.
  const auto at = [&](std::int64_t filled) { return weighted_tail(filled, rule.fewest_clicks, bob_efficiency, pass); };
  std::int64_t low = rule.fewest_clicks, high = rule.pulses;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    if (at(middle + 1) > at(middle))
      low = middle + 1;
    else
      high = middle;
  }
  return HoleAttack{low, at(low)};
}

Result<double> pass_epr_heralded(const HoleRule& rule, double heralded, double efficiency) {
  HERALD_TRY_VOID(permitted("a probability of heralded storage", heralded, 0, 1));
  HERALD_TRY(const double pass, pass_epr(efficiency));
  HERALD_TRY(const double stored_enough, honest_accepted(rule, heralded));
  return stored_enough * std::pow(pass, static_cast<double>(rule.fewest_clicks));
}

namespace {

constexpr Assumption kPerfect[] = {
    {"every-photon-arrives", "No photon is lost and no outcome is wrong, so that one disagreement convicts Alice."},
    {"single-photons", "Bob's apparatus measures one photon a pulse, in a basis of his own choice."}};
constexpr Assumption kHoles[] = {
    {"clicks-independent-of-basis", "Whether Bob's detectors click does not depend on the basis that he measures in."},
    kPerfect[1],
    {"silent-holes", "Bob does not tell which pulses clicked before Alice has opened."}};

double passes(double pass, double photons) { return all_pass(pass, photons).value_or(-1); }
double passes_epr(double efficiency, double photons) { return passes(pass_epr(efficiency).value_or(-1), photons); }

constexpr std::string_view kSheet = "theory sheet 8.1, independent script";
constexpr PublishedPoint kPoints[] = {
    {"lie, 10 photons", kSheet, 5.6314e-2, 1e-5, [] { return passes(pass_lie(), 10); }},
    {"lie, 100 photons", kSheet, 3.2e-13, 1e-2, [] { return passes(pass_lie(), 100); }},
    {"Breidbart, 1 photon", kSheet, 0.92678, 5e-6, [] { return passes(pass_breidbart(), 1); }},
    {"Breidbart, 10 photons", kSheet, 0.46747, 1e-5, [] { return passes(pass_breidbart(), 10); }},
    {"Breidbart, 100 photons", kSheet, 4.98e-4, 1e-3, [] { return passes(pass_breidbart(), 100); }},
    {"EPR halves in a perfect memory", "exact", 1, 1e-15, [] { return passes_epr(1, 100); }},
    {"EPR, efficiency .99, 100 photons", kSheet, 0.77856, 1e-5, [] { return passes_epr(0.99, 100); }},
    {"EPR, efficiency .9, 100 photons", kSheet, 0.07952, 1e-4, [] { return passes_epr(0.9, 100); }},
    {"EPR, efficiency .5, 100 photons", kSheet, 1.588e-6, 3e-4, [] { return passes_epr(0.5, 100); }},
    {"Bob's guess", kSheet, 0.5, 1e-15, bob_guesses_basis}};
constexpr PublishedPoint kHolePoints[] = {
    {"half of 20 photons lost, any holes accepted: (7/8)^20", "exact", 0.06920875877, 1e-9,
     [] { return pass_with_random_holes({20, 0}, 0.5, 0.75).value_or(-1); }},
    {"10 clicks asked for, Alice fills 10 pulses: (3/4)^10", "exact", 0.05631351471, 1e-9,
     [] { return pass_with_chosen_holes({20, 10}, 1, 0.75).value_or(HoleAttack{}).pass; }}};

}  // namespace

const CheatingTheorem& coin_flip_bb84_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "coin-flip-bb84",
      .title = "Bennett and Brassard's coin flip and its cheats",
      .protocol = "coin-flip",
      .paper = "Bennett, Brassard, IEEE Conf. Computers, Systems and Signal Processing (1984), sec. IV",
      .equations = "described in words there; docs/theory/mistrust.md",
      .statement =
          "Bob guesses the basis with 1/2; Alice passes with (3/4)^n lying, (7/8)^n by a mixture, "
          "((1 + cos^2(pi/8))/2)^n at Breidbart's angle, ((3 + eta)/4)^n with EPR halves",
      .parameters = "n photons; eta, the efficiency of storage and measurement",
      .unsettled = {},
      .assumptions = kPerfect,
      .points = kPoints,
  };
  return kTheorem;
}

const CheatingTheorem& coin_flip_holes_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "coin-flip-bb84-holes",
      .title = "Where cheating hides when photons are lost",
      .protocol = "coin-flip",
      .paper = "our derivation, docs/theory/mistrust.md",
      .equations = "the pass of one photon to the power of the clicks that Bob insists on",
      .statement =
          "Alice with a better line than she admits passes pass^m, m the fewest clicks that Bob accepts, and "
          "the loss of a heralded memory becomes holes",
      .parameters = "pulses, fewest clicks accepted, transmittances, the pass of one photon",
      .unsettled = "Pulses of several photons, and detectors whose clicks Alice can steer, are outside the model.",
      .assumptions = kHoles,
      .points = kHolePoints,
  };
  return kTheorem;
}

}  // namespace herald
