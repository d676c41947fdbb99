#pragma once
// KMEs in a world of their own, whose time, delays, partitions and crashes come from a seed; and a judge who hears what
// every application asked and got.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>

#include "herald/base/random.h"
#include "herald/kme/delivery.h"
#include "herald/kme/test_site.h"

namespace herald::kme {

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
                          [this](const std::string& peer, Bytes message) {
                            if (const auto at = send.find(peer); at != send.end()) at->second(std::move(message));
                          },
                          [this](const std::string& peer, const Error& why) {
                            last_refusal = why;
                            if (const auto at = cut.find(peer); at != cut.end()) at->second();
                          },
                          [this] { return milliseconds(m_world.now()); }, [this] { return m_world.now() / 1000; },
                          [this](std::span<std::uint8_t> bytes) {
                            for (std::uint8_t& byte : bytes)
                              byte = static_cast<std::uint8_t>(m_world.random.next_word());
                          },
                          devices});
  }
  void crash() {
    ++m_life;
    delivery.reset();
    m_works.clear();
    m_store.reset();
  }
  void configure(const std::function<void(DeliverySettings&)>& change) {
    change(m_settings);
    if (is_up()) delivery->configure(m_settings);
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
  std::map<std::string, std::function<void(Bytes)>> send;  // to a peer
  std::map<std::string, std::function<void()>> cut;
  std::optional<Error> last_refusal;
  DeviceAccess devices;  // from the next start on

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
      m_ends[end]->send[m_ends[1 - end]->name()] = [this, end](Bytes message) { carry(end, std::move(message)); };
      m_ends[end]->cut[m_ends[1 - end]->name()] = [this] { m_world.after(0, [this] { unplug(); }); };
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

// KMEs by letters ("abc": kme-a, kme-b, kme-c, with applications a1 to c3), lines between all of them, links between
// some; applications that ask, and the judge.
class Sites {
 public:
  using Ends = std::pair<char, char>;
  Sites(std::uint64_t seed, const std::string& letters, std::vector<Ends> links, const RelaySettings& relay = {})
      : world(seed), m_links(std::move(links)) {
    for (const char each : letters) {
      DeliverySettings settings;
      settings.kme = name_of(each);
      settings.relay = relay;
      for (const char other : letters)
        for (const char* const number : {"1", "2", "3"})
          settings.applications[other + std::string(number)] = name_of(other);
      for (const auto& [one, other] : m_links)
        if (one == each || other == each) settings.neighbours.insert(name_of(one == each ? other : one));
      nodes.try_emplace(each, std::make_unique<Node>(world, std::move(settings)));
    }
    for (const auto& [one, node] : nodes)
      for (const auto& [other, peer] : nodes)
        if (one < other) cables.try_emplace({one, other}, std::make_unique<Cable>(world, *node, *peer));
    plug();
  }

  static std::string name_of(char letter) { return std::string("kme-") + letter; }
  Node& node(char letter) { return *nodes.at(letter); }
  Node& home_of(const std::string& sae) { return node(sae[0]); }
  void plug() {
    for (const auto& [ends, cable] : cables) cable->plug();
  }
  void unplug(char letter) {
    for (const auto& [ends, cable] : cables)
      if (ends.first == letter || ends.second == letter) cable->unplug();
  }
  void tick() {
    for (const auto& [letter, node] : nodes) node->delivery->tick();
  }
  // Time passes, as in a network that works.
  void live_for(std::uint64_t time) {
    for (const std::uint64_t end = world.now() + time; world.now() < end;) {
      plug();
      tick();
      world.run_until(std::min(end, world.now() + 100));
    }
  }

  // A lot of a link for each direction, at one end or at both.
  void add_lots(const Ends& link, std::size_t size, bool at_first = true, bool at_second = true) {
    ++m_lot;
    const auto& [one, other] = link;
    for (const bool from_first : {true, false}) {
      Bytes bytes(size);
      for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(world.random.next_word());
      m_material[{from_first ? one : other, from_first ? other : one, m_lot}] = bytes;
      if (at_first) add(node(one), name_of(other), from_first, bytes);
      if (at_second) add(node(other), name_of(one), !from_first, bytes);
    }
  }
  // What was drawn, for whoever knows a link's keys.
  SecretBytes material(char from, char to, const std::vector<Draw>& draws) const {
    Bytes all;
    for (const Draw& draw : draws) {
      const auto begin = m_material.at({from, to, draw.lot}).begin() + static_cast<std::ptrdiff_t>(draw.offset);
      all.insert(all.end(), begin, begin + static_cast<std::ptrdiff_t>(draw.size));
    }
    return SecretBytes(ByteView(all));
  }
  bool is_of_a_link(const std::string& text) const {
    return std::ranges::any_of(m_material, [&](const auto& each) {
      return !std::ranges::search(each.second, text, [](std::uint8_t a, char b) {
                return a == static_cast<std::uint8_t>(b);
              }).empty();
    });
  }
  void add_lots(std::size_t size) {
    for (const Ends& link : m_links) add_lots(link, size);
  }

  void get_key(const std::string& master, const std::string& slave, std::vector<std::string> additional = {},
               std::uint64_t number = 1, std::optional<std::uint64_t> size = {}) {
    Node& home = home_of(master);
    if (!home.is_up()) return;
    KeyRequest request{number, size, additional, {}, {}};
    additional.push_back(slave);
    home.delivery->call(master, GetKey{slave, request}, [this, master, additional](ApiResult<Answer> answer) {
      if (!answer) return refused(answer.error());
      for (const DeliveredKey& key : std::get<Container>(*answer).keys) {
        const auto [at, is_new] = keys.try_emplace(
            key.id, Key{master, {additional.begin(), additional.end()}, text(key), key.extensions.size()});
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
        EXPECT_EQ(known.extensions, key.extensions.size());
        EXPECT_TRUE(fetched.insert({key.id, slave}).second) << slave << " got " << to_string(key.id) << " twice";
      }
    });
  }
  void fetch_all() {
    for (const auto& [id, key] : keys)
      for (const std::string& slave : key.slaves) get_key_with_ids(slave, key.master, {id});
  }

  void crash(char letter) {
    unplug(letter);
    Node& crashed = node(letter);
    crashed.crash();
    // Whoever was asking there never hears an answer.
    for (auto& [who, count] : asked)
      if (&home_of(who.second) == &crashed && std::exchange(count, 0) > 0) lost.insert(who);
    crashed.start();
  }

  // Of the pool between two, as one of them has it.
  PoolLevel level(char at, char from, char to) {
    return node(at).look([&](Records& records) { return kme::level(records, {name_of(from), name_of(to)}).value(); });
  }
  // Entries of a node's journal that say so.
  std::size_t noted(char at, const std::string& did) {
    return node(at).look([&](Records& records) {
      std::size_t count = 0;
      const auto read = read_journal(records, 1, [&](const JournalEntry& entry) {
        count += entry.text.find("\"did\":\"" + did + "\"") != std::string::npos ? 1 : 0;
        return true;
      });
      HERALD_CHECK(read.has_value());
      return count;
    });
  }

  struct Key {
    std::string master;
    std::set<std::string> slaves;
    std::string text;
    std::size_t extensions = 0;
  };
  World world;
  std::map<char, std::unique_ptr<Node>> nodes;
  std::map<Ends, std::unique_ptr<Cable>> cables;
  std::map<Uuid, Key> keys;                              // that masters have
  std::set<std::pair<Uuid, std::string>> fetched, lost;  // key and slave
  std::map<std::pair<Uuid, std::string>, int> asked;
  std::map<unsigned, int> refusals;  // by status
  std::optional<ApiError> last_refusal;

 private:
  static std::string text(const DeliveredKey& key) {
    const auto bytes = key.bytes.expose_secret();
    return {bytes.begin(), bytes.end()};
  }
  void refused(const ApiError& error) {
    ++refusals[error.status];
    last_refusal = error;
  }
  void add(Node& node, const std::string& peer, bool from_us, const Bytes& bytes) {
    Provenance provenance;
    provenance.origin = Origin::device;
    world.after(world.below(50), [&node, peer, from_us, bytes, provenance, lot = m_lot] {
      if (node.is_up())
        node.delivery->add(peer, from_us, lot, SecretBytes(ByteView(bytes)), provenance, [](const Result<void>&) {});
    });
  }

  std::vector<Ends> m_links;
  std::uint64_t m_lot = 0;
  std::map<std::tuple<char, char, std::uint64_t>, Bytes> m_material;
  std::set<std::string> m_bytes;
};

}  // namespace herald::kme
