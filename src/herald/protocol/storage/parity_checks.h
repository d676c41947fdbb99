#pragma once
// Error correction in one message: the syndrome of a low-density parity-check code (Gallager, IRE Trans. IT 8, 21
// (1962)), drawn at random from a public seed. Who has a string near enough finds the one that it belongs to; the
// syndrome tells as many bits about that string as it is long.

#include <cstdint>
#include <vector>

#include "herald/base/bits.h"

namespace herald {

class ParityChecks {
 public:
  // Each of the bits in three of the checks, or in as many as there are.
  ParityChecks(std::size_t bits, std::size_t checks, std::uint64_t seed);

  // Checks that are enough for nearly all strings of `bits` bits with that share of errors; none without errors.
  static std::size_t needed(std::size_t bits, double errors);

  std::size_t bits() const { return m_bits; }
  std::size_t checks() const { return m_begins.size() - 1; }
  BitString syndrome(BitView string) const;
  // The string with this syndrome that differs from `received` by errors of probability `errors` (in (0, 1/2)) a bit,
  // by belief propagation. What it comes to when it finds none has another syndrome.
  BitString correct(BitView received, BitView syndrome, double errors) const;

 private:
  std::size_t m_bits;
  std::vector<std::uint32_t> m_columns;  // the bits of check c stand at m_begins[c] to m_begins[c + 1]
  std::vector<std::size_t> m_begins;
};

}  // namespace herald
