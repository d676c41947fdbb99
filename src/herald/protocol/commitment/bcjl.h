#pragma once
// Commitment by a codeword in random bases: Brassard, Crepeau, Jozsa, Langlois, FOCS 1993, 362. The bit is a parity of
// a random codeword (privacy amplification hides it); its photons stand in random bases; the code's distance keeps
// Alice from a second codeword, and lets Bob put up with errors. Claimed unbreakable, broken by Mayers, PRL 78, 3414
// (1997).
//
// The codes are Reed and Muller's: words of 2^variables bits, bit i the value at i of a polynomial of degree at most
// `order`. The dual of RM(r, m) is RM(m - r - 1, m), its distance 2^(m - r), and its lightest words span it, so that a
// lie always costs exactly that distance.

#include <span>

#include "herald/protocol/commitment/attack.h"
#include "herald/protocol/game.h"

namespace herald {

struct ReedMuller {
  unsigned order = 0, variables = 0;  // order < variables <= 6

  std::size_t length() const { return std::size_t{1} << variables; }
  // A basis of the code, and one of its dual.
  std::vector<std::uint64_t> generators() const;
  std::vector<std::uint64_t> checks() const;
};

struct BcjlCommitment {
  ReedMuller code{1, 2};
  std::vector<std::uint64_t> generators, checks;
  double holes = 0;   // the share of photons that may be missing at Bob
  double errors = 0;  // the share of errors that he puts up with, among photons measured in their basis
  // Of an Alice with a quantum memory: the parity that she announces, and how she cheats with it.
  std::uint64_t parity = 0;
  CommittedStates states;
  CommitmentAttack attack;

  std::size_t photons() const { return code.length(); }
};

// Codewords with r.c = bit: `odd` (if the bit is 1) plus any sum of `even`.
struct ParityClass {
  std::uint64_t odd = 0;
  std::vector<std::uint64_t> even;

  // Of a basis that has a word with r.c = 1.
  ParityClass(std::span<const std::uint64_t> generators, std::uint64_t r);
  std::uint64_t word(bool bit, std::uint64_t index) const;  // `index` has a bit for each of `even`
};

// A parity that hides best: far from everything that the code fixes.
std::uint64_t deepest_parity(const BcjlCommitment& p);
// The whole commitment purified: A holds index * 2^n + bases, B the n photons.
CommittedStates bcjl_states(const BcjlCommitment& p, std::uint64_t parity);

// Which parity of the codeword is the bit.
struct BcjlParity {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "parity";
  std::uint64_t mask = 0;

  BcjlParity() = default;
  explicit BcjlParity(std::uint64_t positions) : mask(positions) {}
  void encode(Writer& writer) const;
  static BcjlParity decode(Reader& reader);
};

struct BcjlOpening {
  static constexpr std::uint8_t kType = 2;
  static constexpr std::string_view kName = "opening";
  bool bit = false;
  std::uint64_t codeword = 0, bases = 0;  // bases: 1 is Basis::x

  BcjlOpening() = default;
  BcjlOpening(bool opened, std::uint64_t word, std::uint64_t in) : bit(opened), codeword(word), bases(in) {}
  void encode(Writer& writer) const;
  static BcjlOpening decode(Reader& reader);
};

namespace commit_bcjl {

// Verdicts: commitment/outcome.h.
Party<Verdict> alice(Seat& seat, const BcjlCommitment& p);
Party<Verdict> bob(Seat& seat, const BcjlCommitment& p);

// A parity that is not constant on the code.
std::uint64_t random_parity(SimulationRandom& random, const BcjlCommitment& p);
// A lightest codeword with r.c = 1.
std::uint64_t lightest_change(SimulationRandom& random, const BcjlCommitment& p, std::uint64_t r);

// Commits honestly; the other bit she opens with the nearest codeword, and where it differs in the other basis.
Party<Verdict> alice_lies(Seat& seat, const BcjlCommitment& p);
// Sends, where two codewords differ, photons halfway between what they say.
Party<Verdict> alice_sends_breidbart(Seat& seat, const BcjlCommitment& p);
// Keeps codeword and bases in superposition, commits to 0, and rotates where 1 is wanted (Mayers).
Party<Verdict> alice_rotates(Seat& seat, const BcjlCommitment& p);
// Commits to the superposition of both instead.
Party<Verdict> alice_superposes(Seat& seat, const BcjlCommitment& p);
// Measures all photons halfway between the bases, and decodes the parity as well as it can be.
Party<Verdict> bob_looks(Seat& seat, const BcjlCommitment& p);

}  // namespace commit_bcjl

const Protocol& commit_bcjl_protocol();

}  // namespace herald
