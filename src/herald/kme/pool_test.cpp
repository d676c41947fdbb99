#include "herald/kme/pool.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "herald/kme/journal.h"
#include "herald/kme/test_site.h"

namespace herald::kme {
namespace {

using store::Records;

const PoolName kPool{"kme-a", "kme-b"};

struct Site : TestSite {
  Result<void> add(std::uint64_t number, const Bytes& bytes, Origin origin = Origin::device) {
    Provenance provenance;
    provenance.origin = origin;
    return (*this)([&](Records& records) -> Result<void> {
      HERALD_TRY_VOID(add_lot(records, kPool, number, bytes, provenance));
      return share_lot(records, kPool, number, bytes.size());
    });
  }
  Result<DrawnBytes> draw(std::uint64_t size, InsecureSimulated word = InsecureSimulated::refuse) {
    return (*this)([&](Records& records) { return kme::draw(records, kPool, size, word); });
  }
  Result<DrawnBytes> draw_at(const std::vector<Draw>& draws) {
    return (*this)([&](Records& records) { return kme::draw_at(records, kPool, draws); });
  }
  PoolLevel level() {
    return (*this)([](Records& records) { return kme::level(records, kPool); }).value();
  }
  bool holds_nothing_of_lots() const {
    return std::ranges::none_of(
        disk, [](const auto& each) { return each.first.starts_with('b') || each.first.starts_with('l'); });
  }
};

// Whatever lots and draws: both ends get the same bytes, each byte of the material once and in order.
TEST(Pool, BothEndsDrawTheSameBytesAndEachOnce) {
  rc::check([] {
    Site source, target;
    std::vector<Bytes> lots;
    const auto sizes = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, 150));
    for (const std::size_t size : sizes) {
      lots.push_back(*rc::gen::container<Bytes>(size, rc::gen::arbitrary<std::uint8_t>()));
      RC_ASSERT(source.add(lots.size(), lots.back()).has_value());
      RC_ASSERT(target.add(lots.size(), lots.back()).has_value());
    }
    Bytes all;
    for (const Bytes& lot : lots) all.insert(all.end(), lot.begin(), lot.end());
    std::size_t used = 0;
    for (const auto size : *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(1, 300))) {
      RC_ASSERT(source.level().bytes == all.size() - used);
      const auto drawn = source.draw(size);
      RC_ASSERT(drawn.has_value() == (used + size <= all.size()));
      if (!drawn) {
        RC_ASSERT(drawn.error().code == ErrorCode::exhausted);
        continue;
      }
      RC_ASSERT(std::ranges::equal(drawn->bytes.expose_secret(), ByteView(all).subspan(used, size)));
      used += size;
      // Some draws never reach the other end: their bytes are lost, and it repeats none.
      if (*rc::gen::inRange(0, 4) == 0) continue;
      const auto same = target.draw_at(drawn->draws);
      RC_ASSERT(same.has_value());
      RC_ASSERT(same->bytes == drawn->bytes);
      RC_ASSERT(target.draw_at(drawn->draws).error().code == ErrorCode::insecure);
    }
    if (used < all.size()) RC_ASSERT(source.draw(all.size() - used).has_value());
    RC_ASSERT(source.holds_nothing_of_lots());
  });
}

TEST(Pool, LotsComeOnceAndAreDrawnFromWhenBothEndsHaveThem) {
  Site site;
  const Bytes bytes(64, 1);
  const auto add = [&](std::uint64_t number) {
    return site([&](Records& records) { return add_lot(records, kPool, number, bytes, {}); });
  };
  EXPECT_TRUE(add(3));
  EXPECT_EQ(add(3).error().code, ErrorCode::disagreement);
  EXPECT_EQ(add(2).error().code, ErrorCode::disagreement);
  EXPECT_EQ(site.draw(32, InsecureSimulated::accept).error().code, ErrorCode::exhausted);
  EXPECT_EQ(site.level().waiting, 64u);
  EXPECT_EQ(site.level().bytes, 0u);
  EXPECT_EQ(site([](Records& records) { return share_lot(records, kPool, 3, 65); }).error().code,
            ErrorCode::disagreement);
  EXPECT_TRUE(site([](Records& records) { return share_lot(records, kPool, 3, 64); }));
  EXPECT_EQ(site.level().waiting, 0u);
  EXPECT_EQ(site.level().simulated, 64u);
  EXPECT_TRUE(site.draw(64, InsecureSimulated::accept));
  EXPECT_EQ(site.level().bytes + site.level().simulated + site.level().waiting, 0u);
  EXPECT_TRUE(site.holds_nothing_of_lots());
  EXPECT_EQ(add(3).error().code, ErrorCode::disagreement);  // used up, and not forgotten
  EXPECT_EQ(site.draw_at({{3, 0, 32}}).error().code, ErrorCode::insecure);
  EXPECT_EQ(site.draw_at({{4, 0, 32}}).error().code, ErrorCode::not_found);
  EXPECT_EQ(site([](Records& records) { return share_lot(records, kPool, 4, 64); }).error().code, ErrorCode::not_found);
  EXPECT_EQ(site([](Records& records) { return add_lot(records, kPool, 5, {}, {}); }).error().code,
            ErrorCode::invalid_argument);
}

TEST(Pool, WhatDoesNotLieInALotIsRefused) {
  Site site;
  EXPECT_TRUE(site.add(1, Bytes(64, 1)));
  for (const Draw& draw :
       {Draw{1, 0, 0}, {1, 0, 65}, {1, 64, 1}, {1, 65, 1}, {1, 1, ~std::uint64_t{0}}, {1, ~std::uint64_t{0}, 2}})
    EXPECT_EQ(site.draw_at({draw}).error().code, ErrorCode::malformed);
  EXPECT_EQ(site.draw_at({{1, 0, 8}, {1, 8, 8}}).error().code, ErrorCode::malformed);  // a lot twice
  EXPECT_EQ(site.level().bytes, 64u);
}

TEST(Pool, KeysOfSimulatedLightAreForTrials) {
  Site site;
  EXPECT_TRUE(site.add(1, Bytes(64, 1), Origin::simulated));
  EXPECT_EQ(site.draw(32).error().code, ErrorCode::insecure);
  EXPECT_TRUE(site.draw(32, InsecureSimulated::accept));
  EXPECT_TRUE(site.add(2, Bytes(64, 2), Origin::device));
  EXPECT_EQ(site.draw(65).error().code, ErrorCode::insecure);
  EXPECT_EQ(site.draw(32)->draws, (std::vector<Draw>{{2, 0, 32}}));
  EXPECT_EQ(site.level().bytes, 64u);
  EXPECT_EQ(site.level().simulated, 32u);
  EXPECT_EQ(site.draw(40, InsecureSimulated::accept)->provenance.origin, Origin::simulated);  // of both lots
}

TEST(Journal, IsAChainThatBreaksWhereItIsChanged) {
  Site site;
  std::vector<JournalHead> heads{{}};
  for (int i = 0; i < 5; ++i)
    heads.push_back(
        site([&](Records& records) { return append_to_journal(records, "entry " + std::to_string(i)); }).value());
  EXPECT_EQ(site([](Records& records) { return journal_head(records); }).value(), heads.back());
  for (std::uint64_t n = 0; n <= 5; ++n)
    EXPECT_EQ(site([&](Records& records) { return journal_head_at(records, n); }).value(), heads[n]);
  EXPECT_EQ(site([](Records& records) { return journal_head_at(records, 6); }).error().code, ErrorCode::not_found);

  const auto read = [&](std::uint64_t first) {
    std::vector<std::string> texts;
    const auto done = site([&](Records& records) {
      return read_journal(records, first, [&](const JournalEntry& entry) {
        texts.push_back(entry.text);
        return true;
      });
    });
    return done ? texts : std::vector<std::string>{"broken"};
  };
  EXPECT_EQ(read(3), (std::vector<std::string>{"entry 2", "entry 3", "entry 4"}));
  // Even Herald's own hand, with the store's key, cannot change the middle alone.
  EXPECT_TRUE(site([&](Records& records) -> Result<void> {
    Bytes key{'j', 0, 0, 0, 0, 0, 0, 0, 3};
    Writer writer;
    heads[3].encode(writer);
    writer.text("another");
    records.put(key, writer.bytes());
    return {};
  }));
  EXPECT_EQ(read(1), std::vector<std::string>{"broken"});
  EXPECT_EQ(read(4).size(), 2u);
}

TEST(Pool, ANumberForALotIsGivenOnce) {
  Site site;
  const auto name = [&] {
    return site([](Records& records) { return name_lot(records, {"kme-a", "kme-c"}); }).value();
  };
  EXPECT_EQ(name(), 1u);
  EXPECT_EQ(name(), 2u);
  EXPECT_TRUE(site([](Records& records) { return add_lot(records, {"kme-a", "kme-c"}, 7, Bytes(32), Provenance()); }));
  EXPECT_EQ(name(), 8u);
  EXPECT_EQ(name(), 9u);
  EXPECT_EQ(site([](Records& records) { return name_lot(records, {"kme-c", "kme-a"}); }).value(), 1u);
}

TEST(Journal, APeerThatFallsBackIsFound) {
  Site peer, site;
  const auto entry = [&] { return peer([](Records& records) { return append_to_journal(records, "x"); }).value(); };
  const auto told = [&](const JournalHead& head) {
    return site([&](Records& records) { return witness(records, "kme-b", head); });
  };
  entry();
  const JournalHead first = entry(), second = entry();
  EXPECT_TRUE(told(first));
  EXPECT_TRUE(told(first));
  EXPECT_TRUE(told(second));
  EXPECT_EQ(told(first).error().code, ErrorCode::insecure);
  JournalHead other = second;
  other.hash[0] ^= 1;  // as long, and another one
  EXPECT_EQ(told(other).error().code, ErrorCode::insecure);
  EXPECT_EQ(told({}).error().code, ErrorCode::insecure);
  EXPECT_EQ(site([](Records& records) { return witnessed(records, "kme-b"); }).value(), second);
  EXPECT_EQ(site([](Records& records) { return witnessed(records, "kme-c"); }).value(), JournalHead());
}

}  // namespace
}  // namespace herald::kme
