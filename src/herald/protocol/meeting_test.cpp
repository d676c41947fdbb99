#include "herald/protocol/meeting.h"

#include <gtest/gtest.h>

#include "herald/protocol/game.h"

namespace herald {
namespace {

struct Number {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "number";
  std::uint64_t value = 0;
  Number() = default;
  explicit Number(std::uint64_t v) : value(v) {}
  void encode(Writer& writer) const { writer.varint(value); }
  static Number decode(Reader& reader) { return Number(reader.varint()); }
};

// Too large to travel inside a letter.
struct Essay {
  static constexpr std::uint8_t kType = 2;
  static constexpr std::string_view kName = "essay";
  std::array<std::uint64_t, 40> words{};
  Essay() = default;
  explicit Essay(std::uint64_t word) { words.fill(word); }
  void encode(Writer& writer) const {
    for (const std::uint64_t word : words) writer.varint(word);
  }
  static Essay decode(Reader& reader) {
    Essay essay;
    for (std::uint64_t& word : essay.words) word = reader.varint();
    return essay;
  }
};

constexpr std::array<std::string_view, 2> kTwo{"alice", "bob"};

// Both verdicts of one meeting.
std::array<Verdict, 2> hold(Meeting& meeting, Stranger alice, Stranger bob, MeetingTranscript* transcript = nullptr) {
  meeting.begin(1, 0, transcript);
  std::array<Party<Verdict>, 2> parties{alice(meeting.seat(0)), bob(meeting.seat(1))};
  std::array<Verdict, 2> verdicts;
  meeting.hold(parties, verdicts);
  return verdicts;
}
std::array<Verdict, 2> hold(Stranger alice, Stranger bob, MeetingTranscript* transcript = nullptr) {
  Meeting meeting(kTwo);
  return hold(meeting, alice, bob, transcript);
}

Party<Verdict> says_five(Seat& seat) {
  seat.peer().send(Number(5));
  co_return Verdict::accept();
}
Party<Verdict> hears_a_number(Seat& seat) {
  const auto number = co_await seat.peer().receive<Number>();
  co_return Verdict::accept(number.value);
}
Party<Verdict> says_nothing(Seat&) { co_return Verdict::accept(); }

TEST(Meeting, ValuesArriveWithoutBeingEncoded) { EXPECT_EQ(hold(says_five, hears_a_number)[1].value, 5u); }

TEST(Meeting, WhoWaitsForWhatNeverComesRejects) {
  const auto verdicts = hold(says_nothing, hears_a_number);
  EXPECT_FALSE(verdicts[1].accepted);
  EXPECT_EQ(verdicts[1].phase, "number");
  EXPECT_EQ(verdicts[1].reason, "alice sent nothing");
}

TEST(Meeting, TwoWhoWaitForEachOtherBothEnd) {
  const auto verdicts = hold(hears_a_number, hears_a_number);
  EXPECT_FALSE(verdicts[0].accepted || verdicts[1].accepted);
}

TEST(Meeting, AnotherTypeThanExpectedEndsTheParty) {
  const auto verdicts = hold(
      [](Seat& seat) -> Party<Verdict> {
        seat.peer().send(Essay(7));
        co_return Verdict::accept();
      },
      hears_a_number);
  EXPECT_FALSE(verdicts[1].accepted);
  EXPECT_EQ(verdicts[1].phase, "number");
  EXPECT_EQ(verdicts[1].reason, "alice: expected the message \"number\" and got type 2");
}

TEST(Meeting, WhoGivesUpSaysWhy) {
  const auto verdicts = hold(
      [](Seat& seat) -> Party<Verdict> {
        seat.peer().send(Abort("no light"));
        co_return Verdict::reject("start", "no light");
      },
      hears_a_number);
  EXPECT_EQ(verdicts[1].reason, "alice gave up: no light");
}

TEST(Meeting, LargeMessagesAndFramesArriveAlike) {
  const Stranger writes = [](Seat& seat) -> Party<Verdict> {
    seat.peer().send(Essay(7));
    seat.peer().messages.send_frame(encode_frame(Essay(8)));
    co_return Verdict::accept();
  };
  const Stranger reads = [](Seat& seat) -> Party<Verdict> {
    const auto first = co_await seat.peer().receive<Essay>();
    const auto second = co_await seat.peer().receive<Essay>();
    co_return Verdict::accept(first.words[39] * 100 + second.words[0]);
  };
  EXPECT_EQ(hold(writes, reads)[1].value, 708u);
}

TEST(Meeting, TheTranscriptHasWhatWasSentInItsOrder) {
  Meeting meeting(kTwo);  // whose names the transcript has
  MeetingTranscript transcript;
  hold(
      meeting,
      [](Seat& seat) -> Party<Verdict> {
        seat.peer().send(prepare(BitString(3), Basis::z));
        seat.peer().send(Number(5));
        co_return Verdict::accept();
      },
      [](Seat& seat) -> Party<Verdict> {
        auto light = co_await seat.peer().receive_light(3);
        const auto number = co_await seat.peer().receive<Number>();
        co_return Verdict::accept(number.value + measure(std::move(light), Basis::z, seat.random).bits.size());
      },
      &transcript);
  ASSERT_EQ(transcript.size(), 2u);
  EXPECT_EQ(transcript[0].what, "light");
  EXPECT_EQ(transcript[0].qubits, 3u);
  EXPECT_EQ(transcript[0].from, "alice");
  EXPECT_EQ(transcript[1].what, "number");
  EXPECT_EQ(transcript[1].frame, encode_frame(Number(5)));
}

TEST(Meeting, AStringOfAnotherSizeEndsTheParty) {
  const auto verdicts = hold(
      [](Seat& seat) -> Party<Verdict> {
        seat.peer().send(prepare(BitString(4), Basis::z));
        co_return Verdict::accept();
      },
      [](Seat& seat) -> Party<Verdict> {
        auto light = co_await seat.peer().receive_light(3);
        co_return Verdict::accept(light.size());
      });
  EXPECT_EQ(verdicts[1].phase, "light");
  EXPECT_EQ(verdicts[1].reason, "alice sent 4 qubits instead of 3");
}

TEST(Meeting, WhoFloodsAnEndThatNobodyReadsIsStopped) {
  const auto verdicts = hold(
      [](Seat& seat) -> Party<Verdict> {
        for (;;) seat.peer().send(Number(1));
        co_return Verdict::accept();
      },
      says_nothing);
  EXPECT_FALSE(verdicts[0].accepted);
  EXPECT_EQ(verdicts[0].phase, "sending");
}

TEST(Meeting, AWireThatTheRoadIsOpenForLosesWhatTheNoiseSays) {
  Meeting meeting(kTwo);
  meeting.set_noise({.transmittance = 0.25, .depolarising = 0.5});
  const auto verdicts = hold(
      meeting,
      [](Seat& seat) -> Party<Verdict> {
        seat.peer().send(prepare(BitString(40'000), Basis::z));
        co_return Verdict::accept();
      },
      [](Seat& seat) -> Party<Verdict> {
        auto light = co_await seat.peer().receive_light(40'000);
        Detections seen = measure(std::move(light), Basis::z, seat.random);
        co_return Verdict::accept(seen.detected.view().count_ones(), std::move(seen.bits));
      });
  // Six standard deviations: false alarms below 1e-8.
  EXPECT_NEAR(static_cast<double>(verdicts[1].value), 10'000, 6 * 86.7);
  EXPECT_NEAR(static_cast<double>(verdicts[1].output.view().count_ones()), 2'500, 6 * 49);
}

// Places: two seats 300 km apart.
std::unique_ptr<Meeting> far_apart(double speed = kSpeedOfLight) {
  return std::move(*Meeting::at({{"alice", {}}, {"bob", {300'000, 0, 0}}}, speed));
}

TEST(Meeting, AMessageTakesItsTime) {
  const Stranger says = [](Seat& seat) -> Party<Verdict> {
    co_await seat.until(0.002);
    seat.peer().send(Number(1));
    co_return Verdict::accept();
  };
  const Stranger hears = [](Seat& seat) -> Party<Verdict> {
    const auto number = co_await seat.peer().receive<Number>();
    const double expected = 0.002 + 300'000 / kSpeedOfLight;
    const bool exact = std::abs(seat.now() - expected) < 1e-15 && seat.peer().messages.last_arrival() == seat.now();
    co_return Verdict::accept(exact ? number.value : 0);
  };
  EXPECT_EQ(hold(*far_apart(), says, hears)[1].value, 1u);
}

TEST(Meeting, WhatComesAfterTheDeadlineIsRefused) {
  const Stranger hears_soon = [](Seat& seat) -> Party<Verdict> {
    const auto number = co_await seat.peer().receive<Number>(Deadline(0.001));
    co_return Verdict::accept(number.value);
  };
  const Stranger hears_in_time = [](Seat& seat) -> Party<Verdict> {
    const auto number = co_await seat.peer().receive<Number>(Deadline(300'000 / kSpeedOfLight));
    co_return Verdict::accept(number.value);
  };
  const auto late = hold(*far_apart(), says_five, hears_soon);
  EXPECT_FALSE(late[1].accepted);
  EXPECT_EQ(late[1].phase, "number");
  EXPECT_EQ(late[1].reason, "came too late or not at all");
  EXPECT_TRUE(hold(*far_apart(), says_five, hears_in_time)[1].accepted);
}

TEST(Meeting, FasterThanLightIsRefused) {
  EXPECT_FALSE(Meeting::at({{"alice", {}}, {"bob", {1, 0, 0}}}, 3e8));
  EXPECT_FALSE(Meeting::at({{"alice", {}}, {"bob", {1, 0, 0}}}, 0));
  EXPECT_FALSE(far_apart()->set_delay(0, 1, 0.001));
  EXPECT_FALSE(far_apart()->set_delay(0, 1, std::numeric_limits<double>::quiet_NaN()));
  EXPECT_TRUE(far_apart()->set_delay(0, 1, 0.0011));
  EXPECT_TRUE(far_apart(2e8)->set_delay(0, 1, 0.0015));
}

TEST(Meeting, IsAsNewEveryTime) {
  Meeting meeting(kTwo);
  hold(meeting, says_five, says_nothing);  // leaves a number unread
  EXPECT_FALSE(hold(meeting, says_nothing, hears_a_number)[1].accepted);
  EXPECT_TRUE(hold(meeting, says_five, hears_a_number)[1].accepted);
}

}  // namespace
}  // namespace herald
