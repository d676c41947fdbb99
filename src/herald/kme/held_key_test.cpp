#include "herald/kme/held_key.h"

#include <gtest/gtest.h>

#include "herald/kme/test_site.h"

namespace herald::kme {
namespace {

HeldKey held(std::uint8_t number, std::vector<std::string> slaves, std::uint64_t until = 100) {
  return {Uuid{{number}}, "vpn-1", "kme-a", std::move(slaves), until, {}, SecretBytes(ByteView(Bytes(32, number)))};
}

class HeldKeys : public testing::Test {
 protected:
  Result<void> hold(const HeldKey& key) {
    return site([&](store::Records& records) { return kme::hold(records, key); });
  }
  // The first bytes of what is taken, or why nothing is.
  Result<Bytes> take(const std::vector<std::uint8_t>& numbers, std::string_view slave,
                     std::string_view master = "vpn-1") {
    std::vector<Uuid> ids;
    for (const std::uint8_t number : numbers) ids.push_back(Uuid{{number}});
    HERALD_TRY(const auto keys, site([&](store::Records& records) { return take_held(records, ids, slave, master); }));
    Bytes first;
    for (const HeldKey& key : keys) first.push_back(key.bytes.expose_secret()[0]);
    return first;
  }

  TestSite site;
};

TEST_F(HeldKeys, GoToEachSlaveOnceAndAreGoneWhenAllHaveThem) {
  ASSERT_TRUE(hold(held(1, {"vpn-2", "vpn-3"})));
  EXPECT_EQ(hold(held(1, {"vpn-2"})).error().code, ErrorCode::disagreement);
  EXPECT_EQ(take({1}, "vpn-4").error().code, ErrorCode::authentication);
  EXPECT_EQ(take({1}, "vpn-1").error().code, ErrorCode::authentication);  // the master has it
  EXPECT_EQ(take({1}, "vpn-2", "vpn-9").error().code, ErrorCode::not_found);
  EXPECT_EQ(take({1}, "vpn-2").value(), Bytes{1});
  EXPECT_EQ(take({1}, "vpn-2").error().code, ErrorCode::authentication);
  EXPECT_EQ(take({1}, "vpn-3").value(), Bytes{1});
  EXPECT_EQ(take({1}, "vpn-3").error().code, ErrorCode::not_found);
  EXPECT_EQ(site.disk.size(), 1u);  // the head alone
}

TEST_F(HeldKeys, AllThatAreNamedOrNone) {
  ASSERT_TRUE(hold(held(1, {"vpn-2"})) && hold(held(2, {"vpn-3"})) && hold(held(3, {"vpn-2"})));
  EXPECT_EQ(take({1, 9}, "vpn-2").error().code, ErrorCode::not_found);
  EXPECT_EQ(take({1, 2}, "vpn-2").error().code, ErrorCode::authentication);
  EXPECT_EQ(take({3, 1}, "vpn-2").value(), (Bytes{3, 1}));
}

TEST_F(HeldKeys, WhatDidNotLeaveCanBePutBack) {
  ASSERT_TRUE(hold(held(1, {"vpn-2", "vpn-3"})));
  for (int round = 0; round < 2; ++round) {
    const std::vector ids{Uuid{{1}}};
    const auto keys = site([&](store::Records& records) { return take_held(records, ids, "vpn-2", "vpn-1"); });
    ASSERT_TRUE(keys);
    EXPECT_TRUE(site([&](store::Records& records) { return put_back(records, keys->front(), "vpn-2"); }));
    if (round == 0) {
      EXPECT_TRUE(take({1}, "vpn-3"));
    }
  }
  EXPECT_EQ(take({1}, "vpn-3").error().code, ErrorCode::authentication);
  EXPECT_EQ(take({1}, "vpn-2").value(), Bytes{1});
  EXPECT_EQ(site.disk.size(), 1u);
}

TEST_F(HeldKeys, AreForgottenWhenTheirTimeIsOver) {
  for (std::uint8_t i = 1; i <= 5; ++i) ASSERT_TRUE(hold(held(i, {"vpn-2"}, 100 + i)));
  const auto expire = [&](std::uint64_t now, std::size_t most) {
    return site([&](store::Records& records) { return expire_held(records, now, most); }).value().size();
  };
  EXPECT_EQ(expire(101, 10), 0u);
  EXPECT_EQ(expire(103, 10), 2u);
  EXPECT_EQ(take({1}, "vpn-2").error().code, ErrorCode::not_found);
  EXPECT_EQ(take({3}, "vpn-2").value(), Bytes{3});
  EXPECT_EQ(expire(1000, 1), 1u);
  EXPECT_EQ(expire(1000, 10), 1u);
  EXPECT_EQ(site.disk.size(), 1u);
}

}  // namespace
}  // namespace herald::kme
