#include <cmath>

#include "herald/protocol/fields.h"
#include "herald/protocol/storage/best_polarizer.h"
#include "herald/protocol/storage/bounded_storage.h"

namespace herald::bounded_transfer {
namespace {

// What was measured of the kept photons in the bases that are told now, and before of the others.
Verdict both_strings(QubitString kept, const Detections& read, const BasesAndHashes& told,
                     const BoundedStorage& transfer, SimulationRandom& random) {
  std::string wrong = storage::fault(told, transfer.photons, transfer.length);
  if (!wrong.empty()) return Verdict::reject(BasesAndHashes::kName, std::move(wrong));
  const BitString bases = slice(told.bases, 0, kept.size());
  BitString bits = measure(std::move(kept), bases, random).bits;
  bits.append(read.bits);
  return Verdict::accept(0, storage::both_hashed(bits, told, transfer.length));
}

}  // namespace

Party<Verdict> alice_guesses_choice(Seat& seat, const BoundedStorage& transfer) {
  Peer& bob = seat.peer();
  const BitString bits = random_bits(seat.random, transfer.photons);
  // In one basis: Bob's outcomes are random if he chose the other, but they stay with him.
  bob.send(prepare(bits, Basis::z));
  const BasesAndHashes told = storage::announce(BitString(transfer.photons), transfer.length, seat.random);
  BitString both = storage::both_hashed(bits, told, transfer.length);
  bob.send(told);
  co_return Verdict::accept(kGuesses | std::uint64_t{random_bit(seat.random)}, std::move(both));
}

Party<Verdict> bob_stores(Seat& seat, const BoundedStorage& transfer) {
  Peer& alice = seat.peer();
  auto photons = co_await alice.receive_light(transfer.photons);
  QubitString kept = photons.take_front(transfer.memory);
  const Detections read = measure(std::move(photons), gate::rotation(transfer.angle), seat.random);
  const auto told = co_await alice.receive<BasesAndHashes>();
  co_return both_strings(std::move(kept), read, told, transfer, seat.random);
}

double best_angle(const BoundedStorage& transfer) {
  // A string whose bits are wrong is hit by the hash with probability 2^-l.
  const double hit = std::exp2(-static_cast<double>(transfer.length));
  return storage::best_polarizer(static_cast<double>(transfer.photons - transfer.memory), (1 - hit) * (1 - hit),
                                 hit * (1 - hit));
}

}  // namespace herald::bounded_transfer
