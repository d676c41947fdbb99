#pragma once
// Cheat-sensitive commitment: nothing is impossible, but who cheats may be caught. Alice sends a photon in one of two
// states a bit, and may ask for it back before she opens: what Bob has read of it shows. After Hardy, Kent, PRL 92,
// 157901 (2004), and the bit escrow of Aharonov, Ta-Shma, Vazirani, Yao, STOC 2000, 705, whose states these are; which
// of both checks is made is left to Alice, who opens at her own risk.

#include "herald/protocol/game.h"

namespace herald {

struct CheatSensitive {
  double angle = 0;     // radian: bit 0 is polarized at -angle or angle, bit 1 at right angles to that
  double asks = 0.5;    // how often Alice asks for the photon back
  double strength = 1;  // of a cheating Bob's measurement: 0 reads nothing, 1 all that can be read

  // The polarizer that passes this bit's state.
  double polarization(bool bit, bool sign) const;
};

// What Alice wants next.
struct CheatSensitiveRequest {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "request";
  bool give_back = false;  // else she opens

  CheatSensitiveRequest() = default;
  explicit CheatSensitiveRequest(bool back) : give_back(back) {}
  void encode(Writer& writer) const;
  static CheatSensitiveRequest decode(Reader& reader);
};

struct CheatSensitiveOpening {
  static constexpr std::uint8_t kType = 2;
  static constexpr std::string_view kName = "opening";
  bool bit = false, sign = false;

  CheatSensitiveOpening() = default;
  CheatSensitiveOpening(bool opened, bool of) : bit(opened), sign(of) {}
  void encode(Writer& writer) const;
  static CheatSensitiveOpening decode(Reader& reader);
};

namespace commit_cheat_sensitive {

// Verdicts: Alice's as in commitment/outcome.h, and kAsked when she asked for the photon back; Bob's as there, and
// kGaveBack when he had to.
inline constexpr std::uint64_t kAsked = 8, kGaveBack = 8;

Party<Verdict> alice(Seat& seat, const CheatSensitive& p);
Party<Verdict> bob(Seat& seat, const CheatSensitive& p);

// Commits honestly, and names the bit that she is told.
Party<Verdict> alice_lies(Seat& seat, const CheatSensitive& p);
// Sends a photon halfway between the states of both bits: the most that she can open either with.
Party<Verdict> alice_sends_between(Seat& seat, const CheatSensitive& p);
// Reads the photon before the opening, and gives back what is left of it.
Party<Verdict> bob_looks(Seat& seat, const CheatSensitive& p);

}  // namespace commit_cheat_sensitive

const Protocol& commit_cheat_sensitive_protocol();

}  // namespace herald
