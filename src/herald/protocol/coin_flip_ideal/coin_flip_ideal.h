#pragma once
// A coin flip from any commitment that is given as two joint pure states, and why no such coin is ideal: Lo, Chau,
// Physica D 120, 177 (1998), quant-ph/9711065. What hides Alice's bit from Bob perfectly she can turn into the other
// bit, by a rotation of what she kept (Uhlmann). Bob's test is the best there is: she hands over all that she kept.

#include "herald/protocol/coin_flip/strong.h"
#include "herald/protocol/commitment/states.h"

namespace herald {

struct IdealCoin {
  StatesCommitment commitment;
  bool wanted = false;  // by a cheat
};

// BB84's: the bit is the basis of photons in a random string, which hides it perfectly.
CommittedStates basis_commitment(std::size_t photons);
// Ambainis': the bit of coin_flip_ambainis.h, Alice keeping the sign.
CommittedStates ambainis_commitment();
// sqrt y |00> + sqrt(1-y) |11>, or with both amplitudes exchanged.
CommittedStates weights_commitment(double y);
// That of a casting of coin-flip-ideal.
CommittedStates ideal_coin_states(const Casting& casting);

// Alice's bit, which what she kept of the state follows.
struct BitOpening {
  static constexpr std::uint8_t kType = 2;
  static constexpr std::string_view kName = "opening";
  bool bit = false;

  BitOpening() = default;
  explicit BitOpening(bool her_bit) : bit(her_bit) {}
  void encode(Writer& writer) const;
  static BitOpening decode(Reader& reader);
};

namespace coin_flip_ideal {

Party<Verdict> alice(Seat& seat, const IdealCoin& coin);
Party<Verdict> bob(Seat& seat, const IdealCoin& coin);

// Commits to 0 as an honest Alice would, and rotates where she needs 1.
Party<Verdict> alice_rotates(Seat& seat, const IdealCoin& coin);
// Commits to the superposition, and rotates where she needs 1; the optimum.
Party<Verdict> alice_superposes(Seat& seat, const IdealCoin& coin);
// Measures at once which bit his part looks like; the optimum.
Party<Verdict> bob_guesses(Seat& seat, const IdealCoin& coin);

}  // namespace coin_flip_ideal

const Protocol& coin_flip_ideal_protocol();

}  // namespace herald
