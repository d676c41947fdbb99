#pragma once
// A commitment that agents at two places sustain, each round being a commitment to the secret of the last one: Lunghi
// et al., PRL 115, 030502 (2015); Chakraborty, Chailloux, Leverrier, PRL 115, 250501 (2015). Verbanis et al., PRL 117,
// 140506 (2016), sustained one for 24 hours.
//
// Rounds alternate between the places. In round k Bob sends a random string b_k, and Alice answers a_k + a_(k-1) b_k in
// GF(2^n), in the first round a_0 + d b_0 with her bit d. She opens d and the last a_k at the other place.

#include <vector>

#include "herald/protocol/game.h"

namespace herald {

// What cheating agents say in the second round, when the first secret x is known to one of them only and the challenge
// b to the other: secrets[x] + answers[b] is x b as often as they can.
struct SecondRoundGuesses {
  std::vector<std::uint64_t> secrets, answers;
};

struct SustainedCommitment {
  unsigned bits = 8;  // n
  std::size_t rounds = 5;
  double start = 0;       // s, of the first round
  double round_time = 0;  // s
  double answer = 0;      // s, how soon Alice answers
  SecondRoundGuesses guesses = {};
  double round_starts(std::size_t round) const { return start + static_cast<double>(round) * round_time; }
};

// Of GF(2^n), as words below 2^n; a sum is an exclusive or.
__extension__ typedef unsigned __int128 FieldWord;  // NOLINT(modernize-use-using): __extension__ wants a typedef
inline constexpr unsigned kMostFieldBits = 128;
FieldWord field_product(FieldWord a, FieldWord b, unsigned n);
void encode_word(Writer& writer, FieldWord word);
FieldWord decode_word(Reader& reader);

// A message that is one element.
template <std::uint8_t type, const std::string_view& name>
struct FieldElement {
  static constexpr std::uint8_t kType = type;
  static constexpr std::string_view kName = name;
  FieldWord value = 0;

  FieldElement() = default;
  explicit FieldElement(FieldWord element) : value(element) {}
  void encode(Writer& writer) const { encode_word(writer, value); }
  static FieldElement decode(Reader& reader) { return FieldElement(decode_word(reader)); }
};
inline constexpr std::string_view kChallengeName = "challenge", kAnswerName = "answer", kRelayName = "relay";
using RoundChallenge = FieldElement<1, kChallengeName>;
using RoundAnswer = FieldElement<2, kAnswerName>;
// Between cheating agents.
using RoundRelay = FieldElement<3, kRelayName>;

struct SustainedOpening {
  static constexpr std::uint8_t kType = 4;
  static constexpr std::string_view kName = "opening";
  bool bit = false;
  FieldWord secret = 0;  // the last round's

  SustainedOpening() = default;
  SustainedOpening(bool opened, FieldWord last) : bit(opened), secret(last) {}
  void encode(Writer& writer) const;
  static SustainedOpening decode(Reader& reader);
};

// Between agents of one party: Alice's bit and her secrets, before; Bob's challenges with the answers, afterwards, and
// the opening where there was one.
struct SustainedPad {
  static constexpr std::uint8_t kType = 5;
  static constexpr std::string_view kName = "pad";
  static constexpr std::size_t kMost = 1 << 20;
  bool bit = false;
  std::vector<FieldWord> secrets;

  SustainedPad() = default;
  SustainedPad(bool committed, std::vector<FieldWord> drawn) : bit(committed), secrets(std::move(drawn)) {}
  void encode(Writer& writer) const;
  static SustainedPad decode(Reader& reader);
};

struct SustainedReport {
  static constexpr std::uint8_t kType = 6;
  static constexpr std::string_view kName = "report";
  std::vector<FieldWord> challenges, answers;  // of the rounds at one place
  bool opened = false;
  SustainedOpening opening;

  void encode(Writer& writer) const;
  static SustainedReport decode(Reader& reader);
};

namespace commit_rounds {

using Commitment = SustainedCommitment;

// A verdict's value is the bit: that Bob accepts, and that Alice opens; of a Bob who looked with what he took it for
// (commitment/outcome.h). Seats: alice-1, bob-1, at the place of the even
// rounds; alice-2, bob-2.
Party<Verdict> alice_1(Seat& seat, const Commitment& commitment);
Party<Verdict> alice_2(Seat& seat, const Commitment& commitment);
Party<Verdict> bob_1(Seat& seat, const Commitment& commitment);
Party<Verdict> bob_2(Seat& seat, const Commitment& commitment);

// Who opens wants either bit then, having committed to 0, and guesses that nothing changes: right when a challenge was
// 0.
Party<Verdict> alice_1_hopes(Seat& seat, const Commitment& commitment);
Party<Verdict> alice_2_hopes(Seat& seat, const Commitment& commitment);
// The same, but to open 1 she waits until she knows all challenges.
Party<Verdict> alice_1_waits(Seat& seat, const Commitment& commitment);
Party<Verdict> alice_2_waits(Seat& seat, const Commitment& commitment);
// Her agents know after the first round what they will open; the bit 1 needs subplane_guesses(), and two rounds.
Party<Verdict> alice_1_guesses(Seat& seat, const Commitment& commitment);
Party<Verdict> alice_2_guesses(Seat& seat, const Commitment& commitment);

// Challenges with 1 every time, and looks for the bit in the first answer.
Party<Verdict> bob_1_looks(Seat& seat, const Commitment& commitment);
Party<Verdict> bob_2_looks(Seat& seat, const Commitment& commitment);

// Points and lines of a plane over a subfield, each point on as many lines as it has elements, and one: right with
// probability (r^3 + r - 1)/r^4, r = 2^(n/2), n even. Bavarian, Shor, ITCS 2015, 123.
inline constexpr unsigned kMostSubplaneBits = 10;
SecondRoundGuesses subplane_guesses(unsigned bits);

}  // namespace commit_rounds

const Protocol& commit_relativistic_rounds_protocol();

}  // namespace herald
