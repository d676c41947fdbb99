#include "herald/cheating/coin_flip_practical.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "herald/base/tail_bounds.h"
#include "herald/cheating/arguments.h"

namespace herald {
namespace {

Result<void> validate(const PracticalCoin& coin) {
  HERALD_TRY_VOID(permitted("a squared amplitude y", coin.y, 0.5, 1));
  HERALD_TRY_VOID(permitted("a mean photon number", coin.mean_photon_number, 0, 100));
  HERALD_TRY_VOID(permitted("a number of rounds", coin.rounds, 1, kMostCounted));
  HERALD_TRY_VOID(permitted("a transmittance", coin.transmittance, 0, 1));
  HERALD_TRY_VOID(permitted("a dark count probability", coin.dark_count, 0, 1));
  return permitted("an error probability", coin.error, 0, 1);
}

// What leaves Alice in all K pulses.
struct PhotonNumbers {
  double vacuum;            // none
  double singles;           // single photons, and no pulse with more
  double pair;              // one pair, the rest empty
  double pair_and_singles;  // one pair, the rest single photons, at least one, or empty
};

PhotonNumbers photon_numbers(double mu, double rounds) {
  const double none = std::exp(-mu * rounds);
  const double at_most_one = std::exp(rounds * (std::log1p(mu) - mu));
  // K p_2 p^(K-1), p that of no photon, and of at most one.
  const double pair = rounds * mu * mu / 2 * none;
  const double pair_rest = rounds * mu * mu / 2 * at_most_one / (1 + mu);
  return {none, at_most_one - none, pair, pair_rest - pair};
}

struct BobsCases {
  double reached, rest;
};

BobsCases bobs_cases(const PracticalCoin& coin) {
  const PhotonNumbers sent = photon_numbers(coin.mean_photon_number, coin.rounds);
  const double y = coin.y;
  const double reached =
      sent.vacuum / 2 + (sent.singles + sent.pair) * y + sent.pair_and_singles * two_photon_guess(y, y);
  return {reached, std::max(0.0, 1 - sent.vacuum - sent.singles - sent.pair - sent.pair_and_singles)};
}

std::vector<double> poisson(double mean, std::size_t most) {
  std::vector<double> p;
  for (std::size_t n = 0; n <= most; ++n) p.push_back(std::exp(poisson_log_pmf(mean, static_cast<double>(n))));
  return p;
}

// Of one pulse, by d: the probability that one outcome comes d times oftener than the other, whichever the bit. The
// numbers of both outcomes are Poissonian.
std::vector<double> excesses(const PracticalCoin& coin) {
  const double mu = coin.mean_photon_number;
  const auto most = static_cast<std::size_t>(mu + 12 * std::sqrt(mu) + 40);
  const auto large = poisson(mu * coin.y, most), small = poisson(mu * (1 - coin.y), most);
  std::vector<double> p(most + 1);
  for (std::size_t i = 0; i <= most; ++i)
    for (std::size_t j = 0; j <= most; ++j) p[i > j ? i - j : j - i] += large[i] * small[j];
  return p;
}

// What such an excess is worth.
double guess_by(std::size_t excess, double y) { return 1 / (1 + std::pow((1 - y) / y, static_cast<double>(excess))); }

}  // namespace

// rho_0 + rho_1 of two photons has the weight c^2 + s^2/2... on |00>, |11>, where the two are told apart by the
// outcome, and s^2/2 on |01> + |10>, which says nothing; c = 2y - 1, s^2 = 1 - c^2.
double two_photon_guess(double y, double fallback) {
  const double c = 2 * y - 1, c2 = c * c;
  // The measurement's two real weights u, w of docs/theory/mistrust.md, at the corner of their box or on its edge.
  const double excess = 2 * fallback - 1;  // f = fallback + u w - excess (u^2 + w^2)/2, u^2 <= 1/2, w^2 <= c^2/2
  const auto value = [&](double u, double w) { return fallback + u * w - excess * (u * u + w * w) / 2; };
  const double most_w = std::sqrt(c2 / 2), most_u = std::sqrt(0.5);
  return value(excess == 0 ? most_u : std::min(most_u, most_w / excess), most_w);
}

Result<CoinBias> practical_coin(const PracticalCoin& coin) {
  HERALD_TRY_VOID(validate(coin));
  HERALD_TRY(const CoinBias ideal, loss_tolerant(coin.y));
  const BobsCases bob = bobs_cases(coin);
  return CoinBias{ideal.alice, bob.reached + bob.rest};
}

Result<double> practical_coin_bob_attack(const PracticalCoin& coin) {
  HERALD_TRY_VOID(validate(coin));
  const BobsCases bob = bobs_cases(coin);
  return bob.reached + bob.rest * coin.y;
}

Result<double> practical_coin_bob_reads_all(const PracticalCoin& coin) {
  HERALD_TRY_VOID(validate(coin));
  const std::vector<double> p = excesses(coin);
  // That the largest excess of all pulses is at most d, downwards.
  double success = 0, more = 0, at_most = 1;
  for (std::size_t d = p.size(); d-- > 0;) {
    more += p[d];
    const double below = d == 0 ? 0 : std::exp(coin.rounds * std::log1p(-std::min(1.0, more)));
    success += (at_most - below) * guess_by(d, coin.y);
    at_most = below;
  }
  return success;
}

Result<double> practical_coin_bob_reads_first(const PracticalCoin& coin) {
  HERALD_TRY_VOID(validate(coin));
  const double mu = coin.mean_photon_number, filled = -std::expm1(-mu), none = std::exp(-mu * coin.rounds);
  if (filled == 0) return 0.5;
  const std::vector<double> p = excesses(coin);
  double success = -std::exp(-mu) / 2;  // an empty pulse has no excess either
  for (std::size_t d = 0; d < p.size(); ++d) success += p[d] * guess_by(d, coin.y);
  return none / 2 + (1 - none) * success / filled;
}

Result<double> practical_coin_abort(const PracticalCoin& coin) {
  HERALD_TRY_VOID(validate(coin));
  const double photon = -std::expm1(-coin.mean_photon_number * coin.transmittance);
  const double dark_only = (1 - photon) * coin.dark_count;
  const double click = photon + dark_only;
  if (click == 0) return 1.0;
  const double no_click = std::exp(coin.rounds * std::log1p(-click));
  const double wrong = (photon * coin.error + dark_only / 2) / click;
  return no_click + (1 - no_click) * wrong / 2;  // half of the time Bob measured in the other basis
}

Result<double> practical_coin_fair(PracticalCoin coin) {
  // Alice's bound falls with y, Bob's rises.
  double low = 0.5, high = 1;
  for (double y = 0.75; y != low && y != high; y = (low + high) / 2) {
    coin.y = y;
    HERALD_TRY(const CoinBias bias, practical_coin(coin));
    (bias.alice >= bias.bob ? low : high) = y;
  }
  return low;
}

namespace {

constexpr Assumption kAssumptions[] = {
    {"phase-randomised", "The phases of Alice's pulses are random, so that a pulse has a number of photons."},
    {"independent-pulses", "Bases and bits of Alice's pulses are independent of each other and of all else."},
    {"honest-parameters", "Both know the loss and the error of an honest run, and set the number of pulses by them."}};
constexpr PublishedPoint kPoints[] = {
    {"ideal single photons: Alice", "Pappa et al. 2014; Berlin et al. 2009", 0.9, 1e-14,
     [] { return practical_coin({.y = 0.9}).value_or(CoinBias{}).alice; }},
    {"a pair and a single photon, y = .9", "docs/theory/mistrust.md: y^2 (3 - 2 y)", 0.972, 1e-14,
     [] { return two_photon_guess(0.9, 0.9); }},
    {"a pair alone, y = .9", "docs/theory/mistrust.md: y", 0.9, 1e-14, [] { return two_photon_guess(0.9, 0.5); }}};

}  // namespace

const CheatingTheorem& coin_flip_practical_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "coin-flip-practical",
      .title = "Coin flipping with weak coherent light",
      .protocol = "coin-flip-coherent",
      .paper =
          "Pappa, Chailloux, Diamanti, Kerenidis, PRA 84, 052305 (2011); Pappa et al., Nat. Commun. 5, 3717 (2014)",
      .equations = "P_A <= 3/4 + sqrt(y(1-y))/2; Bob's bound by photon numbers as derived in docs/theory/mistrust.md",
      .statement = "P_B <= 1/2 Pr[vacuum] + y Pr[singles, or one pair] + y^2 (3-2y) Pr[a pair and singles] + Pr[rest]",
      .parameters = "y, mean photon number, rounds; transmittance, dark counts and error for the honest abort",
      .unsettled =
          "Bob's bound is derived here; the papers' own constants for pairs were not at hand. The gap to the "
          "attack is the weight of the rest.",
      .assumptions = kAssumptions,
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
