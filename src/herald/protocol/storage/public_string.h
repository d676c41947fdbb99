#pragma once
// A public random string too long to keep: whoever wants some of its bits must say which while it passes. Maurer, J.
// Cryptology 5, 53 (1992).

#include <cstdint>
#include <vector>

#include "herald/base/bits.h"
#include "herald/base/codec.h"
#include "herald/base/random.h"
#include "herald/protocol/meeting.h"

namespace herald {

// Positions in the string, rising.
using Positions = std::vector<std::uint64_t>;
// `count` different ones of [0, size), all sets alike; 2 count <= size.
Positions random_positions(std::size_t count, std::uint64_t size, SimulationRandom& random);
// Which places in `kept` (rising) have a position that `others` have too.
std::vector<std::size_t> common_places(const Positions& kept, const Positions& others);

// That the string begins to pass. Parties never hold it: it goes between the games that surround them. Only those bits
// are ever made that somebody keeps, so that the string's length costs nothing.
class PublicString {
 public:
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "public string";
  static constexpr bool kAnyValue = true;

  PublicString() = default;
  explicit PublicString(std::uint64_t drawn) : m_seed(drawn) {}
  void encode(Writer& writer) const { writer.fixed(m_seed); }
  static PublicString decode(Reader& reader) { return PublicString(reader.fixed<std::uint64_t>()); }

 private:
  friend class PassingString;
  friend class KeptBeginning;
  bool operator[](std::uint64_t position) const;
  std::uint64_t m_seed = 0;  // stands for the bits
};

// Bits that were kept: bit i is the one at positions[i].
struct KeptBits {
  Positions positions;
  BitString bits;
};

// The first so many bits: as good as any others to somebody who does not know which will be asked for.
class KeptBeginning {
 public:
  bool knows(std::uint64_t position) const { return position < m_size; }
  // 0 for what it does not know.
  bool operator[](std::uint64_t position) const { return knows(position) && m_string[position]; }

 private:
  friend class PassingString;
  KeptBeginning(const PublicString& string, std::uint64_t size) : m_string(string), m_size(size) {}
  PublicString m_string;
  std::uint64_t m_size;
};

// What a party has of the string: it keeps bits of it while it passes, and no more of them than its memory takes. What
// it asks for beyond ends it with an Error: exhausted, a full memory; unavailable, a string that has passed;
// invalid_argument, a position beyond its end.
class PassingString {
 public:
  static constexpr double kPassing = 1;  // s, from the beginning of the meeting

  PassingString(const PublicString& string, std::uint64_t length, std::uint64_t memory, const Seat& seat)
      : m_string(string), m_length(length), m_left(memory), m_seat(&seat) {}
  PassingString(const PassingString&) = delete;
  PassingString& operator=(const PassingString&) = delete;

  KeptBits keep(Positions positions);
  KeptBeginning keep_beginning(std::uint64_t bits);
  // Bits that the memory still takes.
  std::uint64_t room() const { return m_left; }

 private:
  void take(std::uint64_t bits);
  PublicString m_string;
  std::uint64_t m_length, m_left;
  const Seat* m_seat;
};

// A random Toeplitz matrix of `length` rows, by a seed of hash_seed_bits: different strings collide with 2^-length.
constexpr std::size_t hash_seed_bits(std::size_t bits, std::size_t length) { return bits + length - 1; }
BitString hash_of(BitView bits, BitView seed, std::size_t length);

}  // namespace herald
