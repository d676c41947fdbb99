#pragma once
// Two messages in one string of photons, one of which can be read: Wiesner, SIGACT News 15, 78 (1983). The order of the
// photons is told when they have been measured, in place of Wiesner's redundant code; with that the reader gets his
// message without error, as in Bennett, Brassard, Breidbart, Wiesner, CRYPTO '82, 267.
//
// And the code of some bits in one qubit, each of which can be read: Ambainis, Nayak, Ta-Shma, Vazirani, J. ACM 49, 496
// (2002).

#include "herald/protocol/game.h"

namespace herald {

struct ConjugateCoding {
  std::size_t bits = 8;  // of each message
  double storage = 1;    // efficiency of a cheating reader's memory
};

// Which photon of a pair i, n + i carries bit i of message 0: the first (0) or the second (1).
struct PhotonOrder {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "order";
  static constexpr std::size_t kMostBits = 1 << 20;
  BitString second;

  PhotonOrder() = default;
  explicit PhotonOrder(BitString order) : second(std::move(order)) {}
  void encode(Writer& writer) const { writer.bits(second); }
  static PhotonOrder decode(Reader& reader) { return PhotonOrder(reader.bits(kMostBits)); }
};

namespace conjugate_coding {

// The verdict's output has message 0 and, after it, message 1, as the party knows or guesses them; a reader's value is
// the number of the message that he wants.
Party<Verdict> sender(Seat& seat, const ConjugateCoding& coding);
Party<Verdict> reader(Seat& seat, const ConjugateCoding& coding);

// Measures each photon halfway between the bases.
Party<Verdict> reader_breidbart(Seat& seat, const ConjugateCoding& coding);
// Measures the two photons of each pair together: in whichever order they turn out to be, so as to have both bits.
Party<Verdict> reader_measures_pairs(Seat& seat, const ConjugateCoding& coding);
// Keeps the photons until he knows their order.
Party<Verdict> reader_keeps_photons(Seat& seat, const ConjugateCoding& coding);

}  // namespace conjugate_coding

struct RandomAccessCode {
  std::size_t bits = 2;  // 1 to 3
  bool quantum = true;   // a qubit; otherwise a photon that is always in one basis: a classical bit
};

namespace random_access_code {

// The verdict's output: all bits, as the party knows or guesses them; a reader's value is the place of the bit that he
// wants.
Party<Verdict> sender(Seat& seat, const RandomAccessCode& code);
Party<Verdict> reader(Seat& seat, const RandomAccessCode& code);

// Measures so as to guess all bits together.
Party<Verdict> reader_wants_all(Seat& seat, const RandomAccessCode& code);

}  // namespace random_access_code

const Protocol& conjugate_coding_protocol();
const Protocol& random_access_code_protocol();

}  // namespace herald
