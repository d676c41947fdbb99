#pragma once
// Raw sockets of a test, where a failed call fails the test.
// Ends and a fibre as processes of their own, for tests that kill them, and a relay between the ends.

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

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{30};

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
    std::swap(m_told, other.m_told);
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
      ++m_told[event.kind];
      if (event.kind == Event::listening) port = static_cast<std::uint16_t>(event.value);
    }
    if (!m_status && ::waitpid(m_pid, &m_status.emplace(), WNOHANG) == 0) m_status.reset();
    return !m_status;
  }
  // How often it has told so.
  unsigned told(Event::Kind kind) {
    running();
    return m_told[kind];
  }
  bool was_killed() const { return m_status && WIFSIGNALED(*m_status) && WTERMSIG(*m_status) == SIGKILL; }
  bool ended_well() const { return m_status && WIFEXITED(*m_status) && WEXITSTATUS(*m_status) == 0; }

  std::uint16_t port = 0;

 private:
  pid_t m_pid = -1;
  int m_events = -1;
  std::optional<int> m_status;
  std::array<unsigned, 6> m_told{};
};

inline void tell(int to, Event::Kind kind, std::uint64_t value = 0) {
  const Event event{kind, static_cast<std::uint32_t>(value)};
  HERALD_CHECK(::write(to, &event, sizeof event) == sizeof event);
}

struct KillAt {
  std::string_view point;  // of a commit; none: never
  int nth = 1;
};

inline void run_end_and_tell(const EndConfig& config, KillAt kill, int to) {
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
    for (const int i : {0, 1}) {
      const pollfd& end = waiting[static_cast<std::size_t>(i) + 1];
      if (end.revents != 0 && m_ends[i] == end.fd) carry(i);
    }
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

    m_fibre_config.listen = {"127.0.0.1", 0};
    m_fibre_config.model = model;
    m_fibre_config.pulses_per_block = 2'500'000;
    m_fibre_config.seed = 7;
    start_fibre();
    m_fibre_config.listen.port = fibre.port;

    for (EndConfig* end : {&alice_config, &bob_config}) {
      const bool is_alice = end == &alice_config;
      end->session.link = "lab";
      end->session.end = is_alice ? store::End::alice : store::End::bob;
      end->session.key_bits = 8192;
      end->session.lifetime = FailureProbability(0.5);
      end->protocol = "bb84";
      end->bb84.pulses_per_block = m_fibre_config.pulses_per_block;
      for (const auto& intensity : model.source.intensities)
        end->bb84.intensities.push_back({intensity.mean, intensity.probability});
      end->fibre = net::Endpoint{"127.0.0.1", fibre.port};
      end->store = m_directory / (is_alice ? "alice.db" : "bob.db");
      end->pre_shared_key = m_directory / (is_alice ? "alice.psk" : "bob.psk");
      end->silence_seconds = 10;
      end->reconnect_seconds = 20;
    }
    bob_config.listen = net::Endpoint{"127.0.0.1", 0};
    alice_config.connect = net::Endpoint{"127.0.0.1", relay.port};
  }

  void start_fibre() {
    fibre = Child([this](int to) {
      const auto serving = [to](std::uint16_t port) { tell(to, Event::listening, port); };
      must(run_fibre(m_fibre_config, serving, [](const std::string&) {}));
    });
    EXPECT_TRUE(wait([this] { return fibre.running() && fibre.port != 0; }));
  }
  void start_bob(KillAt kill = {}) {
    bob = Child([&](int to) { run_end_and_tell(bob_config, kill, to); });
    EXPECT_TRUE(wait([this] { return !bob.running() || bob.port != 0; }));
    relay.bob = bob.port;
  }
  void start_alice(KillAt kill = {}) {
    alice = Child([&](int to) { run_end_and_tell(alice_config, kill, to); });
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

  EndConfig alice_config, bob_config;  // read when an end starts
  Relay relay;
  Child alice, bob, fibre;

 private:
  store::TestDirectory m_directory;
  FibreConfig m_fibre_config;
};

}  // namespace herald::link
