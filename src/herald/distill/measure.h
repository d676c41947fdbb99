#pragma once
// This machine's figures for the kernels of this room, for `herald bench sift|cascade|amplify`. Processor time of one
// thread; simulated input that follows from the random stream given.

#include <cstdint>

#include "herald/base/kernel.h"
#include "herald/base/random.h"
#include "herald/base/units.h"

namespace herald {

struct SiftFigures {
  double encode_clicks_per_second = 0;  // positions to wire bytes
  double decode_clicks_per_second = 0;  // and back
  double size_over_entropy = 0;         // wire bits over N h(p)
  double sift_clicks_per_second = 0;    // bases compared, key and test bits compacted
};
// Clicks with this probability a pulse.
SiftFigures measure_sifting(std::size_t clicks, Probability click, Seconds at_least, SimulationRandom random,
                            Kernel kernel = best_kernel());

struct CascadeFigures {
  double alice_bits_per_second = 0, bob_bits_per_second = 0;  // of key, computation only
  double efficiency = 0;                                      // f: disclosed bits over n h(actual error rate)
  double cap_efficiency = 0;                                  // leak_cap over n h(expected error rate)
  double rounds = 0;
  double query_bits_per_bit = 0;  // from Bob to Alice, per key bit
  std::uint64_t keys = 0, failures = 0;
};
CascadeFigures measure_cascade(std::size_t bits, ErrorRate error_rate, Seconds at_least, SimulationRandom random,
                               Kernel kernel = best_kernel());

struct AmplifyFigures {
  double amplified_bits_per_second = 0;  // of input
  double verified_bits_per_second = 0;
};
// To `ratio` of the length.
AmplifyFigures measure_amplification(std::size_t bits, double ratio, Seconds at_least, SimulationRandom random,
                                     Kernel kernel = best_kernel());

}  // namespace herald
