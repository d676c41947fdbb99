#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "herald/cheating/commitment.h"
#include "herald/study/expectations_test.h"

namespace herald::study {
namespace {

constexpr std::uint64_t kMany = 20'000;

TEST(CommitmentAssumptions, PufsBindByTheirResponses) {
  for (const double bits : {4, 8, 12})
    for (const double tolerated : {0, 1})
      for (const std::string_view alice : {"honest", "cheat-change", "cheat-pair"})
        expect_theory(casting_of("commit-puf", {{"alice", alice}},
                                 {{"response", bits}, {"tolerated", tolerated}, {"challenges", 10}}),
                      1, kMany);
  // 64 bits, one other challenge: 2^-64.
  const Casting casting = casting_of("commit-puf", {{"alice", "cheat-change"}}, {{"response", 64}, {"challenges", 2}});
  EXPECT_NEAR(theory_of(casting, "change-passes") / (2 * 5.421010862427522e-20), 1, 1e-9);
  expect_theory(casting, 2);
}

TEST(CommitmentAssumptions, PufsAnswerWithNoise) {
  for (const double tolerated : {0, 2, 7})
    expect_theory(casting_of("commit-puf", {}, {{"noise", 0.05}, {"tolerated", tolerated}}), 1, kMany);
}

TEST(CommitmentAssumptions, PufsOfFewChallengesHideNothing) {
  const Casting casting =
      casting_of("commit-puf", {{"bob", "cheat-look"}}, {{"challenge", 2}, {"challenges", 100}, {"response", 64}});
  const Trials trials{casting, 3, 2'000, FailureProbability(1e-9)};
  const Tally tally = run(trials).value();
  EXPECT_EQ(tally.happened[5], tally.runs);  // guess-right
  expect_theory(casting_of("commit-puf", {{"bob", "cheat-look"}}, {{"challenge", 8}, {"challenges", 20}}), 2, kMany);
}

TEST(CommitmentAssumptions, PufsTolerateLessThanHalf) {
  const Casting casting = casting_of("commit-puf", {}, {{"response", 4}, {"tolerated", 2}});
  EXPECT_FALSE(casting.protocol->set_up(casting));
}

TEST(CommitmentAssumptions, SeveralRecipients) {
  for (const double photons : {1, 2, 6}) {
    for (const std::string_view alice : {"honest", "cheat-lie", "cheat-between", "cheat-coalition"})
      expect_theory(casting_of("commit-multiparty", {{"alice", alice}}, {{"photons", photons}}), 1, 5'000);
    expect_theory(casting_of("commit-multiparty", {{"alice", "cheat-coalition"}, {"others", "cheat-coalition"}},
                             {{"photons", photons}}),
                  1, 5'000);
    expect_theory(casting_of("commit-multiparty", {{"bob", "cheat-look"}}, {{"photons", photons}}), 1, 5'000);
    expect_theory(
        casting_of("commit-multiparty", {{"bob", "cheat-pool"}, {"others", "cheat-pool"}}, {{"photons", photons}}), 1,
        5'000);
  }
}

TEST(CommitmentAssumptions, WhoReadsIsCaughtTheMoreTheMoreHeReads) {
  double caught = -1;
  for (const double strength : {0.0, 0.3, 0.7, 1.0}) {
    const Casting casting = casting_of("commit-cheat-sensitive", {{"bob", "cheat-look"}}, {{"strength", strength}});
    expect_theory(casting, 2, kMany);
    const double now = theory_of(casting, "bob-caught");
    EXPECT_GT(now, caught);
    caught = now;
  }
  EXPECT_NEAR(caught, 0.25, 1e-12);  // all that can be read of BB84's states, for a quarter
}

TEST(CommitmentAssumptions, WhoChangesIsCaught) {
  for (const double angle : {0.0, 0.2, std::numbers::pi / 8, std::numbers::pi / 4})
    for (const std::string_view alice : {"honest", "cheat-lie", "cheat-between"})
      expect_theory(casting_of("commit-cheat-sensitive", {{"alice", alice}}, {{"angle", angle}}), 1, kMany);
}

}  // namespace
}  // namespace herald::study
