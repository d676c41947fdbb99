#include "herald/protocol/coin_flip_ambainis/coin_flip_ambainis.h"
#include "herald/protocol/fields.h"

namespace herald::coin_flip_ambainis {
namespace {

// Qubit `bit` is |+> or |->, the other one |0>.
QubitString qutrit(bool bit, bool sign) {
  BitString bits(kQubits), bases(kQubits);
  bits.set(bit ? 1 : 0, sign);
  bases.set(bit ? 1 : 0, true);
  return prepare(bits, bases);
}

// Projects on the state of the opening.
bool is_as_opened(std::vector<std::optional<Qubit>> qutrit, const CoinOpening& opening, SimulationRandom& random) {
  const std::size_t at = opening.bit ? 1 : 0;
  const bool sign = measure(std::move(*qutrit[at]), Basis::x, random);
  const bool rest = measure(std::move(*qutrit[1 - at]), Basis::z, random);
  return sign == opening.which && !rest;
}

}  // namespace

Party<Verdict> alice(Seat& seat, const AmbainisCoin& coin) {
  Peer& bob = seat.peer();
  for (std::size_t attempt = 0; attempt < coin.attempts; ++attempt) {
    // 1. A random bit and a random sign, as the state of a qutrit.
    const bool bit = random_bit(seat.random), sign = random_bit(seat.random);
    bob.send(qutrit(bit, sign));
    const auto reply = co_await bob.receive<CoinReply>();
    if (!reply.arrived) continue;
    // 3. She opens both.
    bob.send(CoinOpening(bit, sign));
    co_return strong_coin::tossed(bit, reply.bit);
  }
  co_return strong_coin::too_much_lost(coin.attempts);
}

Party<Verdict> bob(Seat& seat, const AmbainisCoin& coin) {
  Peer& alice = seat.peer();
  for (std::size_t attempt = 0; attempt < coin.attempts; ++attempt) {
    auto light = co_await alice.receive_light(kQubits);
    auto qutrit = take_apart(std::move(light));
    if (!qutrit[0] || !qutrit[1]) {
      alice.send(CoinReply());
      continue;
    }
    // 2. A random bit, once the qutrit is his.
    const bool bit = random_bit(seat.random);
    alice.send(CoinReply(bit));
    // 4. He measures whether the qutrit is what she opens; the coin is the sum of the bits.
    const auto opening = co_await alice.receive<CoinOpening>();
    if (!is_as_opened(std::move(qutrit), opening, seat.random))
      co_return Verdict::reject(CoinOpening::kName, "the qutrit is not in the state that she names");
    co_return strong_coin::tossed(opening.bit, bit);
  }
  co_return strong_coin::too_much_lost(coin.attempts);
}

}  // namespace herald::coin_flip_ambainis
