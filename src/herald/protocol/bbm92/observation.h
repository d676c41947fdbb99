#pragma once
// What both parties of a BBM92 block know of it, and what the theorem and the tests of its assumptions make of that.
// Equal at both ends, except where a party looks at its own secrets: what it says of those is counted as leaked.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "herald/detections/assumptions.h"
#include "herald/detections/coincidences.h"
#include "herald/proof/claim.h"
#include "herald/protocol/bbm92/messages.h"
#include "herald/protocol/bbm92/parameters.h"
#include "herald/protocol/distillation.h"

namespace herald::bbm92 {

// The assumptions that are tested: bit i of a set of checks says that kChecks[i] is violated.
using Checks = unsigned;
inline constexpr std::array<std::string_view, 5> kChecks = {"conjugate-bases", "equal-efficiencies", "unbiased-bits",
                                                            "memoryless-detectors", "equal-timing"};
// How many of them a party answers from its own secrets: so many bits it tells of them.
inline constexpr std::uint64_t kAliceOwnChecks = 3, kBobOwnChecks = 2;

// What the stretch tells.
struct Preparation {
  PlanFromStretch planned;
  CoincidenceMatrix matrix{};  // of the stretch
  AccidentalMatrix accidentals{};
  TimeDifferences differences;
  std::uint64_t bob_events = 0;
  BasisCounts key;  // in the key basis
  bool memoryless = true;
};
// The stretch that a party of these tags proposes; `tags` is not empty.
Stretch stretch_to_disclose(const TimeTags& tags, Side side, const Parameters& parameters);
// Errors: as plan_from.
Result<Preparation> prepare(const Stretch& alice, const Stretch& bob, const Parameters& parameters);

// Pair k is of Bob's event bob[k]. Masks have a bit a pair.
struct PairKinds {
  std::vector<std::uint64_t> bob;
  BitString bob_basis;
  BitString key, test, open;  // both in the key basis; both in the other; all that make no key
  std::size_t size() const { return bob.size(); }
};
// Errors: malformed.
Result<PairKinds> kinds_of(const Pairs& pairs, const CoarseEvents& coarse, const Parameters& parameters);

// Fills in the counts of a block. Errors (malformed): openings of other pairs than there are.
Result<void> count_openings(const PairKinds& pairs, const Opening& alice, const Opening& bob, BlockReport& report);

// From what both know. The openings fit the pairs.
Checks check_in_public(const Preparation& preparation, const PairKinds& pairs, std::uint64_t bob_events,
                       const Opening& alice, const Opening& bob, const Parameters& parameters);
// From a party's own tags and its bits of the key; and from Alice's fine times of the key against Bob's bins, with her
// bits.
Checks check_own(const TimeTags& own, Side side, BitView key, const Preparation& preparation,
                 const Parameters& parameters);
Checks check_own_timing(BitView key, const std::vector<std::int64_t>& offsets, const Parameters& parameters);
// The names, and those that follow from them.
std::vector<std::string> names_of(Checks checks, const Parameters& parameters);

// What reconciliation goes by: an expected error rate of 0 stands for what the stretch showed. Errors (not_found): it
// showed nothing.
Result<ReconciliationPlan> reconciliation_plan(const Preparation& preparation, ErrorRate expected,
                                               const Parameters& parameters);
// More errors than this end the block, where the theorem has to be told a bound: with a preparation quality below 1.
std::uint64_t most_key_errors(std::uint64_t key_bits, const ReconciliationPlan& plan);

// The theorem's length, and the block's figures. Errors: those of the theorem.
Result<KeyLength> key_length(const Corrected& corrected, std::uint64_t most_errors, const Parameters& parameters,
                             BlockReport& report);

}  // namespace herald::bbm92
