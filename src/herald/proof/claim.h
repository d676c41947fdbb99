#pragma once
// What a security claim carries: the theorem's record (paper, equations, assumptions, split of the failure probability)
// and, for one block, the length that the theorem allows with the figures it went through.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "herald/base/key.h"
#include "herald/base/result.h"
#include "herald/base/units.h"

namespace herald {

// Something a theorem takes for granted. `name` is what Provenance::violated lists when the data contradict it.
struct Assumption {
  std::string_view name;
  std::string_view meaning;
};

// A part of epsilon_sec, as a share of it; the shares of a theorem have the sum 1.
struct EpsilonShare {
  std::string_view meaning;
  double share;
};

// A figure somebody published (or an independent script computed) and ours beside it.
struct PublishedPoint {
  std::string_view what;
  std::string_view source;
  double published;
  double relative_tolerance;
  double (*computed)();
};

struct Theorem {
  std::string_view name;  // in the registry: "bb84-finite"
  std::string_view title;
  std::string_view protocol;  // "bb84", "bbm92"
  bool finite = false;        // a length with a failure probability, or a rate for infinitely long keys
  bool bound = false;         // what no protocol exceeds, rather than what one reaches
  std::string_view paper;
  std::string_view equations;  // of the paper, and what stands in for them where we differ
  std::string_view statement;  // the inequality
  std::string_view observed;   // what it is fed, with units
  std::span<const Assumption> assumptions;
  // What else must hold when Bob's reconciliation messages are not counted (Reconciliation::two_way), and what it
  // costs. Without assumptions: bounds, and theorems that do not cover it, which begin with "Not covered".
  std::span<const Assumption> two_way_assumptions;
  std::string_view two_way;
  std::string_view block_length;  // how the length may depend on what was observed
  std::span<const EpsilonShare> epsilon_shares;
  std::span<const PublishedPoint> points;
};

// How the two ends corrected their errors.
enum class Reconciliation : std::uint8_t {
  // Every disclosed bit is in `leak`, whichever way it travelled. Always valid.
  one_way,
  // Alice's bits alone are in `leak`; Bob's are a function of hers, of public data and of the error pattern, which the
  // theorem
  // gives to Eve (Tupkary, Luetkenhaus, arXiv 2307.00576; docs/theory/two-way-reconciliation.md).
  two_way,
};

// What the classical conversation told Eve about the key. The caller vouches that no more was disclosed than `leak`, a
// cap agreed before the block, and that a wrong key passes verification with probability at most epsilon_cor in all.
struct Disclosure {
  std::int64_t leak = 0;               // bits of reconciliation
  std::int64_t verification_bits = 0;  // bits of all verification tags
  Reconciliation reconciliation = Reconciliation::two_way;
};

// Tag bits that a theorem of the form log2(2/epsilon_cor) allows for: the least t with 2^(1-t) <= epsilon_cor.
std::int64_t verification_bits_for(FailureProbability correctness);

enum class Accounting : std::uint8_t {
  rigorous,      // for keys: what docs/theory/finite-keys.md derives
  as_published,  // the paper's formula to the letter, for comparison with its figures; never for keys
};

struct KeyLength {
  std::int64_t bits = 0;  // the key's length, rounded down; 0 when there is none
  double exact_bits = 0;  // before rounding; negative: so many bits are missing
  std::string_view theorem;
  Epsilon epsilon;
  double vacuum_events = 0;              // lower bound, in the key
  double single_photon_events = 0;       // lower bound, in the key; all of them where pairs are single photons
  double test_single_photon_events = 0;  // lower bound, in the test basis
  double test_single_photon_errors = 0;  // upper bound, in the test basis
  ErrorRate phase_error_rate{0.5};       // upper bound, of the key's single photons
  double min_entropy = 0;                // bits of the raw key that Eve lacks, before the costs
  double amplification_cost = 0;         // bits for smoothing and hashing
  double announced_bits = 0;             // counts over the key that had to be announced
  std::int64_t leak = 0;
  std::int64_t verification_bits = 0;
  std::string reason;  // why there is no key; empty when there is
};

// Errors (invalid_argument): negative or absurd counts, probabilities outside (0, 1), tags too short for epsilon_cor.
Result<void> validate(const Disclosure& disclosure, const Epsilon& epsilon);

// Fills in what is left of `key`: subtracts the costs, rounds down, says why when nothing is left. `block` is the
// number of key bits, which scales the allowance for rounding.
KeyLength settle(KeyLength key, const Disclosure& disclosure, std::int64_t block);

}  // namespace herald
