#include "herald/base/spelling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace herald {
namespace {

constexpr std::string_view kKnown[] = {"bb84", "bb84-decoy", "sns", "sns-aopp", "plob"};

TEST(Spelling, EditDistanceCountsTheLeastChanges) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("flaw", "lawn"), edit_distance("lawn", "flaw"));
}

TEST(Spelling, NearestNamesComeFirstAndFarOnesNotAtAll) {
  EXPECT_THAT(nearest_names("bb48", kKnown), ::testing::ElementsAre("bb84"));
  EXPECT_THAT(nearest_names("sns-aop", kKnown), ::testing::ElementsAre("sns-aopp"));
  EXPECT_THAT(nearest_names("bb84-", kKnown), ::testing::ElementsAre("bb84", "bb84-decoy"));
  EXPECT_THAT(nearest_names("quantum", kKnown), ::testing::IsEmpty());
  EXPECT_THAT(nearest_names("", kKnown), ::testing::IsEmpty());
  EXPECT_THAT(nearest_names(std::string(100'000, 'b'), kKnown), ::testing::IsEmpty());
}

TEST(Spelling, TheQuestionNamesThem) {
  EXPECT_EQ(did_you_mean("plop", kKnown), "; did you mean plob?");
  EXPECT_EQ(did_you_mean("bb84-", kKnown), "; did you mean bb84 or bb84-decoy?");
  EXPECT_EQ(did_you_mean("quantum", kKnown), "");
}

}  // namespace
}  // namespace herald
