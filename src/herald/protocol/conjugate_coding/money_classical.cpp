#include "herald/protocol/conjugate_coding/money_note.h"

namespace herald::money {

Party<Verdict> asking_bank(Seat& seat, const Money& money) {
  Peer& holder = seat.peer();
  // 1. A bill as ever.
  const Note note = draw_note(seat, money.photons);
  holder.send(BillNumber(note.serial));
  holder.send(photons_of(note));
  const auto request = co_await holder.receive<BillRequest>();
  if (request.serial != note.serial || request.to_be_paid == 0)
    co_return Verdict::reject(BillRequest::kName, "no bill has this number, or none is to be paid for");
  // 3. Every counter asks for measurements in random bases,
  std::vector<BitString> asked;
  for (std::size_t counter = 0; counter < request.to_be_paid; ++counter) {
    asked.push_back(random_bits(seat.random, money.photons));
    holder.send(BillChallenge(asked.back()));
  }
  // 5. and compares where its basis is the photon's.
  for (std::size_t counter = 0; counter < request.to_be_paid; ++counter) {
    const auto outcomes = co_await holder.receive<BillOutcomes>();
    if (outcomes.bits.size() != money.photons)
      co_return Verdict::reject(BillOutcomes::kName,
                                fmt::format("{} outcomes of {} photons", outcomes.bits.size(), money.photons));
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < money.photons; ++i)
      if (asked[counter][i] == note.bases[i] && outcomes.bits[i] != note.bits[i]) ++wrong;
    if (wrong > 0) co_return refused(BillOutcomes::kName, counter, wrong);
  }
  co_return Verdict::accept(request.to_be_paid);
}

Party<Verdict> answering_holder(Seat& seat, const Money& money) {
  Peer& bank = seat.peer();
  const auto bill = co_await bank.receive<BillNumber>();
  auto photons = co_await bank.receive_light(money.photons);
  // 2. He shows it at one counter,
  bank.send(BillRequest(bill.serial, 1));
  const auto challenge = co_await bank.receive<BillChallenge>();
  if (challenge.bases.size() != money.photons)
    co_return Verdict::reject(BillChallenge::kName, "asks for another number of photons");
  // 4. and measures as it wants.
  Detections seen = measure(std::move(photons), challenge.bases, seat.random);
  bank.send(BillOutcomes(std::move(seen.bits)));
  co_return Verdict::accept(1);
}

}  // namespace herald::money
