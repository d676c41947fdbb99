#include "herald/cheating/bounded_storage.h"

#include <algorithm>

#include "herald/cheating/coin_flip_bb84.h"
#include "herald/cheating/conjugate_coding.h"
#include "herald/study/expectations/all.h"

namespace herald::study {
namespace {

constexpr std::string_view kHiding = "1/2: nothing is sent that could depend on it";

double measured(const Casting& casting) { return std::max(0.0, casting.real("photons") - casting.real("memory")); }

}  // namespace

std::vector<Expectation> expect_bounded_transfer(const Casting& casting) {
  std::vector<Expectation> all;
  const double photons = casting.real("photons"), length = casting.real("length");
  const double memory = std::min(casting.real("memory"), photons);
  const std::string_view bob = casting.strategy_name("bob");
  if (bob == "honest") {
    expect(all, "strings-agree", Relation::equal, 1, "1: what is measured in its own basis is certain");
    if (casting.strategy("alice") != 0) expect(all, "choice-guessed", Relation::equal, 0.5, kHiding);
    return all;
  }
  if (casting.strategy("alice") != 0) return all;  // two cheats
  if (bob == "cheat-store")
    expect(all, "bob-knows-both", Relation::equal, transfer_attack({photons, memory, length}),
           "the largest of a + (b_z + b_x - 2a) 2^-l + (1 - b_z - b_x + a) 2^-2l over the angles of a polarizer, a the "
           "probability that all of the n - q bits are right, b_w that those in basis w are (docs/theory/mistrust.md)");
  else if (bob == "cheat-breidbart")
    expect(all, "bob-knows-both", Relation::equal,
           both_strings_guessed(measured(casting), length, breidbart_guess(), breidbart_guess()),
           "cos^2(pi/8) a photon that is not kept, and 2^-l for a string that is not hit");
  else
    expect(all, "bob-knows-both", Relation::equal, both_strings_guessed(measured(casting), length, 1, 0.5),
           "(3/4)^m + (1 - (3/4)^m) 2^-l: half of the m = n - q others are a guess");
  expect(all, "bob-knows-both", Relation::at_most, transfer_both_bound({photons, memory, length}),
         "2^-l + epsilon(n, q, l): our finite sum (docs/theory/mistrust.md) after Damgaard et al., CRYPTO 2007");
  return all;
}

std::vector<Expectation> expect_bounded_commitment(const Casting& casting) {
  std::vector<Expectation> all;
  const double photons = casting.real("photons"), memory = std::min(casting.real("memory"), photons);
  const std::string_view alice = casting.strategy_name("alice");
  if (casting.strategy("bob") != 0) {
    if (alice == "honest") expect(all, "bit-guessed", Relation::equal, 0.5, kHiding);
    return all;
  }
  if (alice == "honest") {
    expect(all, "opens", Relation::equal, 1, "1: what is measured in its own basis is certain");
    return all;
  }
  if (alice == "cheat-change") {
    expect(all, "opens-afterwards", Relation::equal, all_pass(pass_lie(), measured(casting)),
           "(3/4)^(n - q): half of those that were measured are a guess");
    return all;
  }
  if (alice == "cheat-store")
    expect(all, "opens-afterwards", Relation::equal, commitment_attack(photons, memory),
           "the largest of (((1 + g_z)/2)^m + ((1 + g_x)/2)^m)/2 over the angles of a polarizer, g_z and g_x what it "
           "tells of the m = n - q photons that are not kept");
  else
    expect(all, "opens-afterwards", Relation::equal, all_pass(pass_breidbart(), measured(casting)),
           "((1 + cos^2(pi/8))/2)^(n - q): Breidbart's basis");
  expect(all, "opens-afterwards", Relation::at_most, commitment_bound(photons, memory),
         "1/2 + (epsilon + 2^-(n/4 - delta n - 1 - q))/2: our finite sum, to n/4, after Damgaard et al., CRYPTO 2007, "
         "who reach n/2");
  return all;
}

}  // namespace herald::study
