#pragma once
// Spekkens and Rudolph's weak coin flip, PRL 89, 227901 (2002): Alice wants to win, Bob wants to win, and whoever loses
// tests the winner. In the family with P_A P_B = 1/2; y is P_B:
//
//   |psi> = sqrt y |00> + sqrt(1-y) |11>, of which Bob gets the second half; his measurement has the outcomes
//   E_B = |0><0|/(2y) (Bob wins) and E_A = 1 - E_B (Alice wins), 1/2 each.

#include <numbers>

#include "herald/protocol/game.h"

namespace herald {

struct WeakCoin {
  double y = std::numbers::sqrt2 / 2;  // the larger squared amplitude of the pair, in [1/2, 1]
};

// Who wins a weak flip.
enum class Winner : std::uint8_t { alice = 0, bob = 1 };

struct WinnerAnnouncement {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "winner";
  Winner winner = Winner::alice;

  WinnerAnnouncement() = default;
  explicit WinnerAnnouncement(Winner who) : winner(who) {}
  void encode(Writer& writer) const;
  static WinnerAnnouncement decode(Reader& reader);
};

namespace coin_flip_weak {

// A verdict's value is the Winner.
inline Verdict won_by(Winner winner) { return Verdict::accept(static_cast<std::uint64_t>(winner)); }

Party<Verdict> alice(Seat& seat, const WeakCoin& coin);
Party<Verdict> bob(Seat& seat, const WeakCoin& coin);

// Sends the pair that passes the test best when Bob says that she wins; the optimum.
Party<Verdict> alice_sends_another_pair(Seat& seat, const WeakCoin& coin);
// Says that he wins, without a measurement, and sends back what he got; the optimum.
Party<Verdict> bob_claims(Seat& seat, const WeakCoin& coin);
// Measures, and claims to have won where he lost.
Party<Verdict> bob_claims_after_measuring(Seat& seat, const WeakCoin& coin);

// Bob's measurement as operators that keep the state: {sqrt E_A, sqrt E_B}, by Winner.
KrausChannel winning(double y);
// a|00> + b|11>, normalised: hers, his.
std::pair<Qubit, Qubit> pair(double a, double b);
QubitString string_of(Qubit qubit);

}  // namespace coin_flip_weak

const Protocol& coin_flip_weak_protocol();

}  // namespace herald
