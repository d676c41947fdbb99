#pragma once
// Oblivious transfer and commitment against a party who can keep few qubits: Damgaard, Fehr, Salvail, Schaffner, FOCS
// 2005 and SIAM J. Comput. 37, 1865 (2008); Damgaard, Fehr, Renner, Salvail, Schaffner, CRYPTO 2007. Honest parties
// keep no qubit at all.

#include "herald/protocol/storage/announcement.h"

namespace herald {

struct BoundedStorage {
  std::size_t photons = 100;
  std::size_t length = 8;   // bits of either string of a transfer
  std::size_t memory = 90;  // qubits that a cheat keeps
  double angle = 0;         // radian, from Z: the polarizer by which a cheat measures the others
};

// The committed bit, and what the photons said in its basis.
struct CommitmentOpening {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "opening";
  static constexpr std::size_t kMostBits = 1 << 24;
  bool bit = false;
  BitString outcomes;

  CommitmentOpening() = default;
  CommitmentOpening(bool committed, BitString seen) : bit(committed), outcomes(std::move(seen)) {}
  void encode(Writer& writer) const;
  static CommitmentOpening decode(Reader& reader);
};

namespace bounded_transfer {

// Alice's output has both strings, one after the other; a cheating Alice's value is kGuesses + the choice she guesses.
// Bob's value is his choice, and his output its string; a cheating Bob's output has both.
inline constexpr std::uint64_t kGuesses = 2;

Party<Verdict> alice(Seat& seat, const BoundedStorage& transfer);
Party<Verdict> bob(Seat& seat, const BoundedStorage& transfer);

// Guesses which string Bob chose, from all that he sends: nothing.
Party<Verdict> alice_guesses_choice(Seat& seat, const BoundedStorage& transfer);
// Keeps what his memory takes and measures the others by his polarizer.
Party<Verdict> bob_stores(Seat& seat, const BoundedStorage& transfer);
// The angle with which both strings are most often right.
double best_angle(const BoundedStorage& transfer);

}  // namespace bounded_transfer

namespace bounded_commitment {

// Alice's value is the bit, and kAfterwards when she chose it only at the opening. Bob's is the bit, kGuesses and twice
// kGuesses times what he guessed before.
inline constexpr std::uint64_t kAfterwards = 2, kGuesses = 2, kGuessedOne = 4;

Party<Verdict> alice(Seat& seat, const BoundedStorage& commitment);
Party<Verdict> bob(Seat& seat, const BoundedStorage& commitment);

// Keeps what her memory takes, measures the others by her polarizer, and opens what she likes.
Party<Verdict> alice_stores(Seat& seat, const BoundedStorage& commitment);
// The angle with which a bit drawn afterwards is most often opened.
double best_angle(const BoundedStorage& commitment);
// Keeps what her memory takes, commits to a bit with the others, and opens the other one.
Party<Verdict> alice_changes_her_mind(Seat& seat, const BoundedStorage& commitment);
// Guesses the bit before it is opened.
Party<Verdict> bob_guesses_bit(Seat& seat, const BoundedStorage& commitment);

}  // namespace bounded_commitment

const Protocol& bounded_transfer_protocol();
const Protocol& bounded_commitment_protocol();

}  // namespace herald
