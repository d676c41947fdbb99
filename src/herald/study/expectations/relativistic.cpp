#include "herald/cheating/relativistic.h"

#include <algorithm>
#include <cmath>

#include "herald/cheating/coin_flip_bb84.h"
#include "herald/study/expectations/all.h"

namespace herald::study {

std::vector<Expectation> expect_coin_flip_relativistic(const Casting& casting) {
  std::vector<Expectation> all;
  const bool apart = space_like(Seconds(casting.real("window")), Kilometre(casting.real("distance")));
  const bool alice = casting.strategy("alice") != 0, bob = casting.strategy("bob") != 0;
  if (alice && bob) {
    expect(all, "alice-rejects", Relation::equal, 1, "1: each waits for the other");
  } else if (!alice && !bob) {
    expect(all, "alice-wins", Relation::equal, relativistic_coin(), "1/2: Kent 1999");
    expect(all, "bob-wins", Relation::equal, relativistic_coin(), "1/2: Kent 1999");
  } else if (apart) {
    expect(all, alice ? "bob-rejects" : "alice-rejects", Relation::equal, 1, "1: light takes longer than the window");
    expect(all, alice ? "alice-wins" : "bob-wins", Relation::at_most, relativistic_coin(), "1/2: Kent 1999");
  } else {
    expect(all, alice ? "alice-wins" : "bob-wins", Relation::equal, 1, "1: light comes within the window");
  }
  return all;
}

std::vector<Expectation> expect_commit_relativistic(const Casting& casting) {
  std::vector<Expectation> all;
  const std::string_view alice = casting.strategy_name("alice");
  const double photons = casting.real("photons");
  if (alice == "honest") {
    expect(all, "opens", Relation::equal, 1, "1: no photon is wrong");
    return all;
  }
  if (alice == "cheat-delay") {
    const bool late = casting.real("delay") > casting.real("slack");
    expect(all, "opens", Relation::equal, late ? 0 : 1,
           late ? "0: later than Bob waits" : "1: Bob waits for longer than she");
    if (!late) return all;
  }
  if (alice == "cheat-differ") expect(all, "opens", Relation::equal, 0, "0: the places are compared");
  if (alice == "cheat-breidbart")
    expect(all, "opens", Relation::equal, all_pass(pass_breidbart(), photons),
           "((1 + cos^2(pi/8))/2)^n: half of the photons are in the basis of either bit");
  if (alice == "cheat-measure") {
    const auto other = all_pass(pass_lie(), photons);
    if (other) expect(all, "opens", Relation::equal, (1 + *other) / 2, "(1 + (3/4)^n)/2: one bit is honest");
  }
  const auto epsilon = kent_commitment(photons);
  if (epsilon)
    expect(all, "opens", Relation::at_most, (1 + *epsilon) / 2,
           "(p_0 + p_1)/2 <= (1 + cos^2(pi/8)^n)/2: Croke, Kent 2012; Kaniewski et al. 2013");
  return all;
}

std::vector<Expectation> expect_commit_relativistic_rounds(const Casting& casting) {
  std::vector<Expectation> all;
  const std::string_view alice = casting.strategy_name("alice");
  const double rounds = casting.real("rounds"), bits = casting.real("bits");
  if (alice == "honest") {
    expect(all, "opens", Relation::equal, 1, "1: she knows the last secret");
    return all;
  }
  if (alice == "cheat-hope")
    expect(all, "opens", Relation::equal, (2 - std::pow(1 - std::exp2(-bits), rounds)) / 2,
           "(2 - (1 - 2^-n)^m)/2: the other bit when a challenge is 0");
  if (alice == "cheat-wait") expect(all, "opens", Relation::equal, 0.5, "1/2: 0 in time, and 1 too late");
  if (alice == "cheat-subplane") {
    const double r = std::exp2(bits / 2), guess = (r * r * r + r - 1) / std::pow(r, 4);
    const double later = std::pow(1 - std::exp2(-bits), rounds - 2);
    expect(all, "opens", Relation::equal, (2 - (1 - guess) * later) / 2,
           "(2 - (1 - w)(1 - 2^-n)^(m-2))/2, w = (r^3 + r - 1)/r^4, r = 2^(n/2): points on lines; Bavarian, Shor 2015");
  }
  const auto epsilon = sustained_commitment(rounds, bits);
  if (epsilon)
    expect(all, "opens", Relation::at_most, (1 + std::min(1.0, *epsilon)) / 2,
           "(p_0 + p_1)/2 <= (1 + m 2^((3-n)/2))/2: Chakraborty, Chailloux, Leverrier 2015");
  return all;
}

}  // namespace herald::study
