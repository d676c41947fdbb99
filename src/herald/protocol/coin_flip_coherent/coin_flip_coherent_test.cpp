#include "herald/protocol/coin_flip_coherent/coin_flip_coherent.h"

#include <gtest/gtest.h>

#include <cmath>

#include "herald/protocol/letter.h"

namespace herald {
namespace {

constexpr std::size_t kAlice = 0, kBob = 1, kPulses = 3;

std::unique_ptr<Game> three_bright_pulses() {
  Casting casting = Casting::standard(coin_flip_coherent_protocol());
  EXPECT_TRUE(casting.set("pulses", kPulses) && casting.set("mean-photon-number", 1) && casting.set("y", 1) &&
              casting.set("transmittance", 1));
  return casting.protocol->set_up(casting).value();
}

const std::size_t kOrders = CoherentCoin::orders_for(1, kPulses);

// Takes all light and replies with a pulse of its own choice.
template <std::uint64_t pulse>
Party<Verdict> names_pulse(Seat& seat) {
  for (std::size_t m = 0; m < kOrders; ++m) {
    auto light = co_await seat.peer().receive_light(kPulses);
  }
  seat.peer().send(PulseReply(pulse, false));
  const auto opening = co_await seat.peer().receive<CoinOpening>();
  co_return Verdict::accept(opening.bit ? 1 : 0);
}

TEST(CoherentCoin, APulseThatWasNotSentIsNotOpened) {
  const auto game = three_bright_pulses();
  game->seat_stranger(kBob, names_pulse<kPulses - 1>);
  game->play(1, 0);
  EXPECT_TRUE(game->verdicts()[kAlice].accepted);
  game->seat_stranger(kBob, names_pulse<kPulses>);
  game->play(1, 0);
  EXPECT_FALSE(game->verdicts()[kAlice].accepted);
  EXPECT_EQ(game->verdicts()[kAlice].phase, "reply");
  EXPECT_EQ(game->verdicts()[kAlice].reason, "pulse 3 of 3");
  EXPECT_FALSE(game->verdicts()[kBob].accepted);
}

// With y = 1 both bases are the same: an Alice who opens the other bit than she sent passes never.
TEST(CoherentCoin, AnotherBitThanSeenIsRefused) {
  const auto game = three_bright_pulses();
  game->seat_stranger(kAlice, [](Seat& seat) -> Party<Verdict> {
    for (std::size_t m = 0; m < kOrders; ++m) seat.peer().send(prepare(BitString(kPulses), Basis::z));
    const auto reply = co_await seat.peer().receive<PulseReply>();
    EXPECT_EQ(reply.pulse, 0U);
    seat.peer().send(CoinOpening(true, seat.random.next_bernoulli(0.5)));
    co_return Verdict::accept();
  });
  std::size_t caught = 0;
  constexpr std::uint64_t kRuns = 200;
  for (std::uint64_t run = 0; run < kRuns; ++run) {
    game->play(1, run);
    const Verdict& bob = game->verdicts()[kBob];
    if (bob.accepted) continue;
    ++caught;
    EXPECT_EQ(bob.phase, "opening");
    EXPECT_EQ(bob.reason, "he saw the other bit in the basis that she names");
  }
  // Half of the runs, those of one basis: 6 standard deviations.
  EXPECT_NEAR(static_cast<double>(caught), kRuns / 2.0, 6 * std::sqrt(kRuns / 4.0));
}

TEST(CoherentCoin, EmptyPulsesMakeNoCoin) {
  const auto game = three_bright_pulses();
  game->seat_stranger(kAlice, [](Seat& seat) -> Party<Verdict> {
    for (std::size_t m = 0; m < kOrders; ++m)
      seat.peer().send(put_together(std::vector<std::optional<Qubit>>(kPulses)));
    const auto reply = co_await seat.peer().receive<PulseReply>();
    EXPECT_FALSE(reply.detected);
    co_return Verdict::accept();
  });
  game->play(1, 0);
  EXPECT_EQ(game->verdicts()[kBob].phase, "light");
  EXPECT_EQ(game->verdicts()[kBob].reason, "no click in 3 pulses");
}

TEST(CoherentCoin, FewPhotonNumbersAreLeftOut) {
  for (const double mu : {0.0, 1e-3, 0.02, 0.3, 1.0})
    for (const std::size_t pulses : {1U, 1000U, 100'000U}) {
      const std::size_t orders = CoherentCoin::orders_for(mu, pulses);
      const double next = std::pow(mu, orders + 1) / std::tgamma(static_cast<double>(orders) + 2);
      EXPECT_LT(next * static_cast<double>(pulses), 1e-12) << mu << ' ' << pulses;
      EXPECT_GE(orders, 1U);
      EXPECT_LE(orders, 25U);
    }
}

TEST(CoherentCoin, RepliesComeBackAndFaultyOnesAreRefused) {
  const auto reply = decode_frame<PulseReply>(encode_frame(PulseReply(300, true)));
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->detected && reply->bit);
  EXPECT_EQ(reply->pulse, 300U);
  EXPECT_TRUE(decode_frame<PulseReply>(encode_frame(PulseReply())));
  EXPECT_FALSE(decode_frame<PulseReply>(Bytes{PulseReply::kType, 0, 0, 1}));
  EXPECT_FALSE(decode_frame<PulseReply>(Bytes{PulseReply::kType, 0, 1, 0}));
  EXPECT_FALSE(decode_frame<PulseReply>(Bytes{PulseReply::kType, 1, 1}));
  EXPECT_FALSE(decode_frame<PulseReply>(Bytes{PulseReply::kType, 3, 1, 1}));
}

}  // namespace
}  // namespace herald
