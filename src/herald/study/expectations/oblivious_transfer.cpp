#include <algorithm>
#include <cmath>

#include "herald/base/tail_bounds.h"
#include "herald/study/expectations/all.h"

namespace herald::study {
namespace {

struct Transfer {
  double photons, tested, rest, set, length, depolarising, transmittance, holes, errors;
  std::size_t commitment;

  explicit Transfer(const Casting& casting)
      : photons(casting.real("photons")),
        tested(casting.real("tested")),
        rest(photons - tested),
        set(casting.real("set")),
        length(casting.real("length")),
        depolarising(casting.real("depolarising")),
        transmittance(casting.real("transmittance")),
        holes(casting.real("holes")),
        errors(casting.real("errors")),
        commitment(casting.whole("commitment")) {}
  // Without errors in the strings: the chance that one hash of bits which differ is the same.
  double collision() const { return std::exp2(-length); }
  bool binds() const { return commitment != 2; }
};

double binomial(double n, double k) { return std::exp(binomial_log_pmf(n, 0.5, k)); }

// Enough photons arrive: how likely each number of those that are not tested is.
template <typename Visit>
void for_each_rest(const Transfer& transfer, Visit visit) {
  if (transfer.transmittance >= 1) return visit(transfer.rest, 1.0);
  const double n = transfer.photons;
  for (double came = n; n - came <= transfer.holes * n; --came)
    visit(came - transfer.tested, std::exp(binomial_log_pmf(n, transfer.transmittance, came)));
}

double enough_arrive(const Transfer& transfer) {
  double sum = 0;
  for_each_rest(transfer, [&](double, double probability) { sum += probability; });
  return sum;
}

// And both of an honest Bob's sets are large enough; how likely each size of theirs is.
template <typename Visit>
void for_each_size(const Transfer& transfer, Visit visit) {
  for_each_rest(transfer, [&](double rest, double arrives) {
    for (double good = transfer.set; good <= rest - transfer.set; ++good)
      visit(std::min(good, rest - good), arrives * binomial(rest, good));
  });
}

// The test passes when each of the compared outcomes, half of the tested ones, is wrong with that probability.
double test_passes(const Transfer& transfer, double wrong) {
  double sum = 0;
  for (double compared = 0; compared <= transfer.tested; ++compared) {
    double few = 0;
    for (double k = 0; k <= transfer.errors * compared; ++k) few += std::exp(binomial_log_pmf(compared, wrong, k));
    sum += binomial(transfer.tested, compared) * few;
  }
  return sum;
}

double sets_suffice(const Transfer& transfer) {
  double sum = 0;
  for_each_size(transfer, [&](double, double probability) { sum += probability; });
  return sum;
}

struct Range {
  double low = 0, high = 0;
  void add(double weight, Range chance) {
    low += weight * chance.low;
    high += weight * chance.high;
  }
};

// Both strings from two sets of which `unknown` bits are a guess: the second set's first.
Range both_guessed(const Transfer& transfer, double unknown) {
  if (unknown <= 0) return {1, 1};
  const auto one = [&](double bits) { return bits == 0 ? 1 : std::min(1.0, std::exp2(-bits) + transfer.collision()); };
  const double second = std::min(unknown, transfer.set);
  return {std::exp2(-unknown), one(second) * one(unknown - second)};
}

struct Caught {
  double passes = 0;
  Range has_both;
};

// The test passes where Bob opens `random` of the tested positions at random.
double random_openings_pass(const Transfer& transfer, double random) {
  if (!transfer.binds()) return 1;
  if (transfer.errors == 0) return std::pow(0.75, random);
  double sum = 0;
  for (double sound = 0; sound <= transfer.tested - random; ++sound)
    for (double compared = 0; compared <= random; ++compared) {
      double few = 0;
      const double most = std::min(compared, transfer.errors * (sound + compared));
      for (double wrong = 0; wrong <= most; ++wrong) few += binomial(compared, wrong);
      sum += binomial(transfer.tested - random, sound) * binomial(random, compared) * few;
    }
  return sum;
}

// A Bob who stores a share of the photons and commits at random there.
Caught stores_some(const Transfer& transfer, double share) {
  Caught caught;
  for_each_rest(transfer, [&](double rest, double arrives) {
    const double photons = rest + transfer.tested, kept = std::floor(share * photons);
    const double most = std::min(kept, transfer.tested);
    for (double hit = std::max(0.0, kept - rest); hit <= most; ++hit) {
      const double drawn =
          std::exp(hypergeometric_log_pmf(static_cast<std::int64_t>(photons), static_cast<std::int64_t>(kept),
                                          static_cast<std::int64_t>(transfer.tested), static_cast<std::int64_t>(hit)));
      const double pass = arrives * drawn * random_openings_pass(transfer, hit);
      caught.passes += pass;
      const double sure = kept - hit, measured = rest - sure;
      for (double lucky = 0; lucky <= measured; ++lucky)
        caught.has_both.add(pass * binomial(measured, lucky),
                            both_guessed(transfer, 2 * transfer.set - (sure + lucky)));
    }
  });
  return caught;
}

void expect_of_bob(std::vector<Expectation>& all, const Casting& casting, const Transfer& transfer) {
  const std::string_view bob = casting.strategy_name("bob");
  if (bob == "cheat-some") {
    const Caught caught = stores_some(transfer, casting.real("stored"));
    constexpr std::string_view kSource =
        "sum over tested and lucky photons; a hash of u unknown bits is guessed with "
        "2^-u to 2^-u + 2^-length (leftover hash lemma)";
    expect(all, "alice-rejects", Relation::equal, 1 - caught.passes,
           transfer.errors > 0 ? "1 - P[not too many of j random openings are wrong], j hypergeometric"
                               : "1 - E[(3/4)^j], j stored among the tested, hypergeometric");
    if (transfer.errors > 0) return;  // the syndromes help him where he guesses
    expect(all, "bob-has-both", Relation::at_least, caught.has_both.low, kSource);
    expect(all, "bob-has-both", Relation::at_most, caught.has_both.high, kSource);
    return;
  }
  const bool late = bob == "cheat-late";
  const double arrives = enough_arrive(transfer);
  const double pass = arrives * (late ? test_passes(transfer, 0.5) : std::pow(0.5, transfer.tested));
  if (!transfer.binds()) {
    constexpr std::string_view kMayers = "with halves of pairs he opens anything (Mayers, PRL 78, 3414 (1997))";
    expect(all, "alice-rejects", Relation::equal, 0, kMayers);
    expect(all, "bob-has-both", Relation::equal, 1, kMayers);
    return;
  }
  expect(all, "alice-rejects", Relation::equal, 1 - pass,
         late ? transfer.errors > 0 ? "1 - P[Bin(c, 1/2) <= errors c], c ~ Bin(t, 1/2): a random bit where bases agree"
                                    : "1 - (3/4)^t: half of the tested bases agree, half of those bits are wrong"
              : "1 - 2^-t: what he finds in the basis that he committed to is another bit half of the time");
  expect(all, "bob-has-both", Relation::equal, pass,
         late ? "he passes the test, and has measured nothing else yet: (3/4)^t without errors"
              : "2^-t: he passes the test, and has measured nothing else yet");
}

void expect_of_alice(std::vector<Expectation>& all, const Casting& casting, const Transfer& transfer) {
  const std::string_view alice = casting.strategy_name("alice");
  const bool reads = transfer.commitment == 3;
  if (transfer.depolarising > 0 && transfer.commitment == 2) return;
  expect(all, "alice-knows-choice", Relation::equal, reads ? 1 : 0.5,
         reads ? "1: his bases are there to read"
               : "1/2: his bases are uniform, and her view of the sets does not depend on his choice");
  if (transfer.depolarising > 0) return;
  expect(all, "done", Relation::equal, sets_suffice(transfer), "1 - 2 P[Bin(n - t, 1/2) < set]");
  if (alice == "cheat-bases") {
    if (transfer.errors == 0)
      expect(all, "bob-right", Relation::equal, transfer.collision(),
             "2^-length: his bits have nothing to do with hers");
    expect(all, "failure-tells-choice", Relation::equal, 0.5, "1/2: he fails whatever he chose");
  } else if (alice == "cheat-spoil") {
    expect(all, "bob-right", Relation::equal, (1 + transfer.collision()) / 2, "(1 + 2^-length)/2: the other is sound");
    expect(all, "failure-tells-choice", Relation::equal, 1,
           "1: selective failure, he fails with the first string only");
  } else {
    expect(all, "bob-fails", Relation::equal, 0, "0: she follows the steps, and the line is perfect");
  }
}

void expect_of_both_honest(std::vector<Expectation>& all, const Transfer& transfer) {
  const double d = transfer.depolarising;
  if (d > 0 && !transfer.binds()) return;
  const double suffices = sets_suffice(transfer);
  expect(all, "done", Relation::equal, suffices * test_passes(transfer, d / 2),
         transfer.errors > 0
             ? "P[Bin(c, d/2) <= errors c] (1 - 2 P[Bin(n - t, 1/2) < set]), c ~ Bin(t, 1/2), n as arrives"
             : "(1 - d/4)^t (1 - 2 P[Bin(n - t, 1/2) < set]), n as many as arrive");
  expect(all, "bob-has-both", Relation::equal, 0, "0: he takes the mask off one string");
  if (transfer.errors > 0 && d > 0) return;  // how often belief propagation corrects has no closed word
  double sound = 0;
  for_each_size(transfer, [&](double size, double probability) { sound += probability * std::pow(1 - d / 2, size); });
  expect(all, "bob-right", Relation::at_least, sound / suffices, "E[(1 - d/2)^m], m the size of the sets");
  expect(all, "bob-right", Relation::at_most, std::min(1.0, sound / suffices + transfer.collision()),
         "E[(1 - d/2)^m] + 2^-length, m the size of the sets");
}

}  // namespace

std::vector<Expectation> expect_ot_from_commitment(const Casting& casting) {
  std::vector<Expectation> all;
  const Transfer transfer(casting);
  if (transfer.transmittance < 1 && !transfer.binds()) return all;  // the commitments' photons are lost too
  const bool honest_alice = casting.strategy("alice") == 0, honest_bob = casting.strategy("bob") == 0;
  if (honest_alice && honest_bob)
    expect_of_both_honest(all, transfer);
  else if (honest_bob)
    expect_of_alice(all, casting, transfer);
  else if (honest_alice && transfer.depolarising == 0)
    expect_of_bob(all, casting, transfer);
  else if (!honest_alice)
    expect(all, "alice-knows-choice", Relation::equal, 0.5, "1/2: a Bob who cheats chooses nothing");
  return all;
}

}  // namespace herald::study
