#pragma once
// What Alice and Bob of an entanglement-based link agree on before the first block.

#include <cstdint>
#include <string>

#include "herald/base/key.h"
#include "herald/base/result.h"
#include "herald/base/units.h"

namespace herald::bbm92 {

struct Parameters {
  double stretch = 0.05;           // share of the recording that both disclose to find delays and window, and discard
  std::uint64_t half_window = 0;   // ticks: detections of one pair are at most this far apart; 0: found in the stretch
  std::uint64_t dead_time = 0;     // ticks for which a party is blind after a tag; 0: what the stretch shows
  std::uint64_t range = 2000;      // ticks: clocks and delays together differ by at most this
  double greatest_drift = 0;       // of one clock against the other, ticks per tick; 0: one common clock
  bool key_basis_is_x = false;     // the other basis bounds its phase errors
  double preparation_quality = 1;  // q of Tomamichel et al. 2012: 1 where the bases are exactly conjugate
  FailureProbability false_alarm{1e-6};  // that a test of an assumption fails by chance
  ErrorRate abort_error_rate{0.11};      // in the test basis
  ErrorRate first_error_rate{0};         // expected in the key basis; 0: as the stretch shows it
  double disclosure_efficiency = 0;  // reconciliation may disclose so many times n h(expected); 0: leak_cap()'s margin
  std::uint64_t frame_bits = 1 << 18;  // reconciled and verified at a time
  Epsilon epsilon;                     // of one block

  Result<void> validate() const;
  // "key = value" lines, the same text for the same parameters.
  std::string describe() const;
};

}  // namespace herald::bbm92
