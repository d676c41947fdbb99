#include <bit>

#include "herald/protocol/conjugate_coding/money_note.h"

namespace herald::money {
namespace {

// Photons that are missing or not as they were made.
std::size_t wrong_photons(const Note& note, const Detections& seen) {
  std::size_t right = 0;
  for (std::size_t w = 0; w < note.bits.words().size(); ++w)
    right += static_cast<std::size_t>(
        std::popcount(seen.detected.words()[w] & ~(seen.bits.words()[w] ^ note.bits.words()[w])));
  return note.bits.size() - right;
}

// Nobody has one bill tested more often.
constexpr std::size_t kMostTests = 1'000'000;

enum class Returns : std::uint8_t { nothing, valid, all };

Party<Verdict> serve(Seat& seat, const Money& money, Returns returns) {
  using Over = BillAnswer::Over;
  Peer& holder = seat.peer();
  // 1. A number that everybody sees, and photons in states that the bank alone knows.
  Note note = draw_note(seat, money.photons);
  holder.send(BillNumber(note.serial));
  holder.send(photons_of(note));
  std::size_t bills = 0;
  for (std::size_t tests = 0; bills == 0; ++tests) {
    const auto request = co_await holder.receive<BillRequest>();
    if (request.serial != note.serial) co_return Verdict::reject(BillRequest::kName, "no bill has this number");
    bills = request.to_be_paid;
    if (bills > 0) break;
    // 2. A bill is tested: each photon in its basis, and what is given back is as it was found.
    if (tests == kMostTests) co_return Verdict::reject(BillRequest::kName, "tested too often");
    auto photons = co_await holder.receive_light(money.photons);
    const Detections seen = measure(std::move(photons), note.bases, seat.random);
    const bool valid = wrong_photons(note, seen) == 0;
    const bool back = returns == Returns::all || (returns == Returns::valid && valid);
    holder.send(BillAnswer(valid, back ? Over::the_bill : valid ? Over::a_new_bill : Over::nothing));
    if (back) {
      holder.send(prepare(seen.bits, note.bases));
    } else if (valid) {
      note = draw_note(seat, money.photons);
      holder.send(BillNumber(note.serial));
      holder.send(photons_of(note));
    }
  }
  // 4. Bills are paid for, at counters that do not know of each other.
  for (std::size_t bill = 0; bill < bills; ++bill) {
    auto photons = co_await holder.receive_light(money.photons);
    const Detections seen = measure(std::move(photons), note.bases, seat.random);
    const std::size_t wrong = wrong_photons(note, seen);
    holder.send(BillAnswer(wrong == 0, Over::nothing));
    if (wrong > 0) co_return refused("payment", bill, wrong);
  }
  co_return Verdict::accept(bills);
}

}  // namespace

Party<Verdict> bank(Seat& seat, const Money& money) { return serve(seat, money, Returns::nothing); }
Party<Verdict> bank_returns_valid(Seat& seat, const Money& money) { return serve(seat, money, Returns::valid); }
Party<Verdict> bank_returns_all(Seat& seat, const Money& money) { return serve(seat, money, Returns::all); }

Party<Verdict> holder(Seat& seat, const Money& money) {
  Peer& bank = seat.peer();
  const auto bill = co_await bank.receive<BillNumber>();
  auto photons = co_await bank.receive_light(money.photons);
  // 3. He brings the bill to the bank.
  bank.send(BillRequest(bill.serial, 1));
  bank.send(std::move(photons));
  const auto answer = co_await bank.receive<BillAnswer>();
  if (!answer.valid) co_return Verdict::reject(BillAnswer::kName, "the bank does not know its bill");
  co_return Verdict::accept(1);
}

}  // namespace herald::money
