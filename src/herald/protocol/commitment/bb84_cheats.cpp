#include <cmath>
#include <numbers>

#include "herald/protocol/commitment/bb84.h"
#include "herald/protocol/commitment/outcome.h"
#include "herald/protocol/fields.h"

namespace herald::commit_bb84 {

using commitment::opens;

Party<Verdict> alice_lies(Seat& seat, const Bb84Commitment& p) {
  Peer& bob = seat.peer();
  const bool bit = random_bit(seat.random);
  BitString string = random_bits(seat.random, p.photons);
  bob.send(prepare(string, bit ? Basis::x : Basis::z));
  const bool wanted = random_bit(seat.random);
  bob.send(Bb84Opening(wanted, std::move(string)));
  co_return Verdict::accept(opens(wanted, wanted != bit));
}

Party<Verdict> alice_sends_a_mixture(Seat& seat, const Bb84Commitment& p) {
  Peer& bob = seat.peer();
  const BitString bases = random_bits(seat.random, p.photons);
  BitString string = random_bits(seat.random, p.photons);
  bob.send(prepare(string, bases));
  const bool wanted = random_bit(seat.random);
  bob.send(Bb84Opening(wanted, std::move(string)));
  co_return Verdict::accept(opens(wanted, true));
}

Party<Verdict> alice_sends_breidbart(Seat& seat, const Bb84Commitment& p) {
  Peer& bob = seat.peer();
  BitString string = random_bits(seat.random, p.photons);
  const double cosine = std::cos(std::numbers::pi / 8), sine = std::sin(std::numbers::pi / 8);
  std::vector<Qubit> photons;
  photons.reserve(p.photons);
  for (std::size_t i = 0; i < p.photons; ++i) photons.push_back(string[i] ? Qubit(-sine, cosine) : Qubit(cosine, sine));
  bob.send(QubitString(std::move(photons)));
  const bool wanted = random_bit(seat.random);
  bob.send(Bb84Opening(wanted, std::move(string)));
  co_return Verdict::accept(opens(wanted, true));
}

Party<Verdict> alice_keeps_epr_halves(Seat& seat, const Bb84Commitment& p) {
  Peer& bob = seat.peer();
  auto [mine, his] = epr_pairs(p.photons);
  bob.send(std::move(his));
  const bool wanted = random_bit(seat.random);
  // What her memory lost, and what her measurement misses, is an even mixture to her.
  depolarise(mine, 1 - p.storage * p.measurement, seat.random);
  Detections found = measure(std::move(mine), wanted ? Basis::x : Basis::z, seat.random);
  bob.send(Bb84Opening(wanted, std::move(found.bits)));
  co_return Verdict::accept(opens(wanted, true));
}

Party<Verdict> bob_looks(Seat& seat, const Bb84Commitment& p) {
  Peer& alice = seat.peer();
  auto photons = co_await alice.receive_light(p.photons);
  const Detections seen = measure(std::move(photons), Basis::z, seat.random);
  // A string in either basis is an even mixture: nothing that he sees depends on the bit, but he must say something.
  const bool guess = 2 * seen.bits.view().count_ones() >= p.photons;
  const auto opening = co_await alice.receive<Bb84Opening>();
  co_return Verdict::accept(commitment::guesses(opening.bit, guess));
}

}  // namespace herald::commit_bb84
