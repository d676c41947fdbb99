#include "herald/study/spread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <thread>

#include "herald/protocol/registry.h"
#include "herald/study/followers.h"
#include "herald/study/journal.h"
#include "herald/study/models_test.h"
#include "herald/study/point_text.h"
#include "herald/study/trials_spread.h"

namespace herald::study {
namespace {

using ::testing::HasSubstr;
using namespace testing;  // the models

const std::vector<const RateModel*> kKnown{&kSns, &kPlob, &kPlain};

Sweep some(std::string_view range = "0:700:5") {
  return Sweep::make({&kSns, &kPlob}, {{"detector.efficiency", 0.7, "--set"}},
                     {{"misalignment", {0.1, 0.2}}, *parse_axis("distance", range, "--distance")})
      .value();
}

// Ranks in one process, with a mailbox each.
class Room {
 public:
  explicit Room(unsigned size) : m_boxes(size) {}
  class Member : public Spread {
   public:
    Member(Room& room, unsigned rank) : m_room(room), m_rank(rank) {}
    unsigned rank() const override { return m_rank; }
    unsigned size() const override { return static_cast<unsigned>(m_room.m_boxes.size()); }
    void send(unsigned to, std::string text) override {
      const std::scoped_lock lock(m_room.m_guard);
      m_room.m_boxes.at(to).push_back({m_rank, std::move(text)});
    }
    std::optional<Message> receive() override {
      const std::scoped_lock lock(m_room.m_guard);
      auto& box = m_room.m_boxes.at(m_rank);
      if (box.empty()) return std::nullopt;
      Message message = std::move(box.front());
      box.pop_front();
      return message;
    }

   private:
    Room& m_room;
    unsigned m_rank;
  };

 private:
  std::mutex m_guard;
  std::vector<std::deque<Spread::Message>> m_boxes;
};

// Followers on threads, sent home at the end.
class Job {
 public:
  explicit Job(unsigned size, Models known = kKnown) : m_room(size), m_leader(m_room, 0), m_stops(size) {
    for (unsigned rank = 1; rank < size; ++rank)
      m_threads.emplace_back([this, rank, known] {
        Room::Member member(m_room, rank);
        follow(member, &m_stops[rank], known);
      });
  }
  ~Job() { send_home(m_leader); }
  Spread& leader() { return m_leader; }
  void signal(unsigned rank) { m_stops.at(rank) = true; }
  const std::atomic<bool>& stop(unsigned rank) const { return m_stops.at(rank); }

 private:
  Room m_room;
  Room::Member m_leader;
  std::vector<std::atomic<bool>> m_stops;
  std::vector<std::jthread> m_threads;
};

std::vector<std::string> lines_of(const Sweep& sweep, SweepOptions options) {
  std::vector<std::string> lines;
  options.point = [&](std::uint64_t index, const Point& point) -> Result<void> {
    EXPECT_EQ(index, lines.size());
    lines.push_back(encode_point(index, point));
    return {};
  };
  const auto done = run(sweep, options);
  EXPECT_TRUE(done) << done.error().message;
  return lines;
}

TEST(Spread, TheRanksDoNotShowInTheResult) {
  const Sweep sweep = some();
  const auto alone = lines_of(sweep, {});
  ASSERT_EQ(alone.size(), sweep.points());
  for (const unsigned size : {1U, 2U, 4U}) {
    Job job(size);
    SweepOptions options;
    options.spread = &job.leader();
    for (const unsigned threads : {0U, 2U}) {  // one sweep after the other
      options.threads = threads;
      EXPECT_EQ(lines_of(sweep, options), alone) << size << " ranks";
    }
  }
}

TEST(Spread, TheRanksDoNotShowInATally) {
  Trials trials{Casting::standard(**find_protocol("coin-flip")), 3, 5'000};
  ASSERT_TRUE(trials.casting.cast("alice", "cheat-lie"));
  ASSERT_TRUE(trials.casting.set("photons", 2.0));
  for (const double precision : {0.0, 0.03}) {
    trials.precision = precision;
    const auto alone = run(trials, {.threads = 1});
    for (const unsigned size : {1U, 2U, 4U}) {
      Job job(size);
      for (const unsigned threads : {0U, 2U}) {
        const auto shared = run(trials, {.threads = threads, .spread = &job.leader()});
        ASSERT_TRUE(shared) << shared.error().message;
        EXPECT_EQ(shared->runs, alone->runs);
        EXPECT_EQ(shared->happened, alone->happened) << size << " ranks";
      }
    }
  }
}

TEST(Spread, ARankThatIsStoppedEndsTheTrials) {
  const Trials trials{Casting::standard(**find_protocol("coin-flip")), 3, 1'000'000'000'000};
  Job job(3);
  const std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    job.signal(1);
    job.signal(0);
  });
  const auto tally = run(trials, {.stop = &job.stop(0), .spread = &job.leader()});
  ASSERT_TRUE(tally) << tally.error().message;
  EXPECT_TRUE(tally->interrupted);
  EXPECT_LT(tally->runs, trials.most);
}

TEST(Spread, TrialsOfAnotherVersionAreRefused) {
  const Trials trials{Casting::standard(**find_protocol("coin-flip"))};
  const std::string text = text_of(trials);
  EXPECT_EQ(text_of(*parse_trials(text)), text);
  EXPECT_EQ(parse_trials("herald 0.0.0\n" + text.substr(text.find('\n') + 1)).error().code, ErrorCode::version);
  for (std::size_t length = text.find('\n') + 1; length < text.size(); ++length)
    EXPECT_FALSE(parse_trials(text.substr(0, length))) << length;
}

TEST(Spread, ATextAndInputsGoAlong) {
  Trials trials{Casting::standard(**find_protocol("two-party-computation"))};
  ASSERT_TRUE(
      trials.casting.give("circuit", {"a file\nof two lines", "2 6\n2 2 2\n1 1\n\n2 1 0 2 4 AND\n2 1 4 3 5 XOR\n"}));
  ASSERT_TRUE(trials.casting.input("alice", "0x2"));
  const std::string text = text_of(trials);
  const auto same = parse_trials(text);
  ASSERT_TRUE(same);
  EXPECT_EQ(same->casting.texts[0].content, trials.casting.texts[0].content);
  EXPECT_EQ(same->casting.texts[0].from, "a file\nof two lines");
  EXPECT_EQ(same->casting.inputs, trials.casting.inputs);
  for (std::size_t length = text.find('\n') + 1; length < text.size(); ++length)
    EXPECT_FALSE(parse_trials(text.substr(0, length))) << length;
}

TEST(Spread, AllRanksCompute) {
  struct Counting : Spread {
    explicit Counting(Spread& spread) : inner(spread) {}
    unsigned rank() const override { return inner.rank(); }
    unsigned size() const override { return inner.size(); }
    void send(unsigned to, std::string text) override { inner.send(to, std::move(text)); }
    std::optional<Message> receive() override {
      auto message = inner.receive();
      if (message && message->text.starts_with("points")) ++from[message->from];
      return message;
    }
    Spread& inner;
    std::array<int, 3> from{};
  };
  Job job(3);
  Counting counting(job.leader());
  SweepOptions options;
  options.spread = &counting;
  const Sweep sweep = some("0:700:0.5");
  EXPECT_EQ(lines_of(sweep, options).size(), sweep.points());
  EXPECT_GT(counting.from[1], 0);
  EXPECT_GT(counting.from[2], 0);
}

TEST(Spread, AnErrorOfAFollowerEndsTheSweepWithItsRank) {
  const std::vector<const RateModel*> without{&kPlob};
  Job job(3, without);
  SweepOptions options;
  options.spread = &job.leader();
  const auto result = run(some(), options);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("rank "));
  EXPECT_THAT(result.error().message, HasSubstr("no protocol or bound is called \"sns\""));
  EXPECT_EQ(result.error().code, ErrorCode::not_found);
}

TEST(Spread, AFollowerThatInventsResultsIsFoundOut) {
  for (const char* lie : {"points 0\n0 1 2 3", "points", "poems 7", "error", "points 99999999\n1", ""}) {
    Room room(2);
    Room::Member leader(room, 0), liar(room, 1);
    liar.send(0, lie);
    liar.send(0, "at-rest");
    SweepOptions options;
    options.spread = &leader;
    const auto result = run(some(), options);
    ASSERT_FALSE(result) << lie;
    EXPECT_THAT(result.error().message, HasSubstr("rank 1: sends what is no result")) << lie;
  }
}

TEST(Spread, WhoTakesThePointsEndsItForAll) {
  Job job(3);
  SweepOptions options;
  options.spread = &job.leader();
  options.point = [](std::uint64_t index, const Point&) -> Result<void> {
    if (index == 30) return fail(ErrorCode::io, "disk full");
    return {};
  };
  const auto result = run(some("0:2000:0.1"), options);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "disk full");
}

TEST(Spread, ASignalToAnyRankInterruptsAndTheJournalGoesOn) {
  char folder[] = "/tmp/herald-spread-XXXXXX";
  ASSERT_NE(::mkdtemp(folder), nullptr);
  const Sweep sweep = some("0:700:0.5");
  const auto alone = lines_of(sweep, {});
  for (const unsigned signalled : {0U, 1U}) {
    SweepOptions options;
    options.journal = std::filesystem::path(folder) / std::to_string(signalled);
    {
      Job job(2);
      std::atomic<bool> stop = false;
      options.spread = &job.leader();
      options.stop = &stop;
      options.point = [&](std::uint64_t index, const Point&) -> Result<void> {
        if (index == 20) signalled == 0 ? void(stop = true) : job.signal(1);
        return {};
      };
      const auto result = run(sweep, options);
      ASSERT_FALSE(result);
      EXPECT_EQ(result.error().code, ErrorCode::interrupted) << result.error().message;
    }
    const auto found = Journal::open(options.journal, sweep)->found();
    EXPECT_GT(found, 20u);
    EXPECT_LT(found, sweep.points());
    Job job(3);
    options.spread = &job.leader();
    options.stop = nullptr;
    EXPECT_EQ(lines_of(sweep, options), alone);
    EXPECT_EQ(Journal::open(options.journal, sweep)->found(), sweep.points());
  }
  std::filesystem::remove_all(folder);
}

TEST(Spread, ASweepAsTextIsTheSameSweep) {
  const Sweep sweep = some();
  const auto again = Sweep::parse(sweep.text(), kKnown);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->text(), sweep.text());
  EXPECT_EQ(again->points(), sweep.points());
  for (const std::uint64_t index : {0U, 1U, 77U, 401U})
    EXPECT_EQ(encode_point(index, again->point(index)), encode_point(index, sweep.point(index)));
}

TEST(Spread, WhatIsNoSweepIsRefused) {
  const std::string good = some("0:10:5").text();
  const auto why = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    const auto sweep = Sweep::parse(text, kKnown);
    return sweep ? "" : sweep.error().message;
  };
  EXPECT_EQ(why("sns", "sns"), "");
  EXPECT_THAT(why("herald ", "herald 9"), HasSubstr("this is"));
  EXPECT_THAT(why("sns:", "snd:"), HasSubstr("snd"));
  EXPECT_THAT(why("misalignment=", "alignment="), HasSubstr("not a line"));
  EXPECT_THAT(why("detector.efficiency=0.7", "detector.efficiency=7"), HasSubstr("not a line"));
  EXPECT_THAT(why("distance 0 5 10", "distance 0 5 x"), HasSubstr("not a line"));
  EXPECT_THAT(why("distance 0 5 10", "distance"), HasSubstr("without points"));
  EXPECT_THAT(why("\nplob:", "\n\nplob:"), HasSubstr("not a line"));
}

TEST(Spread, TheJobIsReadFromTheEnvironment) {
  const auto set = [](const char* rank, const char* size) {
    ::setenv("OMPI_COMM_WORLD_RANK", rank, 1);
    ::setenv("OMPI_COMM_WORLD_SIZE", size, 1);
  };
  set("2", "4");
  ASSERT_TRUE(place_in_job());
  EXPECT_EQ(place_in_job()->rank, 2u);
  EXPECT_EQ(place_in_job()->size, 4u);
  set("x", "4");
  EXPECT_FALSE(place_in_job());
  ::unsetenv("OMPI_COMM_WORLD_RANK");
  ::unsetenv("OMPI_COMM_WORLD_SIZE");
  EXPECT_FALSE(place_in_job());
}

}  // namespace
}  // namespace herald::study
