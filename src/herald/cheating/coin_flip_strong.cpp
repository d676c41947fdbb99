#include "herald/cheating/coin_flip_strong.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "herald/cheating/arguments.h"

namespace herald {

double kitaev_bound() { return 1 / std::numbers::sqrt2; }

Result<double> kitaev_other(double alice) {
  HERALD_TRY_VOID(permitted("a cheating probability", alice, 0.5, 1));
  return 1 / (2 * alice);
}

std::array<Amplitudes, 2> ambainis_states() {
  std::array<Amplitudes, 2> states;
  for (std::size_t a : {0U, 1U}) {
    states[a].assign(6, 0);
    for (std::size_t sign : {0U, 1U}) {
      states[a][3 * sign] = 0.5;
      states[a][3 * sign + a + 1] = sign == 0 ? 0.5 : -0.5;
    }
  }
  return states;
}

std::array<ComplexMatrix, 2> ambainis_seen_by_bob() {
  const auto states = ambainis_states();
  return {reduced_to_b(states[0], 2, 3), reduced_to_b(states[1], 2, 3)};
}

CoinBias ambainis() {
  const auto [rho0, rho1] = ambainis_seen_by_bob();
  return {(1 + fidelity(rho0, rho1)) / 2, (1 + trace_distance(rho0, rho1)) / 2};
}

Result<CoinBias> loss_tolerant(double y) {
  HERALD_TRY_VOID(permitted("a squared amplitude y", y, 0.5, 1));
  return CoinBias{(3 + 2 * std::sqrt(y * (1 - y))) / 4, y};
}

Amplitudes loss_tolerant_state(double y, bool basis, bool bit) {
  const double sign = basis ? -1 : 1;
  if (bit) return {std::sqrt(1 - y), -sign * std::sqrt(y)};
  return {std::sqrt(y), sign * std::sqrt(1 - y)};
}

// (4y - 3)^2 = 4 y (1 - y), that is 20 y^2 - 28 y + 9 = 0.
double loss_tolerant_fair() { return (28 + std::sqrt(28.0 * 28 - 4 * 20 * 9)) / 40; }

Result<double> classical_coin_bound(double abort) {
  HERALD_TRY_VOID(permitted("a probability of honest abort", abort, 0, 0.5));
  return 1 - std::sqrt(abort / 2);
}

namespace {

constexpr Assumption kUnlimited[] = {
    {"unlimited-cheater", "The cheater has any quantum computer and a perfect memory; the other is honest."}};
constexpr Assumption kBerlin[] = {
    kUnlimited[0],
    {"true-single-photons", "Alice's source emits one photon a pulse; a second one would tell Bob more."},
    {"no-errors", "An honest pair's photons are never wrong, or Bob convicts an honest Alice."}};
constexpr Assumption kClassical[] = {
    {"no-quantum-channel", "Alice and Bob exchange bits alone, and stand where no message is too late."}};

double berlin_alice(double y) { return loss_tolerant(y).value_or(CoinBias{}).alice; }
double classical(double abort) { return classical_coin_bound(abort).value_or(-1); }

constexpr PublishedPoint kKitaevPoints[] = {
    {"bias", "Kitaev 2002; theory sheet 8.2", 0.20710678, 5e-8, [] { return kitaev_bound() - 0.5; }}};
constexpr PublishedPoint kAmbainisPoints[] = {
    {"Alice", "theory sheet 8.2, independent script", 0.75, 1e-12, [] { return ambainis().alice; }},
    {"Bob", "theory sheet 8.2, independent script", 0.75, 1e-12, [] { return ambainis().bob; }},
    {"fidelity of what Bob sees", "theory sheet 8.2, independent script", 0.5, 1e-12,
     [] { return fidelity(ambainis_seen_by_bob()[0], ambainis_seen_by_bob()[1]); }},
    {"trace distance of what Bob sees", "theory sheet 8.2, independent script", 0.5, 1e-12,
     [] { return trace_distance(ambainis_seen_by_bob()[0], ambainis_seen_by_bob()[1]); }}};
constexpr PublishedPoint kBerlinPoints[] = {
    {"fair y", "Berlin et al. 2009", 0.9, 1e-14, loss_tolerant_fair},
    {"both at the fair y", "Berlin et al. 2009", 0.9, 1e-14, [] { return berlin_alice(0.9); }}};
constexpr PublishedPoint kClassicalPoints[] = {
    {"abort .5 %", "theory sheet 8.2, independent script", 0.95, 1e-14, [] { return classical(0.005); }},
    {"abort 1 %", "theory sheet 8.2, independent script", 0.92929, 5e-6, [] { return classical(0.01); }},
    {"abort 2 %: equal to Berlin et al.", "theory sheet 8.2, independent script", 0.9, 1e-14,
     [] { return classical(0.02); }}};

}  // namespace

const CheatingTheorem& coin_flip_kitaev_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "coin-flip-kitaev",
      .title = "No quantum coin flip is better than 1/sqrt 2",
      .protocol = "any",
      .paper = "Kitaev (2002), in Gutoski, Watrous, STOC 2007, 565; Chailloux, Kerenidis, FOCS 2009, 527",
      .equations = "the product of the optimal values of two semidefinite programs (optimal.h computes them)",
      .statement = "P_A P_B >= 1/2 for each outcome",
      .parameters = "none",
      .unsettled = {},
      .assumptions = kUnlimited,
      .points = kKitaevPoints,
  };
  return kTheorem;
}

const CheatingTheorem& coin_flip_ambainis_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "coin-flip-ambainis",
      .title = "Ambainis' coin flip",
      .protocol = "coin-flip-ambainis",
      .paper = "Ambainis, J. Comput. Syst. Sci. 68, 398 (2004), quant-ph/0204022",
      .equations = "P_A = (1 + F)/2, P_B = (1 + D)/2 of what Bob sees, computed from the states",
      .statement = "P_A = P_B = 3/4",
      .parameters = "none",
      .unsettled = {},
      .assumptions = kUnlimited,
      .points = kAmbainisPoints,
  };
  return kTheorem;
}

const CheatingTheorem& coin_flip_berlin_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "coin-flip-berlin",
      .title = "Coin flipping that tolerates loss",
      .protocol = "coin-flip-berlin",
      .paper = "Berlin, Brassard, Bussieres, Godbout, PRA 80, 062321 (2009), arXiv 0904.3945",
      .equations = "the optimal cheats of both parties",
      .statement = "P_A = (3 + 2 sqrt(y(1-y)))/4, P_B = y, whatever the loss",
      .parameters = "y, the larger squared amplitude of the states",
      .unsettled = "Chailloux (2010) has a variant with 0.859 for both, which is not reproduced here.",
      .assumptions = kBerlin,
      .points = kBerlinPoints,
  };
  return kTheorem;
}

const CheatingTheorem& coin_flip_classical_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "coin-flip-classical",
      .title = "What coin flipping without quantum mechanics reaches when honest parties may give up",
      .protocol = "any",
      .paper = "Haenggi, Wullschleger, TCC 2011 (LNCS 6597, 468), arXiv 1009.4741",
      .equations = "the symmetric case of the tight bound, for a fair coin",
      .statement = "max(P_A, P_B) >= 1 - sqrt(abort/2)",
      .parameters = "abort, the probability that two honest parties end without a coin, up to 1/2",
      .unsettled = {},
      .assumptions = kClassical,
      .points = kClassicalPoints,
  };
  return kTheorem;
}

}  // namespace herald
