#include "herald/protocol/conjugate_coding/messages.h"
#include "herald/protocol/fields.h"

namespace herald::conjugate_coding {

Party<Verdict> sender(Seat& seat, const ConjugateCoding& coding) {
  const std::size_t n = coding.bits;
  Peer& reader = seat.peer();
  // 1. Two messages, bit i of both in the photons i and n + i, in a random order.
  const BitString messages = random_bits(seat.random, 2 * n);
  BitString order = random_bits(seat.random, n);
  // 2. Message 0 in the rectilinear basis, message 1 in the diagonal one.
  reader.send(prepare(reordered(messages, order), bases_of(order)));
  // 4. When the photons are measured, their order.
  reader.send(PhotonOrder(std::move(order)));
  co_return Verdict::accept(0, messages);
}

Party<Verdict> reader(Seat& seat, const ConjugateCoding& coding) {
  Peer& sender = seat.peer();
  // 3. All photons in the basis of the message that he wants.
  const bool wanted = random_bit(seat.random);
  auto photons = co_await sender.receive_light(2 * coding.bits);
  const BitString seen = seen_or_guessed(measure(std::move(photons), wanted ? Basis::x : Basis::z, seat.random), seat);
  // 5. In order again: his message, and chance in the place of the other.
  const auto order = co_await sender.receive<PhotonOrder>();
  co_return in_order(seen, order, wanted);
}

}  // namespace herald::conjugate_coding
