// Ends that stop at any point of a commit, and connections that break at any byte, in memory. Whole processes are
// killed in processes_test.cpp.

#include <gtest/gtest.h>

#include <array>

#include "herald/link/two_ends_test.h"

namespace herald::link {
namespace {

using Ended = Meeting::Ended;

constexpr std::size_t kMuchPad = 1 << 18;  // every meeting that fails uses some up

void crash_at(TestEnd& end, std::string point, int nth) {
  end.events.reached = [point = std::move(point), nth](std::string_view reached) mutable {
    if (reached == point && --nth == 0) throw Crash{};
  };
}

void never_crash(Pair& pair) {
  for (TestEnd* end : {&pair.alice, &pair.bob}) end->events.reached = [](std::string_view) {};
}

// Meets again without trouble: whatever was open is settled, and keys flow.
void recover(Pair& pair, std::uint64_t seed) {
  never_crash(pair);
  pair.restart();
  const std::uint64_t before = must(pair.alice.store().link("lab")).next_block;
  meet_honestly(pair, seed, 1);
  expect_same_keys(pair);
  EXPECT_GT(must(pair.alice.store().link("lab")).next_block, before) << "no number comes twice";
}

constexpr std::array<std::string_view, 7> kPoints{"alice: before prepare", "alice: prepared", "alice: committed",
                                                  "bob: before prepare",   "bob: prepared",   "bob: before commit",
                                                  "bob: committed"};

TEST(SessionCrash, AtEveryPointOfACommitBothEndsHaveTheBlockOrNeither) {
  Pair pair(kMuchPad);
  std::uint64_t seed = 0;
  for (const std::string_view point : kPoints) {
    for (int nth = 1; nth <= 4; ++nth) {
      SCOPED_TRACE(std::string(point) + " " + std::to_string(nth));
      crash_at(pair.end(point.starts_with("alice")), std::string(point), nth);
      pair.restart();
      {
        Meeting meeting(pair, ++seed);
        EXPECT_EQ(meeting.run(), Ended::crashed);
      }
      recover(pair, ++seed);
    }
  }
  expect_same_pads(pair);
}

// While the next meeting settles what is open, Bob stops again and again.
TEST(SessionCrash, InTheMidstOfResolvingNothingIsLost) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE(seed);
    Pair pair;
    pair.alice.config.blocks_in_flight = 4;
    crash_at(pair.bob, "bob: prepared", 3);
    pair.restart();
    // Bob's first tags are lost on the way: several blocks stay prepared.
    Meeting(pair, seed).run();
    const std::size_t open = must(pair.bob.store().prepared("lab")).size();
    EXPECT_GE(open, 1u);
    for (std::size_t i = 0; i < open; ++i) {
      crash_at(pair.bob, "resolved", 1);
      pair.restart();
      EXPECT_EQ(Meeting(pair, 100 + seed).run(), Ended::crashed);
      EXPECT_EQ(must(pair.bob.store().prepared("lab")).size(), open - i - 1);
    }
    recover(pair, 200 + seed);
  }
}

// Both directions, at every byte of a run or at as many as `step` lets through.
void cut_everywhere(std::uint64_t step) {
  Pair honest;
  std::uint64_t from_alice = 0, from_bob = 0;
  {
    Meeting meeting(honest, 1);
    std::uint64_t blocks = 0;
    honest.bob.state().events.distilled = [&](const BlockReport&, const Ledger&) {
      if (++blocks == 2) meeting.alice().stop("enough");
    };
    meeting.run();
    from_alice = meeting.sent_by_alice();
    from_bob = meeting.sent_by_bob();
  }
  auto pair = std::make_unique<Pair>(kMuchPad);
  std::uint64_t seed = 0, cuts = 0;
  for (const bool alice_speaks : {true, false}) {
    for (std::uint64_t cut = 1; cut <= (alice_speaks ? from_alice : from_bob); cut += step) {
      SCOPED_TRACE((alice_speaks ? "after byte of Alice's " : "after byte of Bob's ") + std::to_string(cut));
      if (++cuts % 32 == 0) pair = std::make_unique<Pair>(kMuchPad);
      {
        Meeting meeting(*pair, ++seed);
        (alice_speaks ? meeting.cut_alice : meeting.cut_bob) = cut;
        EXPECT_EQ(meeting.run(), Ended::over);
        EXPECT_NE(error_of(meeting.alice()) + error_of(meeting.bob()), "");
      }
      meet_honestly(*pair, ++seed, 0);
      expect_same_keys(*pair);
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(SessionCrash, AConnectionThatBreaksAnywhereLeavesNoKeyInOneStoreOnly) { cut_everywhere(61); }
TEST(Full_SessionCrash, AConnectionThatBreaksAtAnyByteLeavesNoKeyInOneStoreOnly) { cut_everywhere(1); }

// Everything at once, at random: points, cuts, one end or both starting again.
void crash_again_and_again(int times) {
  SimulationRandom random(77);
  auto pair = std::make_unique<Pair>(kMuchPad);
  std::uint64_t crashes = 0, open = 0;
  for (int i = 0; i < times; ++i) {
    SCOPED_TRACE(i);
    never_crash(*pair);
    if (random.next_below(4) != 0) {
      const std::string_view point = kPoints[random.next_below(kPoints.size())];
      crash_at(pair->end(point.starts_with("alice")), std::string(point), static_cast<int>(1 + random.next_below(5)));
    }
    if (random.next_below(3) == 0) crash_at(pair->bob, "resolved", 1);
    pair->restart();
    {
      Meeting meeting(*pair, random.next_word());
      if (random.next_below(4) == 0) meeting.cut_alice = random.next_below(20'000);
      if (random.next_below(4) == 0) meeting.cut_bob = random.next_below(10'000);
      std::uint64_t blocks = 0;
      const auto enough = [&](const BlockReport&, const Ledger&) {
        if (++blocks == 8) meeting.alice().stop("enough");
      };
      pair->alice.state().events.distilled = enough;
      crashes += meeting.run() == Ended::crashed;
    }
    open += !must(pair->bob.store().prepared("lab")).empty();
    if (i % 10 == 9) recover(*pair, random.next_word());
    if (i % 100 == 99) pair = std::make_unique<Pair>(kMuchPad);
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(4 * crashes, static_cast<std::uint64_t>(times));
  EXPECT_GT(10 * open, static_cast<std::uint64_t>(times)) << "blocks whose fate was open";
}

TEST(SessionCrash, AgainAndAgainAtRandom) { crash_again_and_again(40); }
TEST(Full_SessionCrash, AgainAndAgainAtRandomManyTimes) { crash_again_and_again(5000); }

}  // namespace
}  // namespace herald::link
