#pragma once
// Interactive hashing: Bob has a string w of m bits; Alice asks for its scalar products with m - 1 independent vectors
// of hers. Two strings answer so: w and another, over which Bob has no say, and Alice cannot tell which is his.
// Ostrovsky, Venkatesan, Yung, Sequences II (1991); Naor, Ostrovsky, Venkatesan, Yung, J. Cryptology 11, 87 (1998).
// And sets of places as such strings.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "herald/base/codec.h"
#include "herald/base/random.h"

namespace herald {

__extension__ typedef unsigned __int128 Wide;  // NOLINT(modernize-use-using): __extension__ wants a typedef

struct HashQuestion {
  static constexpr std::uint8_t kType = 3;
  static constexpr std::string_view kName = "interactive hashing";
  std::array<std::uint64_t, 2> vector{};

  HashQuestion() = default;
  explicit HashQuestion(Wide asked)
      : vector{static_cast<std::uint64_t>(asked), static_cast<std::uint64_t>(asked >> 64)} {}
  Wide wide() const { return static_cast<Wide>(vector[1]) << 64 | vector[0]; }
  void encode(Writer& writer) const {
    for (const std::uint64_t word : vector) writer.fixed(word);
  }
  static HashQuestion decode(Reader& reader) {
    HashQuestion question;
    for (std::uint64_t& word : question.vector) word = reader.fixed<std::uint64_t>();
    return question;
  }
};

bool scalar_product(Wide a, Wide b);
// Uniform in [0, 2^bits); bits <= 128.
Wide random_wide(unsigned bits, SimulationRandom& random);

// Linear equations over GF(2) in m unknowns, at most 127.
class HashEquations {
 public:
  explicit HashEquations(unsigned unknowns) : m_unknowns(unknowns) {}
  // Whether a vector is none of the earlier ones' sums, and has no bit beyond the unknowns.
  bool independent(Wide vector) const;
  // An independent vector's equation.
  void add(Wide vector, bool product);
  unsigned missing() const { return m_unknowns - 1 - static_cast<unsigned>(m_rows.size()); }
  // Of m - 1 equations, the smaller first.
  std::array<Wide, 2> solutions() const;

 private:
  struct Row {
    Wide vector;
    bool product;
    unsigned pivot;
  };
  Row reduced(Wide vector, bool product) const;
  unsigned m_unknowns;
  std::vector<Row> m_rows;  // no row has another's pivot
};

// Sets of `size` out of `among` places as numbers below their count (Cover, IEEE Trans. IT 19, 73 (1973)), and those as
// strings that have some more bits, so that all are nearly equally likely.
class PlaceSets {
 public:
  // Nothing when there are 2^100 or more, or fewer than two.
  static std::optional<PlaceSets> of(std::size_t size, std::size_t among);

  unsigned string_bits() const { return m_bits; }
  // A random one of a set's strings.
  Wide string_of(const std::vector<std::size_t>& rising, SimulationRandom& random) const;
  // The set of any string, rising.
  std::vector<std::size_t> set_of(Wide string) const;

 private:
  PlaceSets(std::size_t size, Wide count, unsigned bits) : m_size(size), m_count(count), m_bits(bits) {}
  std::size_t m_size;
  Wide m_count;
  unsigned m_bits;
};

}  // namespace herald
