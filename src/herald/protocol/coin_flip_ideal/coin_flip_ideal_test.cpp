#include "herald/protocol/coin_flip_ideal/coin_flip_ideal.h"

#include <gtest/gtest.h>

#include "herald/protocol/letter.h"

namespace herald {
namespace {

constexpr std::size_t kAlice = 0, kBob = 1, kPhotons = 2;

std::unique_ptr<Game> perfectly_hiding() {
  const Casting casting = Casting::standard(coin_flip_ideal_protocol());
  EXPECT_EQ(casting.whole("photons"), kPhotons);
  return casting.protocol->set_up(casting).value();
}

// Commits to bit 0 of BB84's commitment and hands over something else than she kept: photons of the other basis, or
// none.
template <bool lost>
Party<Verdict> hands_over_another(Seat& seat) {
  auto [mine, his] = epr_pairs(kPhotons);
  seat.peer().send(std::move(his));
  const auto reply = co_await seat.peer().receive<CoinReply>();
  seat.peer().send(BitOpening(false));
  if (lost) lose(mine, 0, seat.random);
  flip(mine, 1, seat.random);
  seat.peer().send(std::move(mine));
  co_return Verdict::accept(reply.bit ? 1 : 0);
}

TEST(IdealCoin, WhatSheHandsOverIsTested) {
  const auto game = perfectly_hiding();
  game->seat_stranger(kAlice, hands_over_another<false>);
  game->play(1, 0);
  EXPECT_EQ(game->verdicts()[kBob].phase, "opening");
  EXPECT_EQ(game->verdicts()[kBob].reason, "the state is not that of the bit that she names");
  game->seat_stranger(kAlice, hands_over_another<true>);
  game->play(1, 0);
  EXPECT_EQ(game->verdicts()[kBob].phase, "light");
  EXPECT_EQ(game->verdicts()[kBob].reason, "a part of the state is missing");
}

TEST(IdealCoin, BobMustHaveABit) {
  const auto game = perfectly_hiding();
  game->seat_stranger(kBob, [](Seat& seat) -> Party<Verdict> {
    seat.peer().send(CoinReply());
    co_return Verdict::accept();
  });
  game->play(1, 0);
  EXPECT_EQ(game->verdicts()[kAlice].phase, "reply");
  EXPECT_EQ(game->verdicts()[kAlice].reason, "Bob has no bit");
}

TEST(IdealCoin, OpeningsComeBackAndFaultyOnesAreRefused) {
  for (const bool bit : {false, true}) EXPECT_EQ(decode_frame<BitOpening>(encode_frame(BitOpening(bit)))->bit, bit);
  EXPECT_FALSE(decode_frame<BitOpening>(Bytes{BitOpening::kType, 2}));
  EXPECT_FALSE(decode_frame<BitOpening>(Bytes{BitOpening::kType}));
}

}  // namespace
}  // namespace herald
