#pragma once
// One-sided computation without commitments, and what Lo proves of it: PRA 56, 1154 (1997). Alice has two bits, Bob a
// choice, and Bob alone gets a result: the bit that he chose. Bob probes Alice with half of an entangled state of
// levels 0 to 3, to which she gives the signs
//
//   level    0       1       2    3
//   sign  (-1)^x0  (-1)^x1   +  (-1)^(x0+x1)
//
// With three levels (no level 3), |jj> + |22> for choice j: Chailloux, Kerenidis, Sikora, Quantum Inf. Comput. 13, 158
// (2013). With four, all levels alike whatever he chooses: Alice's half says nothing of the choice, so by Lo's theorem
// Bob can turn the state that he has for one choice into that for the other, and learns both.

#include "herald/protocol/game.h"

namespace herald {

struct OneSided {
  std::size_t levels = 4;  // 3 or 4
};

namespace one_sided {

// A verdict of Alice: what she takes for his choice, or kNoGuess; output: x0, x1. Of Bob: his choice; output: the bit,
// of a cheat both.
inline constexpr std::uint64_t kNoGuess = 2;

Party<Verdict> alice(Seat& seat, const OneSided& computation);
Party<Verdict> bob(Seat& seat, const OneSided& computation);

// Looks which level she holds.
Party<Verdict> alice_looks(Seat& seat, const OneSided& computation);
// Probes all levels alike, finds x0 without disturbing the state, rotates, and finds x1.
Party<Verdict> bob_rotates(Seat& seat, const OneSided& computation);

}  // namespace one_sided

const Protocol& one_sided_computation_protocol();

}  // namespace herald
