#pragma once
// The coin flip that tolerates loss: Berlin, Brassard, Bussieres, Godbout, PRA 80, 062321 (2009), arXiv 0904.3945.
//
// Basis x and bit a are the photon sqrt y |0> + (-1)^x sqrt(1-y) |1> for a = 0, and the state orthogonal to it for
// a = 1. The mean over x of the states of either bit is diag(y, 1-y) or diag(1-y, y): no outcome of any measurement
// tells Bob her bit with more than y, so nothing is gained by calling other outcomes lost.

#include "herald/protocol/coin_flip/strong.h"
#include "herald/protocol/game.h"
#include "herald/quantum/gate.h"

namespace herald {

struct BerlinCoin {
  double y = 0.9;  // the larger squared amplitude of the states
  std::size_t attempts = 100;
  bool wanted = false;  // by a cheat
};

namespace coin_flip_berlin {

// Turns |0>, |1> into the states of bit 0 and 1 in a basis (1: the second).
Gate frame(double y, bool basis);

Party<Verdict> alice(Seat& seat, const BerlinCoin& coin);
Party<Verdict> bob(Seat& seat, const BerlinCoin& coin);

// Sends honestly, and where she must opens the other bit, in the basis that has it nearest.
Party<Verdict> alice_lies(Seat& seat, const BerlinCoin& coin);
// Sends |+>, between the states of bit 0 in the first basis and of bit 1 in the second; the optimum.
Party<Verdict> alice_sends_between(Seat& seat, const BerlinCoin& coin);
// Reads the photon in the basis |0>, |1> and answers by it; the optimum.
Party<Verdict> bob_reads(Seat& seat, const BerlinCoin& coin);
// Calls the photon lost unless he finds |0>, as if he then knew more.
Party<Verdict> bob_waits(Seat& seat, const BerlinCoin& coin);

}  // namespace coin_flip_berlin

const Protocol& coin_flip_berlin_protocol();

}  // namespace herald
