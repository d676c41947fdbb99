#include <cmath>

#include "herald/cheating/coin_flip_bb84.h"
#include "herald/study/expectations/all.h"

namespace herald::study {
namespace {

struct Passing {
  Result<double> each;  // that an opened photon survives Bob's comparison
  std::string_view source;
};

Passing passing(const Casting& casting) {
  const std::string_view alice = casting.strategy_name("alice");
  if (alice == "cheat-lie") return {pass_lie(), "(3/4)^n, n photons arriving: half of the table is a guess"};
  if (alice == "cheat-mixture") return {pass_mixture(), "(7/8)^n: half of the photons are wrong"};
  if (alice == "cheat-breidbart") return {pass_breidbart(), "((1 + cos^2(pi/8))/2)^n: Breidbart's basis"};
  if (alice == "cheat-epr")
    return {pass_epr(casting.real("storage") * casting.real("measurement")),
            "((3 + eta)/4)^n: entanglement, with a memory that works with eta"};
  return {pass_lie(), "(3/4)^(n - holes): empty pulses cannot be wrong"};
}

// That so many photons arrive as Bob wants, and that as well an opening passes.
struct Chances {
  Result<double> arrive, pass;
};

Chances chances(const Casting& casting, const Result<double>& each) {
  const double photons = casting.real("photons"), holes = std::floor(casting.real("holes") * photons);
  const HoleRule rule{static_cast<std::int64_t>(photons), static_cast<std::int64_t>(photons - holes)};
  if (!each) return {each, each};
  // Over her line without loss, the photons that she left out are in no table.
  if (casting.strategy_name("alice") == "cheat-holes") return {1.0, all_pass(*each, photons - holes)};
  const double transmittance = casting.real("transmittance");
  if (transmittance == 1) return {1.0, all_pass(*each, photons)};
  return {honest_accepted(rule, transmittance), pass_with_random_holes(rule, transmittance, *each)};
}

constexpr std::string_view kArrive = "1 - P[Bin(n, t) >= n - holes]: too many photons are missing";

}  // namespace

std::vector<Expectation> expect_coin_flip(const Casting& casting) {
  std::vector<Expectation> all;
  const std::string_view alice = casting.strategy_name("alice");
  if (casting.real("depolarising") > 0 || casting.real("errors") > 0) return all;
  // Bob's cheat looks at no table, and misses no photon.
  if (casting.strategy_name("bob") != "honest") {
    if (alice == "honest")
      expect(all, "bob-wins", Relation::equal, bob_guesses_basis(), "1/2: a string in either basis is I/2^n");
    return all;
  }
  const bool honest = alice == "honest", lies = alice == "cheat-lie" || alice == "cheat-holes";
  const Passing passes = passing(casting);
  const auto [arrive, pass] = chances(casting, honest ? Result<double>(1) : passes.each);
  if (!arrive || !pass) return all;
  if (honest) {
    expect(all, "bob-rejects", Relation::equal, 1 - *arrive, *arrive == 1 ? "0: perfect correlation" : kArrive);
    expect(all, "alice-wins", Relation::equal, *arrive / 2, "1/2, if enough photons arrive: both honest");
    expect(all, "bob-wins", Relation::equal, *arrive * bob_guesses_basis(),
           "1/2, if enough photons arrive: a string in either basis is I/2^n");
    return all;
  }
  if (*arrive > 0) expect(all, "lie-passes", Relation::equal, *pass / *arrive, passes.source);
  expect(all, "alice-wins", Relation::equal, lies ? (*arrive + *pass) / 2 : *pass,
         lies ? "(1 + pass)/2: half of Bob's guesses need no lie" : "she needs to pass, whatever he guessed");
  return all;
}

}  // namespace herald::study
