// KMEs in a world of their own, whose time, delays, partitions and crashes come from a seed; and a judge who hears what
// every application asked and got.
#include "herald/kme/delivery.h"

#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <queue>
#include <set>

#include "herald/base/random.h"
#include "herald/kme/test_site.h"

namespace herald::kme {
namespace {

using std::chrono::milliseconds;
using store::Records;

// Events in the order of their times.
class World {
 public:
  explicit World(std::uint64_t seed) : random(seed) {}

  void after(std::uint64_t delay, std::function<void()> what) {
    m_events.emplace(m_now + delay, m_next++, std::move(what));
  }
  // Until nothing more happens, or the time is over.
  void run_until(std::uint64_t time) {
    while (!m_events.empty() && std::get<0>(m_events.top()) <= time) {
      const auto event = m_events.top();
      m_events.pop();
      m_now = std::get<0>(event);
      std::get<2>(event)();
    }
    m_now = std::max(m_now, time);
  }
  std::uint64_t now() const { return m_now; }
  std::uint64_t below(std::uint64_t limit) { return random.next_below(limit); }

  SimulationRandom random;

 private:
  using Event = std::tuple<std::uint64_t, std::uint64_t, std::function<void()>>;
  struct Later {
    bool operator()(const Event& a, const Event& b) const {
      return std::tie(std::get<0>(a), std::get<1>(a)) > std::tie(std::get<0>(b), std::get<1>(b));
    }
  };
  std::priority_queue<Event, std::vector<Event>, Later> m_events;
  std::uint64_t m_now = 0, m_next = 0;  // milliseconds
};

// A site: its disk survives crashes, its KME does not. Commits are gathered and take their time.
class Node {
 public:
  Node(World& world, DeliverySettings settings) : m_world(world), m_settings(std::move(settings)) { start(); }

  void start() {
    m_store.emplace(store::RecordStore::open(std::make_unique<store::MemoryRecords>(disk), SecretBits(256)).value());
    delivery = std::make_unique<Delivery>(
        m_settings,
        Delivery::Outside{[this](auto work, auto done) { commit(std::move(work), std::move(done)); },
                          [this](const std::string&, Bytes message) { send(std::move(message)); },
                          [this](const std::string&, const Error& why) {
                            last_refusal = why;
                            cut();
                          },
                          [this] { return milliseconds(m_world.now()); }, [this] { return m_world.now() / 1000; }});
  }
  void crash() {
    ++m_life;
    delivery.reset();
    m_works.clear();
    m_store.reset();
  }
  bool is_up() const { return delivery != nullptr; }
  const std::string& name() const { return m_settings.kme; }

  template <typename F>
  auto look(F&& work) {
    decltype(work(std::declval<Records&>())) result;
    const auto done = m_store->transact([&](Records& records) -> Result<void> {
      result = work(records);
      return {};
    });
    HERALD_CHECK(done.has_value());
    return result;
  }

  store::MemoryRecords::Disk disk;
  std::unique_ptr<Delivery> delivery;
  std::function<void(Bytes)> send = [](const Bytes&) {};
  std::function<void()> cut = [] {};
  std::optional<Error> last_refusal;

 private:
  using Work = std::pair<std::function<Result<void>(Records&)>, std::function<void(Result<void>)>>;

  void commit(std::function<Result<void>(Records&)> work, std::function<void(Result<void>)> done) {
    m_works.emplace_back(std::move(work), std::move(done));
    if (m_works.size() > 1) return;
    m_world.after(m_world.below(4), [this, life = m_life] {
      if (life == m_life) write();
    });
  }
  void write() {
    const auto works = std::exchange(m_works, {});
    std::vector<Result<void>> results;
    const auto done = m_store->transact([&](Records& records) -> Result<void> {
      for (const Work& work : works) results.push_back(records.attempt([&] { return work.first(records); }));
      return {};
    });
    HERALD_CHECK(done.has_value());
    // Written: from here on a crash leaves it on the disk, whether anybody hears of it or not.
    m_told = std::max(m_told, m_world.now() + m_world.below(3));
    m_world.after(m_told - m_world.now(), [this, life = m_life, works, results] {
      for (std::size_t i = 0; i < works.size() && life == m_life; ++i) works[i].second(results[i]);
    });
  }

  World& m_world;
  DeliverySettings m_settings;
  std::optional<store::RecordStore> m_store;
  std::vector<Work> m_works;
  std::uint64_t m_life = 0, m_told = 0;
};

// The connection of two nodes: in order while it lasts, and what is on its way is lost with it.
class Cable {
 public:
  Cable(World& world, Node& a, Node& b) : m_world(world), m_ends{&a, &b} {
    for (const int end : {0, 1}) {
      m_ends[end]->send = [this, end](Bytes message) { carry(end, std::move(message)); };
      m_ends[end]->cut = [this] { m_world.after(0, [this] { unplug(); }); };
    }
  }
  void plug() {
    if (m_plugged || !m_ends[0]->is_up() || !m_ends[1]->is_up()) return;
    m_plugged = true;
    ++m_session;
    m_arrival = {m_world.now(), m_world.now()};
    for (const int end : {0, 1}) m_ends[end]->delivery->connected(m_ends[1 - end]->name());
  }
  // Each end hears of it in its own time; neither hears anything else any more.
  void unplug() {
    if (!std::exchange(m_plugged, false)) return;
    ++m_session;
    for (const int end : {0, 1})
      if (m_ends[end]->is_up()) m_ends[end]->delivery->disconnected(m_ends[1 - end]->name());
  }

 private:
  void carry(int from, Bytes message) {
    if (!m_plugged) return;
    Node& to = *m_ends[1 - from];
    m_arrival[from] = std::max(m_arrival[from], m_world.now() + 1 + m_world.below(20));
    m_world.after(m_arrival[from] - m_world.now(),
                  [this, &to, from, session = m_session, message = std::move(message)] {
                    if (session == m_session && to.is_up()) to.delivery->received(m_ends[from]->name(), message);
                  });
  }

  World& m_world;
  std::array<Node*, 2> m_ends;
  bool m_plugged = false;
  std::uint64_t m_session = 0;
  std::array<std::uint64_t, 2> m_arrival{};
};

DeliverySettings settings_of(const std::string& kme) {
  DeliverySettings settings;
  settings.kme = kme;
  settings.applications = {{"a1", "kme-a"}, {"a2", "kme-a"}, {"b1", "kme-b"}, {"b2", "kme-b"}, {"b3", "kme-b"}};
  return settings;
}

// Two KMEs, applications that ask them, and the judge.
class Pair {
 public:
  explicit Pair(std::uint64_t seed)
      : world(seed), a(world, settings_of("kme-a")), b(world, settings_of("kme-b")), cable(world, a, b) {
    cable.plug();
  }

  void add_lots(std::size_t size, bool at_a = true, bool at_b = true) {
    ++m_lot;
    for (const bool from_a : {true, false}) {
      Bytes bytes(size);
      for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(world.random.next_word());
      if (at_a) add(a, "kme-b", from_a, bytes);
      if (at_b) add(b, "kme-a", !from_a, bytes);
    }
  }

  Node& home_of(const std::string& sae) { return sae[0] == 'a' ? a : b; }

  void get_key(const std::string& master, const std::string& slave, std::vector<std::string> additional = {},
               std::uint64_t number = 1, std::optional<std::uint64_t> size = {}) {
    Node& home = home_of(master);
    if (!home.is_up()) return;
    KeyRequest request{number, size, additional, {}, {}};
    additional.push_back(slave);
    home.delivery->call(master, GetKey{slave, request}, [this, master, additional](ApiResult<Answer> answer) {
      if (!answer) return refused(answer.error());
      for (const DeliveredKey& key : std::get<Container>(*answer).keys) {
        const auto [at, is_new] =
            keys.try_emplace(key.id, Key{master, {additional.begin(), additional.end()}, {}, text(key)});
        EXPECT_TRUE(is_new) << "a master got " << to_string(key.id) << " twice";
        EXPECT_TRUE(m_bytes.insert(text(key)).second) << "two keys of the same bytes";
      }
    });
  }

  void get_key_with_ids(const std::string& slave, const std::string& master, const std::vector<Uuid>& ids) {
    Node& home = home_of(slave);
    if (!home.is_up()) return;
    for (const Uuid& id : ids) ++asked[{id, slave}];
    home.delivery->call(slave, GetKeyWithIds{master, ids}, [this, slave, master, ids](ApiResult<Answer> answer) {
      for (const Uuid& id : ids) --asked[{id, slave}];
      if (!answer) return refused(answer.error());
      const auto& got = std::get<Container>(*answer).keys;
      ASSERT_EQ(got.size(), ids.size());
      for (const DeliveredKey& key : got) {
        const Key& known = keys.at(key.id);
        EXPECT_EQ(known.master, master);
        EXPECT_TRUE(known.slaves.contains(slave)) << "a third SAE got a key";
        EXPECT_EQ(known.text, text(key)) << "the ends have different bytes";
        EXPECT_TRUE(fetched.insert({key.id, slave}).second) << slave << " got " << to_string(key.id) << " twice";
      }
    });
  }

  void crash(Node& node) {
    cable.unplug();
    node.crash();
    // Whoever was asking there never hears an answer.
    for (auto& [who, count] : asked)
      if (&home_of(who.second) == &node && std::exchange(count, 0) > 0) lost.insert(who);
    node.start();
  }

  PoolLevel level(Node& node, bool from_a) {
    return node.look([&](Records& records) {
      return kme::level(records, from_a ? PoolName{"kme-a", "kme-b"} : PoolName{"kme-b", "kme-a"}, 1).value();
    });
  }

  struct Key {
    std::string master;
    std::set<std::string> slaves, got;
    std::string text;
  };
  World world;
  Node a, b;
  Cable cable;
  std::map<Uuid, Key> keys;                              // that masters have
  std::set<std::pair<Uuid, std::string>> fetched, lost;  // key and slave
  std::map<std::pair<Uuid, std::string>, int> asked;
  std::map<unsigned, int> refusals;  // by status

 private:
  static std::string text(const DeliveredKey& key) {
    const auto bytes = key.bytes.expose_secret();
    return {bytes.begin(), bytes.end()};
  }
  void refused(const ApiError& error) { ++refusals[error.status]; }
  void add(Node& node, const std::string& peer, bool from_us, const Bytes& bytes) {
    Provenance provenance;
    provenance.origin = Origin::device;
    world.after(world.below(50), [this, &node, peer, from_us, bytes, provenance, lot = m_lot] {
      if (node.is_up())
        node.delivery->add(peer, from_us, lot, SecretBytes(ByteView(bytes)), provenance, [](const Result<void>&) {});
    });
  }

  std::uint64_t m_lot = 0;
  std::set<std::string> m_bytes;
};

TEST(Delivery, AKeyComesToItsMasterAndToItsSlaves) {
  Pair pair(1);
  pair.add_lots(4096);
  pair.world.run_until(900);
  ASSERT_TRUE(pair.a.delivery->is_ready("kme-b")) << pair.a.delivery->state_of("kme-b");
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
  EXPECT_EQ(pair.level(pair.a, true).bytes, 4096u - 3 * 64);
  EXPECT_EQ(pair.level(pair.b, true).bytes, 4096u - 3 * 64);
  EXPECT_EQ(pair.level(pair.a, false).bytes, 4096u - 32);
}

TEST(Delivery, TooFewKeysConsumeNothing) {
  Pair pair(2);
  pair.add_lots(100);
  pair.world.run_until(900);
  pair.get_key("a1", "b1", {}, 4);  // 128 bytes
  pair.world.run_until(1000);
  EXPECT_EQ(pair.refusals, (std::map<unsigned, int>{{503, 1}}));
  EXPECT_EQ(pair.level(pair.a, true).bytes, 100u);
  pair.get_key("a1", "b1", {}, 3);
  pair.world.run_until(2000);
  EXPECT_EQ(pair.keys.size(), 3u);
}

TEST(Delivery, WithoutThePeerNothingLeavesAndNothingIsLost) {
  Pair pair(3);
  pair.add_lots(4096);
  pair.world.run_until(900);
  pair.get_key("a1", "b1");
  pair.world.run_until(1000);
  const Uuid id = pair.keys.begin()->first;
  pair.cable.unplug();
  pair.get_key("a1", "b1");
  pair.get_key_with_ids("b1", "a1", {id});
  pair.world.run_until(5000);
  EXPECT_EQ(pair.refusals, (std::map<unsigned, int>{{503, 2}}));
  EXPECT_TRUE(pair.fetched.empty());
  pair.cable.plug();
  pair.world.run_until(6000);
  pair.get_key_with_ids("b1", "a1", {id});
  pair.world.run_until(7000);
  EXPECT_EQ(pair.fetched.size(), 1u);
}

TEST(Delivery, ASitePutBackIsFoundBeforeAnythingLeaves) {
  for (const bool at_a : {true, false}) {
    Pair pair(4);
    pair.add_lots(4096);
    pair.world.run_until(900);
    pair.get_key("a1", "b1", {}, 2);
    pair.world.run_until(1000);
    const Uuid id = pair.keys.begin()->first;
    Node& node = at_a ? pair.a : pair.b;
    const auto backup = node.disk;
    pair.get_key_with_ids("b1", "a1", {id});
    pair.get_key("a1", "b1");
    pair.world.run_until(2000);
    const std::size_t keys = pair.keys.size();
    ASSERT_EQ(pair.fetched.size(), 1u);

    pair.cable.unplug();
    node.crash();
    node.disk = backup;
    node.start();
    for (std::uint64_t time = 2100; time < 4000; time += 100) {
      pair.cable.plug();
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
  Pair pair(seed);
  World& world = pair.world;
  const std::vector<std::string> all{"a1", "a2", "b1", "b2", "b3"};
  const auto any = [&] { return all[world.below(all.size())]; };
  const std::uint64_t steps = 60;
  for (std::uint64_t step = 0; step < steps; ++step) {
    switch (world.below(12)) {
      case 0: pair.add_lots(1 + world.below(400)); break;
      case 1: pair.add_lots(1 + world.below(400), world.below(4) != 0, world.below(4) != 0); break;
      case 2: pair.cable.unplug(); break;
      case 3: pair.crash(world.below(2) == 0 ? pair.a : pair.b); break;
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
    if (world.below(3) == 0) pair.cable.plug();
    world.run_until(world.now() + world.below(60));
    if (step % 8 == 0)
      for (Node* node : {&pair.a, &pair.b}) node->delivery->tick();
  }
  for (int i = 0; i < 100; ++i) {  // quiet
    pair.cable.plug();
    world.run_until(world.now() + 100);
    for (Node* node : {&pair.a, &pair.b}) node->delivery->tick();
  }
  ASSERT_TRUE(pair.a.delivery->is_ready("kme-b")) << pair.a.delivery->state_of("kme-b");
  ASSERT_TRUE(pair.b.delivery->is_ready("kme-a")) << pair.b.delivery->state_of("kme-a");
  for (const bool from_a : {true, false}) EXPECT_EQ(pair.level(pair.a, from_a).bytes, pair.level(pair.b, from_a).bytes);
  for (const auto& [id, key] : pair.keys)
    for (const std::string& slave : key.slaves) pair.get_key_with_ids(slave, key.master, {id});
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
