#include "herald/kme/status_cache.h"

#include <gtest/gtest.h>

namespace herald::kme {
namespace {

TEST(StatusCache, ForgetsWhatMayHaveChanged) {
  StatusCache cache;
  const auto now = StatusCache::Clock::now();
  cache.keep("vpn-1", "/status", 7, "reply", now);
  EXPECT_EQ(cache.find("vpn-1", "/status", 7, now), "reply");
  EXPECT_FALSE(cache.find("vpn-1", "/status", 8, now));
  EXPECT_FALSE(cache.find("vpn-2", "/status", 7, now));
  EXPECT_FALSE(cache.find("vpn-1", "/other", 7, now));
  EXPECT_FALSE(cache.find("vpn-1", "/status", 7, now + std::chrono::seconds(2)));
  cache.keep("vpn-1", "/status", 8, "another", now);
  EXPECT_EQ(cache.find("vpn-1", "/status", 8, now), "another");
}

TEST(StatusCache, KeepsOnlySoMany) {
  StatusCache cache;
  for (int i = 0; i < 5000; ++i) cache.keep("vpn-1", std::to_string(i), 1, "reply");
  int found = 0;
  for (int i = 0; i < 5000; ++i) found += cache.find("vpn-1", std::to_string(i), 1) ? 1 : 0;
  EXPECT_GT(found, 0);
  EXPECT_LE(found, 1024);
}

}  // namespace
}  // namespace herald::kme
