#pragma once
// The loss-tolerant coin flip with an attenuated laser: Pappa, Chailloux, Diamanti, Kerenidis, PRA 84, 052305 (2011);
// Pappa et al., Nat. Commun. 5, 3717 (2014). Alice sends K weak pulses in the states of coin_flip_berlin.h, and the
// first that Bob sees counts: who would decide by asking again cannot.
//
// A pulse of random phase has a Poissonian number of photons. All K pulses travel as `orders` strings of K places: the
// m-th has the m-th photon of each pulse that has so many.

#include "herald/protocol/coin_flip/strong.h"
#include "herald/protocol/game.h"

namespace herald {

struct CoherentCoin {
  double y = 0.9;  // the larger squared amplitude of the states
  double mean_photon_number = 0.02;
  std::size_t pulses = 1000;
  double dark_count = 0;  // probability of a dark click per pulse
  bool wanted = false;    // by a cheat
  std::size_t orders = 0;

  // The least such that any pulse has more photons with probability below 1e-12.
  static std::size_t orders_for(double mean_photon_number, std::size_t pulses);
};

// Which pulse Bob saw first, and his bit; or that he saw none.
struct PulseReply {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "reply";
  bool detected = false, bit = false;
  std::uint64_t pulse = 0;

  PulseReply() = default;  // none
  PulseReply(std::uint64_t first_pulse, bool his_bit) : detected(true), bit(his_bit), pulse(first_pulse) {}
  void encode(Writer& writer) const;
  static PulseReply decode(Reader& reader);
};

namespace coin_flip_coherent {

// What both say when nothing was seen.
Verdict nothing_seen(const CoherentCoin& coin);

Party<Verdict> alice(Seat& seat, const CoherentCoin& coin);
Party<Verdict> bob(Seat& seat, const CoherentCoin& coin);

// One photon in every pulse, in the state between both bits, over a line without loss; the optimum.
Party<Verdict> alice_sends_between(Seat& seat, const CoherentCoin& coin);
// Reads each photon of the first pulse that has any, in the basis |0>, |1>, and answers by the majority.
Party<Verdict> bob_reads_first(Seat& seat, const CoherentCoin& coin);
// Reads every photon of every pulse, and names the pulse that tells him most.
Party<Verdict> bob_reads_all(Seat& seat, const CoherentCoin& coin);

}  // namespace coin_flip_coherent

const Protocol& coin_flip_coherent_protocol();

}  // namespace herald
