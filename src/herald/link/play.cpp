#include "herald/link/play.h"

#include <botan/hash.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <deque>

#include "herald/base/version.h"
#include "herald/link/desk_line.h"
#include "herald/net/framing.h"
#include "herald/protocol/meeting.h"
#include "herald/protocol/registry.h"

namespace herald::link {
namespace {

using Clock = std::chrono::steady_clock;
using net::EventLoop;

constexpr EventLoop::Duration kLook{20}, kRetry{200};

// The streams of the connection: greetings of the players, then what a run's wires carry.
enum class Stream : std::uint64_t { hello, message, light, done };

std::string digest(std::string_view text) {
  const auto hash = Botan::HashFunction::create_or_throw("BLAKE2b(128)");
  hash->update(text);
  return fmt::format("{:02x}", fmt::join(hash->final_stdvec(), ""));
}

// What both must have alike, and the seat, which must differ.
std::string hello_of(const PlayOptions& options, const PathNoise& path) {
  std::string hello = fmt::format("herald {}\n{}\n{}\n{} runs\npath: transmittance {}, depolarising {}, dephasing {}",
                                  kVersion, options.casting.protocol->name, fmt::join(options.casting.values, " "),
                                  options.runs, path.transmittance, path.depolarising, path.dephasing);
  for (std::size_t i = 0; i < options.casting.texts.size(); ++i)
    if (const GivenText& given = options.casting.texts[i]; !given.from.empty())
      hello += fmt::format("\n{} {}", options.casting.protocol->texts[i].name, digest(given.content));
  return hello;
}

class Player {
 public:
  explicit Player(const PlayOptions& options) : m_options(options) {}

  Result<void> play() {
    HERALD_TRY(m_game, m_options.casting.protocol->set_up(m_options.casting));
    HERALD_TRY_VOID(two_processes(m_options.casting, *m_game));
    m_meeting = m_game->meeting();
    HERALD_CHECK(m_options.seat < 2);
    HERALD_TRY(m_desk, DeskLine::open(m_options.desk, m_options.patience));
    look();
    const UseDesk use([this](Bytes request) { return m_desk->ask(std::move(request)); });
    HERALD_TRY_VOID(agree_with_desk());
    HERALD_TRY_VOID(meet());
    HERALD_TRY_VOID(agree());
    for (m_run = 0; m_run < m_options.runs; ++m_run) HERALD_TRY_VOID(play_run());
    m_connection->close_after_writing();
    wait_until([this] { return m_gone.has_value(); });
    return {};
  }

 private:
  Peer& peer() { return m_meeting->seat(m_options.seat).peer(); }
  bool stopped() const { return m_options.stop != nullptr && m_options.stop->load(); }

  // So that the loop wakes to look at the time and at signals.
  void look() {
    m_loop.after(kLook, [this] { look(); });
  }

  // Runs the loop until `enough`, a signal, or `patience` without a word. Says whether it is enough.
  bool wait_until(const std::function<bool()>& enough) {
    m_heard = Clock::now();
    m_loop.run_while([&] {
      const auto begin = Clock::now();
      if (enough() || stopped()) return false;
      const auto end = Clock::now();
      m_heard += end - begin;  // our own time is not the peer's silence
      return end - m_heard < m_options.patience;
    });
    return enough();
  }

  // What light suffers happens at the desk: a party that cheats has no say in it.
  Result<void> agree_with_desk() try {
    agree_on_path(m_meeting->noise());
    return {};
  } catch (DeskFault& fault) {
    return std::unexpected(std::move(fault.error));
  }

  Result<void> meet() {
    if (m_options.listens) {
      HERALD_TRY(const std::uint16_t port, m_loop.listen(m_options.peer, [this](net::ConnectionPtr connection) {
        if (m_connection == nullptr) start(std::move(connection));
      }));
      if (m_options.listening) m_options.listening(port);
    } else {
      call();
    }
    if (wait_until([this] { return m_connection != nullptr; })) return {};
    if (stopped()) return fail(ErrorCode::interrupted, "interrupted");
    return fail(ErrorCode::unavailable, fmt::format("nobody {} {}", m_options.listens ? "called at" : "listens at",
                                                    m_options.peer.to_string()));
  }

  void call() {
    m_loop.connect(m_options.peer, m_options.patience, [this](Result<net::ConnectionPtr> connected) {
      if (connected) return start(std::move(*connected));
      m_loop.after(kRetry, [this] { call(); });
    });
  }

  void start(net::ConnectionPtr connection) {
    m_connection = std::move(connection);
    m_connection->write(net::greeting());
    m_connection->start([this](ByteView bytes) { hear(bytes); }, [this](Error error) { m_gone = std::move(error); });
  }

  void send(Stream stream, ByteView payload) {
    Bytes out;
    net::append_frame(static_cast<std::uint64_t>(stream), payload, out);
    m_connection->write(std::move(out));
  }

  void hear(ByteView bytes) {
    m_heard = Clock::now();
    if (m_gone) return;
    if (const auto fed = m_decoder.feed(bytes); !fed) m_gone = fed.error();
    m_unread += bytes.size();
    while (auto frame = m_decoder.next()) m_frames.push_back(std::move(*frame));
    if (m_frames.empty()) m_unread = 0;
    if (m_frames.size() > kMostAhead || m_unread > kMostUnread)
      m_gone = Error{ErrorCode::exhausted, "the peer says more than anybody reads"};
  }

  Result<void> agree() {
    const std::string mine = hello_of(m_options, m_meeting->noise());
    Writer hello;
    hello.text(mine);
    hello.varint(m_options.seat);
    send(Stream::hello, hello.bytes());
    if (!wait_until([this] { return !m_frames.empty() || m_gone; }) || m_frames.empty())
      return std::unexpected(stopped() ? Error{ErrorCode::interrupted, "interrupted"}
                                       : m_gone.value_or(Error{ErrorCode::unavailable, "the peer says nothing"}));
    const net::Frame frame = std::move(m_frames.front());
    m_frames.pop_front();
    Reader reader(frame.payload);
    const std::string theirs = reader.text();
    const std::uint64_t seat = reader.varint();
    if (frame.stream != static_cast<std::uint64_t>(Stream::hello) || !reader.finish("a greeting"))
      return fail(ErrorCode::malformed, "the peer does not greet as a player does");
    if (theirs != mine)
      return fail(ErrorCode::disagreement,
                  fmt::format("the peer plays something else, or under other parameters: \"{}\" and not \"{}\"",
                              printable(theirs, 200), printable(mine, 200)));
    if (seat != 1 - m_options.seat)
      return fail(ErrorCode::disagreement, "the peer takes the same seat: one says --as alice, the other --as bob");
    return {};
  }

  Result<void> play_run() {
    m_meeting->begin(m_options.seed, m_run);
    Peer& other = peer();
    other.light.disturb({}, SimulationRandom(0));
    other.messages.connect([this](const Bytes& frame) { send(Stream::message, stamped(frame)); });
    other.light.connect([this](QubitString string) { send(Stream::light, stamped(offer(std::move(string)))); });
    auto party = m_game->program(m_options.seat);
    party->start(m_meeting->scheduler());
    bool ended = false;  // the peer's run
    const auto go_on = [&] {
      m_meeting->scheduler().run();
      while (!party->done() && !ended && !m_frames.empty()) {
        ended = deliver(other);
        m_meeting->scheduler().run();
      }
      return party->done() || ended || m_gone;
    };
    const bool enough = wait_until(go_on);
    if (stopped()) return fail(ErrorCode::interrupted, "interrupted");
    if (!party->done()) give_up(other, enough);
    const Verdict verdict = party->settle<Verdict>(
        [](PartyFault& fault) { return Verdict::reject(fault.phase, std::move(fault.error.message)); });
    if (m_options.verdict) m_options.verdict(m_run, verdict, m_game->tells(m_options.seat, verdict));
    send(Stream::done, {});
    // The rest of the peer's run, which nobody reads any more.
    wait_until([&] {
      while (!ended && !m_frames.empty()) {
        ended = m_frames.front().stream == static_cast<std::uint64_t>(Stream::done);
        m_frames.pop_front();
      }
      return ended || m_gone;
    });
    if (!ended && m_run + 1 < m_options.runs)
      return std::unexpected(m_gone.value_or(Error{ErrorCode::unavailable, "the peer does not end its run"}));
    return {};
  }

  // With the time at which it is sent: of two clocks at one place the later one is right.
  Bytes stamped(ByteView payload) const {
    Writer writer;
    writer.real(m_meeting->scheduler().now());
    writer.raw(payload);
    return std::move(writer).take();
  }

  // The next frame; whether it ends the peer's run.
  bool deliver(Peer& other) {
    const net::Frame frame = std::move(m_frames.front());
    m_frames.pop_front();
    if (m_frames.empty()) m_unread = 0;
    const auto stream = static_cast<Stream>(frame.stream);
    if (stream == Stream::done) return true;
    Reader reader(frame.payload);
    const double sent = reader.real();
    const ByteView payload = reader.raw(reader.remaining());
    try {
      if (!reader.ok() || !(sent >= 0 && sent < kMostSeconds))
        throw PartyFault{Error{ErrorCode::malformed, other.messages.name() + " sends what has no time"}};
      m_meeting->scheduler().advance(sent);
      if (stream == Stream::message) other.messages.deliver(Bytes(payload.begin(), payload.end()));
      if (stream == Stream::light) other.light.deliver(claim(payload));
    } catch (DeskFault& fault) {
      other.light.close(std::move(fault.error));
    } catch (PartyFault& fault) {
      m_gone = std::move(fault.error);
    }
    return false;
  }

  // Nothing more will come: whoever waits hears it.
  void give_up(Peer& other, bool peer_ended) {
    const std::string name = other.messages.name();
    const Error error =
        m_gone ? Error{m_gone->code, fmt::format("{}: {}", name, m_gone->message)}
               : Error{ErrorCode::unavailable, fmt::format("{} {}", name, peer_ended ? "sent nothing" : "is silent")};
    other.messages.close(error);
    other.light.close(error);
    m_meeting->scheduler().run();
  }

  static constexpr double kMostSeconds = 1e9;
  static constexpr std::size_t kMostAhead = 1 << 16;                // frames
  static constexpr std::size_t kMostUnread = std::size_t{1} << 28;  // bytes

  const PlayOptions& m_options;
  std::unique_ptr<DeskLine> m_desk;
  EventLoop m_loop;
  net::ConnectionPtr m_connection;
  net::FrameDecoder m_decoder;
  std::deque<net::Frame> m_frames;
  std::size_t m_unread = 0;  // bytes heard since there was nothing to read
  std::optional<Error> m_gone;
  Clock::time_point m_heard;
  std::unique_ptr<Game> m_game;
  Meeting* m_meeting = nullptr;
  std::uint64_t m_run = 0;
};

}  // namespace

Result<void> two_processes(const Casting& casting, Game& game) {
  const Protocol& protocol = *casting.protocol;
  std::string why(protocol.one_process);
  std::vector<std::string_view> others;
  if (why.empty()) why = game.one_process();
  if (why.empty() && game.seats().size() != 2) why = fmt::format("{} take part", game.seats().size());
  if (why.empty() && game.meeting() == nullptr) why = "its parties share what no wire carries";
  if (why.empty()) return {};
  for (const Protocol* each : protocols())
    if (each->one_process.empty() && each->name != protocol.name) others.push_back(each->name);
  return fail(ErrorCode::invalid_argument, fmt::format("{} plays in one process only: {}. Two processes can play {}",
                                                       protocol.name, why, fmt::join(others, ", ")));
}

Result<void> play_with_peer(const PlayOptions& options) { return Player(options).play(); }

}  // namespace herald::link
