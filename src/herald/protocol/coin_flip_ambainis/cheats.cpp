#include <cmath>

#include "herald/protocol/coin_flip_ambainis/coin_flip_ambainis.h"
#include "herald/protocol/fields.h"

namespace herald::coin_flip_ambainis {
namespace {

// Alice sends the same light again and again, and opens the bit that she wants.
template <typename Light>
Party<Verdict> alice_opens_as_wanted(Seat& seat, const AmbainisCoin& coin, Light light) {
  Peer& bob = seat.peer();
  for (std::size_t attempt = 0; attempt < coin.attempts; ++attempt) {
    bob.send(light());
    const auto reply = co_await bob.receive<CoinReply>();
    if (!reply.arrived) continue;
    const bool bit = strong_coin::bit_for(coin.wanted, reply.bit);
    bob.send(CoinOpening(bit, false));
    co_return strong_coin::tossed(bit, reply.bit);
  }
  co_return strong_coin::too_much_lost(coin.attempts);
}

// |+>|0>, bit 0 with sign 0.
QubitString bit_zero() {
  BitString bases(kQubits);
  bases.set(0, true);
  return prepare(BitString(kQubits), bases);
}

// sqrt(2/3)|0> + sqrt(1/6)(|1> + |2>), whose overlap with either bit's state of sign 0 is sqrt(3/4).
QubitString between() {
  return QubitString(prepare(StateVector(Amplitudes{std::sqrt(2.0 / 3), std::sqrt(1.0 / 6), std::sqrt(1.0 / 6), 0})));
}

// Bob finds |1> or |2>, which only the state of one bit holds, or |0>, which tells nothing. `most` times he may call
// the qutrit lost and hope for another.
Party<Verdict> bob_answers_by_what_he_reads(Seat& seat, const AmbainisCoin& coin, std::size_t most) {
  Peer& alice = seat.peer();
  for (std::size_t claims = 0;; ++claims) {
    auto light = co_await alice.receive_light(kQubits);
    const Detections seen = measure(std::move(light), Basis::z, seat.random);
    const bool certain = seen.bits[0] || seen.bits[1];
    if (!certain && claims < most) {
      alice.send(CoinReply());
      continue;
    }
    const bool guess = certain ? seen.bits[1] : random_bit(seat.random);
    const bool bit = strong_coin::bit_for(coin.wanted, guess);
    alice.send(CoinReply(bit));
    const auto opening = co_await alice.receive<CoinOpening>();
    co_return strong_coin::tossed(opening.bit, bit);
  }
}

}  // namespace

Party<Verdict> alice_lies(Seat& seat, const AmbainisCoin& coin) { return alice_opens_as_wanted(seat, coin, bit_zero); }

Party<Verdict> alice_sends_between(Seat& seat, const AmbainisCoin& coin) {
  return alice_opens_as_wanted(seat, coin, between);
}

Party<Verdict> bob_reads(Seat& seat, const AmbainisCoin& coin) { return bob_answers_by_what_he_reads(seat, coin, 0); }

Party<Verdict> bob_waits_for_certainty(Seat& seat, const AmbainisCoin& coin) {
  return bob_answers_by_what_he_reads(seat, coin, coin.attempts - 1);
}

}  // namespace herald::coin_flip_ambainis
