#pragma once
// What ends the wait in an oblivious transfer against a receiver with a poor memory: the bases of the photons, and the
// two hash functions.

#include <array>
#include <string>

#include "herald/protocol/game.h"

namespace herald {

// Bases (1: Basis::x), and a two-universal hash function for the bits of either basis.
struct BasesAndHashes {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "bases and hash functions";
  static constexpr std::size_t kMostBits = 1 << 25;
  BitString bases;
  std::array<BitString, 2> seeds;

  BasesAndHashes() = default;
  BasesAndHashes(BitString announced, std::array<BitString, 2> drawn)
      : bases(std::move(announced)), seeds(std::move(drawn)) {}
  void encode(Writer& writer) const;
  static BasesAndHashes decode(Reader& reader);
};

namespace storage {

// For `photons` photons and strings of `length` bits.
BasesAndHashes announce(BitString bases, std::size_t length, SimulationRandom& random);
// Why a stranger's announcement is none; empty when it is one.
std::string fault(const BasesAndHashes& told, std::size_t photons, std::size_t length);

// String `which` of the transfer: the bits of the photons in basis `which`, hashed to `length` bits. The others count
// as 0, and `length` zeros follow, so that the hash is a random Toeplitz matrix: any two strings that differ in these
// bits collide with probability 2^-length exactly.
BitString hashed(BitView bits, const BasesAndHashes& told, unsigned which, std::size_t length);
// Both, one after the other.
BitString both_hashed(BitView bits, const BasesAndHashes& told, std::size_t length);

// 1 where the choice's basis was used, of 64 photons.
inline std::uint64_t in_basis(std::uint64_t bases, bool which) { return which ? bases : ~bases; }

}  // namespace storage

}  // namespace herald
