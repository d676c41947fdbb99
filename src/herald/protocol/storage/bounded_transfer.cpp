#include "herald/protocol/fields.h"
#include "herald/protocol/storage/bounded_storage.h"

namespace herald::bounded_transfer {

Party<Verdict> alice(Seat& seat, const BoundedStorage& transfer) {
  Peer& bob = seat.peer();
  // 1. Random bits in random bases.
  const BitString bits = random_bits(seat.random, transfer.photons);
  BitString bases = random_bits(seat.random, transfer.photons);
  bob.send(prepare(bits, bases));
  // 3. When Bob's memory must have let go of them: the bases and two hash functions.
  const BasesAndHashes told = storage::announce(std::move(bases), transfer.length, seat.random);
  BitString both = storage::both_hashed(bits, told, transfer.length);
  bob.send(told);
  co_return Verdict::accept(0, std::move(both));
}

Party<Verdict> bob(Seat& seat, const BoundedStorage& transfer) {
  Peer& alice = seat.peer();
  // 2. All in the basis of his choice.
  const bool choice = random_bit(seat.random);
  auto photons = co_await alice.receive_light(transfer.photons);
  const Detections seen = measure(std::move(photons), choice ? Basis::x : Basis::z, seat.random);
  // 4. The bits of the photons in his basis, hashed.
  const auto told = co_await alice.receive<BasesAndHashes>();
  std::string wrong = storage::fault(told, transfer.photons, transfer.length);
  if (!wrong.empty()) co_return Verdict::reject(BasesAndHashes::kName, std::move(wrong));
  co_return Verdict::accept(choice ? 1 : 0, storage::hashed(seen.bits, told, choice ? 1 : 0, transfer.length));
}

}  // namespace herald::bounded_transfer
