#include "herald/kme/forget.h"

#include <gtest/gtest.h>

#include "herald/kme/stream_records.h"
#include "herald/kme/test_world.h"

namespace herald::kme {
namespace {

Dropped forget(Sites& sites, char at, char peer) {
  return sites.node(at)
      .look([&](Records& records) {
        return forget_peer(records, Sites::name_of(at), Sites::name_of(peer), sites.world.now() / 1000);
      })
      .value();
}
std::uint64_t generation_at(Sites& sites, char at, char peer) {
  return sites.node(at).look([&](Records& records) { return generation(records, Sites::name_of(peer)).value(); });
}
bool are_ready(Sites& sites, char one, char other) {
  return sites.node(one).delivery->is_ready(Sites::name_of(other)) &&
         sites.node(other).delivery->is_ready(Sites::name_of(one));
}
// Keys go both ways, and come to their slaves.
void expect_delivery(Sites& sites, const std::string& one, const std::string& other) {
  const std::size_t keys = sites.keys.size(), fetched = sites.fetched.size();
  sites.add_lots({one[0], other[0]}, 1024);
  sites.live_for(1000);
  sites.get_key(one, other);
  sites.get_key(other, one);
  sites.live_for(1000);
  EXPECT_EQ(sites.keys.size(), keys + 2) << one << " and " << other << ": "
                                         << sites.node(one[0]).delivery->state_of(Sites::name_of(other[0]));
  sites.fetch_all();
  sites.live_for(1000);
  EXPECT_EQ(sites.fetched.size(), fetched + 2);
}

TEST(Forget, APutBackSiteAndItsPeerBeginAnewWhenBothHaveForgotten) {
  for (const char back : {'a', 'b'})
    for (const bool back_first : {true, false}) {
      SCOPED_TRACE(testing::Message() << back << (back_first ? " first" : " last"));
      Sites pair(5, "ab", {{'a', 'b'}});
      pair.add_lots(4096);
      pair.live_for(1000);
      pair.get_key("a1", "b1", {}, 2);
      pair.get_key("b1", "a1", {}, 2);
      pair.live_for(500);
      const auto backup = pair.node(back).disk;
      pair.fetch_all();
      pair.get_key("a1", "b1");
      pair.live_for(1000);
      ASSERT_EQ(pair.keys.size(), 5u);
      ASSERT_EQ(pair.fetched.size(), 4u);

      pair.unplug('a');
      pair.node(back).crash();
      pair.node(back).disk = backup;
      pair.node(back).start();
      const char other = back == 'a' ? 'b' : 'a';
      const auto nothing_goes = [&] {
        pair.live_for(3000);
        EXPECT_FALSE(are_ready(pair, 'a', 'b'));
        pair.get_key("a1", "b1");
        pair.fetch_all();  // the judge would see a key twice
        pair.live_for(1000);
        EXPECT_EQ(pair.keys.size(), 5u);
        EXPECT_EQ(pair.fetched.size(), 4u);
      };
      nothing_goes();
      forget(pair, back_first ? back : other, back_first ? other : back);
      nothing_goes();
      forget(pair, back_first ? other : back, back_first ? back : other);
      pair.live_for(3000);
      EXPECT_TRUE(are_ready(pair, 'a', 'b'))
          << pair.node('a').delivery->state_of("kme-b") << "; " << pair.node('b').delivery->state_of("kme-a");
      for (const char at : {'a', 'b'}) {
        EXPECT_EQ(pair.level(at, 'a', 'b').bytes, 0u);
        EXPECT_EQ(pair.level(at, 'b', 'a').bytes, 0u);
      }
      EXPECT_EQ(generation_at(pair, 'a', 'b'), generation_at(pair, 'b', 'a'));
      pair.keys.clear();  // what waited is destroyed
      pair.fetched.clear();
      expect_delivery(pair, "a1", "b1");
    }
}

TEST(Forget, ASiteThatLostItsRecordsBeginsAnew) {
  Sites pair(6, "ab", {{'a', 'b'}});
  pair.add_lots(4096);
  pair.live_for(1000);
  for (int time = 0; time < 2; ++time) forget(pair, 'a', 'b'), forget(pair, 'b', 'a');
  pair.live_for(5000);
  expect_delivery(pair, "a1", "b1");
  pair.unplug('a');
  pair.node('a').crash();
  pair.node('a').disk.clear();
  pair.node('a').start();
  pair.live_for(2000);
  EXPECT_FALSE(are_ready(pair, 'a', 'b'));
  forget(pair, 'b', 'a');
  pair.live_for(5000);
  EXPECT_EQ(generation_at(pair, 'a', 'b'), 3u);
  pair.keys.clear();
  pair.fetched.clear();
  expect_delivery(pair, "a1", "b1");
}

TEST(Forget, OthersKeepWhatTheyHave) {
  Sites three(7, "abc", {{'a', 'b'}, {'b', 'c'}, {'a', 'c'}});
  three.add_lots(4096);
  three.live_for(2000);
  three.get_key("b1", "a1");
  three.get_key("c1", "a1");
  three.live_for(500);
  ASSERT_EQ(three.keys.size(), 2u);
  const Dropped dropped = forget(three, 'a', 'b');
  EXPECT_EQ(dropped.bytes, 2u * 4096 - 32);
  ASSERT_EQ(dropped.keys.size(), 1u);
  EXPECT_EQ(three.keys.at(dropped.keys[0]).master, "b1");
  three.live_for(5000);
  EXPECT_FALSE(are_ready(three, 'a', 'b'));
  EXPECT_TRUE(are_ready(three, 'a', 'c') && are_ready(three, 'b', 'c'));
  EXPECT_EQ(three.level('a', 'a', 'c').bytes, 4096u);
  EXPECT_EQ(three.level('b', 'b', 'c').bytes, 4096u);
  three.keys.erase(dropped.keys[0]);
  three.fetch_all();
  three.live_for(500);
  EXPECT_EQ(three.fetched.size(), 1u);
  three.get_key("a1", "b1");
  three.live_for(500);
  EXPECT_EQ(three.refusals[503], 1);
  forget(three, 'b', 'a');
  three.live_for(5000);
  expect_delivery(three, "a1", "b1");
  expect_delivery(three, "a1", "c1");
}

TEST(Forget, WhatIsDroppedAtOneEndIsDroppedAtTheOther) {
  for (const bool is_up : {true, false}) {
    SCOPED_TRACE(is_up ? "while both serve" : "while the line is down");
    Sites pair(8, "ab", {{'a', 'b'}});
    pair.add_lots(4096);
    pair.live_for(2000);
    pair.get_key("b1", "a1");
    pair.live_for(500);
    if (!is_up) pair.unplug('a');
    const auto dropped =
        pair.node('a').look([](Records& records) { return drop_pools(records, "kme-a", "kme-b", 1).value(); });
    EXPECT_EQ(dropped.bytes, 2u * 4096 - 32);
    if (is_up) {
      pair.get_key("b1", "a1", {}, 2);  // on the way before b hears of it
      pair.world.run_until(pair.world.now() + 200);
      EXPECT_EQ(pair.refusals[503], 1);
      EXPECT_TRUE(are_ready(pair, 'a', 'b'));
    }
    pair.live_for(5000);
    EXPECT_TRUE(are_ready(pair, 'a', 'b'));
    for (const char at : {'a', 'b'})
      for (const bool from_a : {true, false}) {
        const PoolLevel level = pair.level(at, from_a ? 'a' : 'b', from_a ? 'b' : 'a');
        EXPECT_EQ(level.bytes + level.waiting, 0u) << at << from_a;
      }
    pair.fetch_all();  // what was delivered to its master waits on
    pair.live_for(500);
    EXPECT_EQ(pair.fetched.size(), 1u);
    expect_delivery(pair, "a1", "b1");
  }
}

TEST(Forget, KeysThatWaitAreDestroyedByChoice) {
  Sites pair(9, "ab", {{'a', 'b'}});
  pair.add_lots(4096);
  pair.live_for(2000);
  pair.get_key("a1", "b1");
  pair.get_key("a1", "b2");
  pair.get_key("a2", "b2");
  pair.live_for(500);
  ASSERT_EQ(pair.keys.size(), 3u);
  const auto drop = [&](const std::function<bool(const HeldKey&)>& which) {
    return pair.node('b').look([&](Records& records) { return drop_held_keys(records, which, 1).value(); }).keys;
  };
  const auto entries = pair.noted('b', "destroyed");
  EXPECT_TRUE(drop([](const HeldKey& key) { return key.master == "a3"; }).empty());
  EXPECT_EQ(pair.noted('b', "destroyed"), entries);
  EXPECT_EQ(drop([](const HeldKey& key) { return key.slaves == std::vector<std::string>{"b2"}; }).size(), 2u);
  EXPECT_EQ(pair.noted('b', "destroyed"), entries + 1);
  pair.fetch_all();
  pair.live_for(500);
  EXPECT_EQ(pair.fetched.size(), 1u);
  EXPECT_EQ(pair.refusals[400], 2);
}

TEST(Forget, StreamsWithThatPeerAreGoneAndOthersStay) {
  Sites sites(7, "abc", {{'a', 'b'}, {'a', 'c'}});
  const auto add = [&](std::uint8_t id, char peer) {
    Stream stream;
    stream.id.bytes[0] = id;
    stream.master = "a1";
    stream.slave = std::string(1, peer) + "1";
    stream.peer = Sites::name_of(peer);
    stream.until = 1000;
    sites.node('a').look([&](Records& records) {
      EXPECT_TRUE(add_stream(records, stream));
      return true;
    });
    return stream.id;
  };
  const Uuid first = add(1, 'b'), second = add(2, 'b'), other = add(3, 'c');
  const auto is_there = [&](const Uuid& id) {
    return sites.node('a').look([&](Records& records) { return find_stream(records, id).value().has_value(); });
  };
  forget(sites, 'a', 'b');
  EXPECT_FALSE(is_there(first));
  EXPECT_FALSE(is_there(second));
  EXPECT_TRUE(is_there(other));
}

}  // namespace
}  // namespace herald::kme
