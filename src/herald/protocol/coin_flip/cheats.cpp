#include <cmath>
#include <numbers>

#include "herald/protocol/coin_flip/coin_flip.h"
#include "herald/protocol/fields.h"

namespace herald::coin_flip {
namespace {

Verdict wins(bool lied) { return Verdict::accept(static_cast<std::uint64_t>(CoinSide::alice) | (lied ? kLied : 0)); }

}  // namespace

Party<Verdict> alice_lies(Seat& seat, const CoinFlip& flip) {
  Peer& bob = seat.peer();
  const Basis basis = random_basis(seat.random);
  BitString bits = random_bits(seat.random, flip.photons);
  bob.send(prepare(bits, basis));
  const auto guess = co_await bob.receive<BasisGuess>();
  // Of the other table she knows nothing: her string is as good a guess as any.
  bob.send(BasisOpening(other(guess.basis), std::move(bits)));
  co_return wins(guess.basis == basis);
}

Party<Verdict> alice_sends_a_mixture(Seat& seat, const CoinFlip& flip) {
  Peer& bob = seat.peer();
  const BitString bases = random_bits(seat.random, flip.photons);
  BitString bits = random_bits(seat.random, flip.photons);
  bob.send(prepare(bits, bases));
  const auto guess = co_await bob.receive<BasisGuess>();
  bob.send(BasisOpening(other(guess.basis), std::move(bits)));
  co_return wins(true);
}

Party<Verdict> alice_sends_breidbart(Seat& seat, const CoinFlip& flip) {
  Peer& bob = seat.peer();
  BitString bits = random_bits(seat.random, flip.photons);
  // |0> and |+> are both 22.5 degrees away from the first state, |1> and |-> from the second.
  const double cosine = std::cos(std::numbers::pi / 8), sine = std::sin(std::numbers::pi / 8);
  std::vector<Qubit> photons;
  photons.reserve(flip.photons);
  for (std::size_t i = 0; i < flip.photons; ++i)
    photons.push_back(bits[i] ? Qubit(-sine, cosine) : Qubit(cosine, sine));
  bob.send(QubitString(std::move(photons)));
  const auto guess = co_await bob.receive<BasisGuess>();
  bob.send(BasisOpening(other(guess.basis), std::move(bits)));
  co_return wins(true);
}

Party<Verdict> alice_keeps_epr_halves(Seat& seat, const CoinFlip& flip) {
  Peer& bob = seat.peer();
  auto [mine, his] = epr_pairs(flip.photons);
  bob.send(std::move(his));
  const auto guess = co_await bob.receive<BasisGuess>();
  // What her memory lost, and what her measurement misses, is an even mixture to her.
  const Basis winning = other(guess.basis);
  depolarise(mine, 1 - flip.storage * flip.measurement, seat.random);
  Detections found = measure(std::move(mine), winning, seat.random);
  bob.send(BasisOpening(winning, std::move(found.bits)));
  co_return wins(true);
}

Party<Verdict> alice_stores_heralded(Seat& seat, const CoinFlip& flip) {
  Peer& bob = seat.peer();
  const std::size_t n = flip.photons;
  auto [mine, his] = epr_pairs(n);
  // What her memory stored; of that, as many as Bob insists on.
  const std::size_t wanted = n - static_cast<std::size_t>(flip.holes * static_cast<double>(n));
  BitString stored(n);
  std::size_t filled = 0;
  for (std::size_t i = 0; i < n && filled < wanted; ++i)
    if (seat.random.next_bernoulli(flip.storage)) {
      stored.set(i, true);
      ++filled;
    }
  keep(his, stored);
  bob.send(std::move(his));
  const auto guess = co_await bob.receive<BasisGuess>();
  const Basis winning = other(guess.basis);
  depolarise(mine, 1 - flip.measurement, seat.random);
  Detections found = measure(std::move(mine), winning, seat.random);
  bob.send(BasisOpening(winning, std::move(found.bits)));
  co_return wins(true);
}

Party<Verdict> alice_hides_in_holes(Seat& seat, const CoinFlip& flip) {
  Peer& bob = seat.peer();
  const Basis basis = random_basis(seat.random);
  BitString bits = random_bits(seat.random, flip.photons);
  QubitString photons = prepare(bits, basis);
  // As many as Bob lets pass are not there at all.
  QubitString string = photons.take_front(static_cast<std::size_t>(flip.holes * static_cast<double>(flip.photons)));
  lose(string, 0, seat.random);
  string.append(std::move(photons));
  bob.send(std::move(string));
  const auto guess = co_await bob.receive<BasisGuess>();
  bob.send(BasisOpening(other(guess.basis), std::move(bits)));
  co_return wins(guess.basis == basis);
}

Party<Verdict> bob_measures_first(Seat& seat, const CoinFlip& flip) {
  Peer& alice = seat.peer();
  auto photons = co_await alice.receive_light(flip.photons);
  const Detections seen = measure(std::move(photons), Basis::z, seat.random);
  // A string in either basis is an even mixture: nothing that he sees depends on it, but he must say something.
  const Basis guess = 2 * seen.bits.view().count_ones() < flip.photons ? Basis::z : Basis::x;
  alice.send(BasisGuess(guess));
  const auto opening = co_await alice.receive<BasisOpening>();
  co_return Verdict::accept(static_cast<std::uint64_t>(opening.basis == guess ? CoinSide::bob : CoinSide::alice));
}

}  // namespace herald::coin_flip
