#include "herald/cheating/noisy_storage.h"

#include <cmath>

#include "herald/base/tail_bounds.h"
#include "herald/cheating/bounded_storage.h"
#include "herald/cheating/conjugate_coding.h"
#include "herald/study/expectations/all.h"

namespace herald::study {
namespace {

// That no more photons are lost than Alice lets pass.
double enough_arrive(double photons, double transmittance, double holes) {
  if (transmittance == 1 || holes == 1) return 1;
  if (transmittance == 0) return 0;
  double enough = 0;
  for (double lost = 0; lost <= std::floor(holes * photons); ++lost)
    enough += std::exp(binomial_log_pmf(photons, 1 - transmittance, lost));
  return enough;
}

// How often a cheating Bob has a bit right, of a photon that an even mixture replaces with probability d.
Result<double> guess(std::string_view bob, double kept, double depolarising) {
  const Result<double> clean = bob == "cheat-store"       ? Result<double>((1 + kept) / 2)
                               : bob == "cheat-breidbart" ? Result<double>(breidbart_guess())
                                                          : individual_storage_guess(kept);
  return clean ? 0.5 + (1 - depolarising) * (*clean - 0.5) : clean;
}

void expect_honest(std::vector<Expectation>& all, const Casting& casting) {
  const double photons = casting.real("photons"), d = casting.real("depolarising");
  const double enough = enough_arrive(photons, casting.real("transmittance"), casting.real("holes"));
  expect(all, "alice-rejects", Relation::equal, 1 - enough, "losses are binomial");
  if (d == 0) {
    expect(all, "strings-agree", Relation::equal, enough, "1 of the runs that go on: all in its own basis is certain");
  } else if (casting.real("errors") == 0 && casting.real("transmittance") == 1) {
    const double all_right = std::pow(1 - d / 4, photons);
    expect(all, "strings-agree", Relation::equal, all_right + (1 - all_right) * std::exp2(-casting.real("length")),
           "(1 - d/4)^n, and 2^-l for a string that is not hit: half of the photons count, d/2 of them are wrong");
  }
}

}  // namespace

std::vector<Expectation> expect_noisy_transfer(const Casting& casting) {
  std::vector<Expectation> all;
  const std::string_view bob = casting.strategy_name("bob");
  if (bob == "honest") {
    if (casting.strategy("alice") == 0)
      expect_honest(all, casting);
    else if (casting.real("transmittance") == 1)
      expect(all, "choice-guessed", Relation::equal, 0.5, "1/2: Bob sends nothing that depends on his choice");
    return all;
  }
  const bool hides = bob == "cheat-holes";
  if (casting.strategy("alice") != 0 || (!hides && casting.real("transmittance") < 1)) return all;
  const double photons = casting.real("photons"), length = casting.real("length"), kept = casting.real("storage");
  const double left = photons - (hides ? std::floor(casting.real("holes") * photons) : 0);
  const Result<double> each = guess(bob, kept, casting.real("depolarising"));
  if (!each) return all;
  if (left > 0)
    expect(all, "bit-guessed", Relation::equal, each,
           bob == "cheat-store"       ? "(1 + r)/2 of an undisturbed photon: what is replaced is a guess"
           : bob == "cheat-breidbart" ? "cos^2(pi/8) of an undisturbed photon: Breidbart's basis"
                                      : "max((1 + r)/2, cos^2(pi/8)): Schaffner, Terhal, Wehner, QIC 9, 963 (2009)");
  if (casting.real("errors") > 0) return all;
  expect(all, "bob-knows-both", Relation::equal, both_strings_guessed(left, length, *each, *each),
         "every photon that counts guessed, and 2^-l for a string that is not hit");
  if (casting.real("holes") == 0)
    expect(
        all, "bob-knows-both", Relation::at_most, noisy_transfer_both_bound({kept, 1}, photons, length),
        "2^-l + epsilon(n, r, l): our finite sum (docs/theory/mistrust.md) after Koenig, Wehner, Wullschleger 2012; it "
        "wants C nu < 1/4");
  return all;
}

}  // namespace herald::study
