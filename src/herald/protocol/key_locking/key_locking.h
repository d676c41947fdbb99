#pragma once
// Why a key must be secret in trace distance: König, Renner, Bariska, Maurer, "Small accessible quantum information
// does not imply security", PRL 98, 140502 (2007). After DiVincenzo, Horodecki, Leung, Smolin, Terhal, PRL 92, 067902
// (2004), who lock classical correlations.
//
// A key of 2 n + 1 bits: two bits name I, X, Y or Z for each of n qubits, and one more is p. Eve holds the n qubits
// with p as the parity of what they show in the bases named; as a state, (1 + (-1)^p P) / 2^n with P the product of the
// named. Of the key she can learn at most 4^-n sum_P <P>^2 < 2^-n bit by any measurement, since of a pure state all
// <P>^2 together are 2^n. Yet the first 2 n bits are all she needs to read the last. The state's trace distance from an
// ideal key's is (1 - 4^-n) / 2.

#include "herald/protocol/game.h"

namespace herald {

enum class SecrecyCriterion : std::uint8_t { accessible_information, trace_distance };

struct KeyLocking {
  std::size_t qubits = 10;
  SecrecyCriterion criterion = SecrecyCriterion::accessible_information;
};

namespace key_locking {

// A message under the key, bit by bit: known to be 0 but for the last bit, which is the secret.
struct Ciphertext {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "ciphertext";
  static constexpr std::size_t kMost = 1 << 12;
  BitString bits;

  Ciphertext() = default;
  explicit Ciphertext(BitString message) : bits(std::move(message)) {}
  void encode(Writer& writer) const { writer.bits(bits); }
  static Ciphertext decode(Reader& reader) { return Ciphertext(reader.bits(kMost)); }
};

// A verdict's value: the secret bit; of Eve, what she takes it for.
Party<Verdict> alice(Seat& seat, const KeyLocking& locking);
Party<Verdict> eve(Seat& seat, const KeyLocking& locking);

// Measures the qubits as they come: what accessible information speaks of.
Party<Verdict> eve_measures_early(Seat& seat, const KeyLocking& locking);
// Keeps them until the part of the key that the known message shows tells her how.
Party<Verdict> eve_waits(Seat& seat, const KeyLocking& locking);

}  // namespace key_locking

const Protocol& key_locking_protocol();

}  // namespace herald
