#pragma once
// Strings of at most 64 bits as words: what the code and the parties of BCJL's commitment share.

#include <bit>

#include "herald/base/bits.h"
#include "herald/base/random.h"

namespace herald {

inline bool is_odd(std::uint64_t word) { return (std::popcount(word) & 1) != 0; }
// Of 1 to 64 bits.
inline std::uint64_t random_word(SimulationRandom& random, std::size_t bits) {
  return random.next_word() >> (64 - bits);
}
inline BitString string_of(std::uint64_t word, std::size_t bits) { return BitString(BitView(&word, bits)); }

}  // namespace herald
