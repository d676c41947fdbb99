#include <cmath>

#include "herald/protocol/coin_flip_weak/coin_flip_weak.h"

namespace herald::coin_flip_weak {
namespace {

// Whether both qubits are found in a|00> + b|11>.
bool is_pair(Qubit first, Qubit second, double a, double b, SimulationRandom& random) {
  apply_controlled(gate::kX, first, second);
  const bool differ = measure(std::move(second), Basis::z, random);
  const bool orthogonal = measure(std::move(first), gate::rotation(std::atan2(b, a)), random);
  return !differ && !orthogonal;
}

}  // namespace

KrausChannel winning(double y) {
  ComplexMatrix alice = ComplexMatrix::identity(2), bob(2, 2);
  bob(0, 0) = std::sqrt(1 / (2 * y));
  alice(0, 0) = std::sqrt(1 - 1 / (2 * y));
  return {alice, bob};
}

std::pair<Qubit, Qubit> pair(double a, double b) {
  const double norm = std::hypot(a, b);
  auto qubits = prepare(StateVector(Amplitudes{a / norm, 0, 0, b / norm}));
  return {std::move(qubits[0]), std::move(qubits[1])};
}

QubitString string_of(Qubit qubit) {
  std::vector<Qubit> one;
  one.push_back(std::move(qubit));
  return QubitString(std::move(one));
}

Party<Verdict> alice(Seat& seat, const WeakCoin& coin) {
  Peer& bob = seat.peer();
  // 1. A pair, one half to Bob.
  auto [mine, his] = pair(std::sqrt(coin.y), std::sqrt(1 - coin.y));
  bob.send(string_of(std::move(his)));
  // 3. Bob won: she tests that both halves are |00>, which is what E_B leaves.
  const auto announced = co_await bob.receive<WinnerAnnouncement>();
  if (announced.winner == Winner::bob) {
    auto light = co_await bob.receive_light(1);
    auto back = take_apart(std::move(light));
    if (!back[0]) co_return Verdict::reject("test", "Bob did not send his half back");
    if (!is_pair(std::move(mine), std::move(*back[0]), 1, 0, seat.random))
      co_return Verdict::reject("test", "the pair is not what Bob leaves when he wins");
    co_return won_by(Winner::bob);
  }
  // 4. Alice won: she sends her half for Bob's test.
  bob.send(string_of(std::move(mine)));
  co_return won_by(Winner::alice);
}

Party<Verdict> bob(Seat& seat, const WeakCoin& coin) {
  Peer& alice = seat.peer();
  // 2. He measures {E_A, E_B} and says who won.
  auto light = co_await alice.receive_light(1);
  auto got = take_apart(std::move(light));
  if (!got[0]) co_return Verdict::reject("light", "Alice sent no photon");
  const auto winner = static_cast<Winner>(apply(winning(coin.y), *got[0], seat.random));
  alice.send(WinnerAnnouncement(winner));
  // 3. He won: she wants his half for her test.
  if (winner == Winner::bob) {
    alice.send(string_of(std::move(*got[0])));
    co_return won_by(Winner::bob);
  }
  // 4. She won: he tests that the pair is what E_A leaves.
  auto rest = co_await alice.receive_light(1);
  auto hers = take_apart(std::move(rest));
  if (!hers[0]) co_return Verdict::reject("test", "Alice did not send her half");
  if (!is_pair(std::move(*hers[0]), std::move(*got[0]), std::sqrt(coin.y - 0.5), std::sqrt(1 - coin.y), seat.random))
    co_return Verdict::reject("test", "the pair is not what he left when Alice won");
  co_return won_by(Winner::alice);
}

}  // namespace herald::coin_flip_weak
