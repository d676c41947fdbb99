#pragma once
// Interactive hashing as the parties hold it, and what Bob says when it is done. Two sets of places come out: his, and
// one that nobody chose.

#include "herald/protocol/meeting.h"
#include "herald/protocol/storage/interactive_hashing.h"

namespace herald {

struct HashAnswer {
  static constexpr std::uint8_t kType = 4;
  static constexpr std::string_view kName = "interactive hashing";
  bool product = false;

  HashAnswer() = default;
  explicit HashAnswer(bool answer) : product(answer) {}
  void encode(Writer& writer) const;
  static HashAnswer decode(Reader& reader);
};

// Whether Alice's string i comes from set i or from the other one.
struct SetsExchanged {
  static constexpr std::uint8_t kType = 5;
  static constexpr std::string_view kName = "order of the sets";
  bool exchanged = false;

  SetsExchanged() = default;
  explicit SetsExchanged(bool order) : exchanged(order) {}
  void encode(Writer& writer) const;
  static SetsExchanged decode(Reader& reader);
};

namespace storage {

// Alice's part of interactive hashing: the two strings, one of which is Bob's.
Party<std::array<Wide, 2>> ask(Seat& seat, unsigned string_bits);
// Bob's part, with his string. Questions that depend on each other would leave more than two strings, and are refused.
Party<std::array<Wide, 2>> answer(Seat& seat, unsigned string_bits, Wide string);

// `size` of `places`, rising, all sets alike.
std::vector<std::size_t> random_subset(const std::vector<std::size_t>& places, std::size_t size,
                                       SimulationRandom& random);

}  // namespace storage
}  // namespace herald
