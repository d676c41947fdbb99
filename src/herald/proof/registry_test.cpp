#include "herald/proof/registry.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

namespace herald {
namespace {

TEST(Registry, EveryRecordIsCompleteAndItsNameUnique) {
  std::set<std::string_view> names;
  for (const Theorem& t : theorems()) {
    EXPECT_TRUE(names.insert(t.name).second) << t.name;
    for (const std::string_view text :
         {t.name, t.title, t.protocol, t.paper, t.equations, t.statement, t.observed, t.two_way, t.block_length})
      EXPECT_FALSE(text.empty()) << t.name;
    EXPECT_FALSE(t.assumptions.empty());
    EXPECT_EQ(t.two_way_assumptions.empty(), t.bound || t.two_way.starts_with("Not covered")) << t.name;
    EXPECT_EQ(t.finite, !t.epsilon_shares.empty()) << t.name;
    EXPECT_EQ(t.finite, t.name.find("finite") != std::string_view::npos) << t.name;
  }
  EXPECT_GE(names.size(), 7u);
}

TEST(Registry, AnAssumptionHasOneNameAndOneMeaningEverywhere) {
  std::map<std::string_view, std::string_view> meanings;
  for (const Theorem& t : theorems()) {
    for (const auto list : {t.assumptions, t.two_way_assumptions}) {
      for (const Assumption& a : list) {
        EXPECT_EQ(meanings.emplace(a.name, a.meaning).first->second, a.meaning) << a.name;
        EXPECT_EQ(a.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string_view::npos) << a.name;
        EXPECT_TRUE(a.meaning.ends_with('.')) << a.name;
      }
    }
  }
}

TEST(Registry, TheSharesOfEpsilonSumToOne) {
  for (const Theorem& t : theorems()) {
    if (!t.finite) continue;
    double sum = 0;
    for (const EpsilonShare& share : t.epsilon_shares) {
      EXPECT_GT(share.share, 0);
      sum += share.share;
    }
    EXPECT_NEAR(sum, 1, 1e-15) << t.name;
  }
}

TEST(Registry, PublishedPointsAreReproduced) {
  for (const Theorem& t : theorems()) {
    for (const PublishedPoint& p : t.points)
      EXPECT_NEAR(p.computed() / p.published, 1, p.relative_tolerance)
          << t.name << ": " << p.what << " (" << p.source << ")";
  }
}

TEST(Registry, TheoremsAreFoundByName) {
  for (const Theorem& t : theorems()) EXPECT_EQ((*find_theorem(t.name))->title, t.title);
  const auto missing = find_theorem("bb85");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_NE(missing.error().message.find("bb84-finite-one-decoy"), std::string::npos);
}

TEST(Registry, AKeysProvenanceNamesItsTheoremAndEpsilon) {
  KeyLength key;
  key.theorem = "bb84-finite";
  key.epsilon.secrecy = FailureProbability(1e-9);
  const Provenance provenance = provenance_of(key, Origin::recorded);
  EXPECT_EQ(provenance.theorem, "bb84-finite");
  EXPECT_EQ(provenance.epsilon.secrecy.value, 1e-9);
  EXPECT_EQ(provenance.origin, Origin::recorded);
  EXPECT_TRUE(provenance.violated.empty());
}

TEST(Claim, VerificationBitsReachTheirEpsilon) {
  EXPECT_EQ(verification_bits_for(FailureProbability(1e-15)), 51);
  EXPECT_EQ(verification_bits_for(FailureProbability(std::exp2(-40))), 41);
}

}  // namespace
}  // namespace herald
