#pragma once
// Click positions on the wire, near their entropy: the gaps between clicks are geometric, and are sent in a Golomb-Rice
// code (Golomb 1966, Rice 1979) whose parameter fits their number.
//
// Layout: count (LEB128), k (1 byte), then of each gap the k low bits (packed, bit 0 first, padded to a byte), then of
// each gap the rest in unary (that many zeros, a one; padded to a byte with zeros). A gap is the number of pulses
// between two clicks.

#include <cstdint>
#include <span>
#include <vector>

#include "herald/base/codec.h"
#include "herald/base/result.h"

namespace herald {

// The most pulses of a block: positions lie below.
inline constexpr std::uint64_t kMostPulses = std::uint64_t{1} << 56;

// `positions` strictly increasing, all below `pulses`. Size: within 3 % of the entropy N h(p) for p up to 1/3 (4.2 % up
// to 0.4); at most N bits plus the head for any p.
Bytes encode_positions(std::span<const std::uint64_t> positions, std::uint64_t pulses);

// The inverse, for bytes from anywhere: at most `limit` positions, strictly increasing, below `pulses`. Memory: 8 bytes
// a position, each of which took a bit of the input. Errors: malformed.
Result<std::vector<std::uint64_t>> decode_positions(ByteView bytes, std::uint64_t pulses, std::size_t limit);

}  // namespace herald
