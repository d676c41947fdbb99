#include <algorithm>
#include <cmath>

#include "herald/cheating/coin_flip_practical.h"
#include "herald/cheating/coin_flip_strong.h"
#include "herald/cheating/commitment.h"
#include "herald/study/expectations/all.h"

namespace herald::study {
namespace {

bool honest(const Casting& casting, std::string_view role) { return casting.strategy(role) == 0; }

// That something arrives within the permitted attempts.
double arrives(const Casting& casting) {
  return 1 - std::pow(1 - casting.real("transmittance"), casting.real("attempts"));
}

void expect_fair(std::vector<Expectation>& all, double accepted) {
  expect(all, "zero", Relation::equal, accepted / 2, "1/2: the sum of two bits, one of them random");
  expect(all, "one", Relation::equal, accepted / 2, "1/2: the sum of two bits, one of them random");
  expect(all, "no-coin", Relation::equal, 1 - accepted, "light lost at every attempt, or a state disturbed");
}

// Both cheat: she opens last, and he compares nothing.
std::vector<Expectation> last_word() {
  return {{"wanted", Relation::equal, 1, "1: the last word is hers, and this Bob believes it"}};
}

// No protocol leaves one cheat with less, given what it leaves the other with.
void expect_kitaev(std::vector<Expectation>& all, double other) {
  expect(all, "wanted", Relation::at_least, kitaev_other(other), "1/(2 P) of the other's P: Kitaev 2002");
}

}  // namespace

std::vector<Expectation> expect_coin_flip_ambainis(const Casting& casting) {
  std::vector<Expectation> all;
  const CoinBias bias = ambainis();
  const std::string_view alice = casting.strategy_name("alice"), bob = casting.strategy_name("bob");
  if (honest(casting, "alice") && honest(casting, "bob")) {
    const double undisturbed = 1 - casting.real("depolarising") / 2;  // each qubit, found as sent
    expect_fair(all, arrives(casting) * undisturbed * undisturbed);
  } else if (!honest(casting, "alice") && !honest(casting, "bob")) {
    all = last_word();
  } else if (alice == "cheat-lie") {
    const auto [zero, one] = ambainis_seen_by_bob();
    expect(all, "wanted", Relation::equal, open_by_rotation(fidelity(zero, one)),
           "(1 + F^2)/2 = 5/8: a lie passes 1/4");
  } else if (alice == "cheat-between") {
    expect(all, "wanted", Relation::equal, bias.alice, "(1 + F)/2 = 3/4: Ambainis 2004");
    expect_kitaev(all, bias.bob);
  } else if (bob == "cheat-read") {
    expect(all, "wanted", Relation::equal, bias.bob, "(1 + D)/2 = 3/4: Ambainis 2004");
    expect_kitaev(all, bias.alice);
  } else {
    expect(all, "wanted", Relation::equal, 1 - std::exp2(-casting.real("attempts") - 1),
           "1 - 2^-(attempts+1): half of the readings are certain");
  }
  return all;
}

std::vector<Expectation> expect_coin_flip_berlin(const Casting& casting) {
  std::vector<Expectation> all;
  const double y = casting.real("y");
  const auto bias = loss_tolerant(y);
  const std::string_view alice = casting.strategy_name("alice");
  if (honest(casting, "alice") && honest(casting, "bob")) {
    expect_fair(all, arrives(casting) * (1 - casting.real("depolarising") / 4));
  } else if (!honest(casting, "alice") && !honest(casting, "bob")) {
    all = last_word();
  } else if (alice == "cheat-lie") {
    expect(all, "wanted", Relation::equal, 0.75 + y * (1 - y), "3/4 + y(1-y): a lie passes (1 + 4y(1-y))/2");
  } else if (alice == "cheat-between") {
    expect(all, "wanted", Relation::equal, bias->alice, "(3 + 2 sqrt(y(1-y)))/4: Berlin et al. 2009");
    expect_kitaev(all, bias->bob);
  } else {
    expect(all, "wanted", Relation::equal, bias->bob, "y, at any loss: Berlin et al. 2009");
    expect_kitaev(all, bias->alice);
  }
  return all;
}

std::vector<Expectation> expect_coin_flip_coherent(const Casting& casting) {
  const PracticalCoin coin{.y = casting.real("y"),
                           .mean_photon_number = casting.real("mean-photon-number"),
                           .rounds = casting.real("pulses"),
                           .transmittance = casting.real("transmittance"),
                           .dark_count = casting.real("dark-count"),
                           .error = casting.real("depolarising") / 2};
  std::vector<Expectation> all;
  const auto bias = practical_coin(coin);
  const auto abort = practical_coin_abort(coin);
  if (!bias || !abort) return all;
  if (honest(casting, "alice") && honest(casting, "bob")) {
    expect(all, "no-coin", Relation::equal, abort, "H: no click, or a wrong one in Alice's basis; Pappa et al. 2014");
    expect(all, "zero", Relation::equal, (1 - *abort) / 2, "(1 - H)/2: the sum of two bits, one of them random");
    expect(all, "one", Relation::equal, (1 - *abort) / 2, "(1 - H)/2: the sum of two bits, one of them random");
    return all;
  }
  if (!honest(casting, "alice") && !honest(casting, "bob")) return last_word();
  if (!honest(casting, "alice")) {
    expect(all, "wanted", Relation::equal, bias->alice, "(3 + 2 sqrt(y(1-y)))/4, any light; Pappa et al. 2014");
  } else {
    const bool reads_all = casting.strategy_name("bob") == "cheat-read-all";
    if (reads_all)
      expect(all, "wanted", Relation::equal, practical_coin_bob_reads_all(coin),
             "y^d/(y^d + (1-y)^d) over the largest excess d of K pulses");
    else
      expect(all, "wanted", Relation::equal, practical_coin_bob_reads_first(coin),
             "y^d/(y^d + (1-y)^d) over the excess d of a pulse with photons");
    expect(all, "wanted", Relation::at_most, bias->bob, "Bob's bound by photon numbers; docs/theory/mistrust.md");
  }
  // Where it is less than what a classical flip with as many honest aborts leaves one party with.
  const auto classical = classical_coin_bound(*abort);
  if (classical && std::max(bias->alice, bias->bob) < *classical)
    expect(all, "wanted", Relation::at_most, *classical,
           "1 - sqrt(H/2), the classical bound: Haenggi, Wullschleger 2011");
  return all;
}

}  // namespace herald::study
