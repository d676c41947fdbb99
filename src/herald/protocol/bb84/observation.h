#pragma once
// What a BB84 block showed, as both ends know it, and what the theorem makes of it. Equal at both ends.

#include <cstdint>
#include <span>
#include <vector>

#include "herald/base/bits.h"
#include "herald/proof/claim.h"
#include "herald/proof/decoy_observation.h"
#include "herald/protocol/bb84/parameters.h"
#include "herald/protocol/distillation.h"

namespace herald::bb84 {

class Observation {
 public:
  explicit Observation(const Parameters& parameters);

  // `intensity[i]` is the intensity of click i; masks are over the clicks, bits over the mask's ones. Errors: malformed
  // (an intensity that was not agreed).
  Result<void> count_test(BitView test_mask, std::span<const std::uint8_t> intensity, BitView alice_bits,
                          BitView bob_bits);
  Result<void> count_key(BitView key_mask, std::span<const std::uint8_t> intensity);
  // Bob's count of the errors that reconciliation found, by intensity.
  Result<std::vector<std::uint64_t>> count_key_errors(BitView key_mask, std::span<const std::uint8_t> intensity,
                                                      BitView errors);
  // Alice's word for the same. Errors: malformed (not as many counts, more errors than bits).
  Result<void> set_key_errors(std::span<const std::uint64_t> by_intensity);

  // Fills in the block's counts.
  void report(BlockReport& report) const;
  // The theorem's length, and the block's figures. Errors: those of the theorem.
  Result<KeyLength> key_length(const Corrected& corrected, BlockReport& report) const;

  const DecoyObservation& counts() const { return m_counts; }

 private:
  DecoyObservation m_counts;
  Epsilon m_epsilon;
};

}  // namespace herald::bb84
