#include "herald/cheating/classical_storage.h"

#include <algorithm>
#include <cmath>

#include "herald/base/tail_bounds.h"
#include "herald/study/expectations/all.h"

namespace herald::study {
namespace {

struct Numbers {
  std::int64_t string, kept, overlap, memory;
  double length;
};

Numbers numbers(const Casting& casting) {
  const auto whole = [&](std::string_view name) { return static_cast<std::int64_t>(casting.real(name)); };
  return {whole("string"), whole("kept"), whole("overlap"), std::min(whole("memory"), whole("string")),
          casting.real("length")};
}

constexpr std::string_view kMeet = "hypergeometric: k positions of N twice, s or more in common";

void expect_meeting(std::vector<Expectation>& all, const Numbers& n, std::string_view success) {
  const Result<double> meet = overlap_probability(n.kept, n.string, n.overlap);
  if (!meet) return;
  expect(all, success, Relation::equal, meet, kMeet);
  expect(all, "bob-rejects", Relation::equal, 1 - *meet, kMeet);
}

}  // namespace

std::vector<Expectation> expect_classical_transfer(const Casting& casting) {
  std::vector<Expectation> all;
  const Numbers n = numbers(casting);
  if (casting.strategy("bob") == 0) {
    expect_meeting(all, n, "strings-agree");
    if (const Result<double> meet = overlap_probability(n.kept, n.string, n.overlap);
        meet && casting.strategy("alice") != 0)
      expect(all, "choice-guessed", Relation::equal, *meet / 2, "1/2: both strings answer her questions");
    return all;
  }
  // A set of his own he knows all but surely; the other one is drawn from all sets.
  const bool sure =
      n.memory > 0 && n.string > 0 && hypergeometric_lower_tail(n.string, n.memory, n.kept, n.overlap - 1).value < 1e-9;
  if (sure && casting.strategy("alice") == 0) {
    expect(all, "bob-knows-both", Relation::equal, adversary_guesses_hash(n.memory, n.string, n.overlap, n.length),
           "2^-u + (1 - 2^-u) 2^-l, u positions of a random set that he lacks, hypergeometric");
    expect(all, "bob-knows-both", Relation::at_least,
           adversary_knows_overlap(static_cast<double>(n.memory), static_cast<double>(n.string),
                                   static_cast<double>(n.overlap)),
           "C(N-s, B-s)/C(N, B): he kept all of a random set");
  }
  return all;
}

std::vector<Expectation> expect_classical_key(const Casting& casting) {
  std::vector<Expectation> all;
  const Numbers n = numbers(casting);
  expect_meeting(all, n, "keys-agree");
  expect(all, "eve-knows-key", Relation::equal,
         adversary_guesses_hash(casting.strategy("eve") == 0 ? 0 : n.memory, n.string, n.overlap, n.length),
         "2^-u + (1 - 2^-u) 2^-l, u common positions that she lacks, hypergeometric");
  return all;
}

}  // namespace herald::study
