// Keys from other vendors' devices: two KMEs without a link, each beside a box.
#include <gtest/gtest.h>

#include "herald/kme/test_world.h"

namespace herald::kme {
namespace {

const RelaySettings kSmall{1024, 512, 2, 1, false};

// The boxes of two sites: what one gives is kept at the other, each key once.
class Boxes {
 public:
  explicit Boxes(Sites& sites) : m_sites(sites) {
    for (const char letter : {'a', 'b'}) {
      Node& node = sites.node(letter);
      const std::string peer = Sites::name_of(letter == 'a' ? 'b' : 'a');
      node.configure([&](DeliverySettings& settings) {
        settings.neighbours.insert(peer);
        Provenance provenance;
        provenance.origin = Origin::device;
        settings.devices[peer] = provenance;
      });
      node.devices = {[this, letter](const std::string&, std::uint64_t bytes, const DeviceAccess::OnKeys& done) {
                        answer(give(letter, bytes), done);
                      },
                      [this, letter](const std::string&, const std::vector<Uuid>& ids,
                                     const DeviceAccess::OnKeys& done) { answer(take(letter, ids), done); },
                      [this](const std::string&, const std::string& why) { refusals.push_back(why); }};
      sites.crash(letter);  // comes up with them
    }
  }

  std::uint64_t stock = 1 << 20;  // bytes that it will give
  int drawn = 0;                  // requests
  std::size_t cut = 0;            // bytes that the last of the keys that are taken lacks
  bool is_silent = false, is_other = false;
  Origin origin = Origin::device;
  std::vector<std::string> refusals;

 private:
  Result<DeviceKeys> give(char letter, std::uint64_t bytes) {
    ++drawn;
    if (stock < bytes) return fail(ErrorCode::exhausted, "the box has no keys");
    stock -= bytes;
    DeviceKeys keys{{}, SecretBytes(bytes), origin};
    for (std::uint8_t& byte : keys.bytes.expose_secret_mutable())
      byte = static_cast<std::uint8_t>(m_sites.world.random.next_word());
    Uuid id;
    id.bytes[0] = static_cast<std::uint8_t>(letter);
    id.bytes[1] = static_cast<std::uint8_t>(drawn);
    id.bytes[2] = static_cast<std::uint8_t>(drawn >> 8);
    keys.ids.push_back(id);
    m_kept[id] = Bytes(keys.bytes.expose_secret().begin(), keys.bytes.expose_secret().end());
    return keys;
  }
  Result<DeviceKeys> take(char letter, const std::vector<Uuid>& ids) {
    EXPECT_NE(ids.front().bytes[0], static_cast<std::uint8_t>(letter)) << "a box is asked for its own keys";
    const auto at = m_kept.find(ids.front());
    if (at == m_kept.end()) return fail(ErrorCode::not_found, "the box has no such key");
    Bytes bytes = std::move(at->second);
    m_kept.erase(at);
    if (is_other) bytes.back() ^= 1;
    return DeviceKeys{ids, SecretBytes(ByteView(bytes).first(bytes.size() - cut)), Origin::device};
  }
  void answer(Result<DeviceKeys> keys, const DeviceAccess::OnKeys& done) {
    if (is_silent) return;
    m_sites.world.after(1 + m_sites.world.below(30), [keys = std::make_shared<Result<DeviceKeys>>(std::move(keys)),
                                                      done] { done(std::move(*keys)); });
  }

  Sites& m_sites;
  std::map<Uuid, Bytes> m_kept;
};

TEST(Devices, TheirKeysFillThePoolsAndAreDeliveredAsAnyOther) {
  Sites sites(1, "ab", {}, kSmall);
  Boxes boxes(sites);
  sites.live_for(3000);
  for (const char at : {'a', 'b'}) {
    EXPECT_GE(sites.level(at, 'a', 'b').bytes, 1024u);
    EXPECT_GE(sites.level(at, 'b', 'a').bytes, 1024u);
    EXPECT_EQ(sites.level(at, 'a', 'b').waiting, 0u);
  }
  for (int i = 0; i < 20; ++i) {
    sites.get_key("a1", "b1", {}, 4);
    sites.get_key("b2", "a2", {}, 4);
    sites.live_for(500);
  }
  EXPECT_EQ(sites.keys.size(), 160u);
  sites.fetch_all();
  sites.live_for(500);
  EXPECT_EQ(sites.fetched.size(), 160u);
  EXPECT_TRUE(sites.refusals.empty());
  // Drawn as they were needed, and no more.
  EXPECT_LE((1 << 20) - boxes.stock, 160 * 32 + 4 * (1024 + 512) + 30 * 16);
}

TEST(Devices, ABoxWithoutKeysIsAskedEverMoreSeldom) {
  Sites sites(2, "ab", {}, kSmall);
  Boxes boxes(sites);
  boxes.stock = 0;
  sites.live_for(120'000);
  EXPECT_GE(boxes.drawn, 6);
  EXPECT_LE(boxes.drawn, 30);
  boxes.stock = 1 << 16;
  sites.live_for(70'000);
  EXPECT_GE(sites.level('b', 'a', 'b').bytes, 1024u);
}

TEST(Devices, WhatBoxesDisagreeOnIsNotUsed) {
  Sites sites(3, "ab", {}, kSmall);
  Boxes boxes(sites);
  boxes.is_other = true;
  sites.live_for(5000);
  EXPECT_EQ(sites.level('b', 'a', 'b').bytes, 0u);
  EXPECT_GE(sites.noted('b', "devices-disagree"), 1u);
  ASSERT_FALSE(boxes.refusals.empty());
  EXPECT_EQ(boxes.refusals.front(), "the devices gave different keys under the same names");
  EXPECT_EQ(sites.level('a', 'a', 'b').bytes, 0u) << "half a lot is in a pool";
  boxes.is_other = false;
  sites.live_for(130'000);
  EXPECT_GE(sites.level('a', 'a', 'b').bytes, 1024u);
}

TEST(Devices, AnEndThatCannotTakeItsKeysSaysWhy) {
  Sites sites(4, "ab", {}, kSmall);
  Boxes boxes(sites);
  boxes.cut = 512;
  sites.live_for(3000);
  ASSERT_FALSE(boxes.refusals.empty());
  EXPECT_EQ(boxes.refusals.front(), "the keys under these names are too short");
  boxes.cut = 0;
  sites.node('b').configure([](DeliverySettings& settings) { settings.devices.clear(); });
  boxes.refusals.clear();
  sites.live_for(10'000);
  ASSERT_FALSE(boxes.refusals.empty());
  EXPECT_EQ(boxes.refusals.back(), "kme-b has no device for kme-a");
  EXPECT_EQ(sites.level('a', 'a', 'b').bytes, 0u);
}

TEST(Devices, ABoxThatNeverAnswersHoldsNothingUp) {
  Sites sites(5, "ab", {}, kSmall);
  Boxes boxes(sites);
  boxes.is_silent = true;
  sites.live_for(3000);
  EXPECT_EQ(boxes.drawn, 2);
  boxes.is_silent = false;
  sites.live_for(30'000);
  EXPECT_GE(sites.level('b', 'a', 'b').bytes, 1024u);
}

TEST(Devices, SimulatedKeysStaySimulated) {
  Sites sites(6, "ab", {}, kSmall);
  Boxes boxes(sites);
  boxes.origin = Origin::simulated;
  sites.live_for(3000);
  EXPECT_GT(sites.level('a', 'a', 'b').simulated, 0u);
  EXPECT_EQ(sites.level('a', 'a', 'b').simulated, sites.level('a', 'a', 'b').bytes);
  EXPECT_GT(sites.level('b', 'a', 'b').simulated, 0u);
  sites.get_key("a1", "b1");
  sites.live_for(500);
  EXPECT_TRUE(sites.keys.empty());
}

TEST(Devices, CrashesAndCutsLoseLotsAndNothingElse) {
  for (std::uint64_t seed = 100; seed < 140; ++seed) {
    Sites sites(seed, "ab", {}, kSmall);
    Boxes boxes(sites);
    for (int i = 0; i < 30; ++i) {
      sites.live_for(sites.world.below(1000));
      if (sites.world.below(3) == 0) sites.crash(sites.world.below(2) == 0 ? 'a' : 'b');
      if (sites.world.below(3) == 0) sites.unplug('a');
      sites.get_key("a1", "b1", {}, 2);
      sites.get_key("b1", "a1", {}, 2);
    }
    sites.live_for(80'000);
    for (const bool from_a : {true, false}) {
      const char from = from_a ? 'a' : 'b', to = from_a ? 'b' : 'a';
      EXPECT_GE(sites.level('a', from, to).bytes, 1024u) << seed;
      EXPECT_EQ(sites.level('a', from, to).bytes, sites.level('b', from, to).bytes) << seed;
    }
    EXPECT_EQ(sites.noted('a', "devices-disagree") + sites.noted('b', "devices-disagree"), 0u) << seed;
  }
}

}  // namespace
}  // namespace herald::kme
