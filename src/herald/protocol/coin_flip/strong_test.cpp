#include "herald/protocol/coin_flip/strong.h"

#include <gtest/gtest.h>

#include "herald/protocol/game.h"
#include "herald/protocol/letter.h"
#include "herald/protocol/registry.h"

namespace herald {
namespace {

constexpr std::size_t kAlice = 0, kBob = 1;

// The verdicts when a stranger sits at `seat` of the protocol with its standard parameters.
std::array<Verdict, 2> with_stranger(std::string_view protocol, std::size_t seat, Stranger stranger) {
  const Protocol& found = **find_protocol(protocol);
  const auto game = found.set_up(Casting::standard(found)).value();
  game->seat_stranger(seat, stranger);
  game->play(1, 0);
  return {game->verdicts()[0], game->verdicts()[1]};
}

// An Alice who sends photons that are not there, as often as Bob lets her.
template <std::size_t qubits>
Party<Verdict> sends_holes(Seat& seat) {
  for (;;) {
    QubitString light = prepare(BitString(qubits), Basis::z);
    lose(light, 0, seat.random);
    seat.peer().send(std::move(light));
    const auto reply = co_await seat.peer().receive<CoinReply>();
    if (reply.arrived) co_return Verdict::accept();
  }
}

// A Bob for whom nothing ever arrives.
template <std::size_t qubits>
Party<Verdict> sees_nothing(Seat& seat) {
  for (;;) {
    auto light = co_await seat.peer().receive_light(qubits);
    seat.peer().send(CoinReply());
  }
}

TEST(StrongCoins, NobodyWaitsForLightForEver) {
  const std::tuple<std::string_view, Stranger, Stranger> strangers[]{
      {"coin-flip-ambainis", sends_holes<2>, sees_nothing<2>}, {"coin-flip-berlin", sends_holes<1>, sees_nothing<1>}};
  for (const auto& [name, alice, bob] : strangers) {
    for (const Verdict& verdict : {with_stranger(name, kAlice, alice)[kBob], with_stranger(name, kBob, bob)[kAlice]}) {
      EXPECT_FALSE(verdict.accepted) << name;
      EXPECT_EQ(verdict.phase, "light");
      EXPECT_EQ(verdict.reason, "nothing arrived in 100 attempts");
    }
  }
}

// Of Ambainis' qutrit as two qubits: half of it is lost.
TEST(StrongCoins, HalfAQutritIsNone) {
  const auto verdicts = with_stranger("coin-flip-ambainis", kAlice, [](Seat& seat) -> Party<Verdict> {
    QubitString light = prepare(BitString(1), Basis::z), hole = prepare(BitString(1), Basis::z);
    lose(hole, 0, seat.random);
    light.append(std::move(hole));
    seat.peer().send(std::move(light));
    const auto reply = co_await seat.peer().receive<CoinReply>();
    co_return Verdict::accept(reply.arrived ? 1 : 0);
  });
  EXPECT_TRUE(verdicts[kAlice].accepted);
  EXPECT_EQ(verdicts[kAlice].value, 0u);
}

// An orthogonal state passes never; |11>, which is no state of a qutrit, neither.
TEST(StrongCoins, AnotherQutritThanOpenedIsRefused) {
  for (const Stranger alice : {Stranger([](Seat& seat) -> Party<Verdict> {
                                 BitString both(2);
                                 both.set(0, true);
                                 both.set(1, true);
                                 seat.peer().send(prepare(both, Basis::z));
                                 const auto reply = co_await seat.peer().receive<CoinReply>();
                                 seat.peer().send(CoinOpening(reply.bit, false));
                                 co_return Verdict::accept();
                               }),
                               Stranger([](Seat& seat) -> Party<Verdict> {
                                 BitString bases(2);
                                 bases.set(0, true);
                                 seat.peer().send(prepare(BitString(2), bases));
                                 const auto reply = co_await seat.peer().receive<CoinReply>();
                                 seat.peer().send(CoinOpening(false, true));
                                 co_return Verdict::accept(reply.arrived ? 1 : 0);
                               })}) {
    const auto verdicts = with_stranger("coin-flip-ambainis", kAlice, alice);
    EXPECT_FALSE(verdicts[kBob].accepted);
    EXPECT_EQ(verdicts[kBob].phase, "opening");
    EXPECT_EQ(verdicts[kBob].reason, "the qutrit is not in the state that she names");
  }
}

TEST(StrongCoins, MessagesComeBackAndFaultyOnesAreRefused) {
  for (const bool bit : {false, true}) {
    const auto reply = decode_frame<CoinReply>(encode_frame(CoinReply(bit)));
    ASSERT_TRUE(reply);
    EXPECT_TRUE(reply->arrived);
    EXPECT_EQ(reply->bit, bit);
    for (const bool which : {false, true}) {
      const auto opening = decode_frame<CoinOpening>(encode_frame(CoinOpening(bit, which)));
      ASSERT_TRUE(opening);
      EXPECT_EQ(opening->bit, bit);
      EXPECT_EQ(opening->which, which);
    }
  }
  EXPECT_FALSE(decode_frame<CoinReply>(encode_frame(CoinReply()))->arrived);
  EXPECT_FALSE(decode_frame<CoinReply>(Bytes{CoinReply::kType, 0, 1}));  // a bit, and nothing arrived
  EXPECT_FALSE(decode_frame<CoinReply>(Bytes{CoinReply::kType, 2, 0}));
  EXPECT_FALSE(decode_frame<CoinReply>(Bytes{CoinReply::kType, 1}));
  EXPECT_FALSE(decode_frame<CoinOpening>(Bytes{CoinOpening::kType, 1, 0, 0}));
  EXPECT_FALSE(decode_frame<CoinOpening>(Bytes{CoinOpening::kType, 1, 3}));
}

}  // namespace
}  // namespace herald
