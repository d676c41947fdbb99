#pragma once
// One pass of Cascade over one party's key: the key's bits in the order of the pass, and the partition of that order
// into the intervals whose parity at Alice is known to both. Bisecting an interval adds a boundary; nothing else is
// ever remembered, because the parity of every larger interval is a sum. Internal to cascade.h.
//
// Three kinds of pass. Natural: the key as it stands. Permuted: position 64 t + l holds bit l of the rotated key word
// number a (t + c_l mod W) mod W, for public a, c_l and rotations: built from streams rather than gathered bit by bit,
// inverted in O(1). Subset: the key as it stands, bits outside a public random half replaced by zeros (the
// confirmations of BICONF, Brassard and Salvail 1993).

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>

#include "herald/base/bits.h"
#include "herald/base/kernel.h"

namespace herald {

enum class CascadePassKind : std::uint8_t { natural, permuted, subset };

class CascadePass {
 public:
  // `key_bits` ≥ 1 bits of key; blocks of 2^log_block positions (permuted: log_block ≥ 6). The same at both ends.
  CascadePass(CascadePassKind kind, std::uint64_t key_bits, unsigned log_block, std::uint64_t seed, unsigned number);

  // Brings the key into the pass's order and draws the blocks' boundaries.
  void fill(BitView key, Kernel kernel = best_kernel());

  std::uint64_t positions() const { return m_positions; }  // in the pass's order; permuted: padded to whole words
  std::uint64_t blocks() const { return ((m_positions - 1) >> m_log_block) + 1; }
  std::uint64_t block_begin(std::uint64_t block) const { return block << m_log_block; }

  // Where key bit i stands; nothing if the pass does not hold it.
  std::optional<std::uint64_t> position_of(std::uint64_t key_bit) const;
  // Which key bit stands there; nothing at padding and outside the subset.
  std::optional<std::uint64_t> key_bit_at(std::uint64_t position) const;

  // Parity of this party's positions [begin, end), begin < end. Cost: one step per 64 positions.
  bool parity(std::uint64_t begin, std::uint64_t end) const {
    const std::uint64_t* words = m_bits.words().data();
    const std::size_t first = begin / 64, last = (end - 1) / 64;
    const std::uint64_t low = ~std::uint64_t{0} << (begin % 64), high = ~std::uint64_t{0} >> (63 - (end - 1) % 64);
    if (first == last) return std::popcount(words[first] & low & high) & 1;
    std::uint64_t sum = (words[first] & low) ^ (words[last] & high);
    for (std::size_t i = first + 1; i < last; ++i) sum ^= words[i];
    return std::popcount(sum) & 1;
  }
  void flip(std::uint64_t position) { m_bits.flip(position); }

  // The partition: interval_begin(x) ≤ x < interval_end(x). Cost: one step per 64 positions of the interval.
  bool is_boundary(std::uint64_t position) const { return position < m_positions && m_boundaries[position]; }
  std::uint64_t interval_begin(std::uint64_t position) const;
  std::uint64_t interval_end(std::uint64_t position) const;
  // Where bisection cuts [begin, end): the first half is the longer one.
  static std::uint64_t middle(std::uint64_t begin, std::uint64_t end) { return begin + (end - begin + 1) / 2; }
  void cut(std::uint64_t position) { m_boundaries.set(position, true); }

  BitView bits() const { return m_bits; }
  SecretBits take_bits() { return std::move(m_bits); }

 private:
  std::uint64_t subset_word(std::uint64_t word) const;
  unsigned rotation(std::uint64_t word) const {
    return static_cast<unsigned>(((word + 1) * m_rotation_multiplier) >> 58);
  }
  void fill_permuted(BitView key, Kernel kernel);

  CascadePassKind m_kind;
  unsigned m_log_block;
  std::uint64_t m_key_bits;
  std::uint64_t m_words;
  std::uint64_t m_positions;
  std::uint64_t m_multiplier = 1, m_inverse = 1;  // a, and a^-1 mod W
  std::uint64_t m_rotation_multiplier = 0;
  std::uint64_t m_subset_seed = 0;
  std::array<std::uint64_t, 64> m_offset{};  // m_offset[l] is c_l
  SecretBits m_bits;
  BitString m_boundaries;  // m_boundaries[x] is whether an interval begins at x
};

}  // namespace herald
