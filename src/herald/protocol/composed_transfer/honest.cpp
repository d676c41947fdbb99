#include <fmt/format.h>

#include "herald/protocol/composed_transfer/composed_transfer.h"
#include "herald/protocol/fields.h"

namespace herald::composed_transfer {

Party<Verdict> alice(Seat& seat, const ComposedTransfer& transfer) {
  Peer& bob = seat.peer();
  // 2. She keeps what Bob leaves with her.
  auto deposit = co_await bob.receive_light(transfer.photons);
  // 3. The transfer: random bits in random bases.
  const BitString bits = random_bits(seat.random, transfer.photons);
  BitString bases = random_bits(seat.random, transfer.photons);
  bob.send(prepare(bits, bases));
  // 5. When Bob's memory must have let go of them: the bases and two hash functions.
  const BasesAndHashes told = storage::announce(std::move(bases), transfer.length, seat.random);
  BitString both = storage::both_hashed(bits, told, transfer.length);
  bob.send(told);
  // 7. She gives back what she kept.
  bob.send(std::move(deposit));
  co_return Verdict::accept(0, std::move(both));
}

Party<Verdict> bob(Seat& seat, const ComposedTransfer& transfer) {
  Peer& alice = seat.peer();
  // 1. He leaves photons with her whose states he knows.
  const BitString left = random_bits(seat.random, transfer.photons);
  const BitString frames = random_bits(seat.random, transfer.photons);
  alice.send(prepare(left, frames));
  // 4. The transfer: all her photons in the basis of his choice.
  const bool choice = random_bit(seat.random);
  auto photons = co_await alice.receive_light(transfer.photons);
  const Detections seen = measure(std::move(photons), choice ? Basis::x : Basis::z, seat.random);
  // 6. The bits of the photons in his basis, hashed.
  const auto told = co_await alice.receive<BasesAndHashes>();
  std::string wrong = storage::fault(told, transfer.photons, transfer.length);
  if (!wrong.empty()) co_return Verdict::reject(BasesAndHashes::kName, std::move(wrong));
  BitString string = storage::hashed(seen.bits, told, choice ? 1 : 0, transfer.length);
  // 8. What he left is as it was.
  auto back = co_await alice.receive_light(transfer.photons);
  BitString differ = measure(std::move(back), frames, seat.random).bits;
  differ ^= left;
  if (const std::size_t touched = differ.view().count_ones(); touched > 0)
    co_return Verdict::reject("deposit",
                              fmt::format("{} of {} photons are not as he left them", touched, transfer.photons));
  co_return Verdict::accept(choice ? 1 : 0, std::move(string));
}

}  // namespace herald::composed_transfer
