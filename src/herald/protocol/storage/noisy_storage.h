#pragma once
// Oblivious transfer against a party whose quantum memory is noisy, over a line that loses and disturbs photons:
// Wehner, Schaffner, Terhal, PRL 100, 220502 (2008); Koenig, Wehner, Wullschleger, IEEE TIT 58, 1962 (2012); in these
// steps Schaffner, PRA 82, 032308 (2010), with losses as in Wehner, Curty, Schaffner, Lo, PRA 81, 052336 (2010).
// Whoever wants to use more than the steps allow must keep photons while Alice waits.

#include <cstdint>

#include "herald/protocol/storage/announcement.h"

namespace herald {

struct NoisyStorage {
  std::size_t photons = 50;
  std::size_t length = 8;  // bits of either string
  double waiting = 1e-3;   // s
  double storage = 0.95;   // r: a cheat's memory keeps a qubit for that time with this probability, else replaces it
  double holes = 0;        // the share of photons that Bob may say are missing
  double errors = 0;       // the share of errors that Alice helps Bob to correct
};

// Where a photon came.
struct Arrivals {
  static constexpr std::uint8_t kType = 2;
  static constexpr std::string_view kName = "arrivals";
  static constexpr std::size_t kMostBits = 1 << 24;
  BitString arrived;

  Arrivals() = default;
  explicit Arrivals(BitString where) : arrived(std::move(where)) {}
  void encode(Writer& writer) const { writer.bits(arrived); }
  static Arrivals decode(Reader& reader) { return Arrivals(reader.bits(kMostBits)); }
};

// Of the bits of either basis, in codes (parity_checks.h) that the seed draws.
struct Syndromes {
  static constexpr std::uint8_t kType = 3;
  static constexpr std::string_view kName = "syndromes";
  static constexpr std::size_t kMostBits = 1 << 24;
  std::uint64_t seed = 0;
  std::array<BitString, 2> of;

  Syndromes() = default;
  Syndromes(std::uint64_t drawn, std::array<BitString, 2> syndromes) : seed(drawn), of(std::move(syndromes)) {}
  void encode(Writer& writer) const;
  static Syndromes decode(Reader& reader);
};

namespace noisy_transfer {

// Alice's output has both strings, her value the bit of the first photon that arrived (kFirst, when there was one), and
// a cheat's guess of the choice. Bob's value is his choice, and his output its string; a cheating Bob's output has both
// and his value the guess of that bit.
inline constexpr std::uint64_t kFirst = 2, kGuesses = 4, kGuessedOne = 8;

Party<Verdict> alice(Seat& seat, const NoisyStorage& transfer);
Party<Verdict> bob(Seat& seat, const NoisyStorage& transfer);

// Spoils the syndrome of one string: Bob would need it, or not.
Party<Verdict> alice_spoils_a_syndrome(Seat& seat, const NoisyStorage& transfer);
// Keeps all photons while Alice waits.
Party<Verdict> bob_stores(Seat& seat, const NoisyStorage& transfer);
// Measures all at once, halfway between the bases.
Party<Verdict> bob_measures_in_breidbart(Seat& seat, const NoisyStorage& transfer);
// Whichever of the two his memory is good for: the best that he can do with each photon by itself.
Party<Verdict> bob_does_best(Seat& seat, const NoisyStorage& transfer);
// The same over a line of his without loss, and says of as many as he may that they did not come: he need not know
// them.
Party<Verdict> bob_hides_in_holes(Seat& seat, const NoisyStorage& transfer);

// The parts of the steps that cheats share with honest parties -------------------------------------------------------

// Why a stranger's arrivals are none, or too few; empty when they will do.
std::string fault(const Arrivals& arrivals, const NoisyStorage& transfer);
// The bits of the photons that arrived; 0 for the others.
BitString common(BitView bits, BitView arrived);
// kFirst and the bit of the first photon that arrived; 0 when none did.
std::uint64_t first_bit(BitView bits, BitView arrived);
// The errors of `bits` in that basis corrected, as far as the syndrome allows.
void correct(BitString& bits, const BasesAndHashes& told, BitView arrived, const Syndromes& syndromes, unsigned which,
             double errors);
Syndromes syndromes_of(BitView bits, const BasesAndHashes& told, BitView arrived, double errors, std::uint64_t seed);
// Why a stranger's syndromes are none; empty when they are some.
std::string fault(const Syndromes& syndromes, const BasesAndHashes& told, BitView arrived, double errors);

}  // namespace noisy_transfer

const Protocol& noisy_transfer_protocol();

}  // namespace herald
