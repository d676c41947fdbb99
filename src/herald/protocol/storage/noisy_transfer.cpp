#include "herald/protocol/fields.h"
#include "herald/protocol/storage/noisy_storage.h"

namespace herald::noisy_transfer {

Party<Verdict> alice(Seat& seat, const NoisyStorage& transfer) {
  Peer& bob = seat.peer();
  // 1. Random bits in random bases.
  const BitString bits = random_bits(seat.random, transfer.photons);
  BitString bases = random_bits(seat.random, transfer.photons);
  bob.send(prepare(bits, bases));
  // 3. Not too many may be missing.
  const auto arrivals = co_await bob.receive<Arrivals>();
  std::string wrong = fault(arrivals, transfer);
  if (!wrong.empty()) co_return Verdict::reject(Arrivals::kName, std::move(wrong));
  const BitString arrived_bits = common(bits, arrivals.arrived);
  // 4. She waits, so that what Bob kept suffers; then come the bases, two hash functions and two syndromes.
  co_await seat.until(seat.now() + transfer.waiting);
  const BasesAndHashes told = storage::announce(std::move(bases), transfer.length, seat.random);
  const std::uint64_t seed = seat.random.next_word();
  bob.send(told);
  bob.send(syndromes_of(arrived_bits, told, arrivals.arrived, transfer.errors, seed));
  co_return Verdict::accept(first_bit(bits, arrivals.arrived),
                            storage::both_hashed(arrived_bits, told, transfer.length));
}

Party<Verdict> bob(Seat& seat, const NoisyStorage& transfer) {
  Peer& alice = seat.peer();
  // 2. All in the basis of his choice; he says at once where a photon came.
  const bool choice = random_bit(seat.random);
  auto photons = co_await alice.receive_light(transfer.photons);
  Detections seen = measure(std::move(photons), choice ? Basis::x : Basis::z, seat.random);
  alice.send(Arrivals(seen.detected));
  // 5. The bits of the photons in his basis, corrected and hashed. Whether that went well he keeps to himself: it would
  // tell an Alice who spoiled one syndrome which he needed.
  const auto told = co_await alice.receive<BasesAndHashes>();
  std::string wrong = storage::fault(told, transfer.photons, transfer.length);
  if (!wrong.empty()) co_return Verdict::reject(BasesAndHashes::kName, std::move(wrong));
  const auto syndromes = co_await alice.receive<Syndromes>();
  wrong = fault(syndromes, told, seen.detected, transfer.errors);
  if (!wrong.empty()) co_return Verdict::reject(Syndromes::kName, std::move(wrong));
  correct(seen.bits, told, seen.detected, syndromes, choice ? 1 : 0, transfer.errors);
  co_return Verdict::accept(choice ? 1 : 0, storage::hashed(seen.bits, told, choice ? 1 : 0, transfer.length));
}

}  // namespace herald::noisy_transfer
