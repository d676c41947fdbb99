// Commitments that rest on more than two states: on a device, on several recipients, on the fear of being caught.

#include <algorithm>
#include <cmath>

#include "herald/base/tail_bounds.h"
#include "herald/cheating/commitment.h"
#include "herald/cheating/puf.h"
#include "herald/study/expectations/all.h"

namespace herald::study {
namespace {

// That a random response lies within `tolerated` bits of a word: V(bits, tolerated) 2^-bits.
double falls_near(double bits, double tolerated) {
  double sum = 0;
  for (double k = 0; k <= std::min(bits, tolerated); ++k) sum += std::exp(binomial_log_pmf(bits, 0.5, k));
  return std::min(1.0, sum);
}

void expect_puf_change(std::vector<Expectation>& all, const Casting& casting) {
  const double bits = casting.real("response"), tolerated = casting.real("tolerated");
  const double asked = casting.real("challenges");
  if (casting.strategy_name("alice") == "cheat-change") {
    expect(all, "change-passes", Relation::equal, -std::expm1(asked * std::log1p(-falls_near(bits, tolerated))),
           "1 - (1 - V(lambda, t) 2^-lambda)^others: responses are independent");
    expect(all, "change-passes", Relation::at_most, puf_binding_failure(bits, tolerated, asked),
           "others V(lambda, t) 2^-lambda: Nikolopoulos 2019, by the code's distance");
    return;
  }
  // Pairs are independent of each other, two by two: Bonferroni's inequalities.
  const double pairs = asked * (asked - 1) / 2, each = falls_near(bits, 2 * tolerated);
  expect(all, "change-passes", Relation::at_most, std::min(1.0, pairs * each),
         "(pairs of challenges) V(lambda, 2t) 2^-lambda: union bound");
  expect(all, "change-passes", Relation::at_least, std::max(0.0, pairs * each - pairs * (pairs - 1) / 2 * each * each),
         "M p - M (M - 1) p^2/2: Bonferroni, pairwise independent");
}

}  // namespace

std::vector<Expectation> expect_commit_puf(const Casting& casting) {
  std::vector<Expectation> all;
  const std::string_view alice = casting.strategy_name("alice");
  const double challenges = std::exp2(casting.real("challenge"));
  if (casting.strategy_name("bob") != "honest") {
    if (alice != "honest") return all;
    expect(all, "guess-right", Relation::at_least, puf_guess(), "1/2: a one-time pad");
    expect(all, "guess-right", Relation::at_most, std::min(1.0, (1 + casting.real("challenges") / challenges) / 2),
           "1/2 + (challenges asked)/(2 challenges): he may hit hers");
    return all;
  }
  if (alice == "honest") {
    // Two responses are compared, each with its own errors.
    const double noise = casting.real("noise"), wrong = 2 * noise * (1 - noise), bits = casting.real("response");
    double few = 0;
    for (double k = 0; k <= casting.real("tolerated"); ++k) few += std::exp(binomial_log_pmf(bits, wrong, k));
    expect(all, "opened", Relation::equal, std::min(1.0, few), "binomial: bits that two responses answer differently");
    return all;
  }
  // A challenge asked twice tells nothing new: so rare that it does not count.
  if (casting.real("noise") == 0 && casting.real("challenge") >= 40) expect_puf_change(all, casting);
  return all;
}

std::vector<Expectation> expect_commit_multiparty(const Casting& casting) {
  std::vector<Expectation> all;
  const double photons = casting.real("photons");
  const std::string_view alice = casting.strategy_name("alice"), bob = casting.strategy_name("bob");
  const std::string_view others = casting.strategy_name("others");
  if (bob == "cheat-look" && alice == "honest" && others == "honest")
    expect(all, "guess-right", Relation::equal, guess_commitment(0), "1/2: his phases are random whatever the bit");
  if (bob == "cheat-pool" && alice == "honest" && others == "cheat-pool")
    expect(all, "guess-right", Relation::equal, 1 - std::pow(0.75, photons) / 2,
           "1 - (3/4)^n/2: each place tells the bit with probability 1/4, else nothing");
  if (bob != "honest" || others == "cheat-pool") return all;
  if (alice == "honest") {
    expect(all, "opened", Relation::equal, 1, "1: perfect correctness");
  } else if (alice == "cheat-coalition") {
    expect(all, "change-passes", Relation::equal, others == "honest" ? 0 : 1,
           others == "honest" ? "0: half a turn is an orthogonal state"
                              : "1: perfectly hidden from Bob, so all others together are not bound to him");
  } else if (others == "honest" && alice == "cheat-lie") {
    expect(all, "change-passes", Relation::equal, std::pow(0.25, photons), "(1/4)^n: two quarter turns, each 1/2");
  } else if (others == "honest") {
    expect(all, "opened", Relation::equal, std::pow(std::cos(std::numbers::pi / 8), 4 * photons),
           "cos^4(pi/8)^n: two eighths of a turn");
  }
  return all;
}

std::vector<Expectation> expect_commit_cheat_sensitive(const Casting& casting) {
  std::vector<Expectation> all;
  const double angle = 2 * casting.real("angle"), strength = casting.real("strength");
  const std::string_view alice = casting.strategy_name("alice");
  const double fidelity = std::sin(angle), distance = std::cos(angle);
  if (casting.strategy_name("bob") != "honest") {
    if (alice != "honest") return all;
    expect(all, "guess-right", Relation::equal, guess_commitment(strength * distance), "(1 + s D)/2, D = cos 2a");
    expect(all, "bob-caught", Relation::equal, fidelity * fidelity * (1 - std::sqrt(1 - strength * strength)) / 2,
           "sin^2(2a) (1 - sqrt(1 - s^2))/2: what the measurement disturbs");
  } else if (alice == "honest") {
    if (casting.real("asks") < 1) expect(all, "opened", Relation::equal, 1, "1: both honest");
    if (casting.real("asks") > 0) expect(all, "bob-caught", Relation::equal, 0, "0: an honest Bob disturbs nothing");
  } else if (alice == "cheat-lie") {
    expect(all, "change-passes", Relation::equal, fidelity * fidelity, "sin^2(2a): the nearer state of the other bit");
  } else {
    expect(all, "opened", Relation::equal, open_by_superposition(fidelity), "(1 + F)/2, F = sin 2a: the optimum");
  }
  return all;
}

}  // namespace herald::study
