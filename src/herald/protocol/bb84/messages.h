#pragma once
// The classical conversation of a BB84 block (docs/wire-format.md). Types 16 to 31.

#include <cstdint>
#include <string_view>
#include <vector>

#include "herald/base/codec.h"

namespace herald::bb84 {

// Bob to Alice, after the block's last detection: where he saw something, and in which bases.
struct Detections {
  static constexpr std::uint8_t kType = 16;
  static constexpr std::string_view kName = "detections";
  Bytes positions;  // compressed (distill/click_positions.h)
  BitString basis;  // of each click

  void encode(Writer& writer) const;
  static Detections decode(Reader& reader);
};

// Alice to Bob: what she sent at Bob's clicks, short of the key.
struct Announcement {
  static constexpr std::uint8_t kType = 17;
  static constexpr std::string_view kName = "announcement";
  BitString basis;                      // of each click's pulse
  std::vector<std::uint8_t> intensity;  // of each click's pulse
  BitString test_bits;                  // hers, where both measured in the test basis

  void encode(Writer& writer) const;
  static Announcement decode(Reader& reader);
};

// Bob to Alice: his bits in the test basis.
struct TestBits {
  static constexpr std::uint8_t kType = 18;
  static constexpr std::string_view kName = "test bits";
  BitString bits;

  void encode(Writer& writer) const { writer.bits(bits); }
  static TestBits decode(Reader& reader);
};

// Bob to Alice, after reconciliation: errors in the key basis for each intensity.
struct KeyErrors {
  static constexpr std::uint8_t kType = 19;
  static constexpr std::string_view kName = "key errors";
  std::vector<std::uint64_t> by_intensity;

  void encode(Writer& writer) const;
  static KeyErrors decode(Reader& reader);
};

}  // namespace herald::bb84
