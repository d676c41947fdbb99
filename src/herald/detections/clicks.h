#pragma once
// What a prepare-and-measure link leaves behind: Bob's clicks, and Alice's settings at the pulses that clicked.
// Simulated light and recordings of real hardware come in the same form.

#include <cstdint>
#include <span>
#include <vector>

#include "herald/base/bits.h"
#include "herald/base/codec.h"

namespace herald {

// Bob's detections in one block of pulses, in the order of time: at most one a pulse (double clicks already assigned at
// random).
struct Clicks {
  std::vector<std::uint64_t> pulse;  // pulse[i] is the index in the block of the pulse of click i; strictly increasing
  BitString basis;                   // basis[i] is the basis Bob measured in: 0 is Z, 1 is X
  BitString bit;                     // bit[i] is the detector that clicked

  std::size_t size() const { return pulse.size(); }
};

// What Alice's modulators did at some pulses.
struct Settings {
  std::vector<std::uint8_t> intensity;  // intensity[i] is the index of the intensity that pulse i was sent with
  BitString basis;                      // basis[i] is the basis of pulse i: 0 is Z, 1 is X
  BitString bit;                        // bit[i] is the bit encoded in pulse i

  std::size_t size() const { return intensity.size(); }
};

}  // namespace herald
