#pragma once
// One-out-of-two oblivious transfer of strings by photons and commitments: Bennett, Brassard, Crépeau, Skubiszewska,
// CRYPTO '91, LNCS 576 (1992) 351; that commitments are what it takes: Crépeau, Kilian, FOCS 1988, 42. Bob learns the
// string that he chose; Alice does not learn which.
//
// Over a line that loses photons Bob says first which came, before anything is said of bases, and the rest is about
// those. Over a noisy one Alice sends the syndrome of either set's bits (storage/parity_checks.h) with the strings, in
// one message: two-way correction would tell her which Bob corrects, and so does he not say whether it went well.

#include "herald/protocol/game.h"
#include "herald/protocol/oblivious_transfer/commitments.h"

namespace herald {

struct ObliviousTransfer {
  std::size_t photons = 160;
  std::size_t tested = 32;  // of them, opened to Alice
  // Least positions in each of Bob's two sets. He knows half of what is not tested: with two sets much above a quarter
  // of it he cannot fill both, with sets much below the half he finds one.
  std::size_t set = 44;
  std::size_t length = 16;  // bits of each string; at most `set`
  double holes = 0;         // the share of photons that Alice lets be missing
  double errors = 0;        // the share of errors that she puts up with among what she can compare, and corrects
  double stored = 0.25;     // the share of photons that a cheating Bob keeps
  oblivious_transfer::CommitmentPlan commitments;
};

namespace oblivious_transfer {

// Why two processes cannot play with trusted boxes.
inline constexpr std::string_view kNoBoxTravels =
    "a trusted box is handed over, and no wire carries one; with --set commitment=1 (by hash) or 2 (by photons) two "
    "processes can play it";

struct StringPair {
  BitString zero, one;
};

// The positions that Bob is to open: a set, one bit a photon.
struct TestedPositions {
  static constexpr std::uint8_t kType = 5;
  static constexpr std::string_view kName = "test";
  static constexpr std::size_t kMost = 1 << 20;
  BitString positions;

  TestedPositions() = default;
  explicit TestedPositions(BitString set) : positions(std::move(set)) {}
  void encode(Writer& writer) const { writer.bits(positions); }
  static TestedPositions decode(Reader& reader) { return TestedPositions(reader.bits(kMost)); }
};

// Alice's bases, of all photons.
struct BasisTable {
  static constexpr std::uint8_t kType = 6;
  static constexpr std::string_view kName = "bases";
  static constexpr std::size_t kMost = 1 << 20;
  BitString bases;

  BasisTable() = default;
  explicit BasisTable(BitString table) : bases(std::move(table)) {}
  void encode(Writer& writer) const { writer.bits(bases); }
  static BasisTable decode(Reader& reader) { return BasisTable(reader.bits(kMost)); }
};

// Bob's two sets: in the one he measured as she sent, in the other not; which is which is his choice.
struct PositionSets {
  static constexpr std::uint8_t kType = 7;
  static constexpr std::string_view kName = "sets";
  static constexpr std::size_t kMost = 1 << 20;
  BitString zero, one;

  PositionSets() = default;
  PositionSets(BitString first, BitString second) : zero(std::move(first)), one(std::move(second)) {}
  void encode(Writer& writer) const;
  static PositionSets decode(Reader& reader);
};

// Which photons came, one bit a photon.
struct ArrivedPhotons {
  static constexpr std::uint8_t kType = 13;
  static constexpr std::string_view kName = "arrivals";
  static constexpr std::size_t kMost = 1 << 20;
  BitString arrived;

  ArrivedPhotons() = default;
  explicit ArrivedPhotons(BitString came) : arrived(std::move(came)) {}
  void encode(Writer& writer) const { writer.bits(arrived); }
  static ArrivedPhotons decode(Reader& reader) { return ArrivedPhotons(reader.bits(kMost)); }
};

// Each string under the hash of Alice's bits at its set (distill/privacy_amplification.h), the hashes' seeds, and the
// syndromes of these bits.
struct MaskedStrings {
  static constexpr std::uint8_t kType = 8;
  static constexpr std::string_view kName = "strings";
  static constexpr std::size_t kMost = 1 << 20;
  BitString seeds;  // of the first hash, then of the second
  BitString zero, one;
  std::uint64_t code = 0;  // the seed of both sets' parity checks
  std::array<BitString, 2> syndromes;

  MaskedStrings() = default;
  MaskedStrings(BitString hashes, BitString first, BitString second)
      : seeds(std::move(hashes)), zero(std::move(first)), one(std::move(second)) {}
  void encode(Writer& writer) const;
  static MaskedStrings decode(Reader& reader);
};

// A transfer as a part of other programs. What goes wrong ends the party that awaits it. The arguments outlive it.
Party<std::size_t> send_strings(Peer& bob, SimulationRandom& random, const ObliviousTransfer& transfer,
                                const StringPair& strings);  // the size of Bob's sets
Party<BitString> receive_string(Peer& alice, SimulationRandom& random, const ObliviousTransfer& transfer, bool choice);
// As receive_string(), by a Bob who stores the photons: he commits to nothing where he can, else to table at random,
// and measures all he stored once he knows the bases. Both strings, as far as he gets them.
Party<StringPair> receive_both_strings(Peer& alice, SimulationRandom& random, const ObliviousTransfer& transfer);

// A verdict of Alice: what she takes Bob's choice for, or kNoGuess; its output: both strings. Of Bob: his choice; its
// output: the string, of a cheat both.
inline constexpr std::uint64_t kNoGuess = 2;

Party<Verdict> alice(Seat& seat, const ObliviousTransfer& transfer);
Party<Verdict> bob(Seat& seat, const ObliviousTransfer& transfer);

// Looks for his choice in his commitments, where they can be read.
Party<Verdict> alice_reads_commitments(Seat& seat, const ObliviousTransfer& transfer);
// Announces the other basis of every photon that she did not test.
Party<Verdict> alice_announces_wrong_bases(Seat& seat, const ObliviousTransfer& transfer);
// Masks her first string with random bits, so that Bob fails just when he chose it.
Party<Verdict> alice_spoils_a_string(Seat& seat, const ObliviousTransfer& transfer);
// Stores all photons, commits to random values, and measures when he knows the bases.
Party<Verdict> bob_measures_late(Seat& seat, const ObliviousTransfer& transfer);
// Stores all photons and measures the tested ones when asked: he needs to open what he did not commit to.
Party<Verdict> bob_reopens(Seat& seat, const ObliviousTransfer& transfer);
// Stores a share of the photons and divides what he knows in the end over both sets.
Party<Verdict> bob_stores_some(Seat& seat, const ObliviousTransfer& transfer);

}  // namespace oblivious_transfer

const Protocol& ot_from_commitment_protocol();

}  // namespace herald
