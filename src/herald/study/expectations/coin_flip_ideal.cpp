#include "herald/protocol/coin_flip_ideal/coin_flip_ideal.h"

#include <algorithm>

#include "herald/cheating/coin_flip_strong.h"
#include "herald/cheating/commitment.h"
#include "herald/study/expectations/all.h"

namespace herald::study {

std::vector<Expectation> expect_coin_flip_ideal(const Casting& casting) {
  std::vector<Expectation> all;
  const std::string_view alice = casting.strategy_name("alice");
  if (alice == "honest" && casting.strategy("bob") == 0) {
    expect(all, "zero", Relation::equal, 0.5, "1/2: the sum of two random bits");
    expect(all, "one", Relation::equal, 0.5, "1/2: the sum of two random bits");
    expect(all, "no-coin", Relation::equal, 0, "0: the state is that of her bit");
    return all;
  }
  if (alice != "honest" && casting.strategy("bob") != 0) {
    expect(all, "wanted", Relation::equal, 1, "1: the last word is hers, and this Bob believes it");
    return all;
  }
  const CommittedStates states = ideal_coin_states(casting);
  const ComplexMatrix zero = reduced_to_b(states.psi[0], states.dimension_a, states.dimension_b),
                      one = reduced_to_b(states.psi[1], states.dimension_a, states.dimension_b);
  // The fidelity is off by rounding where it should be 1.
  const double f = std::min(1.0, fidelity(zero, one)), d = std::min(1.0, trace_distance(zero, one));
  const auto best_alice = open_by_superposition(f), best_bob = guess_commitment(d);
  if (alice == "cheat-rotate") {
    expect(all, "wanted", Relation::equal, open_by_rotation(f), "(1 + F^2)/2: Uhlmann's rotation of an honest 0");
    return all;
  }
  const bool hers = alice == "cheat-superposition";
  expect(
      all, "wanted", Relation::equal, hers ? best_alice : best_bob,
      hers ? "(1 + F)/2: the optimum; 1 where Bob sees nothing: Lo, Chau 1998" : "(1 + D)/2: Helstrom's measurement");
  expect(all, "wanted", Relation::at_least, kitaev_other(hers ? *best_bob : *best_alice),
         "1/(2 P) of the other's P: Kitaev 2002");
  return all;
}

}  // namespace herald::study
