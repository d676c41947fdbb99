#include "herald/link/runner.h"

#include <botan/hash.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "herald/base/file.h"
#include "herald/link/fibre.h"
#include "herald/link/lab.h"
#include "herald/link/make_light.h"
#include "herald/store/secret_file.h"

namespace herald::link {
namespace {

using Clock = std::chrono::steady_clock;
using net::ConnectionPtr;
using Duration = net::EventLoop::Duration;

constexpr std::size_t kMostRecording = std::size_t{1} << 34;
constexpr Duration kRetry{500};
constexpr Duration kLinger{2000};            // for the peer to hear the last words
constexpr unsigned kMostFailedSessions = 5;  // in a row, without a block between

Duration milliseconds(double seconds) { return Duration(static_cast<Duration::rep>(seconds * 1000)); }

// Connecting again cannot mend these: they are this end's own.
bool is_final(ErrorCode code) {
  return code == ErrorCode::io || code == ErrorCode::exhausted || code == ErrorCode::invalid_argument;
}

// The ends are set up differently, or somebody wants it to look like that.
bool is_about_setup(ErrorCode code) {
  return code == ErrorCode::disagreement || code == ErrorCode::version || code == ErrorCode::authentication;
}

// An end over an event loop: at most one laboratory, one connection and one session at a time.
class EndRunner {
 public:
  EndRunner(const EndConfig& config, RunEvents events, OpenedStore& opened, BlockProtocol& protocol)
      : m_config(config), m_events(std::move(events)), m_end{config.session,
                                                             protocol,
                                                             opened.store,
                                                             *opened.pads,
                                                             secret_slice(opened.gate_key, 0, store::kGateKeyBits),
                                                             {},
                                                             {}} {
    m_end.events = m_events.session;
    m_end.events.distilled = [this](const BlockReport& report, const Ledger& ledger) {
      ++m_summary.distilled;
      m_failed_sessions = 0;
      m_events.session.distilled(report, ledger);
    };
    m_end.events.aborted = [this](const Aborted& aborted) {
      ++m_summary.aborted;
      m_summary.last_abort = fmt::format("{}: {}", to_string(aborted.phase), aborted.reason);
      m_events.session.aborted(aborted);
    };
  }

  Result<RunSummary> run() {
    m_loop.on_signal([this](int) { interrupt(); });
    if (m_config.listen) {
      HERALD_TRY(const std::uint16_t port,
                 m_loop.listen(*m_config.listen, [this](ConnectionPtr peer) { accepted(std::move(peer)); }));
      m_events.listening({m_config.listen->host, port});
    }
    m_waiting_since = Clock::now();
    seek_lab();
    tick();
    m_loop.run();
    if (m_failure) return std::unexpected(*m_failure);
    return m_summary;
  }

 private:
  void interrupt() {
    const bool again = std::exchange(m_summary.interrupted, true);
    if (again || !m_session || !m_session->open()) {
      finish({});
      return m_loop.stop();
    }
    m_events.note("stopping; blocks under way are finished first (once more stops at once)");
    m_session->stop("this end was asked to stop");
    pump();
  }

  void finish(Result<void> result) {
    if (m_done) return;
    if (!result) m_failure = result.error();
    m_done = true;
    if (!m_leaving) return m_loop.stop();
    m_loop.after(kLinger, [this] { m_loop.stop(); });
  }

  // --- the laboratory ---
  void seek_lab() {
    if (m_done || m_session) return;
    leave_lab();
    m_scheduler = std::make_unique<Scheduler>();
    if (!m_config.fibre) {
      auto lab = make_local_lab(m_config, *m_scheduler);
      if (!lab) return finish(std::unexpected(lab.error()));
      m_lab = std::move(*lab);
      return seek_peer();
    }
    m_loop.connect(*m_config.fibre, milliseconds(5), [this, search = m_search](Result<ConnectionPtr> connected) {
      if (m_done || search != m_search) return;
      if (!connected) return retry([this] { seek_lab(); }, connected.error());
      m_lab_connection = *connected;
      auto lab = std::make_unique<RemoteLab>(*m_scheduler, std::string(store::to_string(m_config.session.end)));
      m_remote_lab = lab.get();
      m_lab = std::move(lab);
      m_lab_connection->start(
          [this, search = m_search](ByteView bytes) {
            if (search != m_search) return;
            if (Result<void> fed = m_remote_lab->mux().feed(bytes); !fed) return lose(fed.error());
            pump();
          },
          [this, search = m_search](Error error) {
            if (search == m_search) lose(Error{error.code, "the laboratory: " + error.message});
          });
      flush();
      seek_peer();
    });
  }

  // --- the peer ---
  void seek_peer() {
    if (m_done || m_session) return;
    if (m_config.listen) {
      m_ready = true;
      if (m_pending) meet(std::exchange(m_pending, nullptr));
      return;
    }
    m_loop.connect(*m_config.connect, milliseconds(5), [this, search = m_search](Result<ConnectionPtr> connected) {
      if (m_done || m_session || search != m_search) return;
      if (!connected) return retry([this] { seek_peer(); }, connected.error());
      meet(*connected);
    });
  }

  void accepted(ConnectionPtr peer) {
    if (m_done) return;
    if (m_ready && !m_session) return meet(std::move(peer));
    m_pending = std::move(peer);  // taken when the session at hand is over; a newer caller replaces an older one
  }

  void meet(ConnectionPtr peer) {
    m_peer = std::move(peer);
    m_heard = m_met = Clock::now();
    ++m_summary.sessions;
    m_session = std::make_unique<Session>(m_end, *m_scheduler, *m_lab);
    m_peer->start(
        [this, from = m_peer.get()](ByteView bytes) {
          if (!m_session || m_peer.get() != from) return;
          m_heard = Clock::now();
          m_session->receive(bytes);
          pump();
        },
        [this, gone = m_peer.get()](Error error) {
          if (m_leaving.get() == gone) {
            m_leaving.reset();
            if (m_done) m_loop.stop();
          }
          if (!m_session || m_peer.get() != gone) return;
          m_session->fail(std::move(error));
          pump();
        });
    pump();
  }

  void pump() {
    if (!m_session || m_pumping) return;
    m_pumping = true;
    m_session->pump();
    m_pumping = false;
    flush();
    if (m_session->over()) session_over();
  }

  void flush() {
    if (m_session && m_peer) m_peer->write(m_session->take_output());
    if (m_remote_lab != nullptr && m_lab_connection) m_lab_connection->write(m_remote_lab->mux().take_output());
  }

  void lose(Error error) {
    if (m_done) return;
    if (!m_session) {
      leave_lab();
      return retry([this] { seek_lab(); }, error);
    }
    m_session->fail(std::move(error));
    pump();
  }

  void session_over() {
    const Result<void> result = m_session->result();
    const bool was_open = m_session->open();
    const std::string stopping = m_session->stopping().value_or("");
    drop_session();
    if (result) {
      m_summary.stopped = stopping;
      return finish({});
    }
    if (m_summary.interrupted) return finish({});
    const Error& error = result.error();
    if (is_final(error.code)) return finish(result);
    m_was_ever_open = m_was_ever_open || was_open;
    if (was_open) m_waiting_since = Clock::now();
    // Anybody can reach a port: a stranger's words do not end the end that listens, nor do they count.
    if (was_open || !m_config.listen) {
      if (!m_was_ever_open && is_about_setup(error.code)) return finish(result);
      if (++m_failed_sessions >= kMostFailedSessions)
        return finish(fail(error.code, fmt::format("{} sessions in a row failed, the last with: {}", m_failed_sessions,
                                                   error.message)));
    }
    retry([this] { seek_lab(); }, error);
  }

  // The session goes before its scheduler and its laboratory.
  void drop_session() {
    m_session.reset();
    if (m_peer) m_peer->close_after_writing();
    m_leaving = std::move(m_peer);  // until the peer has read the last words and closes too
    leave_lab();
  }

  // Whatever is still on its way to an earlier laboratory or peer finds that the search has moved on.
  void leave_lab() {
    ++m_search;
    m_ready = false;
    m_remote_lab = nullptr;
    m_lab.reset();
    m_lab_connection.reset();
    m_scheduler.reset();
  }

  void retry(std::function<void()> again, const Error& error) {
    const bool news = error.message != m_last_error.message;
    m_last_error = error;
    if (give_up_if_late()) return;
    if (news) m_events.note(error.message + "; trying again");
    m_loop.after(kRetry, [this, search = m_search, again = std::move(again)] {
      if (search == m_search) again();
    });
  }

  bool give_up_if_late() {
    const std::chrono::duration<double> waited = Clock::now() - m_waiting_since;
    if (m_config.reconnect_seconds <= 0 || waited.count() <= m_config.reconnect_seconds) return false;
    finish(fail(m_last_error.code, fmt::format("gave up after {:.0f} s: {}", waited.count(), m_last_error.message)));
    return true;
  }

  void tick() {
    if (m_done) return;
    if (m_session) {
      const std::chrono::duration<double> silent = Clock::now() - m_heard;
      if (silent.count() > m_config.silence_seconds) {
        m_session->fail(
            Error{ErrorCode::unavailable, fmt::format("the peer has been silent for {:.0f} s", silent.count())});
      } else if (!m_session->open() && Clock::now() - m_met > std::chrono::duration<double>(m_config.silence_seconds)) {
        m_session->fail(Error{ErrorCode::unavailable, "the peer did not come to terms in time"});
      } else {
        m_session->say_alive();
      }
      pump();
    } else if (m_ready && give_up_if_late()) {
      return;
    }
    m_loop.after(milliseconds(std::min(1.0, m_config.silence_seconds / 4)), [this] { tick(); });
  }

  const EndConfig& m_config;
  RunEvents m_events;
  EndState m_end;
  net::EventLoop m_loop;
  std::unique_ptr<Scheduler> m_scheduler;
  std::unique_ptr<Lab> m_lab;
  RemoteLab* m_remote_lab = nullptr;
  ConnectionPtr m_lab_connection, m_peer, m_leaving, m_pending;
  std::unique_ptr<Session> m_session;
  Clock::time_point m_heard, m_met, m_waiting_since;
  Error m_last_error{ErrorCode::unavailable, "nobody called"};
  unsigned m_failed_sessions = 0;
  std::uint64_t m_search = 0;  // how often the way to laboratory and peer began anew
  bool m_ready = false, m_pumping = false, m_done = false, m_was_ever_open = false;
  RunSummary m_summary;
  std::optional<Error> m_failure;
};

}  // namespace

namespace {

// A link's pads authenticate what follows, so that keys of simulated light must not lead to others.
Result<void> check_origin(store::KeyStore& store, const std::string& link, Origin origin) {
  HERALD_TRY(const std::vector<store::PoolStatus> pools, store.status());
  for (const store::PoolStatus& pool : pools)
    if (pool.link == link && pool.origin != origin)
      return fail(
          ErrorCode::insecure,
          fmt::format("link \"{}\" holds keys and pads of {} light, this end is set up for {} light; give that a "
                      "link.name and a pre-shared key of its own",
                      link, to_string(pool.origin), to_string(origin)));
  return {};
}

Result<void> claim_recording(store::KeyStore& store, const EndConfig& config) {
  HERALD_TRY(const Bytes recording, read_file(config.source, kMostRecording));
  const auto hash = Botan::HashFunction::create_or_throw("SHA-256");
  hash->update(recording);
  Result<void> claimed = store.claim_recording(config.session.link, config.first_block, hash->final_stdvec());
  if (claimed || claimed.error().code != ErrorCode::insecure) return claimed;
  return fail(ErrorCode::insecure, config.source.string() + ": " + claimed.error().message);
}

}  // namespace

Result<OpenedStore> open_store(const EndConfig& config) {
  Result<store::SecretFile> read =
      store::read_secret_file(config.pre_shared_key, store::SecretFileKind::pre_shared_key);
  if (!read && read.error().code == ErrorCode::not_found)
    return fail(ErrorCode::not_found,
                read.error().message + "; make one with `herald key psk` and bring a copy to the other end");
  HERALD_TRY(store::SecretFile file, std::move(read));
  // An opening and a block, from Alice's half.
  constexpr std::size_t kLeast = store::kGateKeyBits + 2 * 2 * kBlockPadBits;
  if (file.bits.size() < kLeast)
    return fail(ErrorCode::invalid_argument, fmt::format("{}: {} bits; an end needs at least {}",
                                                         config.pre_shared_key.string(), file.bits.size(), kLeast));
  HERALD_TRY(store::KeyStore store, store::KeyStore::open_or_create(store::StoreFiles(config.store)));
  HERALD_TRY_VOID(store.add_link(config.session.link, config.session.end));
  HERALD_TRY_VOID(
      check_origin(store, config.session.link, config.source.empty() ? Origin::simulated : Origin::recorded));
  if (!config.source.empty()) HERALD_TRY_VOID(claim_recording(store, config));
  HERALD_TRY(std::unique_ptr<PadStore> pads, store.pads(config.session.link));
  HERALD_TRY(const PadStore::State state, pads->load());
  // A new pre-shared key adds to what an older one has left.
  const Uuid first = pad_segment_id("psk:" + to_string(file.id), 0, 0);
  if (std::ranges::none_of(state.segments, [&](const PadSegment& segment) { return segment.id == first; })) {
    const std::size_t rest = file.bits.size() - store::kGateKeyBits;
    HERALD_TRY_VOID(store.import_pre_shared_key(config.session.link,
                                                {file.id, secret_slice(file.bits, store::kGateKeyBits, rest)}));
  }
  return OpenedStore{std::move(store), std::move(pads), secret_slice(file.bits, 0, store::kGateKeyBits)};
}

Result<RunSummary> run_end(const EndConfig& config, RunEvents events) {
  HERALD_TRY(OpenedStore opened, open_store(config));
  const std::unique_ptr<BlockProtocol> protocol = make_protocol(config);
  return EndRunner(config, std::move(events), opened, *protocol).run();
}

Result<void> run_fibre(const FibreConfig& config, std::function<void(std::uint16_t)> serving,
                       std::function<void(const std::string&)> note) {
  HERALD_TRY(const std::unique_ptr<bb84::Light> light, make_light(config));
  net::EventLoop loop;
  HERALD_TRY(const std::uint16_t port, loop.listen(config.listen, [&](ConnectionPtr connection) {
    const auto server = std::make_shared<FibreServer>(*light);
    // The connection lives as long as its handlers, which it drops when it closes.
    connection->start(
        [connection, server, note, refused = false](ByteView bytes) mutable {
          if (refused) return;
          Result<void> received = server->receive(bytes);
          connection->write(server->take_output());
          if (received) return;
          refused = true;
          note(received.error().message);
          connection->close_after_writing();
        },
        [](const Error&) {});
  }));
  loop.on_signal([&](int) { loop.stop(); });
  serving(port);
  loop.run();
  return {};
}

}  // namespace herald::link
