#include "herald/protocol/storage/public_string.h"

#include <fmt/format.h>

#include <algorithm>

#include "herald/base/philox.h"
#include "herald/distill/privacy_amplification.h"

namespace herald {

bool PublicString::operator[](std::uint64_t position) const {
  const std::uint64_t block = position / 128;
  const auto bits = philox4x32_10({static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32), 0, 0},
                                  {static_cast<std::uint32_t>(m_seed), static_cast<std::uint32_t>(m_seed >> 32)});
  return (bits[position / 32 % 4] >> (position % 32) & 1) != 0;
}

Positions random_positions(std::size_t count, std::uint64_t size, SimulationRandom& random) {
  HERALD_CHECK(2 * count <= size);
  Positions positions;
  positions.reserve(count);
  // What is missing is drawn again: by symmetry all sets remain alike.
  while (positions.size() < count) {
    while (positions.size() < count) positions.push_back(random.next_below(size));
    std::ranges::sort(positions);
    positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  }
  return positions;
}

void PassingString::take(std::uint64_t bits) {
  if (m_seat->now() >= kPassing)
    throw PartyFault{Error{ErrorCode::unavailable, "the string has passed"}, PublicString::kName};
  if (bits > m_left)
    throw PartyFault{
        Error{ErrorCode::exhausted, fmt::format("a memory with room for {} bits does not take {}", m_left, bits)},
        PublicString::kName};
  m_left -= bits;
}

KeptBits PassingString::keep(Positions positions) {
  for (const std::uint64_t position : positions)
    if (position >= m_length)
      throw PartyFault{
          Error{ErrorCode::invalid_argument, fmt::format("position {} in a string of {} bits", position, m_length)},
          PublicString::kName};
  take(positions.size());
  KeptBits kept{std::move(positions), {}};
  kept.bits = BitString(kept.positions.size());
  for (std::size_t i = 0; i < kept.positions.size(); ++i) kept.bits.set(i, m_string[kept.positions[i]]);
  return kept;
}

KeptBeginning PassingString::keep_beginning(std::uint64_t bits) {
  const std::uint64_t size = std::min(bits, m_length);
  take(size);
  return {m_string, size};
}

std::vector<std::size_t> common_places(const Positions& kept, const Positions& others) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0, j = 0; i < kept.size() && j < others.size();) {
    if (kept[i] == others[j]) places.push_back(i);
    const bool step = kept[i] <= others[j];
    (step ? i : j) += 1;
  }
  return places;
}

BitString hash_of(BitView bits, BitView seed, std::size_t length) {
  BitString padded(bits);
  padded.append(BitString(length));
  return BitString(amplify(padded, seed, length));
}

}  // namespace herald
