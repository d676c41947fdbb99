#include <algorithm>
#include <cmath>

#include "herald/base/tail_bounds.h"
#include "herald/study/expectations/all.h"

namespace herald::study {
namespace {

struct Transfer {
  double photons, tested, rest, set, length, depolarising;
  std::size_t commitment;

  explicit Transfer(const Casting& casting)
      : photons(casting.real("photons")),
        tested(casting.real("tested")),
        rest(photons - tested),
        set(casting.real("set")),
        length(casting.real("length")),
        depolarising(casting.real("depolarising")),
        commitment(casting.whole("commitment")) {}
  // Without errors in the strings: the chance that one hash of bits which differ is the same.
  double collision() const { return std::exp2(-length); }
  bool binds() const { return commitment != 2; }
};

double binomial(double n, double k) { return std::exp(binomial_log_pmf(n, 0.5, k)); }

// Both of an honest Bob's sets are large enough; and how likely each size of theirs is.
template <typename Visit>
void for_each_size(const Transfer& transfer, Visit visit) {
  for (double good = transfer.set; good <= transfer.rest - transfer.set; ++good)
    visit(std::min(good, transfer.rest - good), binomial(transfer.rest, good));
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

// A Bob who stores `kept` photons and commits at random there: three of four such positions pass.
Caught stores_some(const Transfer& transfer, double kept) {
  Caught caught;
  const double most = std::min(kept, transfer.tested);
  for (double hit = std::max(0.0, kept - transfer.rest); hit <= most; ++hit) {
    const double drawn =
        std::exp(hypergeometric_log_pmf(static_cast<std::int64_t>(transfer.photons), static_cast<std::int64_t>(kept),
                                        static_cast<std::int64_t>(transfer.tested), static_cast<std::int64_t>(hit)));
    const double pass = drawn * (transfer.binds() ? std::pow(0.75, hit) : 1);
    caught.passes += pass;
    const double sure = kept - hit, measured = transfer.rest - sure;
    for (double lucky = 0; lucky <= measured; ++lucky)
      caught.has_both.add(pass * binomial(measured, lucky), both_guessed(transfer, 2 * transfer.set - (sure + lucky)));
  }
  return caught;
}

void expect_of_bob(std::vector<Expectation>& all, const Casting& casting, const Transfer& transfer) {
  const std::string_view bob = casting.strategy_name("bob");
  if (bob == "cheat-some") {
    const Caught caught = stores_some(transfer, std::floor(casting.real("stored") * transfer.photons));
    constexpr std::string_view kSource =
        "sum over tested and lucky photons; a hash of u unknown bits is guessed with "
        "2^-u to 2^-u + 2^-length (leftover hash lemma)";
    expect(all, "alice-rejects", Relation::equal, 1 - caught.passes,
           "1 - E[(3/4)^j], j stored among the tested, hypergeometric");
    expect(all, "bob-has-both", Relation::at_least, caught.has_both.low, kSource);
    expect(all, "bob-has-both", Relation::at_most, caught.has_both.high, kSource);
    return;
  }
  const bool late = bob == "cheat-late";
  const double pass = std::pow(late ? 0.75 : 0.5, transfer.tested);
  if (!transfer.binds()) {
    constexpr std::string_view kMayers = "with halves of pairs he opens anything (Mayers, PRL 78, 3414 (1997))";
    expect(all, "alice-rejects", Relation::equal, 0, kMayers);
    expect(all, "bob-has-both", Relation::equal, 1, kMayers);
    return;
  }
  expect(all, "alice-rejects", Relation::equal, 1 - pass,
         late ? "1 - (3/4)^t: half of the tested bases agree, half of those bits are wrong"
              : "1 - 2^-t: what he finds in the basis that he committed to is another bit half of the time");
  expect(all, "bob-has-both", Relation::equal, pass,
         late ? "(3/4)^t: he passes the test, and has measured nothing else yet"
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
    expect(all, "bob-right", Relation::equal, transfer.collision(), "2^-length: his bits have nothing to do with hers");
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
  expect(all, "done", Relation::equal, suffices * std::pow(1 - d / 4, transfer.tested),
         "(1 - d/4)^t (1 - 2 P[Bin(n - t, 1/2) < set])");
  double sound = 0;
  for_each_size(transfer, [&](double size, double probability) { sound += probability * std::pow(1 - d / 2, size); });
  expect(all, "bob-right", Relation::at_least, sound / suffices, "E[(1 - d/2)^m], m the size of the sets");
  expect(all, "bob-right", Relation::at_most, std::min(1.0, sound / suffices + transfer.collision()),
         "E[(1 - d/2)^m] + 2^-length, m the size of the sets");
  expect(all, "bob-has-both", Relation::equal, 0, "0: he takes the mask off one string");
}

}  // namespace

std::vector<Expectation> expect_ot_from_commitment(const Casting& casting) {
  std::vector<Expectation> all;
  const Transfer transfer(casting);
  if (casting.real("errors") > 0) return all;
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
