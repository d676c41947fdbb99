#include <cmath>

#include "herald/cheating/coin_flip_bb84.h"
#include "herald/study/expectations/all.h"

namespace herald::study {
namespace {

struct Passing {
  Result<double> probability;
  std::string_view source;
};

// That an opening of the basis which wins survives Bob's comparison, over a perfect line and without tolerance.
Passing passing(const Casting& casting) {
  const double photons = casting.real("photons");
  const std::string_view alice = casting.strategy_name("alice");
  if (alice == "cheat-lie") return {all_pass(pass_lie(), photons), "(3/4)^n: half of the table is a guess"};
  if (alice == "cheat-mixture") return {all_pass(pass_mixture(), photons), "(7/8)^n: half of the photons are wrong"};
  if (alice == "cheat-breidbart")
    return {all_pass(pass_breidbart(), photons), "((1 + cos^2(pi/8))/2)^n: Breidbart's basis"};
  if (alice == "cheat-epr") {
    const auto each = pass_epr(casting.real("storage") * casting.real("measurement"));
    return {each ? all_pass(*each, photons) : each, "((3 + eta)/4)^n: Bennett, Brassard 1984, with a memory"};
  }
  // Over a line without loss, the photons that she left out are in no table.
  const double filled = photons - std::floor(casting.real("holes") * photons);
  return {all_pass(pass_lie(), filled), "(3/4)^(n - holes): empty pulses cannot be wrong"};
}

}  // namespace

std::vector<Expectation> expect_coin_flip(const Casting& casting) {
  std::vector<Expectation> all;
  const bool hides = casting.strategy_name("alice") == "cheat-holes";
  const bool clean = casting.real("depolarising") == 0 && (hides || casting.real("transmittance") == 1);
  const bool lies = casting.strategy_name("alice") == "cheat-lie" || hides;
  // Bob's cheat compares nothing: a lie always passes him.
  if (!clean || casting.real("errors") > 0 || casting.strategy_name("bob") != "honest") {
    if (casting.strategy("alice") == 0 && clean)
      expect(all, "bob-wins", Relation::equal, bob_guesses_basis(), "1/2: a string in either basis is I/2^n");
    return all;
  }
  if (casting.strategy("alice") == 0) {
    expect(all, "alice-wins", Relation::equal, 0.5, "1/2: both honest");
    expect(all, "bob-wins", Relation::equal, bob_guesses_basis(), "1/2: a string in either basis is I/2^n");
    expect(all, "bob-rejects", Relation::equal, 0, "0: perfect correlation");
    return all;
  }
  const Passing pass = passing(casting);
  expect(all, "lie-passes", Relation::equal, pass.probability, pass.source);
  if (pass.probability)
    expect(all, "alice-wins", Relation::equal, lies ? (1 + *pass.probability) / 2 : *pass.probability,
           lies ? "(1 + pass)/2: half of Bob's guesses need no lie" : "she needs to pass, whatever he guessed");
  return all;
}

}  // namespace herald::study
