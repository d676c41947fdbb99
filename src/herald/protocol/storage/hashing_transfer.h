#pragma once
// Oblivious transfer from weak string erasure by interactive hashing, against a noisy quantum memory: Koenig, Wehner,
// Wullschleger, IEEE TIT 58, 1962 (2012). Bob measures in random bases, so that he has about half of Alice's bits and
// she does not know which. He orders them so that those he has fill some rows of a table, and interactive hashing
// leaves two sets of rows: his, and one that nobody chose. Losses and errors as in noisy_storage.h.

#include "herald/protocol/storage/hashing_rounds.h"
#include "herald/protocol/storage/public_string.h"
#include "herald/protocol/storage/robust_storage.h"

namespace herald {

// How a cheat's memory disturbs a qubit while Alice waits. With probability r it is kept, and else replaced by an even
// mixture, or lost and he knows; or its coherences are multiplied by r; or |1> decays with 1 - r.
enum class StoredBy : unsigned char { depolarising, erasing, dephasing, damping };

struct HashingTransfer {
  std::size_t photons = 128;
  std::size_t rows = 16, columns = 8;  // of the table; a set is a quarter of the rows
  std::size_t length = 4;              // bits of either string
  double errors = 0;                   // share of errors that the syndromes correct
  double waiting = 1e-3;               // s
  double storage = 0.9;                // r

  std::size_t bits() const { return rows * columns; }
  std::size_t set_size() const { return rows / 4; }
  std::size_t set_bits() const { return set_size() * columns; }
};

// Bases (1: Basis::x) of all photons.
struct Bases {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "bases";
  static constexpr std::size_t kMostBits = 1 << 24;
  BitString bases;

  Bases() = default;
  explicit Bases(BitString told) : bases(std::move(told)) {}
  void encode(Writer& writer) const { writer.bits(bases); }
  static Bases decode(Reader& reader) { return Bases(reader.bits(kMostBits)); }
};

// Which bit stands where in the table: row by row, numbers of counted photons, each once.
struct TableOrder {
  static constexpr std::uint8_t kType = 7;
  static constexpr std::string_view kName = "order of the table";
  std::vector<std::uint32_t> bits;

  TableOrder() = default;
  explicit TableOrder(std::vector<std::uint32_t> order) : bits(std::move(order)) {}
  void encode(Writer& writer) const;
  static TableOrder decode(Reader& reader);
};

// Hash functions and syndromes (of codes that the seed draws) of the bits in either set of rows.
struct SetsHashed {
  static constexpr std::uint8_t kType = 8;
  static constexpr std::string_view kName = "hash functions and syndromes";
  static constexpr std::size_t kMostBits = 1 << 24;
  std::array<BitString, 2> hashes, syndromes;
  std::uint64_t seed = 0;

  void encode(Writer& writer) const;
  static SetsHashed decode(Reader& reader);
};

namespace hashing_transfer {

// Alice's output has both strings, one after the other; a cheating Alice's value is kGuesses + the choice she guesses.
// Bob's value is his choice, and his output its string; a cheating Bob's output has both.
inline constexpr std::uint64_t kGuesses = 2;

Party<Verdict> alice(Seat& seat, const HashingTransfer& transfer);
Party<Verdict> bob(Seat& seat, const HashingTransfer& transfer);

// Guesses which of the two sets is Bob's.
Party<Verdict> alice_guesses_choice(Seat& seat, const HashingTransfer& transfer);
// Measures all photons at once, halfway between the bases.
Party<Verdict> bob_measures_in_breidbart(Seat& seat, const HashingTransfer& transfer);
// Keeps all photons in such a memory, turned to where it hurts least; puts what he surely knows into rows of its own.
template <StoredBy kind>
Party<Verdict> bob_stores(Seat& seat, const HashingTransfer& transfer);

// The parts of the steps that cheats share with honest parties -------------------------------------------------------

// Those of the counted photons.
BitString counted_bits(BitView bits, BitView counted);
BitString in_table(BitView counted, const TableOrder& order);
// Row by row, so that the bits `first` fill the rows of `set` and the others the rest, each in the order given.
TableOrder order_for(const std::vector<std::size_t>& set, const std::vector<std::uint32_t>& first,
                     const std::vector<std::uint32_t>& others, const HashingTransfer& transfer);
// Why a stranger's message is none; empty when it will do.
std::string fault(const Bases& told, const HashingTransfer& transfer);
std::string fault(const TableOrder& order, const HashingTransfer& transfer);
std::string fault(const SetsHashed& told, const HashingTransfer& transfer);
// The bits in the rows of a set.
BitString set_bits(BitView table, const std::vector<std::size_t>& set, const HashingTransfer& transfer);
// What Alice tells in the end of the bits of both sets, and the strings.
SetsHashed hash_sets(const std::array<BitString, 2>& sets, const HashingTransfer& transfer, SimulationRandom& random);
BitString strings_of(const std::array<BitString, 2>& sets, const SetsHashed& told, const HashingTransfer& transfer);
// String `which` of bits with errors.
BitString corrected_string(const BitString& set, const SetsHashed& told, unsigned which,
                           const HashingTransfer& transfer);

}  // namespace hashing_transfer

const Protocol& hashing_transfer_protocol();

}  // namespace herald
