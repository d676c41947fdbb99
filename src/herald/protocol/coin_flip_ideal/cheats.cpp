#include "herald/protocol/coin_flip_ideal/coin_flip_ideal.h"
#include "herald/protocol/commitment/registers.h"
#include "herald/protocol/fields.h"

namespace herald::coin_flip_ideal {
namespace {

// Alice commits to `state`, and opens the bit that she wants.
Party<Verdict> alice_opens_as_wanted(Seat& seat, const IdealCoin& coin, const Amplitudes& state) {
  Peer& bob = seat.peer();
  QubitString mine(prepare(StateVector(state)));
  bob.send(mine.take_front(coin.commitment.qubits_b));
  const auto reply = co_await bob.receive<CoinReply>();
  const bool bit = strong_coin::bit_for(coin.wanted, reply.bit);
  if (bit) {
    std::vector<Qubit> kept = *all_of(std::move(mine));
    apply_to_all(coin.commitment.attack.rotation, kept);
    mine = QubitString(std::move(kept));
  }
  bob.send(BitOpening(bit));
  bob.send(std::move(mine));
  co_return strong_coin::tossed(bit, reply.bit);
}

}  // namespace

Party<Verdict> alice_rotates(Seat& seat, const IdealCoin& coin) {
  return alice_opens_as_wanted(seat, coin, coin.commitment.psi[0]);
}

Party<Verdict> alice_superposes(Seat& seat, const IdealCoin& coin) {
  return alice_opens_as_wanted(seat, coin, coin.commitment.attack.superposition);
}

Party<Verdict> bob_guesses(Seat& seat, const IdealCoin& coin) {
  Peer& alice = seat.peer();
  auto light = co_await alice.receive_light(coin.commitment.qubits_b);
  auto his = all_of(std::move(light));
  if (!his) co_return Verdict::reject("light", "a part of the state is missing");
  apply_to_all(coin.commitment.attack.reading, *his);
  const bool guess = measure_all(std::move(*his), seat.random) < coin.commitment.attack.ones;
  const bool bit = strong_coin::bit_for(coin.wanted, guess);
  alice.send(CoinReply(bit));
  const auto opening = co_await alice.receive<BitOpening>();
  co_return strong_coin::tossed(opening.bit, bit);
}

}  // namespace herald::coin_flip_ideal
