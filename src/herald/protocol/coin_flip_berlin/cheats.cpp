#include "herald/protocol/coin_flip_berlin/coin_flip_berlin.h"
#include "herald/protocol/fields.h"

namespace herald::coin_flip_berlin {
namespace {

// Alice sends the same photon again and again, and opens the bit that she wants: bit 0 in the first basis, bit 1 in the
// second, whose states are less than a right angle apart.
Party<Verdict> alice_opens_as_wanted(Seat& seat, const BerlinCoin& coin, Gate from_zero) {
  Peer& bob = seat.peer();
  for (std::size_t attempt = 0; attempt < coin.attempts; ++attempt) {
    std::vector<Qubit> photon(1);
    apply(from_zero, photon.front());
    bob.send(QubitString(std::move(photon)));
    const auto reply = co_await bob.receive<CoinReply>();
    if (!reply.arrived) continue;
    const bool bit = strong_coin::bit_for(coin.wanted, reply.bit);
    bob.send(CoinOpening(bit, bit));
    co_return strong_coin::tossed(bit, reply.bit);
  }
  co_return strong_coin::too_much_lost(coin.attempts);
}

// `most` times Bob may call a photon that he found in |1> lost.
Party<Verdict> bob_answers_by_what_he_reads(Seat& seat, const BerlinCoin& coin, std::size_t most) {
  Peer& alice = seat.peer();
  for (std::size_t claims = 0;; ++claims) {
    auto light = co_await alice.receive_light(1);
    const Detections seen = measure(std::move(light), Basis::z, seat.random);
    if (seen.bits[0] && claims < most) {
      alice.send(CoinReply());
      continue;
    }
    const bool bit = strong_coin::bit_for(coin.wanted, seen.bits[0]);
    alice.send(CoinReply(bit));
    const auto opening = co_await alice.receive<CoinOpening>();
    co_return strong_coin::tossed(opening.bit, bit);
  }
}

}  // namespace

Party<Verdict> alice_lies(Seat& seat, const BerlinCoin& coin) {
  return alice_opens_as_wanted(seat, coin, frame(coin.y, false));
}

Party<Verdict> alice_sends_between(Seat& seat, const BerlinCoin& coin) {
  return alice_opens_as_wanted(seat, coin, gate::kHadamard);
}

Party<Verdict> bob_reads(Seat& seat, const BerlinCoin& coin) { return bob_answers_by_what_he_reads(seat, coin, 0); }

Party<Verdict> bob_waits(Seat& seat, const BerlinCoin& coin) {
  return bob_answers_by_what_he_reads(seat, coin, coin.attempts - 1);
}

}  // namespace herald::coin_flip_berlin
