#include "herald/kme/peer_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <set>
#include <utility>

#include "herald/base/codec.h"
#include "herald/net/framing.h"

namespace herald::kme {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kConnect{3000}, kHandshake{5000}, kBeat{500}, kSilence{3000};
constexpr milliseconds kFirstPause{100}, kLongestPause{5000};
constexpr std::uint64_t kMessages = 0, kHeartbeat = 1;  // streams

// A connection on its way to being a line, or one that is.
struct Line {
  net::SecureConnectionPtr connection;
  net::FrameDecoder decoder;
  std::string peer;  // known after the handshake
  Clock::time_point heard = Clock::now();
  bool is_open = false;
  Bytes unsent;  // frames that leave together, in one record, when the loop has done what it is at
};
using LinePtr = std::shared_ptr<Line>;

}  // namespace

struct PeerLines::State : std::enable_shared_from_this<State> {
  State(net::EventLoop& l, std::string o, Events e) : loop(l), own(std::move(o)), events(std::move(e)) {}

  struct Peer {
    std::vector<net::Endpoint> at;
    std::size_t next = 0;  // of these
    LinePtr line;
    milliseconds pause = kFirstPause;
    bool is_calling = false;
  };

  net::EventLoop& loop;
  std::string own;
  Events events;
  std::map<std::string, Peer> peers;
  std::set<LinePtr> greeting;  // in their handshake
  std::shared_ptr<net::TlsContext> context;
  std::uint16_t port = 0;
  std::uint64_t refused = 0;

  bool we_call(const std::string& peer) const { return own < peer; }

  // Calls `then` later, if we are still there.
  void after(milliseconds delay, std::function<void()> then) {
    loop.after(delay, [weak = weak_from_this(), then = std::move(then)] {
      if (weak.lock()) then();
    });
  }

  void call(const std::string& name) {
    Peer& peer = peers.at(name);
    if (peer.line || std::exchange(peer.is_calling, true)) return;
    loop.connect(peer.at[peer.next], kConnect, [weak = weak_from_this(), name](Result<net::ConnectionPtr> connected) {
      const auto self = weak.lock();
      if (!self) return;
      if (!connected) return self->call_again(name, connected.error().message);
      self->greet(net::secure_as_client(std::move(*connected), self->context, ""), name);
    });
  }

  void call_again(const std::string& name, const std::string& why) {
    Peer& peer = peers.at(name);
    peer.is_calling = false;
    events.note(fmt::format("{}: {}", name, why));
    peer.next = (peer.next + 1) % peer.at.size();
    if (peer.next != 0) return after(kFirstPause, [this, name] { call(name); });
    after(peer.pause, [this, name] { call(name); });  // it is at none of its places
    peer.pause = std::min(kLongestPause, 2 * peer.pause);
  }

  // `expected`: whom we called; empty: they called.
  void greet(net::SecureConnectionPtr connection, const std::string& expected) {
    const auto line = std::make_shared<Line>();
    line->connection = std::move(connection);
    greeting.insert(line);
    line->connection->handshake(
        [this, weak = weak_from_this(), line = std::weak_ptr(line), expected](Result<void> done) {
          const auto self = weak.lock();
          const auto held = line.lock();
          if (!self || !held || greeting.erase(held) == 0) return;
          if (done) done = admit(held, expected);
          if (!done) refuse(expected, done.error().message);
        });
    after(kHandshake, [this, weak = std::weak_ptr(line), expected] {
      const auto held = weak.lock();
      if (held && greeting.erase(held) == 1) refuse(expected, "no handshake in time");
    });
  }

  void refuse(const std::string& expected, const std::string& why) {
    ++refused;
    if (!expected.empty()) return call_again(expected, why);
    events.note(fmt::format("somebody who called: {}", why));
  }

  Result<void> admit(const LinePtr& line, const std::string& expected) {
    const net::PeerIdentity& who = line->connection->peer();
    const auto at = peers.find(who.common_name);
    if (!who.may_serve || at == peers.end() || (!expected.empty() && who.common_name != expected) ||
        we_call(who.common_name) == expected.empty())
      return fail(ErrorCode::authentication,
                  fmt::format("the certificate of {} is not that of the KME that belongs here",
                              printable(who.common_name, 64)));
    Peer& peer = at->second;
    peer.is_calling = false;
    if (peer.line) drop(peer.line);  // it calls anew: what was there is dead
    line->peer = who.common_name;
    line->is_open = true;
    line->heard = Clock::now();
    peer.line = line;
    peer.pause = kFirstPause;
    line->connection->write_now(net::greeting());
    events.connected(line->peer);
    beat(line);
    line->connection->start(
        [this, weak = weak_from_this(), held = std::weak_ptr(line)](ByteView bytes) {
          if (const auto self = weak.lock())
            if (const auto open = held.lock()) receive(open, bytes);
        },
        [this, weak = weak_from_this(), held = std::weak_ptr(line)](const Error&) {
          if (const auto self = weak.lock())
            if (const auto open = held.lock()) drop(open);
        });
    return {};
  }

  void receive(const LinePtr& line, ByteView bytes) {
    line->heard = Clock::now();
    if (const auto fed = line->decoder.feed(bytes); !fed) {
      events.note(fmt::format("{}: {}", line->peer, fed.error().message));
      return drop(line);
    }
    while (line->is_open) {
      const auto frame = line->decoder.next();
      if (!frame) return;
      if (frame->stream == kMessages) events.received(line->peer, frame->payload);
    }
  }

  void beat(const LinePtr& line) {
    after(kBeat, [this, held = std::weak_ptr(line)] {
      const auto open = held.lock();
      if (!open || !open->is_open) return;
      if (Clock::now() - open->heard > kSilence) {
        events.note(fmt::format("{} is silent", open->peer));
        return drop(open);
      }
      write(open, kHeartbeat, {});
      beat(open);
    });
  }

  void write(const LinePtr& line, std::uint64_t stream, ByteView payload) {
    const bool is_first = line->unsent.empty();
    net::append_frame(stream, payload, line->unsent);
    if (!is_first) return;
    loop.post([weak = std::weak_ptr(line)] {
      const auto open = weak.lock();
      if (!open || !open->is_open) return;
      open->connection->write_now(open->unsent);
      open->unsent.clear();
    });
  }

  void drop(const LinePtr& line) {
    if (!std::exchange(line->is_open, false)) return;
    const std::string name = line->peer;
    const net::SecureConnectionPtr connection = line->connection;
    Peer& peer = peers.at(name);
    if (peer.line == line) peer.line.reset();  // which `line` may be
    connection->close_after_writing();
    events.disconnected(name);
    if (!we_call(name)) return;
    after(peer.pause, [this, name] { call(name); });
    peer.pause = std::min(kLongestPause, 2 * peer.pause);
  }
};

PeerLines::PeerLines(std::shared_ptr<State> state) : m_state(std::move(state)) {}
PeerLines::~PeerLines() = default;

Result<std::unique_ptr<PeerLines>> PeerLines::open(net::EventLoop& loop, const std::string& own,
                                                   const net::Endpoint& at, std::vector<PeerAddress> peers,
                                                   std::shared_ptr<net::TlsContext> context, Events events) {
  auto state = std::make_shared<State>(loop, own, std::move(events));
  state->context = std::move(context);
  for (PeerAddress& peer : peers) {
    std::vector<net::Endpoint>& places = state->peers[peer.kme].at;
    places.push_back(std::move(peer.at));
    std::ranges::move(peer.others, std::back_inserter(places));
  }
  HERALD_TRY(state->port, loop.listen(at, [weak = std::weak_ptr(state)](net::ConnectionPtr connection) {
    if (const auto self = weak.lock()) self->greet(net::secure_as_server(std::move(connection), self->context), "");
  }));
  for (const auto& [name, peer] : state->peers)
    if (state->we_call(name)) state->call(name);
  return std::unique_ptr<PeerLines>(new PeerLines(std::move(state)));
}

std::uint16_t PeerLines::port() const { return m_state->port; }
std::uint64_t PeerLines::refused() const { return m_state->refused; }

void PeerLines::send(const std::string& peer, Bytes message) {
  const LinePtr line = m_state->peers.at(peer).line;
  if (line && line->is_open) m_state->write(line, kMessages, message);
}

void PeerLines::disconnect(const std::string& peer) {
  State::Peer& state = m_state->peers.at(peer);
  state.pause = kLongestPause;
  if (const LinePtr line = state.line) m_state->drop(line);
}

void PeerLines::renew(std::shared_ptr<net::TlsContext> context) {
  m_state->context = std::move(context);
  std::vector<LinePtr> refused;
  for (const auto& [name, peer] : m_state->peers)
    if (peer.line && !peer.line->connection->verify_again(*m_state->context)) refused.push_back(peer.line);
  for (const LinePtr& line : refused) m_state->drop(line);
}

}  // namespace herald::kme
