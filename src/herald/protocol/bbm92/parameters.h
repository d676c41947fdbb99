#pragma once
// What Alice and Bob of an entanglement-based link agree on before the first block.

#include <cstdint>
#include <string>

#include "herald/base/key.h"
#include "herald/base/result.h"
#include "herald/base/units.h"

namespace herald::bbm92 {

struct Parameters {
  double stretch = 0.1;                  // share of the recording that both disclose to find delays and window, and discard
  double preparation_quality = 1;        // q of Tomamichel et al. 2012: 1 where the bases are exactly conjugate
  ErrorRate abort_error_rate{0.11};      // in the test basis
  ErrorRate first_error_rate{0.06};      // expected in the key basis where the stretch cannot tell
  std::uint64_t frame_bits = 1 << 18;    // reconciled and verified at a time
  Epsilon epsilon;                       // of one block

  Result<void> validate() const;
  // "key = value" lines, the same text for the same parameters.
  std::string describe() const;
};

}  // namespace herald::bbm92
