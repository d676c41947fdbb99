#include "herald/kme/policy.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "herald/kme/test_world.h"

namespace herald::kme {
namespace {

using std::chrono::milliseconds;

TEST(Policy, ABudgetIsFullAtFirstAndFillsWithTime) {
  Budget budget;
  EXPECT_FALSE(budget.take(10, 2, 10, milliseconds(500)));
  EXPECT_EQ(budget.take(1, 2, 10, milliseconds(500)), milliseconds(500));
  EXPECT_FALSE(budget.take(1, 2, 10, milliseconds(1000)));
  EXPECT_EQ(budget.take(4, 2, 10, milliseconds(2000)), milliseconds(1000));
  budget.give_back(2);
  EXPECT_FALSE(budget.take(4, 2, 10, milliseconds(2000)));
  EXPECT_EQ(budget.take(11, 2, 10, milliseconds(100'000)), milliseconds(0));  // more than it ever holds
}

// However it is asked: never more than its limit and what time has brought.
TEST(Policy, ABudgetIsNeverOverdrawn) {
  rc::check([] {
    const double per_s = *rc::gen::inRange(1, 50), limit = *rc::gen::inRange(1, 50);
    Budget budget;
    double taken = 0;
    milliseconds now{0};
    for (const int step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 2000))) {
      now += milliseconds(step);
      const double amount = *rc::gen::inRange(1, 20);
      const auto wait = budget.take(amount, per_s, limit, now);
      if (!wait) taken += amount;
      RC_ASSERT(taken <= limit + per_s * static_cast<double>(now.count()) / 1000 + 1e-3);
      // And who waits as long as it is told, gets it.
      if (wait && amount <= limit) {
        now += *wait;
        RC_ASSERT(!budget.take(amount, per_s, limit, now));
        taken += amount;
      }
    }
  });
}

struct Configured : Sites {
  explicit Configured(const std::map<std::string, Policy>& policies) : Sites(1, "ab", {{'a', 'b'}}) {
    for (const char each : {'a', 'b'})
      node(each).configure([&](DeliverySettings& settings) { settings.policies = policies; });
    add_lots(4096);
    live_for(900);
  }
};

TEST(Policy, WhoAsksTooOftenIsToldWhenAndOthersAreServed) {
  Policy slow, few;
  slow.requests_per_s = 2;
  few.keys_per_hour = 3;
  Configured sites({{"a1", slow}, {"a2", few}});
  for (int i = 0; i < 5; ++i) {
    sites.get_key("a1", "b1");
    sites.get_key("a3", "b1");
  }
  sites.live_for(400);
  EXPECT_EQ(sites.keys.size(), 7u);
  EXPECT_EQ(sites.refusals, (std::map<unsigned, int>{{429, 3}}));
  EXPECT_EQ(sites.last_refusal->retry_after_s, 1u);
  sites.live_for(1000);
  sites.get_key("a1", "b1");
  sites.live_for(400);
  EXPECT_EQ(sites.keys.size(), 8u);

  sites.get_key("a2", "b1", {}, 2);
  sites.get_key("a2", "b1", {}, 2);
  EXPECT_EQ(sites.refusals[429], 4);
  EXPECT_EQ(sites.last_refusal->retry_after_s, 1200u);
  // What was not delivered does not count.
  sites.get_key("a2", "b1", {}, 1, 65536);
  sites.live_for(400);
  EXPECT_EQ(sites.refusals[503], 1);
  sites.get_key("a2", "b1", {}, 1);
  sites.live_for(400);
  EXPECT_EQ(sites.keys.size(), 11u);
}

TEST(Policy, WhenKeysAreShortSomeLeaveThemToOthers) {
  Policy modest;
  modest.leave = 4000;
  Configured sites({{"a1", modest}});
  for (int i = 0; i < 5; ++i) sites.get_key("a1", "b1");
  sites.live_for(400);
  EXPECT_EQ(sites.keys.size(), 3u);  // 96 of 4096 bytes
  EXPECT_EQ(sites.refusals, (std::map<unsigned, int>{{503, 2}}));
  sites.get_key("a2", "b1");
  sites.live_for(400);
  EXPECT_EQ(sites.keys.size(), 4u);
}

TEST(Policy, KeysAreSharedWithPartnersAlone) {
  Policy one, other;
  one.partners = {"b1"};
  other.partners = {"a2"};
  Configured sites({{"a1", one}, {"b2", other}});
  sites.get_key("a1", "b1");
  sites.get_key("a1", "b2");
  sites.get_key("a1", "b1", {"b3"});
  sites.get_key("a2", "b2");
  sites.get_key("a3", "b2");
  sites.get_key("b2", "a3");
  sites.live_for(400);
  EXPECT_EQ(sites.keys.size(), 2u);
  EXPECT_EQ(sites.refusals, (std::map<unsigned, int>{{401, 4}}));
}

TEST(Policy, KeysWaitForTheirSlavesAsLongAsTheirMasterMaySay) {
  Policy brief;
  brief.hold_s = 5;
  Configured sites({{"a1", brief}});
  sites.get_key("a1", "b1");
  sites.get_key("a2", "b1");
  sites.live_for(8000);
  sites.fetch_all();
  sites.live_for(400);
  EXPECT_EQ(sites.fetched.size(), 1u);
  EXPECT_EQ(sites.refusals, (std::map<unsigned, int>{{400, 1}}));
}

TEST(Policy, HybridKeysNeedBothSecretsAndSayWhich) {
  Policy hybrid;
  hybrid.is_hybrid = true;
  Sites sites(2, "abcd", {{'a', 'b'}, {'b', 'c'}, {'c', 'd'}, {'a', 'd'}}, {1024, 512, 2, 1, false});
  for (const char each : {'a', 'b', 'c', 'd'})
    sites.node(each).configure([&](DeliverySettings& settings) { settings.policies = {{"a1", hybrid}}; });
  sites.add_lots(8192);
  sites.live_for(5000);
  sites.get_key("a1", "b1", {"c1", "d1"}, 2, 512);
  sites.get_key("a2", "b1");
  sites.live_for(400);
  ASSERT_EQ(sites.keys.size(), 3u);
  sites.fetch_all();
  sites.live_for(400);
  EXPECT_EQ(sites.fetched.size(), 7u);
  EXPECT_TRUE(sites.refusals.empty());
  for (const auto& [id, key] : sites.keys) {
    const bool is_hybrid = key.master == "a1";
    EXPECT_EQ(key.extensions, is_hybrid ? 1u : 0u);
    // The links' bytes alone are no key of this master's, and are another's.
    EXPECT_EQ(sites.is_of_a_link(key.text), !is_hybrid);
  }
}

}  // namespace
}  // namespace herald::kme
