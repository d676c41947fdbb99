// Whole processes over TCP, killed at any moment: two ends and a fibre, and a relay between the ends that sees which
// pad bits are named.

#include "herald/link/three_processes_test.h"

namespace herald::link {
namespace {

// Looks into both stores while no process runs.
class Inspector {
 public:
  // `resolved`: since the last look the ends have met; what was open then must be decided now.
  void look(Triple& link, bool resolved) {
    store::KeyStore alice = must(store::KeyStore::open(store::StoreFiles(link.alice_config.store)));
    store::KeyStore bob = must(store::KeyStore::open(store::StoreFiles(link.bob_config.store)));
    const std::uint64_t settled_before = resolved ? m_next_block : 0;
    m_next_block = std::max(must(alice.link("lab")).next_block, must(bob.link("lab")).next_block);
    const auto prepared = must(bob.prepared("lab"));
    bob_prepared = prepared.size();
    anything_prepared = bob_prepared + must(alice.prepared("lab")).size() != 0;

    std::map<Uuid, std::uint64_t> at_alice, at_bob;  // key → block
    must(alice.list([&](const store::KeyInfo& key) { at_alice[key.id] = key.block; }));
    must(bob.list([&](const store::KeyInfo& key) { at_bob[key.id] = key.block; }));
    for (const auto& [id, block] : at_bob)
      EXPECT_TRUE(at_alice.contains(id)) << "Bob alone has a key of block " << block;
    for (const auto& [id, block] : at_alice) {
      if (!at_bob.contains(id)) {
        EXPECT_NE(std::ranges::count(prepared, block), 0) << "Alice alone has a key of block " << block;
        EXPECT_GE(block, settled_before) << "the ends have met, and block " << block << " is still open";
      } else if (m_compared.insert(id).second) {
        EXPECT_TRUE(must(alice.peek(id)).key == must(bob.peek(id)).key) << "different keys in block " << block;
      }
    }
    const std::uint64_t forgotten_before = must(alice.link("lab")).forgotten_before;
    for (const auto& [block, state] : m_decided)
      EXPECT_EQ(must(alice.decision("lab", block)), block < forgotten_before ? store::BlockState::forgotten : state)
          << "block " << block << " was decided";
    std::erase_if(m_decided, [&](const auto& decided) { return decided.first < forgotten_before; });
    for (const auto& [id, block] : at_bob)
      if (block >= forgotten_before) m_decided[block] = store::BlockState::committed;
    for (std::uint64_t block = 0; block < settled_before; ++block)
      if (must(alice.decision("lab", block)) == store::BlockState::dropped) {
        EXPECT_NE(must(bob.decision("lab", block)), store::BlockState::committed);
        m_decided[block] = store::BlockState::dropped;
      }
  }

  std::size_t keys() const { return m_compared.size(); }
  std::size_t bob_prepared = 0;
  bool anything_prepared = false;

 private:
  std::uint64_t m_next_block = 0;
  std::set<Uuid> m_compared;
  std::map<std::uint64_t, store::BlockState> m_decided;
};

constexpr std::array<std::string_view, 7> kPoints{"alice: before prepare", "alice: prepared", "alice: committed",
                                                  "bob: before prepare",   "bob: prepared",   "bob: before commit",
                                                  "bob: committed"};

struct Tally {
  int kills = 0, inside = 0;  // a commit
  std::map<std::string, int> points;
};

KillAt choose(SimulationRandom& random, std::size_t bob_prepared) {
  KillAt kill;
  if (random.next_below(10) < 3) return kill;  // at a random time
  kill.point = kPoints[random.next_below(kPoints.size())];
  kill.nth = static_cast<int>(1 + random.next_below(3));
  if (bob_prepared != 0 && random.next_below(2) == 0) kill = {"resolved", 1};
  return kill;
}

// Starts both, has one of them killed, perhaps starts it again beside the other, and stops everything.
void one_round(Triple& link, SimulationRandom& random, Inspector& inspector, Tally& tally) {
  const KillAt kill = choose(random, inspector.bob_prepared);
  const bool victim_is_alice = kill.point.empty() ? random.next_below(2) == 0 : kill.point.starts_with("alice");
  link.start_bob(victim_is_alice ? KillAt{} : kill);
  link.start_alice(victim_is_alice ? kill : KillAt{});
  Child& victim = link.end(victim_is_alice);
  const auto lifetime = std::chrono::microseconds(random.next_below(400'000));
  if (kill.point.empty()) {
    ASSERT_TRUE(link.wait([&] { return victim.told(Event::opened) != 0 || !victim.running(); }));
    link.wait([&] { return !victim.running(); }, lifetime);
    victim.kill(SIGKILL);
  }
  ASSERT_TRUE(link.wait_for_death(victim)) << "nobody came to \"" << kill.point << '"';
  ASSERT_TRUE(victim.was_killed());
  ++tally.kills;
  ++tally.points[std::string(kill.point.empty() ? "random time" : kill.point)];
  bool inside = !kill.point.empty();
  bool resolved = link.bob.told(Event::opened) != 0 && link.alice.told(Event::opened) != 0;

  Child& survivor = link.end(!victim_is_alice);
  if (random.next_below(4) == 0) {
    // The survivor meets it again, and keys flow.
    const unsigned before = survivor.told(Event::distilled);
    link.relay.hang_up();
    victim_is_alice ? link.start_alice() : link.start_bob();
    EXPECT_TRUE(link.wait([&] { return survivor.told(Event::distilled) > before || !survivor.running(); }));
    EXPECT_TRUE(survivor.running()) << "the survivor gave up";
    resolved = true;
  }
  const auto grace = std::chrono::microseconds(random.next_below(20'000));
  link.wait([&] { return !survivor.running(); }, grace);
  for (Child* end : {&survivor, &victim}) link.kill_now(*end);
  link.relay.hang_up();
  inspector.look(link, resolved);
  if (kill.point.empty()) inside = inspector.anything_prepared;
  tally.inside += inside;
}

void kill_again_and_again(int kills, std::uint64_t seed) {
  Triple link;
  SimulationRandom random(seed);
  Inspector inspector;
  Tally tally;
  while (tally.kills < kills) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", kill " + std::to_string(tally.kills + 1));
    one_round(link, random, inspector, tally);
    if (testing::Test::HasFailure()) return;
  }
  std::string points;
  for (const auto& [point, times] : tally.points) points += point + ": " + std::to_string(times) + "; ";
  testing::Test::RecordProperty("points", points);
  std::printf("%d kills, %d inside a commit (%s)\n", tally.kills, tally.inside, points.c_str());
  EXPECT_GE(2 * tally.inside, tally.kills);

  // Both come back, keys flow, and one signal ends both cleanly.
  const std::size_t before = inspector.keys();
  link.start_bob();
  link.start_alice();
  EXPECT_TRUE(link.wait([&] { return !link.bob.running() || link.bob.told(Event::distilled) >= 2; }));
  link.alice.kill(SIGINT);
  EXPECT_TRUE(link.wait_for_death(link.alice) && link.alice.ended_well());
  EXPECT_TRUE(link.wait_for_death(link.bob) && link.bob.ended_well());
  inspector.look(link, true);
  EXPECT_FALSE(inspector.anything_prepared);
  EXPECT_GT(inspector.keys(), before);
}

TEST(Processes, KilledAtAnyMomentEveryKeyIsInBothStoresOrInNeither) { kill_again_and_again(10, 1); }
TEST(Full_Processes, KilledTwoHundredTimesEveryKeyIsInBothStoresOrInNeither) { kill_again_and_again(200, 2); }
TEST(Soak_Processes, KilledThousandsOfTimesEveryKeyIsInBothStoresOrInNeither) {
  for (std::uint64_t seed = 100; seed < 120 && !HasFailure(); ++seed) kill_again_and_again(200, seed);
}

}  // namespace
}  // namespace herald::link
