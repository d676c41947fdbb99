#include "herald/protocol/commitment/puf.h"

#include <gtest/gtest.h>

#include <type_traits>

#include "herald/protocol/meeting.h"
#include "herald/protocol/registry.h"

namespace herald {
namespace {

static_assert(!std::is_copy_constructible_v<UnclonableFunction> && !std::is_copy_assignable_v<UnclonableFunction>);

TEST(UnclonableFunction, AnswersTheSameAgainAndAnotherDeviceDoesNot) {
  SimulationRandom random(1);
  const UnclonableFunction one(random, 64, 0), other(random, 64, 0);
  for (std::uint64_t challenge = 0; challenge < 50; ++challenge) {
    EXPECT_EQ(one.ask(challenge, random), one.ask(challenge, random));
    EXPECT_NE(one.ask(challenge, random), other.ask(challenge, random));
    EXPECT_NE(one.ask(challenge, random), one.ask(challenge + 1, random));
  }
}

TEST(UnclonableFunction, CannotBeSentAsBytes) {
  SimulationRandom random(1);
  const PufHandover handover(7, UnclonableFunction(random, 16, 0));
  EXPECT_FALSE(decode_frame<PufHandover>(encode_frame(handover)));
}

TEST(UnclonableFunction, IsHandedOverWhileTheTranscriptHasTheWord) {
  const Protocol& protocol = **find_protocol("commit-puf");
  auto game = protocol.set_up(Casting::standard(protocol));
  ASSERT_TRUE(game);
  MeetingTranscript transcript;
  (*game)->play(1, 0, &transcript);
  for (const Verdict& verdict : (*game)->verdicts()) EXPECT_TRUE(verdict.accepted) << verdict.reason;
  EXPECT_EQ(transcript.size(), 2u);
}

TEST(UnclonableFunction, ThatDoesNotComeIsMissed) {
  for (const std::string_view bob : {"honest", "cheat-look"}) {
    Casting casting = Casting::standard(**find_protocol("commit-puf"));
    ASSERT_TRUE(casting.cast("bob", bob));
    auto game = casting.protocol->set_up(casting);
    (*game)->seat_stranger(0, [](Seat& seat) -> Party<Verdict> {
      seat.peer().send(PufHandover());
      seat.peer().send(PufOpening(false, 1));
      co_return Verdict::accept();
    });
    (*game)->play(1, 0);
    EXPECT_EQ((*game)->verdicts()[1].reason, "no device came with it");
  }
}

}  // namespace
}  // namespace herald
