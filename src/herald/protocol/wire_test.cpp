#include "herald/protocol/wire.h"

#include <gtest/gtest.h>

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

struct Meeting {
  Scheduler scheduler;
  Wire left{scheduler, "right"}, right{scheduler, "left"};
  Meeting() { join(left, right); }
};

Party<std::uint64_t> add_one(Wire& wire) {
  const auto number = co_await wire.receive<Number>();
  co_return number.value + 1;
}

Party<std::uint64_t> echo_sum(Wire& wire, int rounds) {
  std::uint64_t sum = 0;
  for (int i = 0; i < rounds; ++i) {
    const auto next = co_await add_one(wire);
    sum += next;
    wire.send(Number(next));
  }
  co_return sum;
}

Party<std::uint64_t> ask(Wire& wire, int rounds) {
  std::uint64_t value = 0;
  for (int i = 0; i < rounds; ++i) {
    wire.send(Number(value));
    const auto reply = co_await wire.receive<Number>();
    value = reply.value;
  }
  co_return value;
}

TEST(Party, TwoPartiesTalkInLongRunsWithoutGrowingTheStack) {
  Meeting meeting;
  constexpr int kRounds = 100'000;
  auto asker = ask(meeting.left, kRounds);
  auto echo = echo_sum(meeting.right, kRounds);
  asker.start(meeting.scheduler);
  echo.start(meeting.scheduler);
  meeting.scheduler.run();
  ASSERT_TRUE(asker.done() && echo.done());
  EXPECT_EQ(asker.take().value(), kRounds);
  EXPECT_EQ(echo.take().value(), std::uint64_t{kRounds} * (kRounds + 1) / 2);
}

TEST(Party, AWireThatClosesEndsWhoeverWaits) {
  Meeting meeting;
  auto asker = ask(meeting.left, 1);
  asker.start(meeting.scheduler);
  meeting.scheduler.run();
  EXPECT_FALSE(asker.done());
  meeting.left.close(Error{ErrorCode::unavailable, "gone"});
  meeting.scheduler.run();
  ASSERT_TRUE(asker.done());
  EXPECT_EQ(asker.take().error().message, "gone");
}

TEST(Party, BytesThatAreNoMessageEndTheParty) {
  for (const Bytes& frame : {Bytes{}, Bytes{9}, Bytes{1}, Bytes{1, 0x80, 0x00}, Bytes{1, 5, 5}}) {
    Meeting meeting;
    auto echo = echo_sum(meeting.right, 1);
    echo.start(meeting.scheduler);
    meeting.right.deliver(frame);
    meeting.scheduler.run();
    ASSERT_TRUE(echo.done());
    EXPECT_EQ(echo.take().error().code, ErrorCode::malformed);
  }
}

TEST(Party, AnAbortSaysWhyWithoutControlCharacters) {
  Meeting meeting;
  auto asker = ask(meeting.left, 1);
  asker.start(meeting.scheduler);
  meeting.right.send(Abort("too many\x1b[31m errors"));
  meeting.scheduler.run();
  ASSERT_TRUE(asker.done());
  EXPECT_EQ(asker.take().error().message, "right gave up: too many?[31m errors");
}

TEST(Party, OneThatIsDroppedWhileReadyIsNeverResumed) {
  Meeting meeting;
  {
    auto asker = ask(meeting.left, 1);
    asker.start(meeting.scheduler);
  }
  meeting.scheduler.run();
}

}  // namespace
}  // namespace herald
