#include "herald/kme/delivery.h"

#include <gtest/gtest.h>

#include "herald/kme/test_world.h"

namespace herald::kme {
namespace {

TEST(Delivery, AKeyComesToItsMasterAndToItsSlaves) {
  Sites pair(1, "ab", {{'a', 'b'}});
  pair.add_lots(4096);
  pair.world.run_until(900);
  ASSERT_TRUE(pair.node('a').delivery->is_ready("kme-b")) << pair.node('a').delivery->state_of("kme-b");
  pair.get_key("a1", "b1", {"b2"}, 3, 512);
  pair.get_key("b1", "a2");
  pair.world.run_until(1000);
  ASSERT_EQ(pair.keys.size(), 4u);
  for (const auto& [id, key] : pair.keys) {
    pair.get_key_with_ids(key.master == "a1" ? "b3" : "a1", key.master, {id});  // somebody else
    for (const std::string& slave : key.slaves) pair.get_key_with_ids(slave, key.master, {id});
  }
  pair.world.run_until(2000);
  EXPECT_EQ(pair.fetched.size(), 7u);
  EXPECT_EQ(pair.refusals, (std::map<unsigned, int>{{401, 4}}));
  for (const auto& [id, key] : pair.keys)
    for (const std::string& slave : key.slaves) pair.get_key_with_ids(slave, key.master, {id});
  pair.world.run_until(3000);
  EXPECT_EQ(pair.fetched.size(), 7u);
  EXPECT_EQ(pair.refusals[400], 7);
  EXPECT_EQ(pair.level('a', 'a', 'b').bytes, 4096u - 3 * 64);
  EXPECT_EQ(pair.level('b', 'a', 'b').bytes, 4096u - 3 * 64);
  EXPECT_EQ(pair.level('a', 'b', 'a').bytes, 4096u - 32);
}

TEST(Delivery, TooFewKeysConsumeNothing) {
  Sites pair(2, "ab", {{'a', 'b'}});
  pair.add_lots(100);
  pair.world.run_until(900);
  pair.get_key("a1", "b1", {}, 4);  // 128 bytes
  pair.world.run_until(1000);
  EXPECT_EQ(pair.refusals, (std::map<unsigned, int>{{503, 1}}));
  EXPECT_EQ(pair.level('a', 'a', 'b').bytes, 100u);
  pair.get_key("a1", "b1", {}, 3);
  pair.world.run_until(2000);
  EXPECT_EQ(pair.keys.size(), 3u);
}

TEST(Delivery, WithoutThePeerNothingLeavesAndNothingIsLost) {
  Sites pair(3, "ab", {{'a', 'b'}});
  pair.add_lots(4096);
  pair.world.run_until(900);
  pair.get_key("a1", "b1");
  pair.world.run_until(1000);
  const Uuid id = pair.keys.begin()->first;
  pair.unplug('a');
  pair.get_key("a1", "b1");
  pair.get_key_with_ids("b1", "a1", {id});
  pair.world.run_until(5000);
  EXPECT_EQ(pair.refusals, (std::map<unsigned, int>{{503, 2}}));
  EXPECT_TRUE(pair.fetched.empty());
  pair.plug();
  pair.world.run_until(6000);
  pair.get_key_with_ids("b1", "a1", {id});
  pair.world.run_until(7000);
  EXPECT_EQ(pair.fetched.size(), 1u);
}

TEST(Delivery, ASitePutBackIsFoundBeforeAnythingLeaves) {
  for (const bool at_a : {true, false}) {
    Sites pair(4, "ab", {{'a', 'b'}});
    pair.add_lots(4096);
    pair.world.run_until(900);
    pair.get_key("a1", "b1", {}, 2);
    pair.world.run_until(1000);
    const Uuid id = pair.keys.begin()->first;
    Node& node = pair.node(at_a ? 'a' : 'b');
    const auto backup = node.disk;
    pair.get_key_with_ids("b1", "a1", {id});
    pair.get_key("a1", "b1");
    pair.world.run_until(2000);
    const std::size_t keys = pair.keys.size();
    ASSERT_EQ(pair.fetched.size(), 1u);

    pair.unplug('a');
    node.crash();
    node.disk = backup;
    node.start();
    for (std::uint64_t time = 2100; time < 4000; time += 100) {
      pair.plug();
      pair.get_key("a1", "b1");
      pair.get_key_with_ids("b1", "a1", {id});  // it was fetched before: the judge would see it
      pair.world.run_until(time);
    }
    EXPECT_EQ(pair.keys.size(), keys);
    EXPECT_EQ(pair.fetched.size(), 1u);
    ASSERT_TRUE(node.last_refusal);
    EXPECT_EQ(node.last_refusal->code, ErrorCode::insecure);
  }
}

// One life of a pair under random load, crashes and partitions; then quiet, in which all that was acknowledged and not
// fetched must be there.
void live(std::uint64_t seed) {
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  Sites pair(seed, "ab", {{'a', 'b'}});
  World& world = pair.world;
  const std::vector<std::string> all{"a1", "a2", "b1", "b2", "b3"};
  const auto any = [&] { return all[world.below(all.size())]; };
  const std::uint64_t steps = 60;
  for (std::uint64_t step = 0; step < steps; ++step) {
    switch (world.below(12)) {
      case 0: pair.add_lots(1 + world.below(400)); break;
      case 1: pair.add_lots({'a', 'b'}, 1 + world.below(400), world.below(4) != 0, world.below(4) != 0); break;
      case 2: pair.unplug('a'); break;
      case 3: pair.crash(world.below(2) == 0 ? 'a' : 'b'); break;
      case 4:
      case 5:
      case 6: {
        const std::string master = any(), slave = any();
        pair.get_key(master, slave, {}, 1 + world.below(3), 8 * (16 + world.below(40)));
        break;
      }
      default: {
        if (pair.keys.empty()) break;
        auto at = pair.keys.begin();
        std::advance(at, world.below(pair.keys.size()));
        pair.get_key_with_ids(world.below(4) == 0 ? any() : *at->second.slaves.begin(), at->second.master, {at->first});
      }
    }
    if (world.below(3) == 0) pair.plug();
    world.run_until(world.now() + world.below(60));
    if (step % 8 == 0) pair.tick();
  }
  pair.live_for(10'000);  // quiet
  ASSERT_TRUE(pair.node('a').delivery->is_ready("kme-b")) << pair.node('a').delivery->state_of("kme-b");
  ASSERT_TRUE(pair.node('b').delivery->is_ready("kme-a")) << pair.node('b').delivery->state_of("kme-a");
  EXPECT_EQ(pair.level('a', 'a', 'b').bytes, pair.level('b', 'a', 'b').bytes);
  EXPECT_EQ(pair.level('a', 'b', 'a').bytes, pair.level('b', 'b', 'a').bytes);
  pair.fetch_all();
  world.run_until(world.now() + 5000);
  for (const auto& [id, key] : pair.keys)
    for (const std::string& slave : key.slaves)
      EXPECT_TRUE(pair.fetched.contains({id, slave}) || pair.lost.contains({id, slave}))
          << slave << " cannot get its key";
  for (const auto& [who, count] : pair.asked) EXPECT_EQ(count, 0) << "a question without an answer";
}

TEST(Delivery, LivesOfAPairUnderCrashesAndPartitions) {
  for (std::uint64_t seed = 0; seed < 500 && !testing::Test::HasFailure(); ++seed) live(seed);
}
TEST(Soak_Delivery, LivesOfAPairUnderCrashesAndPartitions) {
  for (std::uint64_t seed = 500; seed < 10'000 && !testing::Test::HasFailure(); ++seed) live(seed);
}

}  // namespace
}  // namespace herald::kme
