#include "herald/protocol/coin_flip_weak/coin_flip_weak.h"

#include <gtest/gtest.h>

#include "herald/protocol/letter.h"

namespace herald {
namespace {

constexpr std::size_t kAlice = 0, kBob = 1;

Verdict against(std::size_t seat, Stranger stranger, std::uint64_t run = 0) {
  const auto game = coin_flip_weak_protocol().set_up(Casting::standard(coin_flip_weak_protocol())).value();
  game->seat_stranger(seat, stranger);
  game->play(1, run);
  return game->verdicts()[1 - seat];
}

QubitString hole(SimulationRandom& random) {
  QubitString none = prepare(BitString(1), Basis::z);
  lose(none, 0, random);
  return none;
}

TEST(WeakCoin, WhoSendsNothingLoses) {
  const Verdict bob = against(kAlice, [](Seat& seat) -> Party<Verdict> {
    seat.peer().send(hole(seat.random));
    co_return Verdict::accept();
  });
  EXPECT_EQ(bob.phase, "light");
  EXPECT_EQ(bob.reason, "Alice sent no photon");
  const Verdict alice = against(kBob, [](Seat& seat) -> Party<Verdict> {
    seat.peer().send(WinnerAnnouncement(Winner::bob));
    seat.peer().send(hole(seat.random));
    co_return Verdict::accept();
  });
  EXPECT_EQ(alice.phase, "test");
  EXPECT_EQ(alice.reason, "Bob did not send his half back");
}

// In each run Bob says who won: where it is Alice she sends nothing, or what fails his test.
TEST(WeakCoin, TheWinnerIsTested) {
  bool lost = false, failed = false;
  for (std::uint64_t run = 0; run < 200; ++run) {
    const Verdict nothing = against(
        kAlice,
        [](Seat& seat) -> Party<Verdict> {
          auto [mine, his] = coin_flip_weak::pair(1, 1);
          seat.peer().send(coin_flip_weak::string_of(std::move(his)));
          seat.peer().send(hole(seat.random));
          co_return Verdict::accept();
        },
        run);
    lost = lost || (!nothing.accepted && nothing.reason == "Alice did not send her half");
    // |0> with |1>: never in the space that he tests for.
    const Verdict another = against(
        kAlice,
        [](Seat& seat) -> Party<Verdict> {
          seat.peer().send(coin_flip_weak::string_of(Qubit({Basis::z, true})));
          seat.peer().send(coin_flip_weak::string_of(Qubit({Basis::z, false})));
          co_return Verdict::accept();
        },
        run);
    failed = failed || (!another.accepted && another.reason == "the pair is not what he left when Alice won");
    EXPECT_FALSE(another.accepted);
  }
  EXPECT_TRUE(lost && failed);
  // A Bob who sends |1> back never had E_B.
  for (std::uint64_t run = 0; run < 20; ++run) {
    const Verdict alice = against(
        kBob,
        [](Seat& seat) -> Party<Verdict> {
          seat.peer().send(WinnerAnnouncement(Winner::bob));
          seat.peer().send(coin_flip_weak::string_of(Qubit({Basis::z, true})));
          co_return Verdict::accept();
        },
        run);
    EXPECT_EQ(alice.phase, "test");
    EXPECT_EQ(alice.reason, "the pair is not what Bob leaves when he wins");
  }
}

TEST(WeakCoin, AnnouncementsComeBackAndFaultyOnesAreRefused) {
  for (const Winner winner : {Winner::alice, Winner::bob})
    EXPECT_EQ(decode_frame<WinnerAnnouncement>(encode_frame(WinnerAnnouncement(winner)))->winner, winner);
  EXPECT_FALSE(decode_frame<WinnerAnnouncement>(Bytes{WinnerAnnouncement::kType, 2}));
}

}  // namespace
}  // namespace herald
