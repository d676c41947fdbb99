#pragma once
// What strong coin flips share, in which either party may want either side of the coin: Alice sends a state that hides
// her bit, Bob answers with his, she opens hers, and the coin is the sum of both.

#include <array>

#include "herald/base/codec.h"
#include "herald/protocol/protocol.h"
#include "herald/protocol/quantum_wire.h"

namespace herald {

// Bob's bit; or that nothing arrived, and Alice may send again.
struct CoinReply {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "reply";
  bool arrived = false, bit = false;

  CoinReply() = default;  // nothing arrived
  explicit CoinReply(bool his_bit) : arrived(true), bit(his_bit) {}
  void encode(Writer& writer) const;
  static CoinReply decode(Reader& reader);
};

// Alice's bit, and which of its two states she sent.
struct CoinOpening {
  static constexpr std::uint8_t kType = 2;
  static constexpr std::string_view kName = "opening";
  bool bit = false, which = false;

  CoinOpening() = default;
  CoinOpening(bool her_bit, bool which_state) : bit(her_bit), which(which_state) {}
  void encode(Writer& writer) const;
  static CoinOpening decode(Reader& reader);
};

namespace strong_coin {

// A verdict's value is the coin.
inline Verdict tossed(bool alice, bool bob) { return Verdict::accept(alice != bob ? 1 : 0); }
// Alice's bit that makes the coin `wanted`, and Bob's.
constexpr bool bit_for(bool wanted, bool other_bit) { return wanted != other_bit; }

// How long the parties go on where light may be lost.
Verdict too_much_lost(std::size_t attempts);

inline constexpr ProtocolParameter kWanted{"wanted", "", "the side of the coin that a cheat wants", 0, 0, 1, true};
inline constexpr ProtocolParameter kAttempts{
    "attempts", "", "how often Alice sends before both give up, because nothing arrives", 100, 1, 1'000'000, true};

inline constexpr Event kEvents[]{
    {"zero", "both accept the coin 0"},
    {"one", "both accept the coin 1"},
    {"no-coin", "one of them gives up"},
    {"wanted", "both accept, and the coin is what a cheat wants"},
};
Events score(const std::array<Verdict, 2>& verdicts, bool wanted);

// The path between two honest parties; where one of them cheats its line is perfect, and nobody can tell.
PathNoise path(const Casting& casting, const PathNoise& honest);

}  // namespace strong_coin
}  // namespace herald
