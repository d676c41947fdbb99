#pragma once
// Do the data meet what the theorem takes for granted? Each check is a test with a stated false-alarm probability:
// where the assumption holds, chance alone calls it violated at most so often. A check that holds proves nothing; one
// that does not means that the key is marked. Names are those of the theorem's record (proof/) where it has one.
// docs/theory/coincidences.md.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "herald/base/units.h"
#include "herald/detections/coincidences.h"

namespace herald {

struct AssumptionFigure {
  std::string what;  // "Bob 2 : 3"
  double value = 0;
  double low = 0,
         high = 0;  // the interval that misses the truth with probability at most the figure's share of the false alarm
  double expected = 0;   // what the assumption says
  double threshold = 0;  // how far from `expected` chance would carry the value at the most
  std::string detail;    // where to look, if anywhere
  bool holds() const { return low <= expected && expected <= high; }
};

struct AssumptionCheck {
  std::string_view name;     // "conjugate-bases"
  std::string_view meaning;  // of the figures
  std::vector<AssumptionFigure> figures;
  bool holds() const;
};

// Basis against the other basis: Yule's coefficient Y = tanh(ln(odds ratio)/4) of the mismatched coincidences, which is
// the correlation they would have with detectors all alike; 0 for conjugate bases. Accidentals are taken off first.
AssumptionCheck check_conjugate_bases(const CoincidenceMatrix& matrix, const AccidentalMatrix& accidentals,
                                      FailureProbability false_alarm);
// What that correlation would leave of a preparation quality of 1, if all of it came from the overlap of Alice's bases:
// log2(2 / (1 + |Y|)) for the larger |Y|.
double suggested_preparation_quality(const AssumptionCheck& conjugate_bases);

// In each basis of each party, how often one detector makes a coincidence for each of the other's: 1 for equal
// efficiencies.
AssumptionCheck check_equal_efficiencies(const CoincidenceMatrix& matrix, const AccidentalMatrix& accidentals,
                                         FailureProbability false_alarm);

// The share of zeros among each party's sifted bits, by basis: one half.
AssumptionCheck check_unbiased_bits(const CoincidenceMatrix& matrix, FailureProbability false_alarm);

// Tags that follow another of the same detector within `horizon` ticks, beyond what the rate of the longer gaps
// explains, as a share of the detector's tags: 0 for detectors without afterpulses. A detector with fewer than 100
// longer gaps is left out.
AssumptionCheck check_memoryless_detectors(const TimeTags& tags, std::uint64_t horizon, FailureProbability false_alarm);

// differences[basis][bit]: time differences, Bob's less Alice's with delays taken off, of the coincidences in which
// both detectors were `bit` of `basis`.
using TimeDifferences = std::array<std::array<std::vector<std::int64_t>, 2>, 2>;
TimeDifferences time_differences(const Matches& matches, const Events& alice, const Events& bob,
                                 const CoincidencePlan& plan);
// The largest distance between the distribution functions of the two bits' differences (Kolmogorov, Smirnov), with the
// inequality of Dvoretzky, Kiefer, Wolfowitz and Massart (1990): 0 for detectors of one timing. What coarse times could
// still tell an Eve who knows when pairs were emitted grows with it.
AssumptionCheck check_equal_timing(const TimeDifferences& differences, FailureProbability false_alarm);

}  // namespace herald
