#pragma once
// A key and an oblivious transfer against a party with much, but not enough, classical memory: a public random string
// passes by, and honest parties keep about the square root of its length. Maurer, J. Cryptology 5, 53 (1992); Cachin,
// Maurer, CRYPTO 1997 (LNCS 1294, 292); Cachin, Crepeau, Marcil, FOCS 1998.

#include <vector>

#include "herald/protocol/game.h"
#include "herald/protocol/storage/hashing_rounds.h"
#include "herald/protocol/storage/public_string.h"

namespace herald {

struct ClassicalStorage {
  std::uint64_t string = 10'000;  // N, bits that pass by
  std::size_t kept = 600;         // k, bits that an honest party keeps
  std::size_t overlap = 8;        // s, common positions that are used
  std::size_t length = 4;         // l, bits of a key or of either string
  std::uint64_t memory = 5'000;   // B, bits that a cheat keeps
};

// Which bits somebody kept, or which are common: rising.
struct KeptPositions {
  static constexpr std::uint8_t kType = 2;
  static constexpr std::string_view kName = "positions";
  Positions positions;

  KeptPositions() = default;
  explicit KeptPositions(Positions kept) : positions(std::move(kept)) {}
  void encode(Writer& writer) const;
  static KeptPositions decode(Reader& reader);
};

struct HashSeeds {
  static constexpr std::uint8_t kType = 6;
  static constexpr std::string_view kName = "hash functions";
  static constexpr std::size_t kMostBits = 1 << 20;
  std::array<BitString, 2> seeds;

  HashSeeds() = default;
  explicit HashSeeds(std::array<BitString, 2> drawn) : seeds(std::move(drawn)) {}
  void encode(Writer& writer) const;
  static HashSeeds decode(Reader& reader);
};

// Why a stranger's message is none; empty when it will do.
std::string fault(const KeptPositions& told, std::size_t count, std::uint64_t string);
std::string fault(const HashSeeds& told, const ClassicalStorage& parameters);
HashSeeds draw_hash_seeds(const ClassicalStorage& parameters, SimulationRandom& random);

// A party while the string passes. The game lets it in and nobody else: it draws the string in the first seat, and
// tells the games around the others.
using StringProgram = Party<Verdict> (*)(Seat&, const ClassicalStorage&, PassingString&);
// Whose memory: an honest party's, a cheat's, or none.
enum class StringMemory : unsigned char { honest, cheat, none };
Party<Verdict> while_string_passes(Seat& seat, const ClassicalStorage& parameters, StringProgram program,
                                   StringMemory memory);
template <StringProgram program, StringMemory memory>
Party<Verdict> with_string(Seat& seat, const ClassicalStorage& parameters) {
  return while_string_passes(seat, parameters, program, memory);
}

namespace classical_transfer {

// Alice's output has both strings, one after the other; a cheating Alice's value is kGuesses + the choice she guesses.
// Bob's value is his choice, and his output its string; a cheating Bob's output has both.
inline constexpr std::uint64_t kGuesses = 2;

Party<Verdict> alice(Seat& seat, const ClassicalStorage& transfer, PassingString& string);
Party<Verdict> bob(Seat& seat, const ClassicalStorage& transfer, PassingString& string);
// Guesses the choice: of two sets, which is Bob's?
Party<Verdict> alice_guesses_choice(Seat& seat, const ClassicalStorage& transfer, PassingString& string);
// Keeps all that his memory takes, and hopes to know the other set too.
Party<Verdict> bob_stores(Seat& seat, const ClassicalStorage& transfer, PassingString& string);

}  // namespace classical_transfer

namespace classical_key {

// Outputs are the key, of Eve what she takes for it.
Party<Verdict> alice(Seat& seat, const ClassicalStorage& parameters, PassingString& string);
Party<Verdict> bob(Seat& seat, const ClassicalStorage& parameters, PassingString& string);
// Hears everything, and keeps of the string all that her memory takes.
Party<Verdict> eve(Seat& seat, const ClassicalStorage& parameters, PassingString& string);

}  // namespace classical_key

const Protocol& classical_transfer_protocol();
const Protocol& classical_key_protocol();

}  // namespace herald
