#include <cmath>

#include "herald/protocol/coin_flip_weak/coin_flip_weak.h"

namespace herald::coin_flip_weak {

Party<Verdict> alice_sends_another_pair(Seat& seat, const WeakCoin& coin) {
  Peer& bob = seat.peer();
  // E_A|psi>: sqrt E_A makes of it as much as possible of the state that Bob tests for.
  auto [mine, his] = pair(std::sqrt(coin.y) * (1 - 1 / (2 * coin.y)), std::sqrt(1 - coin.y));
  bob.send(string_of(std::move(his)));
  const auto announced = co_await bob.receive<WinnerAnnouncement>();
  if (announced.winner == Winner::alice) bob.send(string_of(std::move(mine)));
  co_return won_by(announced.winner);
}

Party<Verdict> bob_claims(Seat& seat, const WeakCoin&) {
  Peer& alice = seat.peer();
  auto half = co_await alice.receive_light(1);
  alice.send(WinnerAnnouncement(Winner::bob));
  alice.send(std::move(half));
  co_return won_by(Winner::bob);
}

Party<Verdict> bob_claims_after_measuring(Seat& seat, const WeakCoin& coin) {
  Peer& alice = seat.peer();
  auto light = co_await alice.receive_light(1);
  auto got = take_apart(std::move(light));
  if (!got[0]) co_return Verdict::reject("light", "Alice sent no photon");
  apply(winning(coin.y), *got[0], seat.random);
  alice.send(WinnerAnnouncement(Winner::bob));
  alice.send(string_of(std::move(*got[0])));
  co_return won_by(Winner::bob);
}

}  // namespace herald::coin_flip_weak
