#pragma once
// A public random string too long to keep: whoever wants some of its bits must say which while it passes. Maurer, J.
// Cryptology 5, 53 (1992).

#include <cstdint>
#include <vector>

#include "herald/base/bits.h"
#include "herald/base/codec.h"
#include "herald/base/random.h"

namespace herald {

// The string as it passes by. Only those bits are ever made that somebody keeps, so that its length costs nothing.
struct PublicString {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "public string";
  std::uint64_t seed = 0;  // stands for the bits; parties only look at those that they keep

  PublicString() = default;
  explicit PublicString(std::uint64_t drawn) : seed(drawn) {}
  bool operator[](std::uint64_t position) const;
  void encode(Writer& writer) const { writer.fixed(seed); }
  static PublicString decode(Reader& reader) { return PublicString(reader.fixed<std::uint64_t>()); }
};

// Positions in the string, rising.
using Positions = std::vector<std::uint64_t>;
// `count` different ones of [0, size), all sets alike; 2 count <= size.
Positions random_positions(std::size_t count, std::uint64_t size, SimulationRandom& random);

// Bits that were kept: bit i is the one at positions[i].
struct KeptBits {
  Positions positions;
  BitString bits;
};
KeptBits keep(const PublicString& string, Positions positions);
// Which places in `kept` (rising) have a position that `others` have too.
std::vector<std::size_t> common_places(const Positions& kept, const Positions& others);

// The first so many bits: as good as any others to somebody who does not know which will be asked for.
class KeptBeginning {
 public:
  KeptBeginning(const PublicString& string, std::uint64_t size) : m_string(string), m_size(size) {}
  bool knows(std::uint64_t position) const { return position < m_size; }
  // 0 for what it does not know.
  bool operator[](std::uint64_t position) const { return knows(position) && m_string[position]; }

 private:
  PublicString m_string;
  std::uint64_t m_size;
};

// A random Toeplitz matrix of `length` rows, by a seed of hash_seed_bits: different strings collide with 2^-length.
constexpr std::size_t hash_seed_bits(std::size_t bits, std::size_t length) { return bits + length - 1; }
BitString hash_of(BitView bits, BitView seed, std::size_t length);

}  // namespace herald
