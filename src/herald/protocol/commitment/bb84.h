#pragma once
// Commitment by BB84's photons: the basis of a string is the bit. Bennett, Brassard, Proc. IEEE Int. Conf. on
// Computers, Systems and Signal Processing (Bangalore, 1984) 175, section IV, where it flips a coin; and how they break
// it with pairs.

#include "herald/protocol/game.h"
#include "herald/quantum/basis.h"

namespace herald {

struct Bb84Commitment {
  std::size_t photons = 16;
  double storage = 1;      // efficiency of a cheating Alice's memory
  double measurement = 1;  // of her late measurement
  double holes = 0;        // the share of photons that may be missing at Bob
  double errors = 0;       // the share of errors that Bob puts up with in the table of her basis
};

// The bit (the basis: 1 is Basis::x), and the string.
struct Bb84Opening {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "opening";
  static constexpr std::size_t kMostBits = 1 << 24;
  bool bit = false;
  BitString string;

  Bb84Opening() = default;
  Bb84Opening(bool opened, BitString bits) : bit(opened), string(std::move(bits)) {}
  Basis basis() const { return bit ? Basis::x : Basis::z; }
  void encode(Writer& writer) const;
  static Bb84Opening decode(Reader& reader);
};

namespace commit_bb84 {

// Verdicts: commitment/outcome.h.
Party<Verdict> alice(Seat& seat, const Bb84Commitment& p);
Party<Verdict> bob(Seat& seat, const Bb84Commitment& p);

// Commits honestly, and opens what she is told: where that is the other bit, she guesses the other table.
Party<Verdict> alice_lies(Seat& seat, const Bb84Commitment& p);
// Each photon in a basis of its own.
Party<Verdict> alice_sends_a_mixture(Seat& seat, const Bb84Commitment& p);
// Each photon halfway between the bases (Breidbart's).
Party<Verdict> alice_sends_breidbart(Seat& seat, const Bb84Commitment& p);
// Sends halves of pairs, and measures hers when she is told what to open.
Party<Verdict> alice_keeps_epr_halves(Seat& seat, const Bb84Commitment& p);
// Reads the photons in one basis before the opening.
Party<Verdict> bob_looks(Seat& seat, const Bb84Commitment& p);

}  // namespace commit_bb84

const Protocol& commit_bb84_protocol();

}  // namespace herald
