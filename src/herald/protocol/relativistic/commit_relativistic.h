#pragma once
// Commitment by measuring: Kent, PRL 109, 130501 (2012), over the Earth as in Lunghi et al., PRL 111, 180504 (2013),
// who had Geneva and Singapore. Bob sends photons, Alice measures all of them in the basis of her bit and says which
// came, and her agents show the outcomes at two places as soon as light can have brought them.

#include "herald/protocol/game.h"

namespace herald {

struct RelativisticCommitment {
  std::size_t photons = 100;
  double start = 0;   // s, when Bob sends them
  double light = 0;   // s, from there to either place
  double slack = 0;   // s, how much later than light an opening may come
  double delay = 0;   // s, how long a cheating Alice keeps the photons
  double holes = 0;   // the share of photons that may be missing at Alice
  double errors = 0;  // the share of errors that Bob puts up with in the basis of her bit

  // As many as Bob insists on.
  std::size_t fewest() const { return photons - static_cast<std::size_t>(holes * static_cast<double>(photons)); }
};

// Which photons came.
struct ArrivedPhotons {
  static constexpr std::uint8_t kType = 3;
  static constexpr std::string_view kName = "arrivals";
  static constexpr std::size_t kMostBits = 1 << 20;
  BitString arrived;

  ArrivedPhotons() = default;
  explicit ArrivedPhotons(BitString photons) : arrived(std::move(photons)) {}
  void encode(Writer& writer) const { writer.bits(arrived); }
  static ArrivedPhotons decode(Reader& reader) { return ArrivedPhotons(reader.bits(kMostBits)); }
};

// The bit, and the outcomes of all photons in its basis: among Alice's agents, to Bob's, among his.
struct MeasuredOpening {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "opening";
  static constexpr std::size_t kMostBits = 1 << 20;
  bool bit = false;
  BitString outcomes;

  MeasuredOpening() = default;
  MeasuredOpening(bool opened, BitString seen) : bit(opened), outcomes(std::move(seen)) {}
  void encode(Writer& writer) const;
  static MeasuredOpening decode(Reader& reader);
};

// Among cheating agents: what they will open.
struct AgreedBit {
  static constexpr std::uint8_t kType = 2;
  static constexpr std::string_view kName = "agreed bit";
  bool bit = false;

  AgreedBit() = default;
  explicit AgreedBit(bool agreed) : bit(agreed) {}
  void encode(Writer& writer) const;
  static AgreedBit decode(Reader& reader);
};

namespace commit_relativistic {

using Commitment = RelativisticCommitment;

// A verdict's value is the bit: that Bob accepts, and that Alice's agents want to have opened; of a Bob who looked with
// what he took it for (commitment/outcome.h). Seats: alice, bob, in the middle; alice-1, bob-1; alice-2, bob-2.
Party<Verdict> alice(Seat& seat, const Commitment& commitment);
Party<Verdict> alice_agent(Seat& seat, const Commitment& commitment);
Party<Verdict> bob(Seat& seat, const Commitment& commitment);
Party<Verdict> bob_agent(Seat& seat, const Commitment& commitment);

// Dishonest Alices have a better line than they admit, and say of as many photons as Bob lets pass that they did not
// come.
//
// Measures halfway between the bases, or in one of them; the agents open what they agreed upon without her.
Party<Verdict> alice_breidbart(Seat& seat, const Commitment& commitment);
Party<Verdict> alice_measures(Seat& seat, const Commitment& commitment);
Party<Verdict> alice_1_agrees(Seat& seat, const Commitment& commitment);
Party<Verdict> alice_2_agrees(Seat& seat, const Commitment& commitment);
// Keeps the photons until she decides.
Party<Verdict> alice_delays(Seat& seat, const Commitment& commitment);
// Opens another bit than was measured, at one place only.
Party<Verdict> alice_2_differs(Seat& seat, const Commitment& commitment);
// Sends halves of pairs and looks at the others for what she measured.
Party<Verdict> bob_looks(Seat& seat, const Commitment& commitment);

// What Bob makes of his agents' news, beside what he sent and what came of it.
Verdict judge(const MeasuredOpening& one, const MeasuredOpening& two, BitView bits, BitView bases, BitView arrived,
              const Commitment& commitment);
// What is wrong with what Alice says of the photons, if anything is.
std::optional<Verdict> wrong_arrivals(const ArrivedPhotons& arrivals, const Commitment& commitment);

}  // namespace commit_relativistic

const Protocol& commit_relativistic_protocol();

}  // namespace herald
