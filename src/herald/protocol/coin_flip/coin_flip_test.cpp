// Each of Bob's checks, and a party that cheats on exactly that one.

#include "herald/protocol/coin_flip/coin_flip.h"

#include <gtest/gtest.h>

#include "herald/protocol/fields.h"

namespace herald {
namespace {

constexpr std::size_t kPhotons = 100;

// What Bob comes to against a stranger in Alice's seat.
Verdict bob_against(Stranger alice, std::initializer_list<std::pair<std::string_view, double>> values = {}) {
  Casting casting = Casting::standard(coin_flip_protocol());
  for (const auto& [name, value] : values) EXPECT_TRUE(casting.set(name, value));
  auto game = casting.protocol->set_up(casting);
  (*game)->seat_stranger(0, alice);
  (*game)->play(1, 0);
  return (*game)->verdicts()[1];
}

// Honest but for the photons that it sends and the string that it opens.
Party<Verdict> alice_with(Seat& seat, std::size_t lost, std::size_t opened, std::size_t flipped) {
  Peer& bob = seat.peer();
  BitString bits = random_bits(seat.random, kPhotons);
  QubitString photons = prepare(bits, Basis::x), string = photons.take_front(lost);
  lose(string, 0, seat.random);
  string.append(std::move(photons));
  bob.send(std::move(string));
  const auto guess = co_await bob.receive<BasisGuess>();
  static_cast<void>(guess);
  for (std::size_t i = 0; i < flipped; ++i) bits.flip(kPhotons - 1 - i);
  bob.send(BasisOpening(Basis::x, slice(bits, 0, opened)));
  co_return Verdict::accept();
}

TEST(CoinFlip, TooManyMissingPhotonsAreNoticed) {
  const Stranger loses = [](Seat& seat) { return alice_with(seat, 11, kPhotons, 0); };
  const Verdict verdict = bob_against(loses, {{"holes", 0.1}});
  EXPECT_FALSE(verdict.accepted);
  EXPECT_EQ(verdict.phase, "light");
  EXPECT_EQ(verdict.reason, "11 of 100 photons are missing");
  EXPECT_TRUE(bob_against(loses, {{"holes", 0.11}}).accepted);
}

TEST(CoinFlip, AStringOfAnotherLengthIsNoticed) {
  const Verdict verdict = bob_against([](Seat& seat) { return alice_with(seat, 0, kPhotons - 1, 0); });
  EXPECT_EQ(verdict.phase, "opening");
  EXPECT_EQ(verdict.reason, "a string of 99 bits for 100 photons");
}

TEST(CoinFlip, AWrongBitInTheTableIsNoticedAndAFewMayBeLetPass) {
  // Of sixteen wrong bits, none of which Bob measured in their basis: with probability 2^-16, and not with this seed.
  const Stranger flips = [](Seat& seat) { return alice_with(seat, 0, kPhotons, 16); };
  const Verdict verdict = bob_against(flips);
  EXPECT_EQ(verdict.phase, "opening");
  EXPECT_EQ(verdict.reason, "her string is not what the photons said in the basis that she names");
  EXPECT_TRUE(bob_against(flips, {{"errors", 0.5}}).accepted);
}

TEST(CoinFlip, AStringThatHasToDoWithBothTablesIsNoticed) {
  // Between the bases either table has 15 % of errors, which Bob lets pass here; but then so has the other one.
  Casting casting = Casting::standard(coin_flip_protocol());
  ASSERT_TRUE(casting.cast("alice", "cheat-breidbart"));
  ASSERT_TRUE(casting.set("photons", 2000));
  ASSERT_TRUE(casting.set("errors", 0.25));
  auto game = casting.protocol->set_up(casting);
  (*game)->play(1, 0);
  EXPECT_EQ((*game)->verdicts()[1].reason, "her string has to do with both tables");
}

TEST(CoinFlip, ABobWhoSaysNothingOfABasisIsNoticed) {
  auto game = coin_flip_protocol().set_up(Casting::standard(coin_flip_protocol()));
  (*game)->seat_stranger(1, [](Seat& seat) -> Party<Verdict> {
    seat.peer().messages.send_frame({BasisGuess::kType, 2});
    co_return Verdict::accept();
  });
  (*game)->play(1, 0);
  const Verdict& alice = (*game)->verdicts()[0];
  EXPECT_FALSE(alice.accepted);
  EXPECT_EQ(alice.phase, "basis guess");
}

}  // namespace
}  // namespace herald
