#include "herald/kme/etsi004_client.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace herald::kme {
namespace {

constexpr std::size_t kMostReply = std::size_t{1} << 20;

}  // namespace

struct Etsi004Client::State : std::enable_shared_from_this<State> {
  State(net::EventLoop& l, net::Endpoint at, std::shared_ptr<net::TlsContext> c)
      : loop(l), kme(std::move(at)), context(std::move(c)) {}

  struct Call {
    StreamService service;
    Bytes bytes;
    OnReply done;
  };
  using CallPtr = std::shared_ptr<Call>;

  net::EventLoop& loop;
  net::Endpoint kme;
  std::shared_ptr<net::TlsContext> context;
  CallPtr current;
  net::SecureConnectionPtr connection;
  bool is_secure = false;
  std::optional<StreamMessageReader> reader;

  void begin(const StreamRequest& request, std::chrono::milliseconds patience, OnReply done) {
    HERALD_CHECK(!current);
    current = std::make_shared<Call>(Call{service_of(request), encode(request), std::move(done)});
    loop.after(patience, [weak = weak_from_this(), late = std::weak_ptr(current)] {
      const auto self = weak.lock();
      if (self && self->current && self->current == late.lock())
        self->give_up({ErrorCode::unavailable, "it gave no reply in time"});
    });
    if (is_secure) return send();
    loop.connect(kme, patience, [weak = weak_from_this(), asked = std::weak_ptr(current)](auto connected) {
      const auto self = weak.lock();
      if (!self || !self->current || self->current != asked.lock()) return;
      if (!connected) return self->give_up(std::move(connected.error()));
      self->secure(std::move(*connected));
    });
  }

  void secure(net::ConnectionPtr plain) {
    connection = net::secure_as_client(std::move(plain), context, kme.host);
    connection->handshake([weak = weak_from_this(), held = std::weak_ptr(connection)](Result<void> done) {
      const auto self = weak.lock();
      if (!self || self->connection != held.lock()) return;
      if (!done) return self->give_up(std::move(done.error()));
      self->is_secure = true;
      self->reader.emplace(kMostReply);
      self->connection->start(
          [weak, held](ByteView bytes) {
            const auto alive = weak.lock();
            if (alive && alive->connection == held.lock()) alive->receive(bytes);
          },
          [weak, held](Error why) {
            const auto alive = weak.lock();
            if (!alive || alive->connection != held.lock()) return;
            if (alive->current) return alive->give_up(std::move(why));
            alive->drop();
          });
      self->send();
    });
  }

  void send() {
    if (current && is_secure) connection->write_now(current->bytes);
  }

  void receive(ByteView bytes) {
    if (!current) return drop();  // it speaks unasked
    if (const auto fed = reader->feed(bytes); !fed) return give_up(fed.error());
    const auto message = reader->next();
    if (!message) return;
    auto reply = decode_stream_reply(current->service, *message);
    if (!reply) return give_up(std::move(reply.error()));
    finish(std::move(*reply));
  }

  void drop() {
    is_secure = false;
    if (const auto held = std::exchange(connection, {})) held->close_after_writing();
  }

  void give_up(Error why) {
    drop();
    finish(fail(why.code, fmt::format("the KME at {}: {}", kme.to_string(), why.message)));
  }

  void finish(Result<StreamReply> reply) {
    const CallPtr held = std::exchange(current, {});
    held->done(std::move(reply));
  }
};

Etsi004Client::Etsi004Client(net::EventLoop& loop, net::Endpoint kme, std::shared_ptr<net::TlsContext> context)
    : m_state(std::make_shared<State>(loop, std::move(kme), std::move(context))) {}
Etsi004Client::~Etsi004Client() = default;

void Etsi004Client::call(const StreamRequest& request, std::chrono::milliseconds patience, OnReply done) {
  m_state->begin(request, patience, std::move(done));
}

}  // namespace herald::kme
