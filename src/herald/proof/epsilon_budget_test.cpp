#include "herald/proof/epsilon_budget.h"

#include <gtest/gtest.h>

#include <limits>

namespace herald {
namespace {

TEST(EpsilonBudget, StopsBeforeItIsExceeded) {
  auto budget = EpsilonBudget::of(FailureProbability(1e-6));
  ASSERT_TRUE(budget);
  const Epsilon block;  // 1e-10 + 1e-15 + 1e-12
  std::uint64_t blocks = 0;
  while (budget->spend(block)) ++blocks;
  EXPECT_EQ(blocks, static_cast<std::uint64_t>(1e-6 / block.total().value));
  EXPECT_EQ(budget->blocks(), blocks);
  EXPECT_LE(budget->spent(), budget->lifetime());
  EXPECT_GE(budget->spent().value, static_cast<double>(blocks) * block.total().value * (1 - 1e-12));
  EXPECT_LT(budget->remaining(), block.total());
  const FailureProbability before = budget->spent();
  const auto refused = budget->spend(block);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::exhausted);
  EXPECT_EQ(budget->spent(), before);
}

TEST(EpsilonBudget, ContinuesWhereItWasSaved) {
  auto budget = EpsilonBudget::of(FailureProbability(1e-9));
  ASSERT_TRUE(budget->spend({}));
  auto again = EpsilonBudget::restored(budget->lifetime(), budget->spent(), budget->blocks());
  ASSERT_TRUE(again);
  ASSERT_TRUE(budget->spend({}));
  ASSERT_TRUE(again->spend({}));
  EXPECT_EQ(again->spent(), budget->spent());
  EXPECT_EQ(again->blocks(), 2u);
}

TEST(EpsilonBudget, NonsenseIsRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double lifetime : {0.0, -1.0, 1.0, nan}) EXPECT_FALSE(EpsilonBudget::of(FailureProbability(lifetime)));
  EXPECT_FALSE(EpsilonBudget::restored(FailureProbability(1e-6), FailureProbability(2e-6), 3));
  EXPECT_FALSE(EpsilonBudget::restored(FailureProbability(1e-6), FailureProbability(nan), 3));
  EXPECT_FALSE(EpsilonBudget::restored(FailureProbability(1e-6), FailureProbability(0), 3));
  EXPECT_FALSE(EpsilonBudget::restored(FailureProbability(1e-6), FailureProbability(1e-7), 0));
  auto budget = EpsilonBudget::of(FailureProbability(1e-6));
  Epsilon bad;
  bad.secrecy = FailureProbability(nan);
  EXPECT_EQ(budget->spend(bad).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(budget->spent().value, 0);
}

}  // namespace
}  // namespace herald
