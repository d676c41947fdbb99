#pragma once
// Ambainis' coin flip: bias 1/4. J. Comput. Syst. Sci. 68, 398 (2004), quant-ph/0204022, section 3; STOC 2001.
//
// Bit a and sign x are the state (|0> + (-1)^x |a+1>)/sqrt 2 of a qutrit. It travels as two qubits: |0> is |00>, and in
// |1>, |2> one of them is 1; so qubit a is |+> or |->, and the other one is |0>. What a cheat might put on |11> passes
// no check.

#include "herald/protocol/coin_flip/strong.h"
#include "herald/protocol/game.h"

namespace herald {

struct AmbainisCoin {
  std::size_t attempts = 100;
  bool wanted = false;  // by a cheat
};

namespace coin_flip_ambainis {

inline constexpr std::size_t kQubits = 2;

Party<Verdict> alice(Seat& seat, const AmbainisCoin& coin);
// Keeps the qutrit until Alice opens: a memory that says whether anything arrived.
Party<Verdict> bob(Seat& seat, const AmbainisCoin& coin);

// Sends honestly, and opens the other bit where she must.
Party<Verdict> alice_lies(Seat& seat, const AmbainisCoin& coin);
// Sends the state nearest to both bits; the optimum.
Party<Verdict> alice_sends_between(Seat& seat, const AmbainisCoin& coin);
// Reads the qutrit at once and answers by it; the optimum where nothing may be lost.
Party<Verdict> bob_reads(Seat& seat, const AmbainisCoin& coin);
// Calls the qutrit lost until what he reads is certain.
Party<Verdict> bob_waits_for_certainty(Seat& seat, const AmbainisCoin& coin);

}  // namespace coin_flip_ambainis

const Protocol& coin_flip_ambainis_protocol();

}  // namespace herald
