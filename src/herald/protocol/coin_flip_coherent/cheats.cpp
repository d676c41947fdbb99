#include <cstdlib>

#include "herald/protocol/coin_flip_coherent/coin_flip_coherent.h"
#include "herald/protocol/fields.h"

namespace herald::coin_flip_coherent {
namespace {

// How often |0> was found in a pulse, less how often |1>, and whether it had photons at all.
struct Reading {
  int excess = 0;
  bool filled = false;
};

bool tells_more(const Reading& one, const Reading& other) { return std::abs(one.excess) > std::abs(other.excess); }

// Bob has no loss, reads all photons, and answers by one pulse's majority.
using Choice = std::size_t (*)(const std::vector<Reading>&);
Party<Verdict> bob_answers_by_what_he_reads(Seat& seat, const CoherentCoin& coin, Choice choice) {
  Peer& alice = seat.peer();
  std::vector<Reading> readings(coin.pulses);
  for (std::size_t m = 0; m < coin.orders; ++m) {
    auto light = co_await alice.receive_light(coin.pulses);
    const Detections seen = measure(std::move(light), Basis::z, seat.random);
    for (std::size_t k = 0; k < coin.pulses; ++k) {
      if (!seen.detected[k]) continue;
      readings[k].filled = true;
      readings[k].excess += seen.bits[k] ? -1 : 1;
    }
  }
  const std::size_t pulse = choice(readings);
  const int excess = readings[pulse].excess;
  const bool guess = excess == 0 ? random_bit(seat.random) : excess < 0;
  const bool bit = strong_coin::bit_for(coin.wanted, guess);
  alice.send(PulseReply(pulse, bit));
  const auto opening = co_await alice.receive<CoinOpening>();
  co_return strong_coin::tossed(opening.bit, bit);
}

std::size_t first_filled(const std::vector<Reading>& readings) {
  for (std::size_t k = 0; k < readings.size(); ++k)
    if (readings[k].filled) return k;
  return 0;
}

std::size_t most_telling(const std::vector<Reading>& readings) {
  std::size_t best = 0;
  for (std::size_t k = 1; k < readings.size(); ++k)
    if (tells_more(readings[k], readings[best])) best = k;
  return best;
}

}  // namespace

Party<Verdict> alice_sends_between(Seat& seat, const CoherentCoin& coin) {
  Peer& bob = seat.peer();
  // |+> in every pulse, as the loss-tolerant flip's cheat; no second photons.
  bob.send(prepare(BitString(coin.pulses), Basis::x));
  for (std::size_t m = 1; m < coin.orders; ++m) {
    QubitString empty = prepare(BitString(coin.pulses), Basis::z);
    lose(empty, 0, seat.random);
    bob.send(std::move(empty));
  }
  const auto reply = co_await bob.receive<PulseReply>();
  if (!reply.detected) co_return nothing_seen(coin);
  const bool bit = strong_coin::bit_for(coin.wanted, reply.bit);
  bob.send(CoinOpening(bit, bit));
  co_return strong_coin::tossed(bit, reply.bit);
}

Party<Verdict> bob_reads_first(Seat& seat, const CoherentCoin& coin) {
  return bob_answers_by_what_he_reads(seat, coin, first_filled);
}

Party<Verdict> bob_reads_all(Seat& seat, const CoherentCoin& coin) {
  return bob_answers_by_what_he_reads(seat, coin, most_telling);
}

}  // namespace herald::coin_flip_coherent
