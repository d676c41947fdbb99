#include "herald/cheating/registry.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace herald {
namespace {

TEST(CheatingRegistry, EveryRecordIsCompleteAndItsNameUnique) {
  std::set<std::string_view> names;
  for (const CheatingTheorem& t : cheating_theorems()) {
    EXPECT_TRUE(names.insert(t.name).second) << t.name;
    EXPECT_EQ(t.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string_view::npos) << t.name;
    for (const std::string_view text : {t.name, t.title, t.protocol, t.paper, t.equations, t.statement, t.parameters})
      EXPECT_FALSE(text.empty()) << t.name;
    EXPECT_FALSE(t.assumptions.empty()) << t.name;
    EXPECT_FALSE(t.points.empty()) << t.name;
  }
}

TEST(CheatingRegistry, AnAssumptionHasOneNameAndOneMeaningEverywhere) {
  std::map<std::string_view, std::string_view> meanings;
  for (const CheatingTheorem& t : cheating_theorems()) {
    for (const Assumption& a : t.assumptions) {
      EXPECT_EQ(meanings.emplace(a.name, a.meaning).first->second, a.meaning) << a.name;
      EXPECT_EQ(a.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string_view::npos) << a.name;
      EXPECT_TRUE(a.meaning.ends_with('.')) << a.name;
    }
  }
}

TEST(CheatingRegistry, PublishedPointsAreReproduced) {
  for (const CheatingTheorem& t : cheating_theorems()) {
    for (const PublishedPoint& p : t.points)
      EXPECT_NEAR(p.computed() / p.published, 1, p.relative_tolerance)
          << t.name << ": " << p.what << " (" << p.source << ")";
  }
}

TEST(CheatingRegistry, TheoremsAreFoundByName) {
  for (const CheatingTheorem& t : cheating_theorems()) EXPECT_EQ((*find_cheating_theorem(t.name))->title, t.title);
  const auto missing = find_cheating_theorem("coin-flip-bb85");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_NE(missing.error().message.find("coin-flip-bb84"), std::string::npos);
}

}  // namespace
}  // namespace herald
