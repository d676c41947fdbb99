#include <cmath>

#include "herald/protocol/coin_flip_berlin/coin_flip_berlin.h"
#include "herald/protocol/fields.h"

namespace herald::coin_flip_berlin {

Gate frame(double y, bool basis) {
  const double large = std::sqrt(y), small = (basis ? -1 : 1) * std::sqrt(1 - y);
  return {{large, -small, small, large}};
}

Party<Verdict> alice(Seat& seat, const BerlinCoin& coin) {
  Peer& bob = seat.peer();
  for (std::size_t attempt = 0; attempt < coin.attempts; ++attempt) {
    // 1. A random bit in a random one of two bases.
    const bool basis = random_bit(seat.random), bit = random_bit(seat.random);
    std::vector<Qubit> photon;
    photon.emplace_back(Bb84State{Basis::z, bit});
    apply(frame(coin.y, basis), photon.front());
    bob.send(QubitString(std::move(photon)));
    const auto reply = co_await bob.receive<CoinReply>();
    if (!reply.arrived) continue;
    // 4. She opens her bit and her basis.
    bob.send(CoinOpening(bit, basis));
    co_return strong_coin::tossed(bit, reply.bit);
  }
  co_return strong_coin::too_much_lost(coin.attempts);
}

Party<Verdict> bob(Seat& seat, const BerlinCoin& coin) {
  Peer& alice = seat.peer();
  for (std::size_t attempt = 0; attempt < coin.attempts; ++attempt) {
    // 2. He measures at once, in a random one of the bases.
    const bool basis = random_bit(seat.random);
    auto light = co_await alice.receive_light(1);
    const Detections seen = measure(std::move(light), frame(coin.y, basis), seat.random);
    if (!seen.detected[0]) {
      alice.send(CoinReply());
      continue;
    }
    // 3. A random bit.
    const bool bit = random_bit(seat.random);
    alice.send(CoinReply(bit));
    // 5. In her basis he must have seen her bit; the coin is the sum of the bits.
    const auto opening = co_await alice.receive<CoinOpening>();
    if (opening.which == basis && opening.bit != seen.bits[0])
      co_return Verdict::reject(CoinOpening::kName, "he saw the other bit in the basis that she names");
    co_return strong_coin::tossed(opening.bit, bit);
  }
  co_return strong_coin::too_much_lost(coin.attempts);
}

}  // namespace herald::coin_flip_berlin
