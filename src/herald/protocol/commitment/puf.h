#pragma once
// Commitment by a physical unclonable function: the bit, in a code of two words as far apart as can be, is padded with
// the device's response to a random challenge, and the device changes hands. Nikolopoulos, Opt. Express 27, 29367
// (2019): a scattering medium read by light, set up by somebody whom both trust.

#include <memory>

#include "herald/protocol/game.h"

namespace herald {

struct PufCommitment;

namespace commit_puf {
Party<Verdict> maker(Seat& seat, const PufCommitment& p);
}

// A device whose responses nobody can foretell: there is one of it, and who gives it away no longer has it. The maker
// alone makes one.
class UnclonableFunction {
 public:
  // None: what is left to whoever gave one away.
  UnclonableFunction() = default;
  UnclonableFunction(const UnclonableFunction&) = delete;
  UnclonableFunction& operator=(const UnclonableFunction&) = delete;
  UnclonableFunction(UnclonableFunction&&) noexcept = default;
  UnclonableFunction& operator=(UnclonableFunction&&) noexcept = default;
  ~UnclonableFunction() = default;

  bool here() const { return m_device != nullptr; }
  // What comes back: each bit of the response wrong with the device's noise, anew each time. Who has no device ends as
  // a party that asked one.
  std::uint64_t ask(std::uint64_t challenge, SimulationRandom& random) const;

 private:
  friend Party<Verdict> commit_puf::maker(Seat& seat, const PufCommitment& p);
  struct Device {
    std::uint64_t disorder = 0;
    unsigned bits = 0;
    double noise = 0;
  };
  explicit UnclonableFunction(const Device& device) : m_device(std::make_unique<Device>(device)) {}
  std::unique_ptr<const Device> m_device;
};

struct PufCommitment {
  unsigned bits = 16;            // of a response, at most 64
  unsigned challenge_bits = 40;  // of a challenge
  unsigned challenges = 50;      // that a cheat asks the device while it holds it
  double noise = 0;              // error of a response's bit
  unsigned tolerated = 0;        // wrong bits that Bob lets pass

  std::uint64_t all_ones() const { return ~std::uint64_t{0} >> (64 - bits); }
};

// The device, from its maker. It travels as an object: from bytes there is none.
struct PufDelivery {
  static constexpr std::uint8_t kType = 3;
  static constexpr std::string_view kName = "device";
  static constexpr bool kAnyValue = true;  // who gets it looks
  UnclonableFunction device;

  PufDelivery() = default;
  explicit PufDelivery(UnclonableFunction&& made) : device(std::move(made)) {}
  void encode(Writer&) const {}
  static PufDelivery decode(Reader& reader);
};

// The padded codeword, and the device.
struct PufHandover {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "commitment";
  static constexpr bool kAnyValue = true;  // Bob looks at it
  std::uint64_t padded = 0;
  UnclonableFunction device;

  PufHandover() = default;
  PufHandover(std::uint64_t word, UnclonableFunction&& given) : padded(word), device(std::move(given)) {}
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

// Whom both trust: makes the device, for Alice.
Party<Verdict> maker(Seat& seat, const PufCommitment& p);

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
