#pragma once
// A commitment to several recipients: the bit is spread over the phases of photons, one a recipient, so that none of
// them, nor any but all together, holds anything that depends on it. Wang, Wang, Zhan, "Unconditionally secure
// multi-party quantum commitment scheme" (2018), encode a message in phases of coherent states, interfere them at the
// opening, and prove perfect hiding; only that much of it was at hand, so the steps are a reconstruction, with single
// photons for coherent light and three recipients.

#include "herald/protocol/game.h"

namespace herald {

inline constexpr std::size_t kRecipients = 3;

struct MultipartyCommitment {
  std::size_t photons = 4;  // a recipient
};

// The bit and all phases: quarter turns, two bits each, of photon i for recipient j at kRecipients i + j.
struct PhaseOpening {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "opening";
  static constexpr std::size_t kMostBits = 1 << 20;
  bool bit = false;
  BitString phases;

  PhaseOpening() = default;
  PhaseOpening(bool opened, BitString turns) : bit(opened), phases(std::move(turns)) {}
  bool operator==(const PhaseOpening&) const = default;
  void encode(Writer& writer) const;
  static PhaseOpening decode(Reader& reader);
};

// What a recipient tells the others: what was opened to him, and whether his photons agree.
struct PhaseReport {
  static constexpr std::uint8_t kType = 2;
  static constexpr std::string_view kName = "report";
  PhaseOpening heard;
  bool agrees = false;

  PhaseReport() = default;
  PhaseReport(PhaseOpening opening, bool agreed) : heard(std::move(opening)), agrees(agreed) {}
  void encode(Writer& writer) const;
  static PhaseReport decode(Reader& reader);
};

namespace commit_multiparty {

// Verdicts: commitment/outcome.h. Recipient 0 is Bob.
Party<Verdict> alice(Seat& seat, const MultipartyCommitment& p);
template <std::size_t recipient>
Party<Verdict> recipient_checks(Seat& seat, const MultipartyCommitment& p);

// Commits honestly; for the other bit she turns two recipients' phases by a quarter each.
Party<Verdict> alice_lies(Seat& seat, const MultipartyCommitment& p);
// Sends these two recipients photons halfway between what she may announce.
Party<Verdict> alice_sends_between(Seat& seat, const MultipartyCommitment& p);
// Commits honestly; for the other bit she turns the phase of a recipient who is with her by a half.
Party<Verdict> alice_colludes(Seat& seat, const MultipartyCommitment& p);
// Says that all is well.
Party<Verdict> recipient_colludes(Seat& seat, const MultipartyCommitment& p);
// Reads his photons before the opening.
Party<Verdict> bob_looks(Seat& seat, const MultipartyCommitment& p);
// All recipients together: the others give Bob their photons, and he measures those of each place together.
Party<Verdict> bob_pools(Seat& seat, const MultipartyCommitment& p);
Party<Verdict> recipient_pools(Seat& seat, const MultipartyCommitment& p);

}  // namespace commit_multiparty

const Protocol& commit_multiparty_protocol();

}  // namespace herald
