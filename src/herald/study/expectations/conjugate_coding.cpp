#include "herald/cheating/conjugate_coding.h"

#include <cmath>

#include "herald/study/expectations/all.h"

namespace herald::study {

std::vector<Expectation> expect_conjugate_coding(const Casting& casting) {
  std::vector<Expectation> all;
  const double n = casting.real("bits");
  // A photon that is lost or depolarised is an even guess.
  const double kept = casting.real("transmittance") * (1 - casting.real("depolarising"));
  const auto seen = [](double right, double share) { return 0.5 + (right - 0.5) * share; };
  double wanted = seen(1, kept), other = guess_by_polarizer(0).x;
  std::string_view source = "cos^2 0: the right basis tells all; Wiesner 1983", other_source = "1/2: the wrong basis";
  const std::string_view reader = casting.strategy_name("reader");
  if (reader == "cheat-breidbart") {
    wanted = other = seen(breidbart_guess(), kept);
    source = other_source = "cos^2(pi/8): halfway between the bases";
  } else if (reader == "cheat-memory") {
    wanted = other = seen(1, kept * casting.real("storage"));
    source = other_source = "(1 + eta)/2: each photon in its basis, after the order";
  }
  expect(all, "wanted-bit", Relation::equal, wanted, source);
  expect(all, "other-bit", Relation::equal, other, other_source);
  expect(all, "both-bits", Relation::equal, wanted * other, "product: two photons");
  expect(all, "wanted-message", Relation::equal, std::pow(wanted, n), "n independent photons");
  expect(all, "both-messages", Relation::equal, std::pow(wanted * other, n), "2n independent photons");
  return all;
}

std::vector<Expectation> expect_random_access_code(const Casting& casting) {
  std::vector<Expectation> all;
  const int bits = static_cast<int>(casting.real("bits"));
  const bool quantum = casting.whole("quantum") == 1;
  const auto either = quantum ? random_access_code(bits) : classical_random_access_code(bits);
  if (!either) return all;
  const std::string_view best = quantum ? "(1 + 1/sqrt k)/2: Ambainis, Nayak, Ta-Shma, Vazirani 2002"
                                        : "1/2 + C(k-1, (k-1)/2)/2^k: the majority; Ambainis et al. 2008";
  const double together = both_bits() * std::exp2(2 - bits);
  if (casting.strategy_name("reader") == "cheat-all") {
    // The words of one value of a bit fill half of the sphere's average: 1/2 + 1/(2k).
    expect(all, "wanted-bit", Relation::equal, quantum ? 0.5 + 0.5 / bits : *either,
           quantum ? "1/2 + 1/(2k): the square-root measurement" : best);
    expect(all, "all-bits", Relation::equal, together, "2/2^k: Holevo 1973, reached");
    return all;
  }
  expect(all, "wanted-bit", Relation::equal, *either, best);
  expect(all, "all-bits", Relation::equal, *either * std::exp2(1 - bits), "the others are guessed");
  expect(all, "all-bits", Relation::at_most, together, "2/2^k: Holevo 1973");
  return all;
}

}  // namespace herald::study
