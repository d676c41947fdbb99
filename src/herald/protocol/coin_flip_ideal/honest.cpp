#include "herald/protocol/coin_flip_ideal/coin_flip_ideal.h"
#include "herald/protocol/commitment/registers.h"
#include "herald/protocol/fields.h"

namespace herald::coin_flip_ideal {

Party<Verdict> alice(Seat& seat, const IdealCoin& coin) {
  Peer& bob = seat.peer();
  // 1. The joint state of a random bit, Bob's part of it to Bob.
  const bool bit = random_bit(seat.random);
  QubitString state(prepare(StateVector(coin.commitment.psi[bit ? 1 : 0])));
  bob.send(state.take_front(coin.commitment.qubits_b));
  const auto reply = co_await bob.receive<CoinReply>();
  if (!reply.arrived) co_return Verdict::reject(CoinReply::kName, "Bob has no bit");
  // 3. She opens her bit, and hands over all that she kept.
  bob.send(BitOpening(bit));
  bob.send(std::move(state));
  co_return strong_coin::tossed(bit, reply.bit);
}

Party<Verdict> bob(Seat& seat, const IdealCoin& coin) {
  Peer& alice = seat.peer();
  auto his = co_await alice.receive_light(coin.commitment.qubits_b);
  // 2. A random bit.
  const bool bit = random_bit(seat.random);
  alice.send(CoinReply(bit));
  const auto opening = co_await alice.receive<BitOpening>();
  auto hers = co_await alice.receive_light(coin.commitment.qubits_a);
  // 4. He tests the joint state; the coin is the sum of the bits.
  his.append(std::move(hers));
  auto both = all_of(std::move(his));
  if (!both) co_return Verdict::reject("light", "a part of the state is missing");
  apply_to_all(coin.commitment.checks[opening.bit ? 1 : 0], *both);
  if (measure_all(std::move(*both), seat.random) != 0)
    co_return Verdict::reject(BitOpening::kName, "the state is not that of the bit that she names");
  co_return strong_coin::tossed(opening.bit, bit);
}

}  // namespace herald::coin_flip_ideal
