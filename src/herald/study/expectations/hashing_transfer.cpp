#include <algorithm>
#include <array>
#include <cmath>

#include "herald/base/tail_bounds.h"
#include "herald/cheating/conjugate_coding.h"
#include "herald/cheating/memory_channels.h"
#include "herald/study/expectations/all.h"

namespace herald::study {
namespace {

double binomial(double n, double p, double k) {
  if (p <= 0 || p >= 1) return k == (p <= 0 ? 0 : n) ? 1 : 0;
  return std::exp(binomial_log_pmf(n, p, k));
}

// Of the counted bits he knows half in the mean; where he lacks some of a quarter he has a coin's.
double honest_agreement(double bits, double set, double length, double depolarising) {
  const auto hashed = [&](double right) { return right + (1 - right) * std::exp2(-length); };
  const auto all_right = [&](double known) { return std::pow(1 - depolarising / 2, known) * std::exp2(known - set); };
  double agreement = 0, enough = 1;
  for (double known = 0; known < set; ++known) {
    const double weight = binomial(bits, 0.5, known);
    agreement += weight * hashed(all_right(known));
    enough -= weight;
  }
  return agreement + enough * hashed(all_right(set));
}

void expect_honest(std::vector<Expectation>& all, const Casting& casting, const HashedRows& table) {
  const double bits = table.rows * table.columns, photons = casting.real("photons");
  double enough = 0;
  for (double came = bits; came <= photons; ++came) enough += binomial(photons, casting.real("transmittance"), came);
  enough = std::min(1.0, enough);
  expect(all, "alice-rejects", Relation::equal, 1 - enough, "losses are binomial");
  if (casting.strategy("alice") != 0)
    expect(all, "choice-guessed", Relation::equal, enough / 2, "1/2: both sets answer her questions");
  if (casting.real("errors") > 0) return;
  const double agreement = honest_agreement(bits, bits / 4, casting.real("length"), casting.real("depolarising"));
  expect(all, "strings-agree", Relation::equal, enough * agreement,
         "he knows a quarter of m bits unless Binomial(m, 1/2) is less; a known one is right with 1 - d/2, and 2^-l");
}

struct Stored {
  std::string_view strategy;
  MemoryKind kind;
  std::string_view guess;
};
constexpr std::array kStored{
    Stored{"cheat-store", MemoryKind::depolarising, "(1 + r)/2 a bit, of the bits in either set"},
    Stored{"cheat-store-erasing", MemoryKind::erasure,
           "known bits fill rows of their own: what a random set of rows lacks is guessed"},
    Stored{"cheat-store-dephasing", MemoryKind::dephasing,
           "(1 + sqrt((1 + r^2)/2))/2 a bit, of the bits in either set"},
    Stored{"cheat-store-damping", MemoryKind::amplitude_damping, "(1 + sqrt r)/2 a bit, of the bits in either set"}};

void expect_stored(std::vector<Expectation>& all, const Casting& casting, const HashedRows& table,
                   const Stored& stored) {
  const MemoryChannel memory{stored.kind, casting.real("storage")};
  const double length = casting.real("length");
  if (casting.real("errors") == 0) {
    if (stored.kind == MemoryKind::erasure) {
      expect(all, "bob-knows-both", Relation::equal, both_sets_with_erasures(table, length, memory.kept), stored.guess);
    } else if (const Result<double> guess = stored_guess(memory)) {
      expect(all, "bob-knows-both", Relation::equal, both_sets_guessed(table, length, *guess), stored.guess);
    }
    expect(
        all, "bob-knows-both", Relation::at_most, hashing_transfer_both_bound(memory, 1, table, length),
        "Koenig, Wehner, Wullschleger 2012, their transfer by interactive hashing, quoted from memory; it wants C nu "
        "< 1/2");
  }
}

}  // namespace

std::vector<Expectation> expect_hashing_transfer(const Casting& casting) {
  std::vector<Expectation> all;
  const HashedRows table{casting.real("rows"), casting.real("columns")};
  const std::string_view bob = casting.strategy_name("bob");
  if (bob == "honest") {
    expect_honest(all, casting, table);
    return all;
  }
  if (casting.strategy("alice") != 0) return all;  // two cheats
  if (bob == "cheat-breidbart" && casting.real("errors") == 0)
    expect(all, "bob-knows-both", Relation::equal, both_sets_guessed(table, casting.real("length"), breidbart_guess()),
           "cos^2(pi/8) a bit, of the bits in either set");
  for (const Stored& stored : kStored)
    if (bob == stored.strategy) expect_stored(all, casting, table, stored);
  return all;
}

}  // namespace herald::study
