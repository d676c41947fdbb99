#include <numbers>

#include "herald/protocol/conjugate_coding/messages.h"
#include "herald/protocol/fields.h"

namespace herald::conjugate_coding {

Party<Verdict> reader_breidbart(Seat& seat, const ConjugateCoding& coding) {
  Peer& sender = seat.peer();
  const bool wanted = random_bit(seat.random);
  auto photons = co_await sender.receive_light(2 * coding.bits);
  // |0> and |+> are both 22.5 degrees away from the first outcome, |1> and |-> from the second.
  const Gate halfway = gate::rotation(std::numbers::pi / 8);
  const BitString seen = seen_or_guessed(measure(std::move(photons), halfway, seat.random), seat);
  const auto order = co_await sender.receive<PhotonOrder>();
  co_return in_order(seen, order, wanted);
}

Party<Verdict> reader_keeps_photons(Seat& seat, const ConjugateCoding& coding) {
  Peer& sender = seat.peer();
  const bool wanted = random_bit(seat.random);
  auto photons = co_await sender.receive_light(2 * coding.bits);
  const auto order = co_await sender.receive<PhotonOrder>();
  if (order.second.size() != coding.bits) co_return in_order(BitString(2 * coding.bits), order, wanted);
  // What the memory lost is an even mixture to him.
  depolarise(photons, 1 - coding.storage, seat.random);
  const BitString bases = bases_of(order.second);
  const BitString seen = seen_or_guessed(measure(std::move(photons), bases, seat.random), seat);
  co_return in_order(seen, order, wanted);
}

}  // namespace herald::conjugate_coding
