#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "herald/kme/stream_records.h"
#include "herald/kme/test_world.h"

namespace herald::kme {
namespace {

// Applications that call for streams, in a world of KMEs; time passes while a call waits.
class Streams {
 public:
  explicit Streams(std::uint64_t seed, const std::string& letters = "ab", std::vector<Sites::Ends> links = {{'a', 'b'}})
      : sites(seed, letters, std::move(links)) {
    sites.add_lots(4096);
    sites.live_for(1000);
  }

  // A call whose answer may come later.
  struct Call {
    std::shared_ptr<std::optional<StreamReply>> reply = std::make_shared<std::optional<StreamReply>>();
    bool is_answered() const { return reply->has_value(); }
    StreamReply& operator*() const { return reply->value(); }
    StreamReply* operator->() const { return &reply->value(); }
  };
  Call begin(const std::string& application, const StreamRequest& request) {
    Call call;
    sites.home_of(application).delivery->call(application, request, [reply = call.reply](StreamReply said) {
      ASSERT_FALSE(reply->has_value()) << "answered twice";
      *reply = std::move(said);
    });
    return call;
  }
  StreamReply ask(const std::string& application, const StreamRequest& request) {
    const Call call = begin(application, request);
    for (int i = 0; i < 1000 && !call.is_answered(); ++i) sites.live_for(100);
    EXPECT_TRUE(call.is_answered());
    return std::move(*call);
  }
  StreamReply open(const std::string& application, const std::string& other, const Uuid& stream = {},
                   const Qos& qos = {}) {
    return ask(application, OpenConnect{"qkd://" + application, "qkd://" + other, qos, stream});
  }
  StreamReply get(const std::string& application, const Uuid& stream, std::uint32_t index) {
    return ask(application, GetChunk{stream, index, kMetadataBytes});
  }
  // One that both have opened.
  Uuid between(const std::string& master, const std::string& slave, const Qos& qos = {}) {
    const StreamReply first = open(master, slave, {}, qos);
    EXPECT_EQ(first.status, StreamStatus::peer_not_connected) << first.why;
    Qos theirs;
    theirs.timeout_ms = qos.timeout_ms;
    theirs.mimetype = qos.mimetype;
    const StreamReply second = open(slave, master, first.stream, theirs);
    EXPECT_EQ(second.status, StreamStatus::successful) << second.why;
    EXPECT_EQ(second.qos.chunk_bytes, first.qos.chunk_bytes);
    return first.stream;
  }

  Sites sites;
};

TEST(DeliveryStream, BothEndsGetTheSameChunksInOrderEachOnce) {
  Streams world(1);
  const Uuid stream = world.between("a1", "b1", {64, 0, 0, 0, 0, 0, 0, std::string(kStreamMimetype), false});
  std::set<std::string> all;
  for (std::uint32_t i = 0; i < 5; ++i) {
    const StreamReply master = world.get("a1", stream, i);
    ASSERT_EQ(master.status, StreamStatus::successful) << master.why;
    EXPECT_EQ(master.index, i);
    EXPECT_EQ(master.key.size(), 64u);
    const StreamReply slave = world.get("b1", stream, i);
    ASSERT_EQ(slave.status, StreamStatus::successful) << slave.why;
    EXPECT_EQ(master.key, slave.key);
    EXPECT_EQ(master.metadata, slave.metadata);
    const auto bytes = master.key.expose_secret();
    EXPECT_TRUE(all.insert({bytes.begin(), bytes.end()}).second);
    EXPECT_TRUE(uuid_from_string(nlohmann::json::parse(master.metadata)["key_ID"].get<std::string>()));
    // Once each, and to nobody else.
    for (const char* const who : {"a1", "b1"}) {
      const StreamReply again = world.get(who, stream, i);
      EXPECT_EQ(again.status, StreamStatus::insufficient_key);
      EXPECT_EQ(again.key.size(), 0u);
      EXPECT_EQ(nlohmann::json::parse(again.metadata)["message"], again.why);
    }
    for (const char* const who : {"a2", "b2"}) EXPECT_EQ(world.get(who, stream, i).status, StreamStatus::no_connection);
  }
  EXPECT_EQ(world.sites.level('a', 'a', 'b').bytes, 4096u - 5 * 64);
  EXPECT_EQ(world.sites.level('b', 'a', 'b').bytes, 4096u - 5 * 64);
  EXPECT_EQ(world.sites.level('a', 'b', 'a').bytes, 4096u);
  EXPECT_EQ(world.sites.noted('a', "stream-opened"), 1u);
  EXPECT_EQ(world.sites.noted('b', "stream-offered"), 1u);
  EXPECT_EQ(world.sites.noted('a', "drawn"), 5u);
  EXPECT_EQ(world.sites.noted('b', "fetched"), 5u);
}

TEST(DeliveryStream, TheMasterWaitsForTheOtherToOpenAndTheSlaveForTheChunk) {
  Streams world(2);
  const StreamReply opened = world.open("a1", "b1");
  EXPECT_EQ(world.get("a1", opened.stream, 0).status, StreamStatus::get_key_peer_not_connected);
  Qos patient;
  patient.timeout_ms = 3000;
  world.open("a1", "b1", opened.stream, patient);
  const auto master = world.begin("a1", GetChunk{opened.stream, 0, 0});
  world.sites.live_for(1000);
  EXPECT_FALSE(master.is_answered());
  EXPECT_EQ(world.open("b1", "a1", opened.stream, patient).status, StreamStatus::successful);
  world.sites.live_for(300);
  ASSERT_TRUE(master.is_answered());
  EXPECT_EQ(master->status, StreamStatus::successful);

  EXPECT_EQ(world.get("b1", opened.stream, 0).key, master->key);
  const auto slave = world.begin("b1", GetChunk{opened.stream, 1, 0});
  world.sites.live_for(1000);
  EXPECT_FALSE(slave.is_answered());
  const StreamReply second = world.get("a1", opened.stream, 1);
  world.sites.live_for(300);
  ASSERT_TRUE(slave.is_answered());
  EXPECT_EQ(slave->key, second.key);

  const auto late = world.begin("b1", GetChunk{opened.stream, 2, 0});
  world.sites.live_for(2800);
  EXPECT_FALSE(late.is_answered());
  world.sites.live_for(400);
  ASSERT_TRUE(late.is_answered());
  EXPECT_EQ(late->status, StreamStatus::timeout);
}

TEST(DeliveryStream, WhoMayNotOpenDoesNot) {
  Streams world(3);
  for (const auto& [who, other] : {std::pair("a1", "a2"), {"a1", "nobody"}, {"a1", "a1"}, {"a1", ""}})
    EXPECT_EQ(world.open(who, other).status, StreamStatus::no_connection) << other;
  Qos padded;
  padded.is_padded = true;
  const StreamReply refused = world.ask("a1", OpenConnect{"qkd://a2", "qkd://b1", padded, {}});
  EXPECT_EQ(refused.status, StreamStatus::no_connection);
  EXPECT_TRUE(refused.qos.is_padded);
  world.sites.node('b').configure([](DeliverySettings& settings) { settings.applications.erase("a2"); });
  EXPECT_EQ(world.open("a2", "b1").status, StreamStatus::no_connection);
  world.sites.node('b').configure([](DeliverySettings& settings) { settings.policies["b2"].partners = {"a3"}; });
  EXPECT_EQ(world.open("a1", "b2").status, StreamStatus::no_connection);
  EXPECT_EQ(world.open("a3", "b2").status, StreamStatus::peer_not_connected);
  const Uuid stream = world.open("a1", "b1").stream;
  for (const auto& [who, other] : {std::pair("a2", "b1"), {"b2", "a1"}, {"b1", "a2"}, {"a1", "b2"}})
    EXPECT_EQ(world.open(who, other, stream).status, StreamStatus::stream_id_in_use) << who;
  EXPECT_EQ(world.get("b1", stream, 0).status, StreamStatus::no_connection);  // not opened
  EXPECT_EQ(world.get("a1", Uuid{{1}}, 0).status, StreamStatus::no_connection);
}

TEST(DeliveryStream, AnAgreedIdIsTheFirstOnesWhoOpensIt) {
  Streams world(4);
  const Uuid id{{7, 7, 7}};
  EXPECT_EQ(world.open("b1", "a1", id).status, StreamStatus::peer_not_connected);
  EXPECT_EQ(world.open("a1", "b1", id).status, StreamStatus::successful);
  const StreamReply master = world.get("b1", id, 0);
  EXPECT_EQ(master.status, StreamStatus::successful);
  EXPECT_EQ(world.get("a1", id, 0).key, master.key);
  EXPECT_EQ(world.sites.level('a', 'b', 'a').bytes, 4096u - 32);
}

TEST(DeliveryStream, QualityThatCannotBeMetIsNotPromised) {
  Streams world(5);
  const auto open = [&](const Qos& qos) { return world.open("a1", "b1", {}, qos); };
  Qos qos;
  qos.chunk_bytes = 1 << 20;
  EXPECT_EQ(open(qos).status, StreamStatus::qos_not_met);
  EXPECT_EQ(open(qos).qos.chunk_bytes, 8192u);
  qos = {};
  qos.mimetype = "text/plain";
  EXPECT_EQ(open(qos).qos.mimetype, kStreamMimetype);
  // The pool has 4096 bytes: 327 bit/s for 100 s.
  qos = {};
  qos.ttl_s = 100;
  qos.least_bps = 328;
  EXPECT_EQ(open(qos).status, StreamStatus::qos_not_met);
  EXPECT_EQ(open(qos).qos.least_bps, 327u);
  EXPECT_EQ(open(open(qos).qos).status, StreamStatus::peer_not_connected);
  qos = {};
  qos.timeout_ms = 10'000'000;
  qos.ttl_s = 10'000'000;
  const StreamReply bounded = open(qos);
  EXPECT_EQ(bounded.status, StreamStatus::peer_not_connected);
  EXPECT_EQ(bounded.qos.timeout_ms, 60'000u);
  EXPECT_EQ(bounded.qos.ttl_s, 86'400u);
  // Another size than the stream's is not the slave's to choose.
  qos = {};
  qos.chunk_bytes = 16;
  EXPECT_EQ(world.open("b1", "a1", bounded.stream, qos).status, StreamStatus::qos_not_met);
  // Room for metadata, before anything is used up.
  qos = {};
  qos.mimetype = kStreamMimetype;
  const Uuid stream = world.between("a1", "b1", qos);
  EXPECT_EQ(world.ask("a1", GetChunk{stream, 0, kMetadataBytes - 1}).status, StreamStatus::metadata_too_small);
  EXPECT_EQ(world.get("a1", stream, 0).status, StreamStatus::successful);
}

TEST(DeliveryStream, AHighestRateIsKept) {
  Streams world(6);
  Qos qos;
  qos.most_bps = 256;
  const Uuid stream = world.between("a1", "b1", qos);
  EXPECT_EQ(world.get("a1", stream, 0).status, StreamStatus::successful);
  EXPECT_EQ(world.get("a1", stream, 1).status, StreamStatus::insufficient_key);
  world.sites.live_for(1000);
  EXPECT_EQ(world.get("a1", stream, 1).status, StreamStatus::successful);
}

TEST(DeliveryStream, TooFewKeysConsumeNoIndex) {
  Streams world(7);
  Qos qos;
  qos.chunk_bytes = 4000;
  qos.timeout_ms = 5000;
  const Uuid stream = world.between("a1", "b1", qos);
  EXPECT_EQ(world.get("a1", stream, 0).status, StreamStatus::successful);
  EXPECT_EQ(world.get("a1", stream, 1).status, StreamStatus::insufficient_key);
  const auto waits = world.begin("a1", GetChunk{stream, 1, 0});
  world.sites.live_for(1000);
  EXPECT_FALSE(waits.is_answered());
  world.sites.add_lots(4096);
  world.sites.live_for(1500);
  ASSERT_TRUE(waits.is_answered());
  EXPECT_EQ(waits->status, StreamStatus::successful);
  EXPECT_EQ(world.get("b1", stream, 0).status, StreamStatus::successful);
  EXPECT_EQ(world.get("b1", stream, 1).key, waits->key);
}

TEST(DeliveryStream, PoliciesHoldForStreams) {
  Streams world(8);
  world.sites.node('a').configure([](DeliverySettings& settings) {
    settings.policies["a1"].keys_per_hour = 2;
    settings.policies["a1"].is_hybrid = true;
    settings.policies["a2"].requests_per_s = 1;
  });
  Qos qos;
  qos.mimetype = kStreamMimetype;
  const Uuid stream = world.between("a1", "b1", qos);
  for (std::uint32_t i = 0; i < 2; ++i) {
    const StreamReply master = world.get("a1", stream, i);
    EXPECT_EQ(nlohmann::json::parse(master.metadata)["herald_hybrid"], "ML-KEM-768");
    EXPECT_EQ(world.get("b1", stream, i).key, master.key);
  }
  EXPECT_EQ(world.get("a1", stream, 2).status, StreamStatus::insufficient_key);
  EXPECT_EQ(world.sites.level('a', 'a', 'b').bytes, 4096u - 64);
  const auto first = world.begin("a2", OpenConnect{"", "b1", {}, {}}), second = world.begin("a2", GetChunk{});
  ASSERT_TRUE(second.is_answered());
  EXPECT_EQ(second->status, StreamStatus::insufficient_key);
}

TEST(DeliveryStream, ClosedItGivesNothingMore) {
  Streams world(9);
  const Uuid stream = world.between("a1", "b1");
  const StreamReply first = world.get("a1", stream, 0);
  world.get("a1", stream, 1);
  EXPECT_EQ(world.ask("a2", CloseStream{stream}).status, StreamStatus::no_connection);
  EXPECT_EQ(world.ask("a1", CloseStream{stream}).status, StreamStatus::successful);
  EXPECT_EQ(world.ask("a1", CloseStream{stream}).status, StreamStatus::no_connection);
  world.sites.live_for(200);
  EXPECT_EQ(world.get("a1", stream, 2).status, StreamStatus::no_connection);
  // What the master was given, the slave may still fetch; there is no more to wait for.
  EXPECT_EQ(world.get("b1", stream, 0).key, first.key);
  EXPECT_EQ(world.get("b1", stream, 2).status, StreamStatus::get_key_peer_not_connected);
  EXPECT_EQ(world.ask("b1", CloseStream{stream}).status, StreamStatus::successful);
  world.sites.live_for(200);
  for (const char at : {'a', 'b'})
    world.sites.node(at).look([&](Records& records) {
      EXPECT_FALSE(find_stream(records, stream).value());
      EXPECT_EQ(expire_held(records, ~0ULL, 100).value().size(), 0u);  // the chunk that nobody fetched is erased
      return 0;
    });
  // The ID may come again, for other keys.
  const StreamReply again = world.open("a1", "b1", stream);
  EXPECT_EQ(again.status, StreamStatus::peer_not_connected);
  world.open("b1", "a1", stream);
  const StreamReply anew = world.get("a1", stream, 0);
  EXPECT_EQ(anew.status, StreamStatus::successful);
  EXPECT_FALSE(anew.key == first.key);
}

TEST(DeliveryStream, ItEndsWhenItsTimeIsOver) {
  Streams world(10);
  Qos qos;
  qos.ttl_s = 10;
  qos.timeout_ms = 60'000;
  const Uuid stream = world.between("a1", "b1", qos);
  world.get("a1", stream, 0);
  const auto waits = world.begin("b1", GetChunk{stream, 1, 0});
  world.sites.live_for(12'000);
  ASSERT_TRUE(waits.is_answered());
  EXPECT_EQ(waits->status, StreamStatus::no_connection);
  for (const char* const who : {"a1", "b1"}) EXPECT_EQ(world.get(who, stream, 1).status, StreamStatus::no_connection);
  for (const char at : {'a', 'b'}) EXPECT_EQ(world.sites.noted(at, "stream-expired"), 1u);
  EXPECT_EQ(world.sites.noted('b', "expired"), 1u);  // the chunk that nobody fetched
}

TEST(DeliveryStream, AnApplicationHasSoManyAndNoMore) {
  Streams world(11);
  for (std::size_t i = 0; i < kMostStreams; ++i)
    ASSERT_EQ(world.open("a1", "b1").status, StreamStatus::peer_not_connected);
  EXPECT_EQ(world.open("a1", "b1").status, StreamStatus::no_connection);
  EXPECT_EQ(world.open("a2", "b1").status, StreamStatus::peer_not_connected);
}

TEST(DeliveryStream, WithoutThePeerNothingIsOpenedAndNothingLeaves) {
  Streams world(12);
  const Uuid stream = world.between("a1", "b1");
  const StreamReply first = world.get("a1", stream, 0);
  world.sites.unplug('a');
  for (const auto& call : {world.begin("a1", GetChunk{stream, 1, 0}), world.begin("b1", GetChunk{stream, 0, 0}),
                           world.begin("a1", OpenConnect{"", "b1", {}, {}})}) {
    world.sites.world.run_until(world.sites.world.now() + 3000);
    ASSERT_TRUE(call.is_answered());
    EXPECT_EQ(call->status, StreamStatus::no_connection);
  }
  world.sites.live_for(1000);
  EXPECT_EQ(world.get("b1", stream, 0).key, first.key);
  EXPECT_EQ(world.get("a1", stream, 1).status, StreamStatus::successful);
}

// Streams outlive crashes of either KME: an index is given once whatever happens, and both ends agree on its bytes.
TEST(DeliveryStream, CrashesAndPartitionsRepeatNothing) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Streams world(100 + seed);
    Qos qos;
    qos.timeout_ms = 500;
    const Uuid stream = world.between("a1", "b1", qos);
    Sites& sites = world.sites;
    std::map<std::uint32_t, SecretBytes> got[2];
    std::vector<std::tuple<int, std::uint32_t, Streams::Call>> calls;
    std::uint32_t next[2]{};
    for (int step = 0; step < 60; ++step) {
      const int end = static_cast<int>(sites.world.below(2));
      // Sometimes an index again.
      const std::uint32_t index = next[end] - static_cast<std::uint32_t>(next[end] > 0 && sites.world.below(5) == 0);
      if (index == next[end]) ++next[end];
      calls.emplace_back(end, index, world.begin(end == 0 ? "a1" : "b1", GetChunk{stream, index, 0}));
      const std::uint64_t chance = sites.world.below(12);
      if (chance == 0) sites.unplug('a');
      if (chance == 1) sites.crash(sites.world.below(2) == 0 ? 'a' : 'b');
      if (chance > 4)
        sites.live_for(1 + sites.world.below(200));
      else
        sites.world.run_until(sites.world.now() + sites.world.below(30));
    }
    sites.live_for(5000);
    for (auto& [end, index, call] : calls) {
      if (!call.is_answered() || call->status != StreamStatus::successful) continue;
      EXPECT_TRUE(got[end].emplace(index, std::move(call->key)).second) << "index " << index << " twice, seed " << seed;
    }
    std::size_t both = 0;
    for (const auto& [index, key] : got[0])
      if (const auto at = got[1].find(index); at != got[1].end()) {
        ++both;
        EXPECT_EQ(at->second, key) << "seed " << seed;
      }
    EXPECT_GT(both, 0u) << "seed " << seed;
  }
}

TEST(DeliveryStream, ChunksComeOverTrustedNodesToo) {
  Streams world(13, "abc", {{'a', 'b'}, {'b', 'c'}});
  for (int i = 0; i < 5; ++i) {
    world.sites.add_lots(4096);
    world.sites.live_for(2000);
  }
  const Uuid stream = world.between("a1", "c1");
  const StreamReply master = world.get("a1", stream, 0);
  ASSERT_EQ(master.status, StreamStatus::successful) << master.why;
  EXPECT_EQ(world.get("c1", stream, 0).key, master.key);
}

}  // namespace
}  // namespace herald::kme
