#pragma once
// Bennett and Brassard's coin flip, in five steps: Alice commits to a basis by a string of photons in it, Bob guesses
// the basis, and she opens. Proc. IEEE Int. Conf. on Computers, Systems and Signal Processing (Bangalore, 1984) 175;
// the article's section on coin flipping tells it in these steps.

#include "herald/protocol/game.h"

namespace herald {

struct CoinFlip {
  std::size_t photons = 100;
  double storage = 1;      // efficiency of a cheating Alice's memory: the share of photons whose state it keeps
  double measurement = 1;  // of her late measurement
  double holes = 0;        // the share of photons that may be missing at Bob
  double errors = 0;       // the share of errors that Bob puts up with in the table of her basis
  double transmittance = 1;
};

// The coin, as both name it.
enum class CoinSide : std::uint8_t { alice = 0, bob = 1 };  // who wins

// Bob's guess of Alice's basis.
struct BasisGuess {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "basis guess";
  static constexpr bool kAnyValue = true;
  Basis basis = Basis::z;

  BasisGuess() = default;
  explicit BasisGuess(Basis guess) : basis(guess) {}
  void encode(Writer& writer) const;
  static BasisGuess decode(Reader& reader);
};

// Alice's basis and string, which Bob compares with his tables.
struct BasisOpening {
  static constexpr std::uint8_t kType = 2;
  static constexpr std::string_view kName = "opening";
  static constexpr bool kAnyValue = true;  // Bob looks at its size
  static constexpr std::size_t kMostBits = 1 << 24;
  Basis basis = Basis::z;
  BitString bits;

  BasisOpening() = default;
  BasisOpening(Basis said, BitString string) : basis(said), bits(std::move(string)) {}
  void encode(Writer& writer) const;
  static BasisOpening decode(Reader& reader);
};

namespace coin_flip {

// A verdict's value is the CoinSide; a dishonest Alice adds kLied when she opened another basis than she sent.
inline constexpr std::uint64_t kLied = 2;
// A table and a string that have nothing to do with each other are taken for correlated with probability 2^-this.
inline constexpr double kCorrelationBits = 64;

Party<Verdict> alice(Seat& seat, const CoinFlip& flip);
Party<Verdict> bob(Seat& seat, const CoinFlip& flip);

// Sends honestly and opens whatever Bob did not guess: she must then guess his table.
Party<Verdict> alice_lies(Seat& seat, const CoinFlip& flip);
// Each photon in a basis of its own, so that either table agrees for the better part.
Party<Verdict> alice_sends_a_mixture(Seat& seat, const CoinFlip& flip);
// Each photon halfway between the bases (Breidbart's).
Party<Verdict> alice_sends_breidbart(Seat& seat, const CoinFlip& flip);
// Sends halves of pairs and measures hers when she knows which basis wins.
Party<Verdict> alice_keeps_epr_halves(Seat& seat, const CoinFlip& flip);
// The same with a memory that says at once which halves it stored: of those alone she sends the others, no more than
// Bob insists on, over a line of hers without loss. What her memory lost Bob takes for lost on the way.
Party<Verdict> alice_stores_heralded(Seat& seat, const CoinFlip& flip);
// Lies, over a line of hers without loss, where most pulses are empty: Bob takes them for lost.
Party<Verdict> alice_hides_in_holes(Seat& seat, const CoinFlip& flip);
// Reads all photons in one basis before he guesses.
Party<Verdict> bob_measures_first(Seat& seat, const CoinFlip& flip);

}  // namespace coin_flip

const Protocol& coin_flip_protocol();

}  // namespace herald
