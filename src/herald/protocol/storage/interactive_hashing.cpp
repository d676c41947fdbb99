#include "herald/protocol/storage/interactive_hashing.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "herald/base/tail_bounds.h"

namespace herald {
namespace {

constexpr unsigned kMoreBits = 24;  // of a string: the likeliest is not 1 + 2^-24 times as likely as another
constexpr Wide kMostSets = Wide{1} << 100;
constexpr std::size_t kMostPlaces = std::size_t{1} << 24;  // products of a count with a number of places fit

bool bit(Wide vector, unsigned i) { return (vector >> i & 1) != 0; }

unsigned top_bit(Wide vector) {
  const auto high = static_cast<std::uint64_t>(vector >> 64), low = static_cast<std::uint64_t>(vector);
  return high != 0 ? 127 - static_cast<unsigned>(std::countl_zero(high))
                   : 63 - static_cast<unsigned>(std::countl_zero(low));
}

// Sets of `size` out of `among`; kMostSets when there are as many or more.
Wide sets(std::size_t among, std::size_t size) {
  if (size > among) return 0;
  Wide count = 1;
  for (std::size_t i = 1; i <= size; ++i) {
    count = count * (among - size + i) / i;
    if (count >= kMostSets) return kMostSets;
  }
  return count;
}

}  // namespace

bool scalar_product(Wide a, Wide b) {
  const Wide both = a & b;
  return (std::popcount(static_cast<std::uint64_t>(both >> 64) ^ static_cast<std::uint64_t>(both)) & 1) != 0;
}

Wide random_wide(unsigned bits, SimulationRandom& random) {
  const Wide high = random.next_word();
  const Wide all = high << 64 | random.next_word();
  return bits == 0 ? 0 : all >> (128 - bits);
}

HashEquations::Row HashEquations::reduced(Wide vector, bool product) const {
  for (const Row& row : m_rows)
    if (bit(vector, row.pivot)) {
      vector ^= row.vector;
      product ^= row.product;
    }
  return {vector, product, vector == 0 ? 0 : top_bit(vector)};
}

bool HashEquations::independent(Wide vector) const {
  return vector >> m_unknowns == 0 && reduced(vector, false).vector != 0;
}

void HashEquations::add(Wide vector, bool product) {
  HERALD_CHECK(independent(vector) && missing() > 0);
  const Row added = reduced(vector, product);
  for (Row& row : m_rows)
    if (bit(row.vector, added.pivot)) {
      row.vector ^= added.vector;
      row.product ^= added.product;
    }
  m_rows.push_back(added);
}

std::array<Wide, 2> HashEquations::solutions() const {
  HERALD_CHECK(missing() == 0);
  Wide pivots = 0, with_zero = 0, change = 0;
  for (const Row& row : m_rows) pivots |= Wide{1} << row.pivot;
  unsigned free = 0;
  while (bit(pivots, free)) ++free;
  for (const Row& row : m_rows) {
    if (row.product) with_zero |= Wide{1} << row.pivot;
    if (bit(row.vector, free)) change |= Wide{1} << row.pivot;
  }
  const Wide with_one = with_zero ^ change ^ (Wide{1} << free);
  return {std::min(with_zero, with_one), std::max(with_zero, with_one)};
}

std::optional<PlaceSets> PlaceSets::of(std::size_t size, std::size_t among) {
  if (among > kMostPlaces) return {};
  const Wide count = sets(among, size);
  if (count < 2 || count >= kMostSets) return {};
  return PlaceSets(size, count, top_bit(count) + 1 + kMoreBits);
}

Wide PlaceSets::string_of(const std::vector<std::size_t>& rising, SimulationRandom& random) const {
  HERALD_CHECK(rising.size() == m_size);
  Wide number = 0;
  for (std::size_t i = 0; i < m_size; ++i) number += sets(rising[i], i + 1);
  // number, number + count, ... below 2^bits.
  const Wide strings = ((Wide{1} << m_bits) - 1 - number) / m_count + 1;
  return number + m_count * random.next_below(static_cast<std::uint64_t>(strings));
}

std::vector<std::size_t> PlaceSets::set_of(Wide string) const {
  Wide number = string % m_count;
  std::vector<std::size_t> places(m_size);
  for (std::size_t i = m_size; i > 0; --i) {
    // The largest place with sets(place, i) <= number, from near it: sets(c, i) is about (c - (i - 1)/2)^i / i!.
    const auto order = static_cast<double>(i);
    const double near = std::exp((std::log(static_cast<double>(number) + 1) + log_factorial(order)) / order);
    auto place = std::max(i - 1, static_cast<std::size_t>(near + (order - 1) / 2));
    while (place > i - 1 && sets(place, i) > number) --place;
    while (sets(place + 1, i) <= number) ++place;
    places[i - 1] = place;
    number -= sets(place, i);
  }
  return places;
}

}  // namespace herald
