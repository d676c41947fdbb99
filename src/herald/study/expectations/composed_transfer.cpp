#include <algorithm>
#include <cmath>

#include "herald/cheating/bounded_storage.h"
#include "herald/study/expectations/all.h"

namespace herald::study {

std::vector<Expectation> expect_composed_transfer(const Casting& casting) {
  std::vector<Expectation> all;
  const double photons = casting.real("photons"), length = casting.real("length");
  const double memory = std::min(casting.real("memory"), photons);
  const std::string_view bob = casting.strategy_name("bob");
  const bool composable = casting.whole("bound") == 1, looks = casting.strategy("alice") != 0;
  if (bob == "honest") {
    expect(all, "deposit-back", Relation::equal, looks ? std::pow(0.75, photons) : 1,
           looks ? "(3/4)^n: half of the photons are in the other basis, and half of these then wrong"
                 : "1: she does not touch it");
    expect(all, "strings-agree", Relation::equal, 1, "1: what is measured in its own basis is certain");
    return all;
  }
  if (looks && bob == "cheat-teleport") return all;  // two cheats
  if (bob == "cheat-teleport" && !composable) {
    expect(all, "bob-knows-both", Relation::equal, 1,
           "1: what is teleported is there whole when she gives it back; our example of what Wehner, Wullschleger, "
           "ICALP 2008, warn of");
    return all;
  }
  // What comes back to him is worth no more qubits than he had halves.
  const double has = std::min(photons, bob == "cheat-teleport" ? 2 * memory : memory);
  expect(all, "bob-knows-both", Relation::equal, both_strings_guessed(photons - has, length, 1, 0.5),
         bob == "cheat-teleport"
             ? "(3/4)^m + (1 - (3/4)^m) 2^-l, m = n - 2q: q photons in the memory and q in what comes back"
             : "(3/4)^m + (1 - (3/4)^m) 2^-l: half of the m = n - q others are a guess");
  expect(all, "bob-knows-both", Relation::at_most, transfer_both_bound({photons, has, length}),
         "2^-l + epsilon(n, q, l), 2q in the place of q where something comes back: our finite sum "
         "(docs/theory/mistrust.md) after Damgaard et al., CRYPTO 2007");
  return all;
}

}  // namespace herald::study
