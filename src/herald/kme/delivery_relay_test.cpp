// Networks of KMEs: keys over trusted nodes, and one key for slaves at several sites.
#include <gtest/gtest.h>

#include "herald/kme/test_world.h"

namespace herald::kme {
namespace {

const std::vector<Sites::Ends> kRing{{'a', 'b'}, {'b', 'c'}, {'c', 'd'}, {'a', 'd'}};
const RelaySettings kSmall{1024, 512, 2, 1, false};

Sites ring(std::uint64_t seed, RelaySettings relay = kSmall) { return {seed, "abcd", kRing, relay}; }

TEST(Relay, AKeyOverTrustedNodesIsLikeAnyOther) {
  Sites sites(1, "abc", {{'a', 'b'}, {'b', 'c'}}, kSmall);
  sites.add_lots(8192);
  sites.live_for(5000);
  EXPECT_GE(sites.level('a', 'a', 'c').bytes, 1024u);
  EXPECT_EQ(sites.level('a', 'a', 'c').bytes, sites.level('c', 'a', 'c').bytes);
  EXPECT_EQ(sites.level('a', 'c', 'a').bytes, sites.level('c', 'c', 'a').bytes);
  // What crosses a link takes as much of it, and a tag and a proof.
  EXPECT_EQ(sites.level('a', 'a', 'b').bytes, 8192 - 2 * (512 + 32 + 16));
  sites.get_key("a1", "c1", {}, 3);
  sites.get_key("c2", "a2", {}, 2, 512);
  sites.world.run_until(sites.world.now() + 500);
  ASSERT_EQ(sites.keys.size(), 5u);
  sites.fetch_all();
  sites.world.run_until(sites.world.now() + 500);
  EXPECT_EQ(sites.fetched.size(), 5u);
  EXPECT_TRUE(sites.refusals.empty());
  EXPECT_EQ(sites.noted('b', "relayed"), 4u);
}

TEST(Relay, TwoRoutesShareALotAndNeitherNodeBetweenHasIt) {
  Sites sites = ring(2);
  sites.add_lots(8192);
  sites.live_for(5000);
  ASSERT_GE(sites.level('a', 'a', 'c').bytes, 1024u);
  EXPECT_EQ(sites.level('a', 'a', 'c').bytes, sites.level('c', 'a', 'c').bytes);
  const auto network = sites.node('a').delivery->network();
  EXPECT_EQ(network.topology->nodes().size(), 4u);
  EXPECT_EQ(network.routes.size(), 1u);
  EXPECT_EQ(network.routes.at("kme-c").size(), 2u);
  // Each of two lots in each direction passed in shares over both; and over a and c those of b and d.
  for (const char between : {'a', 'b', 'c', 'd'}) EXPECT_EQ(sites.noted(between, "relayed"), 4u) << between;
}

TEST(Relay, WithFewerRoutesThanAreWantedNothingIsRelayed) {
  RelaySettings both = kSmall;
  both.least_routes = 2;
  Sites sites(3, "abc", {{'a', 'b'}, {'b', 'c'}}, both);
  sites.add_lots(8192);
  sites.live_for(3000);
  EXPECT_EQ(sites.level('a', 'a', 'c').bytes, 0u);
  EXPECT_EQ(sites.level('a', 'a', 'b').bytes, 8192u);
}

TEST(Relay, WhenANodeIsLostTheOtherRouteCarriesAll) {
  Sites sites = ring(4);
  sites.add_lots(65536);
  sites.live_for(3000);
  for (int i = 0; i < 10; ++i) {
    sites.node('b').crash();
    sites.unplug('b');
    for (int step = 0; step < 30; ++step) {
      for (const auto& [ends, cable] : sites.cables)
        if (ends.first != 'b' && ends.second != 'b') cable->plug();
      for (const char each : {'a', 'c', 'd'}) sites.node(each).delivery->tick();
      sites.world.run_until(sites.world.now() + 100);
    }
    sites.get_key("a1", "c1", {}, 8);
    sites.world.run_until(sites.world.now() + 300);
    sites.node('b').start();
    sites.live_for(1000);
  }
  EXPECT_EQ(sites.keys.size(), 80u);
}

TEST(Relay, DrainedNodesAreNoLongerBetween) {
  Sites sites(5, "abcd", kRing, kSmall);
  RelaySettings drained = kSmall;
  drained.is_drained = true;
  Sites without(5, "abcd", kRing, drained);
  for (Sites* each : {&sites, &without}) {
    each->add_lots(8192);
    each->live_for(4000);
  }
  EXPECT_GT(sites.level('a', 'a', 'c').bytes, 0u);
  EXPECT_EQ(without.level('a', 'a', 'c').bytes, 0u);
}

// A node between that gives something else on: the ends find it, and use nothing of it.
TEST(Relay, WhatANodeChangesIsNotUsed) {
  Sites sites(6, "abc", {{'a', 'b'}, {'b', 'c'}}, kSmall);
  sites.add_lots(8192);
  // The line from b to c belongs to an adversary who knows all that b knows: here, b's pads.
  auto& line = sites.node('b').send.at("kme-c");
  const auto honest = line;
  std::size_t changed = 0;
  line = [&](Bytes message) {
    auto read = decode_peer_message(message).value();
    if (auto* const relay = std::get_if<Relay>(&read)) {
      const SecretBytes pad = sites.material('b', 'c', relay->draws);
      Relay other = *relay;
      const SecretBytes share = open_once(pad, relay->sealed, about_sealed(*relay)).value();
      SecretBytes lie(share.expose_secret());
      lie.expose_secret_mutable()[100] ^= 1;
      other.sealed = seal_once(pad, lie.expose_secret(), about_sealed(other));
      message = encode(other);
      ++changed;
    }
    honest(std::move(message));
  };
  sites.live_for(30'000);
  EXPECT_GT(changed, 0u);
  EXPECT_GT(sites.noted('c', "changed-by-a-node"), 0u);
  EXPECT_EQ(sites.level('c', 'a', 'c').bytes, 0u);
  EXPECT_EQ(sites.level('a', 'a', 'c').bytes, 0u);
}

TEST(Relay, SlavesAtSeveralSitesGetOneKey) {
  Sites sites = ring(7);
  sites.add_lots(8192);
  sites.live_for(5000);
  sites.get_key("a1", "b1", {"b2", "c1", "d1", "d3"}, 2, 1024);
  sites.world.run_until(sites.world.now() + 500);
  ASSERT_EQ(sites.keys.size(), 2u);
  for (const auto& [id, key] : sites.keys)
    for (const char* const other : {"c2", "d2", "b3"}) sites.get_key_with_ids(other, "a1", {id});
  sites.fetch_all();
  sites.world.run_until(sites.world.now() + 500);
  EXPECT_EQ(sites.fetched.size(), 10u);
  EXPECT_EQ(sites.refusals, (std::map<unsigned, int>{{401, 6}}));
  // Too few for one of them: nothing of the others' is used.
  const auto before = sites.level('a', 'a', 'b').bytes;
  sites.get_key("a1", "b1", {"c1"}, 128, 1024);
  sites.world.run_until(sites.world.now() + 500);
  EXPECT_EQ(sites.refusals[503], 1);
  EXPECT_EQ(sites.level('a', 'a', 'b').bytes, before);
  // One of them is not there: nobody gets anything.
  sites.cables.at({'a', 'd'})->unplug();
  sites.get_key("a1", "b1", {"d1"});
  sites.world.run_until(sites.world.now() + 500);
  EXPECT_EQ(sites.refusals[503], 2);
  EXPECT_EQ(sites.keys.size(), 2u);
}

// One life of a ring under random load, crashes and partitions; then quiet.
void live(std::uint64_t seed) {
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  Sites sites = ring(seed);
  World& world = sites.world;
  const auto any = [&] {
    return std::string(1, static_cast<char>('a' + world.below(4))) + static_cast<char>('1' + world.below(3));
  };
  for (int step = 0; step < 80; ++step) {
    switch (world.below(12)) {
      case 0:
      case 1:
        sites.add_lots(kRing[world.below(kRing.size())], 1 + world.below(3000), world.below(8) != 0,
                       world.below(8) != 0);
        break;
      case 2: sites.unplug(static_cast<char>('a' + world.below(4))); break;
      case 3: sites.crash(static_cast<char>('a' + world.below(4))); break;
      case 4:
      case 5:
      case 6:
        sites.get_key(any(), any(), world.below(3) == 0 ? std::vector{any()} : std::vector<std::string>(),
                      1 + world.below(3));
        break;
      default: {
        if (sites.keys.empty()) break;
        auto at = sites.keys.begin();
        std::advance(at, world.below(sites.keys.size()));
        sites.get_key_with_ids(world.below(4) == 0 ? any() : *at->second.slaves.begin(), at->second.master,
                               {at->first});
      }
    }
    if (world.below(2) == 0) sites.plug();
    world.run_until(world.now() + world.below(80));
    sites.tick();
  }
  sites.live_for(40'000);  // quiet
  for (const auto& [letter, node] : sites.nodes)
    for (const auto& [other, peer] : sites.nodes) {
      if (letter == other) continue;
      ASSERT_TRUE(node->delivery->is_ready(peer->name())) << node->delivery->state_of(peer->name());
      EXPECT_EQ(sites.level(letter, letter, other).bytes, sites.level(other, letter, other).bytes) << letter << other;
    }
  sites.fetch_all();
  world.run_until(world.now() + 5000);
  for (const auto& [id, key] : sites.keys)
    for (const std::string& slave : key.slaves)
      EXPECT_TRUE(sites.fetched.contains({id, slave}) || sites.lost.contains({id, slave}))
          << slave << " cannot get its key";
  for (const auto& [who, count] : sites.asked) EXPECT_EQ(count, 0) << "a question without an answer";
  for (const auto& [letter, node] : sites.nodes)
    EXPECT_EQ(sites.noted(letter, "changed-by-a-node"), 0u) << "an honest node is accused";
}

TEST(Relay, LivesOfANetworkUnderCrashesAndPartitions) {
  for (std::uint64_t seed = 0; seed < 50 && !testing::Test::HasFailure(); ++seed) live(seed);
}
TEST(Full_Relay, LivesOfANetworkUnderCrashesAndPartitions) {
  for (std::uint64_t seed = 50; seed < 500 && !testing::Test::HasFailure(); ++seed) live(seed);
}
TEST(Soak_Relay, LivesOfANetworkUnderCrashesAndPartitions) {
  for (std::uint64_t seed = 500; seed < 10'000 && !testing::Test::HasFailure(); ++seed) live(seed);
}

}  // namespace
}  // namespace herald::kme
