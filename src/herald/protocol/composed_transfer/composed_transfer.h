#pragma once
// What a stand-alone proof does not say: Wehner, Wullschleger, ICALP 2008 (arXiv:0709.0492), who show that oblivious
// transfer against a small quantum memory (storage/bounded_storage.h) need not stay secure inside a larger protocol,
// and that it does once the memory is bounded when the transfer begins, too. The attack here is our example of theirs.
//
// The larger protocol: Alice keeps some qubits for Bob and gives them back. If these are halves of pairs, Bob teleports
// her photons into them (Bennett, Brassard, Crépeau, Jozsa, Peres, Wootters, PRL 70, 1895 (1993)): at the time of the
// bound he has classical bits alone, and afterwards she hands him what his memory could not hold.

#include "herald/protocol/game.h"
#include "herald/protocol/storage/announcement.h"

namespace herald {

// Where in time the bound on Bob's memory holds.
enum class MemoryBound : std::uint8_t { before_the_bases, and_at_the_beginning };

struct ComposedTransfer {
  std::size_t photons = 60;
  std::size_t length = 8;  // bits of either string
  std::size_t memory = 0;  // qubits that a cheating Bob keeps whenever the bound holds
  MemoryBound bound = MemoryBound::before_the_bases;
};

namespace composed_transfer {

// Alice's output has both strings. Bob's value is his choice, and his output its string; a cheating Bob's has both.
Party<Verdict> alice(Seat& seat, const ComposedTransfer& transfer);
Party<Verdict> bob(Seat& seat, const ComposedTransfer& transfer);

// Looks at what Bob left with her.
Party<Verdict> alice_looks(Seat& seat, const ComposedTransfer& transfer);
// Keeps what his memory takes and measures the other photons in one basis; leaves with Alice what an honest Bob does.
Party<Verdict> bob_stores(Seat& seat, const ComposedTransfer& transfer);
// Leaves halves of pairs with Alice and teleports her photons into them, as many as he has the other halves of.
Party<Verdict> bob_teleports(Seat& seat, const ComposedTransfer& transfer);

}  // namespace composed_transfer

const Protocol& composed_transfer_protocol();

}  // namespace herald
