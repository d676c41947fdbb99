#pragma once
// A coin of two parties with agents at two places: Kent, PRL 83, 5382 (1999). Each throws a bit at a place of its own,
// at one time; neither can know the other's before light could have brought it.

#include "herald/protocol/game.h"

namespace herald {

struct RelativisticCoin {
  double start = 0;   // s, when the bits are thrown
  double window = 0;  // s, how far from that a bit may arrive
};

struct CoinBit {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "coin bit";
  bool bit = false;

  CoinBit() = default;
  explicit CoinBit(bool thrown) : bit(thrown) {}
  void encode(Writer& writer) const;
  static CoinBit decode(Reader& reader);
};

// Between agents of one party: the bit that was thrown where the other is not.
struct CoinNews {
  static constexpr std::uint8_t kType = 2;
  static constexpr std::string_view kName = "news";
  bool bit = false;

  CoinNews() = default;
  explicit CoinNews(bool thrown) : bit(thrown) {}
  void encode(Writer& writer) const;
  static CoinNews decode(Reader& reader);
};

namespace coin_flip_relativistic {

// A verdict's value is the coin; 0 is Alice's. Seats: alice-1, bob-1, at the first place; alice-2, bob-2, at the
// second. Alice throws at the first place and catches at the second.
Party<Verdict> alice_1(Seat& seat, const RelativisticCoin& coin);
Party<Verdict> bob_1(Seat& seat, const RelativisticCoin& coin);
Party<Verdict> alice_2(Seat& seat, const RelativisticCoin& coin);
Party<Verdict> bob_2(Seat& seat, const RelativisticCoin& coin);

// Throw only when they have heard of the other's bit, and then what wins.
Party<Verdict> alice_1_waits(Seat& seat, const RelativisticCoin& coin);
Party<Verdict> bob_2_waits(Seat& seat, const RelativisticCoin& coin);

}  // namespace coin_flip_relativistic

const Protocol& coin_flip_relativistic_protocol();

}  // namespace herald
