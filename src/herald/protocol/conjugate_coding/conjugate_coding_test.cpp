// Who deviates in one message, and what the honest party says to it.

#include "herald/protocol/conjugate_coding/conjugate_coding.h"

#include <gtest/gtest.h>

#include "herald/protocol/conjugate_coding/messages.h"
#include "herald/protocol/conjugate_coding/money.h"

namespace herald {
namespace {

Verdict verdict_beside(const Protocol& protocol, std::size_t seat, Stranger stranger) {
  auto game = protocol.set_up(Casting::standard(protocol));
  (*game)->seat_stranger(seat, stranger);
  (*game)->play(1, 0);
  return (*game)->verdicts()[1 - seat];
}

void expect_rejected(const Verdict& verdict, std::string_view phase, std::string_view reason) {
  EXPECT_FALSE(verdict.accepted);
  EXPECT_EQ(verdict.phase, phase);
  EXPECT_NE(verdict.reason.find(reason), std::string::npos) << verdict.reason;
}

TEST(ConjugateCoding, ReorderingTwiceRestores) {
  SimulationRandom random(3);
  for (const std::size_t n : {1, 7, 64, 100}) {
    const BitString bits = random_bits(random, 2 * n), order = random_bits(random, n);
    EXPECT_EQ(conjugate_coding::reordered(conjugate_coding::reordered(bits, order), order), bits);
    EXPECT_EQ(conjugate_coding::bases_of(order).view().count_ones(), n);
  }
}

TEST(ConjugateCoding, AnOrderOfAnotherLengthIsRefused) {
  const Stranger sender = [](Seat& seat) -> Party<Verdict> {
    seat.peer().send(prepare(BitString(16), Basis::z));
    seat.peer().send(PhotonOrder(BitString(7)));
    co_return Verdict::accept();
  };
  expect_rejected(verdict_beside(conjugate_coding_protocol(), 0, sender), "order", "7 pairs for 16 photons");
}

TEST(ConjugateCoding, TwoQubitsInPlaceOfOneAreRefused) {
  const Stranger sender = [](Seat& seat) -> Party<Verdict> {
    seat.peer().send(prepare(BitString(2), Basis::z));
    co_return Verdict::accept();
  };
  expect_rejected(verdict_beside(random_access_code_protocol(), 0, sender), "light", "2 qubits instead of 1");
}

TEST(Money, OfAnUnknownNumberIsRefused) {
  const Stranger holder = [](Seat& seat) -> Party<Verdict> {
    const auto bill = co_await seat.peer().receive<BillNumber>();
    auto photons = co_await seat.peer().receive_light(4);
    seat.peer().send(BillRequest(bill.serial + 1, 1));
    seat.peer().send(std::move(photons));
    co_return Verdict::accept();
  };
  expect_rejected(verdict_beside(money_protocol(), 1, holder), "request", "no bill has this number");
  expect_rejected(verdict_beside(money_classical_protocol(), 1, holder), "request", "no bill has this number");
}

TEST(Money, WithAPhotonMissingIsRefused) {
  const Stranger holder = [](Seat& seat) -> Party<Verdict> {
    const auto bill = co_await seat.peer().receive<BillNumber>();
    auto photons = co_await seat.peer().receive_light(4);
    auto lost = photons.take_front(1);
    lose(lost, 0, seat.random);
    lost.append(std::move(photons));
    seat.peer().send(BillRequest(bill.serial, 1));
    seat.peer().send(std::move(lost));
    co_return Verdict::accept();
  };
  expect_rejected(verdict_beside(money_protocol(), 1, holder), "payment", "1 photons of bill 1");
}

// A test renews the bill: the old number is worth nothing then, even with its own photons.
TEST(Money, ThatWasRenewedIsWorthNothingUnderItsOldNumber) {
  const Stranger holder = [](Seat& seat) -> Party<Verdict> {
    const auto bill = co_await seat.peer().receive<BillNumber>();
    auto photons = co_await seat.peer().receive_light(4);
    seat.peer().send(BillRequest(bill.serial, 0));
    seat.peer().send(std::move(photons));
    const auto answer = co_await seat.peer().receive<BillAnswer>();
    EXPECT_TRUE(answer.valid);
    const auto renewed = co_await seat.peer().receive<BillNumber>();
    EXPECT_NE(renewed.serial, bill.serial);
    auto fresh = co_await seat.peer().receive_light(4);
    seat.peer().send(BillRequest(bill.serial, 1));
    seat.peer().send(std::move(fresh));
    co_return Verdict::accept();
  };
  expect_rejected(verdict_beside(money_protocol(), 1, holder), "request", "no bill has this number");
}

TEST(Money, OutcomesOfAnotherLengthAreRefused) {
  const Stranger holder = [](Seat& seat) -> Party<Verdict> {
    const auto bill = co_await seat.peer().receive<BillNumber>();
    seat.peer().send(BillRequest(bill.serial, 1));
    seat.peer().send(BillOutcomes(BitString(3)));
    co_return Verdict::accept();
  };
  expect_rejected(verdict_beside(money_classical_protocol(), 1, holder), "outcomes", "3 outcomes of 4 photons");
}

TEST(Money, MessagesRefuseWhatTheyCannotMean) {
  EXPECT_FALSE(decode_frame<BillRequest>(Bytes{2, 9, 3}));
  EXPECT_TRUE(decode_frame<BillRequest>(Bytes{2, 9, 2}));
  EXPECT_FALSE(decode_frame<BillAnswer>(Bytes{3, 2, 0}));
  EXPECT_FALSE(decode_frame<BillAnswer>(Bytes{3, 1, 3}));
  const auto answer = decode_frame<BillAnswer>(encode_frame(BillAnswer(true, BillAnswer::Over::a_new_bill)));
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->valid);
  EXPECT_EQ(answer->over, BillAnswer::Over::a_new_bill);
}

}  // namespace
}  // namespace herald
