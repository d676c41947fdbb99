#include "herald/link/desk_line.h"

#include <fmt/format.h>

#include <map>

#include "herald/quantum/desk.h"

namespace herald::link {
namespace {

constexpr net::EventLoop::Duration kLook{500};
// Of replies that a client does not take.
constexpr std::size_t kMostUnwritten = std::size_t{1} << 26;
constexpr std::size_t kMostGuests = 64;

Bytes framed(ByteView payload) {
  Bytes out;
  net::append_frame(0, payload, out);
  return out;
}

// One client's connection.
struct Guest {
  net::ConnectionPtr connection;
  net::FrameDecoder decoder;
};

class DeskServer {
 public:
  explicit DeskServer(std::uint64_t seed) : m_desk(seed) {}

  void welcome(net::ConnectionPtr connection) {
    if (m_guests.size() >= kMostGuests) return;  // dropped, it closes
    const Desk::Client client = m_next++;
    Guest& guest = m_guests[client];
    guest.connection = std::move(connection);
    guest.connection->write(net::greeting());
    guest.connection->start([this, client](ByteView bytes) { hear(client, bytes); },
                            [this, client](const Error&) { forget(client); });
  }

 private:
  void hear(Desk::Client client, ByteView bytes) {
    Guest& guest = m_guests.at(client);
    const auto fed = guest.decoder.feed(bytes);
    for (std::optional<net::Frame> frame; (frame = guest.decoder.next());) {
      guest.connection->write(framed(m_desk.answer(client, frame->payload)));
      if (guest.connection->unwritten() > kMostUnwritten) return forget(client);
    }
    if (!fed) forget(client);
  }
  void forget(Desk::Client client) {
    m_desk.leave(client);
    m_guests.erase(client);
  }

  Desk m_desk;
  std::map<Desk::Client, Guest> m_guests;
  Desk::Client m_next = 1;
};

}  // namespace

Result<std::unique_ptr<DeskLine>> DeskLine::open(const net::Endpoint& desk, net::EventLoop::Duration patience) {
  auto line = std::unique_ptr<DeskLine>(new DeskLine(patience));
  line->m_waiting = true;
  line->m_loop.connect(desk, patience, [&](Result<net::ConnectionPtr> connected) {
    line->m_waiting = false;
    if (connected)
      line->start(std::move(*connected));
    else
      line->m_failed =
          Error{ErrorCode::unavailable, fmt::format("{}; start one with `herald desk`", connected.error().message)};
  });
  line->m_loop.run_while([&] { return line->m_waiting; });
  if (line->m_failed) return std::unexpected(*line->m_failed);
  return line;
}

void DeskLine::start(net::ConnectionPtr connection) {
  m_connection = std::move(connection);
  m_connection->write(net::greeting());
  m_connection->start(
      [this](ByteView bytes) {
        if (const auto fed = m_decoder.feed(bytes); !fed) m_failed = fed.error();
      },
      [this](Error error) { m_failed = Error{error.code, "the desk: " + error.message}; });
  watch();
}

void DeskLine::watch() {
  m_loop.after(kLook, [this] {
    if (m_waiting && std::chrono::steady_clock::now() - m_asked > m_patience)
      m_failed = Error{ErrorCode::unavailable, "the desk is silent"};
    watch();
  });
}

Result<Bytes> DeskLine::ask(Bytes request) {
  if (m_failed) return std::unexpected(*m_failed);
  if (request.size() > net::kMostPayload)
    return fail(ErrorCode::invalid_argument, "more qubits than the desk takes at once");
  m_connection->write(framed(request));
  m_asked = std::chrono::steady_clock::now();
  m_waiting = true;
  std::optional<net::Frame> frame;
  m_loop.run_while([&] { return !m_failed && !(frame = m_decoder.next()); });
  m_waiting = false;
  if (frame) return std::move(frame->payload);
  return std::unexpected(m_failed.value_or(Error{ErrorCode::unavailable, "the desk is gone"}));
}

Result<void> serve_desk(const net::Endpoint& at, std::uint64_t seed,
                        const std::function<void(std::uint16_t)>& listening) {
  net::EventLoop loop;
  DeskServer server(seed);
  HERALD_TRY(const std::uint16_t port,
             loop.listen(at, [&](net::ConnectionPtr connection) { server.welcome(std::move(connection)); }));
  loop.on_signal([&](int) { loop.stop(); });
  listening(port);
  loop.run();
  return {};
}

}  // namespace herald::link
