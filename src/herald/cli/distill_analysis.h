#pragma once
// What recorded time tags leave as key: the way of the link (detections/coincidences.h) with both sides' tags in one
// process, and beside it what only one who sees both sides can count.

#include <optional>
#include <vector>

#include "herald/detections/assumptions.h"
#include "herald/detections/coincidences.h"
#include "herald/proof/bbm92_finite.h"

namespace herald::cli {

struct DistillSettings {
  double stretch = 0.05;  // share of the recording that is disclosed to find delays and the window, and then discarded
  PlanOptions plan;
  unsigned key_basis = 0;  // 0 is Z, 1 is X; the other basis bounds its phase errors
  Epsilon epsilon;
  double reconciliation_efficiency =
      1.15;  // the cap on the leak, agreed beforehand: so many times n h(Q), both directions counted
  double preparation_quality = 1;
  FailureProbability false_alarm{1e-6};  // of each test of an assumption
  std::uint64_t seed = 0;                // of the bits that double clicks are given
};

// With one basis as key and the other as test.
struct DistillLength {
  std::int64_t leak = 0;
  KeyLength asymptotic, finite;
  KeyLength published;       // the paper's formula to the letter: for comparison, never for a key
  double growth_needed = 1;  // how many times as many detections would leave a key; infinite when no number does
};

struct DistillReport {
  std::uint64_t alice_tags = 0, bob_tags = 0;
  std::uint64_t duration = 0, disclosed = 0;  // ticks
  double tick_seconds = 0;
  FoundDelays found;
  CoincidencePlan plan;
  std::array<std::uint64_t, 2> events{}, while_dead{}, double_clicks{}, cross_clicks{};  // [side]
  CoincidenceMatrix matrix{};
  AccidentalMatrix accidentals{};
  std::array<BasisCounts, 2> basis{};
  unsigned key_basis = 0;
  std::array<DistillLength, 2> as_key;  // [basis]
  double preparation_quality = 1, suggested_quality = 1;
  std::vector<AssumptionCheck> checks;

  const DistillLength& key() const { return as_key[key_basis]; }
  std::vector<std::string> violated() const;
};

// Each side's own tags, on clocks that differ as the plan's search allows. Errors: as plan_from; invalid_argument.
Result<DistillReport> analyse(const TimeTags& alice, const TimeTags& bob, const DistillSettings& settings);

}  // namespace herald::cli
