#pragma once
// What Alice and Bob of a decoy-state BB84 link agree on before the first block.

#include <cstdint>
#include <string>
#include <vector>

#include "herald/base/key.h"
#include "herald/base/units.h"
#include "herald/detections/intensity.h"

namespace herald::bb84 {

struct Parameters {
  std::vector<Intensity> intensities;  // falling; three (Lim et al. 2014) or two (Rusca et al. 2018)
  std::uint64_t pulses_per_block = 400'000'000;
  ErrorRate abort_error_rate{0.08};    // in the test basis: above it, no key
  ErrorRate first_error_rate{0.02};    // expected in the key basis of the first block; later blocks take the last one's
  std::uint64_t frame_bits = 1 << 18;  // reconciled and verified at a time
  Epsilon epsilon;                     // of one block

  // Errors (invalid_argument): what cannot be, named.
  Result<void> validate() const;
  // "key = value" lines, the same text for the same parameters: the two ends compare it and bind it into every tag.
  std::string describe() const;
};

}  // namespace herald::bb84
