#pragma once
// Commitment by a physical unclonable function: the bit, in a code of two words as far apart as can be, is padded with
// the device's response to a random challenge, and the device changes hands. Nikolopoulos, Opt. Express 27, 29367
// (2019): a scattering medium read by light, set up by somebody whom both trust.

#include <memory>

#include "herald/protocol/game.h"

namespace herald {

// A device whose responses nobody can foretell: there is one of it, and who gives it away no longer has it.
class UnclonableFunction {
 public:
  // As a trusted manufacturer makes it.
  UnclonableFunction(SimulationRandom& nature, unsigned bits, double noise)
      : m_disorder(nature.next_word()), m_bits(bits), m_noise(noise) {}
  UnclonableFunction(const UnclonableFunction&) = delete;
  UnclonableFunction& operator=(const UnclonableFunction&) = delete;
  UnclonableFunction(UnclonableFunction&&) noexcept = default;
  UnclonableFunction& operator=(UnclonableFunction&&) noexcept = default;
  ~UnclonableFunction() = default;

  // What comes back: each bit of the response wrong with probability `noise`, anew each time.
  std::uint64_t ask(std::uint64_t challenge, SimulationRandom& random) const;

 private:
  std::uint64_t m_disorder = 0;
  unsigned m_bits = 0;
  double m_noise = 0;
};

struct PufCommitment {
  unsigned bits = 16;            // of a response, at most 64
  unsigned challenge_bits = 40;  // of a challenge
  unsigned challenges = 50;      // that a cheat asks the device while it holds it
  double noise = 0;              // error of a response's bit
  unsigned tolerated = 0;        // wrong bits that Bob lets pass

  std::uint64_t all_ones() const { return ~std::uint64_t{0} >> (64 - bits); }
};

// The padded codeword, and the device itself. It travels as an object: from bytes there is none.
struct PufHandover {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "commitment";
  static constexpr bool kAnyValue = true;  // Bob looks at it
  std::uint64_t padded = 0;
  std::unique_ptr<UnclonableFunction> device;

  PufHandover() = default;
  PufHandover(std::uint64_t word, UnclonableFunction&& given)
      : padded(word), device(std::make_unique<UnclonableFunction>(std::move(given))) {}
  void encode(Writer& writer) const;  // the word alone
  static PufHandover decode(Reader& reader);
};

struct PufOpening {
  static constexpr std::uint8_t kType = 2;
  static constexpr std::string_view kName = "opening";
  bool bit = false;
  std::uint64_t challenge = 0;

  PufOpening() = default;
  PufOpening(bool opened, std::uint64_t asked) : bit(opened), challenge(asked) {}
  void encode(Writer& writer) const;
  static PufOpening decode(Reader& reader);
};

namespace commit_puf {

// Verdicts: commitment/outcome.h.
Party<Verdict> alice(Seat& seat, const PufCommitment& p);
Party<Verdict> bob(Seat& seat, const PufCommitment& p);

// Commits honestly, having asked other challenges too: one of them may open the other bit.
Party<Verdict> alice_changes(Seat& seat, const PufCommitment& p);
// Commits to 0 with a response that, of all pairs that she asked, another comes nearest to opening as 1.
Party<Verdict> alice_pairs(Seat& seat, const PufCommitment& p);
// Asks the device challenges before the opening: one may be hers.
Party<Verdict> bob_looks(Seat& seat, const PufCommitment& p);

}  // namespace commit_puf

const Protocol& commit_puf_protocol();

}  // namespace herald
