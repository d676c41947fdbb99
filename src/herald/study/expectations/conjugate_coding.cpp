#include "herald/cheating/conjugate_coding.h"

#include <cmath>

#include "herald/study/expectations/all.h"

namespace herald::study {

namespace {

// A reader who measures each pair together, and by itself a photon whose partner does not come.
struct PairReading {
  double each = 0, both = 0;  // one bit of a pair, either one; both
};
PairReading read_in_pairs(double transmittance, double depolarising) {
  const double t = transmittance, d = depolarising, intact = t * (1 - d), mixed = t * d, lost = 1 - t;
  const double both = both_messages(1).value_or(0), wrong = (1 - both) / 3, alone = breidbart_guess();
  return {intact * (t * (both + wrong) + lost * alone) + (1 - intact) / 2,
          intact * intact * both + intact * mixed * (both + wrong) + mixed * mixed / 4 +
              2 * lost * (intact * alone + mixed / 2) / 2 + lost * lost / 4};
}

}  // namespace

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
  if (reader == "cheat-joint") {
    const PairReading pair = read_in_pairs(casting.real("transmittance"), casting.real("depolarising"));
    constexpr std::string_view kBit = "5/6, of a pair that comes whole: one of two bits when both are wanted";
    expect(all, "wanted-bit", Relation::equal, pair.each, kBit);
    expect(all, "other-bit", Relation::equal, pair.each, kBit);
    expect(all, "both-bits", Relation::equal, pair.both, "3/4, of a pair that comes whole: halfway between two words");
    expect(all, "wanted-message", Relation::equal, std::pow(pair.each, n), "n independent pairs");
    expect(all, "both-messages", Relation::equal, std::pow(pair.both, n), "n independent pairs");
  } else {
    expect(all, "wanted-bit", Relation::equal, wanted, source);
    expect(all, "other-bit", Relation::equal, other, other_source);
    expect(all, "both-bits", Relation::equal, wanted * other, "product: two photons");
    expect(all, "wanted-message", Relation::equal, std::pow(wanted, n), "n independent photons");
    expect(all, "both-messages", Relation::equal, std::pow(wanted * other, n), "2n independent photons");
  }
  if (reader != "cheat-memory") {
    expect(all, "both-bits", Relation::at_most, both_messages(1),
           "3/4: without a memory, however photons are measured");
    expect(all, "both-messages", Relation::at_most, both_messages(n), "(3/4)^n: all 2n photons measured together");
  }
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
