// Each check of who gets a device, and parties that try what a device does not allow.

#include "herald/protocol/commitment/puf.h"

#include <gtest/gtest.h>

#include <set>
#include <type_traits>

#include "herald/protocol/meeting.h"
#include "herald/protocol/registry.h"

namespace herald {
namespace {

// Nobody copies a device, nor makes one but the maker.
static_assert(!std::is_copy_constructible_v<UnclonableFunction> && !std::is_copy_assignable_v<UnclonableFunction>);
static_assert(!std::is_constructible_v<UnclonableFunction, SimulationRandom&, unsigned, double>);

constexpr std::size_t kBobOfAlice = 0, kMakerOfAlice = 1, kAliceOfOthers = 0;

std::array<Verdict, 3> played(std::initializer_list<std::pair<std::size_t, Stranger>> strangers,
                              std::string_view bob = "honest") {
  Casting casting = Casting::standard(commit_puf_protocol());
  EXPECT_TRUE(casting.cast("bob", bob));
  auto game = casting.protocol->set_up(casting);
  for (const auto& [seat, stranger] : strangers) (*game)->seat_stranger(seat, stranger);
  (*game)->play(1, 0);
  const auto verdicts = (*game)->verdicts();
  return {verdicts[0], verdicts[1], verdicts[2]};
}
Verdict bob_against(Stranger alice, std::string_view bob = "honest") { return played({{0, alice}}, bob)[1]; }

// An Alice who opens 0 to what she pads, but for some changes.
Party<Verdict> alice_with(Seat& seat, std::uint64_t change_word, std::uint64_t change_challenge) {
  auto delivery = co_await seat.peer(kMakerOfAlice).receive<PufDelivery>();
  const std::uint64_t pad = delivery.device.ask(5, seat.random);
  seat.peer(kBobOfAlice).send(PufHandover(pad ^ change_word, std::move(delivery.device)));
  seat.peer(kBobOfAlice).send(PufOpening(false, 5 ^ change_challenge));
  co_return Verdict::accept();
}

TEST(UnclonableFunction, AnswersTheSameAgainAndAnotherDeviceDoesNot) {
  static std::set<std::uint64_t> seen;
  seen.clear();
  const Stranger asks = [](Seat& seat) -> Party<Verdict> {
    const auto delivery = co_await seat.peer(kMakerOfAlice).receive<PufDelivery>();
    for (std::uint64_t challenge = 0; challenge < 4; ++challenge) {
      const std::uint64_t response = delivery.device.ask(challenge, seat.random);
      EXPECT_EQ(response, delivery.device.ask(challenge, seat.random));
      seen.insert(response);
    }
    co_return Verdict::accept();
  };
  Casting casting = Casting::standard(commit_puf_protocol());
  ASSERT_TRUE(casting.set("response", 64));
  auto game = casting.protocol->set_up(casting);
  (*game)->seat_stranger(0, asks);
  // Eighty responses of 64 bits.
  for (std::uint64_t run = 0; run < 20; ++run) (*game)->play(1, run);
  EXPECT_EQ(seen.size(), 80u);
}

TEST(UnclonableFunction, CannotBeSentAsBytes) {
  EXPECT_FALSE(decode_frame<PufHandover>(encode_frame(PufHandover())));
  EXPECT_FALSE(decode_frame<PufDelivery>(encode_frame(PufDelivery())));
}

TEST(UnclonableFunction, IsHandedOverWhileTheTranscriptHasTheWord) {
  const Protocol& protocol = commit_puf_protocol();
  auto game = protocol.set_up(Casting::standard(protocol));
  ASSERT_TRUE(game);
  MeetingTranscript transcript;
  (*game)->play(1, 0, &transcript);
  for (const Verdict& verdict : (*game)->verdicts()) EXPECT_TRUE(verdict.accepted) << verdict.reason;
  EXPECT_EQ(transcript.size(), 3u);
}

TEST(UnclonableFunction, AnswersOnlyWhoHoldsIt) {
  // Who gave it away asks once more, for what would open the other bit.
  const Verdict alice = played({{0, [](Seat& seat) -> Party<Verdict> {
                                   auto delivery = co_await seat.peer(kMakerOfAlice).receive<PufDelivery>();
                                   seat.peer(kBobOfAlice).send(PufHandover(0, std::move(delivery.device)));
                                   co_return Verdict::accept(delivery.device.ask(1, seat.random));
                                 }}})[0];
  EXPECT_EQ(alice.phase, "device");
  EXPECT_EQ(alice.reason, "the device is not here");
  // Who has not got it yet gets none from the maker.
  const Verdict bob = played({{1, [](Seat& seat) -> Party<Verdict> {
                                 const auto delivery = co_await seat.peer(1).receive<PufDelivery>();
                                 co_return Verdict::accept(delivery.device.ask(1, seat.random));
                               }}})[1];
  EXPECT_FALSE(bob.accepted);
  // Nor does an Alice get a second one.
  const Verdict greedy = played({{0, [](Seat& seat) -> Party<Verdict> {
                                    const auto first = co_await seat.peer(kMakerOfAlice).receive<PufDelivery>();
                                    const auto second = co_await seat.peer(kMakerOfAlice).receive<PufDelivery>();
                                    co_return Verdict::accept(first.device.here() && second.device.here() ? 1 : 0);
                                  }}})[0];
  EXPECT_FALSE(greedy.accepted);
}

TEST(CommitPuf, ADeviceThatDoesNotComeIsMissed) {
  for (const std::string_view bob : {"honest", "cheat-look"})
    EXPECT_EQ(bob_against(
                  [](Seat& seat) -> Party<Verdict> {
                    seat.peer(kBobOfAlice).send(PufHandover());
                    seat.peer(kBobOfAlice).send(PufOpening(false, 1));
                    co_return Verdict::accept();
                  },
                  bob)
                  .reason,
              "no device came with it");
  // Nor can Alice commit without one.
  const Stranger empty_handed = [](Seat& seat) -> Party<Verdict> {
    seat.peer(kAliceOfOthers).send(PufDelivery());
    co_return Verdict::accept();
  };
  EXPECT_EQ(played({{2, empty_handed}})[0].reason, "the device is not here");
}

TEST(CommitPuf, AWordOrAChallengeOfAnotherLengthIsNoticed) {
  EXPECT_TRUE(bob_against([](Seat& seat) { return alice_with(seat, 0, 0); }).accepted);
  const Verdict word = bob_against([](Seat& seat) { return alice_with(seat, 1 << 16, 0); });
  EXPECT_EQ(word.phase, "commitment");
  EXPECT_EQ(word.reason, "a word longer than 16 bits");
  const Verdict challenge = bob_against([](Seat& seat) { return alice_with(seat, 0, std::uint64_t{1} << 40); });
  EXPECT_EQ(challenge.phase, "opening");
  EXPECT_EQ(challenge.reason, "a challenge longer than 40 bits");
}

TEST(CommitPuf, AnotherWordOrChallengeIsNoticed) {
  const Verdict word = bob_against([](Seat& seat) { return alice_with(seat, 3, 0); });
  EXPECT_EQ(word.phase, "opening");
  EXPECT_EQ(word.reason, "2 of 16 bits answer otherwise");
  const Verdict challenge = bob_against([](Seat& seat) { return alice_with(seat, 0, 1); });
  EXPECT_EQ(challenge.phase, "opening");
  EXPECT_NE(challenge.reason.find("of 16 bits answer otherwise"), std::string::npos);
}

}  // namespace
}  // namespace herald
