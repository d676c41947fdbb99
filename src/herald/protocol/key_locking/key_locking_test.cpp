// What Eve refuses: qubits or a message that do not belong to the key.

#include "herald/protocol/key_locking/key_locking.h"

#include <gtest/gtest.h>

namespace herald {
namespace {

using key_locking::Ciphertext;

Verdict eve_against(Stranger alice, std::string_view eve, double criterion = 0) {
  Casting casting = Casting::standard(key_locking_protocol());
  EXPECT_TRUE(casting.cast("eve", eve) && casting.set("criterion", criterion));
  auto game = casting.protocol->set_up(casting);
  (*game)->seat_stranger(0, alice);
  (*game)->play(1, 0);
  return (*game)->verdicts()[1];
}

Party<Verdict> alice_sends(Seat& seat, std::size_t qubits, std::size_t bits) {
  seat.peer().send(prepare(BitString(qubits), Basis::z));
  seat.peer().send(Ciphertext(BitString(bits)));
  co_return Verdict::accept();
}

TEST(KeyLocking, WhatDoesNotBelongToTheKeyIsRefused) {
  for (const std::string_view eve : {"honest", "cheat-early", "cheat-wait"}) {
    EXPECT_TRUE(eve_against([](Seat& seat) { return alice_sends(seat, 10, 21); }, eve).accepted);
    for (const Verdict& verdict : {eve_against([](Seat& seat) { return alice_sends(seat, 10, 20); }, eve),
                                   eve_against([](Seat& seat) { return alice_sends(seat, 10, 0); }, eve)}) {
      EXPECT_EQ(verdict.phase, "ciphertext");
      EXPECT_NE(verdict.reason.find("bits under a key of 21"), std::string::npos) << verdict.reason;
    }
    EXPECT_EQ(eve_against([](Seat& seat) { return alice_sends(seat, 9, 21); }, eve).phase, "light");
    // The other criterion leaves the key a bit shorter.
    EXPECT_TRUE(eve_against([](Seat& seat) { return alice_sends(seat, 10, 20); }, eve, 1).accepted);
    EXPECT_EQ(eve_against([](Seat& seat) { return alice_sends(seat, 10, 21); }, eve, 1).reason,
              "21 bits under a key of 20");
  }
}

TEST(KeyLocking, AMessageLongerThanAnyKeyIsNoMessage) {
  EXPECT_TRUE(decode_frame<Ciphertext>(encode_frame(Ciphertext(BitString(Ciphertext::kMost)))));
  EXPECT_FALSE(decode_frame<Ciphertext>(encode_frame(Ciphertext(BitString(Ciphertext::kMost + 1)))));
}

}  // namespace
}  // namespace herald
