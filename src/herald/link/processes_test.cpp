// Whole processes over TCP, killed at any moment: two ends and a fibre, and a relay between the ends that sees which
// pad bits are named.

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "herald/base/file.h"
#include "herald/link/runner.h"
#include "herald/link/two_ends_test.h"
#include "herald/optics/link_model.h"

namespace herald::link {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto kPatience = 30s;

// What a process tells of itself.
struct Event {
  enum Kind : std::uint32_t { listening, opened, distilled, aborted, ended, failed };
  std::uint32_t kind = 0;
  std::uint32_t value = 0;
};

// A process of this program, which never returns into the test.
class Child {
 public:
  Child() = default;
  template <typename Body>
  explicit Child(Body body) {
    int ends[2];
    HERALD_CHECK(::pipe(ends) == 0);
    m_pid = ::fork();
    HERALD_CHECK(m_pid >= 0);
    if (m_pid == 0) {
      // Nobody else's sockets, which would stay open with this process.
      HERALD_CHECK(::dup2(ends[1], 3) == 3);
      ::close_range(4, ~0U, 0);
      body(3);
      ::_exit(0);
    }
    ::close(ends[1]);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    m_events = ends[0];
  }
  Child(Child&& other) noexcept { *this = std::move(other); }
  Child& operator=(Child&& other) noexcept {
    std::swap(m_pid, other.m_pid);
    std::swap(m_events, other.m_events);
    std::swap(m_status, other.m_status);
    std::swap(seen, other.seen);
    std::swap(port, other.port);
    return *this;
  }
  ~Child() {
    if (running()) kill(SIGKILL);
    while (running()) ::usleep(1000);
    if (m_events >= 0) ::close(m_events);
  }

  void kill(int signal) const { ::kill(m_pid, signal); }
  // Also reads what it told.
  bool running() {
    if (m_pid < 0) return false;
    Event event;
    while (::read(m_events, &event, sizeof event) == sizeof event) {
      ++seen[event.kind];
      if (event.kind == Event::listening) port = static_cast<std::uint16_t>(event.value);
    }
    if (!m_status && ::waitpid(m_pid, &m_status.emplace(), WNOHANG) == 0) m_status.reset();
    return !m_status;
  }
  bool was_killed() const { return m_status && WIFSIGNALED(*m_status) && WTERMSIG(*m_status) == SIGKILL; }
  bool ended_well() const { return m_status && WIFEXITED(*m_status) && WEXITSTATUS(*m_status) == 0; }

  std::array<unsigned, 6> seen{};
  std::uint16_t port = 0;

 private:
  pid_t m_pid = -1;
  int m_events = -1;
  std::optional<int> m_status;
};

void tell(int to, Event::Kind kind, std::uint64_t value = 0) {
  const Event event{kind, static_cast<std::uint32_t>(value)};
  HERALD_CHECK(::write(to, &event, sizeof event) == sizeof event);
}

struct KillAt {
  std::string_view point;  // of a commit; none: never
  int nth = 1;
};

void run_end_and_tell(const EndConfig& config, KillAt kill, int to) {
  RunEvents events;
  events.listening = [&](const net::Endpoint& where) { tell(to, Event::listening, where.port); };
  events.session.opened = [&] { tell(to, Event::opened); };
  events.session.distilled = [&](const BlockReport& report, const Ledger&) {
    tell(to, Event::distilled, report.block);
  };
  events.session.aborted = [&](const Aborted&) { tell(to, Event::aborted); };
  events.session.reached = [&](std::string_view point) {
    if (point == kill.point && --kill.nth == 0) ::kill(::getpid(), SIGKILL);
  };
  const auto summary = run_end(config, std::move(events));
  if (!summary) std::fprintf(stderr, "%s\n", summary.error().message.c_str());
  tell(to, summary ? Event::ended : Event::failed);
  ::_exit(summary ? 0 : 1);
}

// Carries bytes between whoever calls and Bob, in this process.
class Relay {
 public:
  Relay() : m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    HERALD_CHECK(::bind(m_listener, reinterpret_cast<sockaddr*>(&address), size) == 0 && ::listen(m_listener, 16) == 0);
    HERALD_CHECK(::getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port = ntohs(address.sin_port);
  }
  ~Relay() {
    hang_up();
    ::close(m_listener);
  }

  void hang_up() {
    for (int& end : m_ends)
      if (end >= 0) ::close(std::exchange(end, -1));
  }

  // Waits for something to carry, at most so long.
  void step(int milliseconds) {
    std::array<pollfd, 3> waiting{{{m_listener, POLLIN, 0}, {m_ends[0], POLLIN, 0}, {m_ends[1], POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), milliseconds) <= 0) return;
    if (waiting[0].revents != 0) accept();
    for (const int i : {0, 1})
      if (waiting[static_cast<std::size_t>(1 + i)].revents != 0 &&
          m_ends[i] == waiting[static_cast<std::size_t>(1 + i)].fd)
        carry(i);
  }

  PadWitness witness;
  std::uint16_t port = 0, bob = 0;

 private:
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }
  void accept() {
    const int alice = ::accept(m_listener, nullptr, nullptr);
    if (alice < 0) return;
    hang_up();
    const int to_bob = ::socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in address = loopback(bob);
    if (::connect(to_bob, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      ::close(to_bob);
      ::close(alice);
      return;
    }
    m_ends = {alice, to_bob};
    witness.new_connection();
  }
  void carry(int from) {
    std::array<std::uint8_t, 1 << 16> buffer;
    const ssize_t got = ::recv(m_ends[static_cast<std::size_t>(from)], buffer.data(), buffer.size(), 0);
    if (got <= 0) return hang_up();
    const ByteView bytes(buffer.data(), static_cast<std::size_t>(got));
    if (from == 0) witness.see(bytes);
    for (std::size_t sent = 0; sent < bytes.size();) {
      const ssize_t more =
          ::send(m_ends[static_cast<std::size_t>(1 - from)], bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (more <= 0) return hang_up();
      sent += static_cast<std::size_t>(more);
    }
  }

  int m_listener;
  std::array<int, 2> m_ends{-1, -1};  // Alice's, Bob's
};

// Three processes' files and settings.
class Triple {
 public:
  Triple() {
    LinkModel model = LinkModel::standard(Kilometre(10));
    model.receiver.detectors.fill({Probability(0.9), Probability(1e-7)});
    SecretRandom random;
    must(store::create_secret_file(m_directory / "alice.psk", store::SecretFileKind::pre_shared_key, 1 << 19, random));
    must(write_file(m_directory / "bob.psk", must(read_file(m_directory / "alice.psk")), FileMode::secret));

    FibreConfig fibre;
    fibre.listen = {"127.0.0.1", 0};
    fibre.model = model;
    fibre.pulses_per_block = 2'500'000;
    fibre.seed = 7;
    m_fibre = Child([fibre](int to) {
      must(run_fibre(fibre, [to](std::uint16_t port) { tell(to, Event::listening, port); }, [](const std::string&) {}));
    });
    EXPECT_TRUE(wait([this] { return m_fibre.running() && m_fibre.port != 0; }));

    for (EndConfig* end : {&m_alice, &m_bob}) {
      const bool is_alice = end == &m_alice;
      end->session.link = "lab";
      end->session.end = is_alice ? store::End::alice : store::End::bob;
      end->session.key_bits = 8192;
      end->session.lifetime = FailureProbability(0.5);
      end->protocol = "bb84";
      end->bb84.pulses_per_block = fibre.pulses_per_block;
      for (const auto& intensity : model.source.intensities)
        end->bb84.intensities.push_back({intensity.mean, intensity.probability});
      end->fibre = net::Endpoint{"127.0.0.1", m_fibre.port};
      end->store = m_directory / (is_alice ? "alice.db" : "bob.db");
      end->pre_shared_key = m_directory / (is_alice ? "alice.psk" : "bob.psk");
      end->silence_seconds = 10;
      end->reconnect_seconds = 20;
    }
    m_bob.listen = net::Endpoint{"127.0.0.1", 0};
    m_alice.connect = net::Endpoint{"127.0.0.1", relay.port};
  }

  void start_bob(KillAt kill = {}) {
    bob = Child([&](int to) { run_end_and_tell(m_bob, kill, to); });
    EXPECT_TRUE(wait([this] { return !bob.running() || bob.port != 0; }));
    relay.bob = bob.port;
  }
  void start_alice(KillAt kill = {}) {
    alice = Child([&](int to) { run_end_and_tell(m_alice, kill, to); });
  }
  Child& end(bool is_alice) { return is_alice ? alice : bob; }

  // Carries bytes until `done`, false when that takes too long.
  template <typename Done>
  bool wait(Done done, Clock::duration patience = kPatience) {
    const auto until = Clock::now() + patience;
    while (!done()) {
      if (Clock::now() > until) return false;
      relay.step(2);
    }
    return true;
  }
  bool wait_for_death(Child& child) {
    return wait([&] { return !child.running(); });
  }
  void kill_now(Child& child) {
    if (child.running()) child.kill(SIGKILL);
    EXPECT_TRUE(wait_for_death(child));
  }

  const EndConfig& alice_config() const { return m_alice; }
  const EndConfig& bob_config() const { return m_bob; }
  Relay relay;
  Child alice, bob;

 private:
  store::TestDirectory m_directory;
  EndConfig m_alice, m_bob;
  Child m_fibre;
};

// Looks into both stores while no process runs.
class Inspector {
 public:
  // `resolved`: since the last look the ends have met; what was open then must be decided now.
  void look(Triple& link, bool resolved) {
    store::KeyStore alice = must(store::KeyStore::open(store::StoreFiles(link.alice_config().store)));
    store::KeyStore bob = must(store::KeyStore::open(store::StoreFiles(link.bob_config().store)));
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
    for (const auto& [block, state] : m_decided) {
      EXPECT_EQ(must(alice.decision("lab", block)), state) << "block " << block << " was decided";
    }
    for (const auto& [id, block] : at_bob) m_decided[block] = store::BlockState::committed;
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
    ASSERT_TRUE(link.wait([&] { return victim.seen[Event::opened] != 0 || !victim.running(); }));
    link.wait([&] { return !victim.running(); }, lifetime);
    victim.kill(SIGKILL);
  }
  ASSERT_TRUE(link.wait_for_death(victim)) << "nobody came to \"" << kill.point << '"';
  ASSERT_TRUE(victim.was_killed());
  ++tally.kills;
  ++tally.points[std::string(kill.point.empty() ? "random time" : kill.point)];
  bool inside = !kill.point.empty();
  bool resolved = link.bob.seen[Event::opened] != 0 && link.alice.seen[Event::opened] != 0;

  Child& survivor = link.end(!victim_is_alice);
  if (random.next_below(4) == 0) {
    // The survivor meets it again, and keys flow.
    const unsigned before = survivor.seen[Event::distilled];
    link.relay.hang_up();
    victim_is_alice ? link.start_alice() : link.start_bob();
    EXPECT_TRUE(link.wait([&] { return survivor.seen[Event::distilled] > before || !survivor.running(); }));
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
  EXPECT_TRUE(link.wait([&] { return !link.bob.running() || link.bob.seen[Event::distilled] >= 2; }));
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
