#pragma once
// The classical conversation of a BBM92 block (docs/wire-format.md). Types 64 to 79. Stretches, coarse times and
// indices travel in the forms of detections/disclosure.h.

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "herald/base/codec.h"

namespace herald::bbm92 {

// Both ways: all of a party's tags in the stretch, raw (Stretch).
struct DisclosedStretch {
  static constexpr std::uint8_t kType = 64;
  static constexpr std::string_view kName = "disclosed stretch";
  Bytes stretch;
  DisclosedStretch() = default;
  explicit DisclosedStretch(Bytes bytes) : stretch(std::move(bytes)) {}
  void encode(Writer& writer) const { writer.counted(stretch); }
  static DisclosedStretch decode(Reader& reader);
};

// Bob to Alice: the plan that he made of the stretches (CoincidencePlan), and when, coarsely, his detections were
// (CoarseEvents).
struct CoarseTimes {
  static constexpr std::uint8_t kType = 65;
  static constexpr std::string_view kName = "coarse times";
  Bytes plan, events;
  void encode(Writer& writer) const;
  static CoarseTimes decode(Reader& reader);
};

// Alice to Bob: which of his detections have a partner, and in which of those both measured in the same basis.
struct Pairs {
  static constexpr std::uint8_t kType = 66;
  static constexpr std::string_view kName = "pairs";
  Bytes indices;         // of Bob's events (encode_sifted)
  BitString same_basis;  // of each
  void encode(Writer& writer) const;
  static Pairs decode(Reader& reader);
};

// Both ways: what a party saw in the pairs that make no key, those of the test basis and those of different bases, in
// their order.
struct Opening {
  static constexpr std::uint8_t kType = 67;
  static constexpr std::string_view kName = "opening";
  BitString bits;
  std::vector<std::int64_t> offset;  // ticks of Bob's clock from the beginning of his bin
  void encode(Writer& writer) const;
  static Opening decode(Reader& reader);
};

// Both ways: the assumptions that a party finds violated, from what both know and from its own detections (Checks).
struct Findings {
  static constexpr std::uint8_t kType = 68;
  static constexpr std::string_view kName = "findings";
  std::uint8_t violated = 0;
  Findings() = default;
  explicit Findings(unsigned checks) : violated(static_cast<std::uint8_t>(checks)) {}
  void encode(Writer& writer) const { writer.fixed(violated); }
  static Findings decode(Reader& reader);
};

// Bob to Alice, after reconciliation: errors in the key.
struct KeyErrors {
  static constexpr std::uint8_t kType = 69;
  static constexpr std::string_view kName = "key errors";
  std::uint64_t errors = 0;
  KeyErrors() = default;
  explicit KeyErrors(std::uint64_t count) : errors(count) {}
  void encode(Writer& writer) const { writer.varint(errors); }
  static KeyErrors decode(Reader& reader) { return KeyErrors(reader.varint()); }
};

}  // namespace herald::bbm92
