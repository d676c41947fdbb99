#include "herald/kme/etsi004_server.h"

#include <optional>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

namespace herald::kme {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kSweep{250}, kLinger{2000};
// Further calls that a caller may send while one is answered.
constexpr std::size_t kMostWaiting = 64;
// Bytes of replies that a caller may leave unread and still be answered.
constexpr std::size_t kMostUnread = std::size_t{1} << 20;

}  // namespace

// The thread and its connections.
struct Etsi004Server::State : std::enable_shared_from_this<State> {
  class Caller;
  using CallerPtr = std::shared_ptr<Caller>;

  void accept(net::ConnectionPtr connection);
  void sweep();

  Etsi004Options options;
  Handler handler;
  net::EventLoop loop;
  std::shared_ptr<net::TlsContext> context;
  std::unordered_set<CallerPtr> callers;
  std::uint16_t port = 0;
  std::thread thread;
};

class Etsi004Server::State::Caller : public std::enable_shared_from_this<Caller> {
 public:
  Caller(State& state, net::SecureConnectionPtr connection) : m_state(state), m_connection(std::move(connection)) {
    wait(state.options.handshake);
  }

  void begin() {
    m_connection->handshake([weak = weak_from_this()](const Result<void>& done) {
      const auto self = weak.lock();
      if (!self) return;
      if (!done) return self->forget();
      self->m_ready = true;
      self->wait(self->m_state.options.idle);
      self->m_connection->start(
          [weak](ByteView bytes) {
            if (const auto caller = weak.lock()) caller->receive(bytes);
          },
          [weak](const Error&) {
            if (const auto caller = weak.lock()) caller->forget();
          });
    });
  }

  bool is_late(Clock::time_point now) const { return now >= m_deadline; }
  void time_out() {
    if (m_ready && !m_closing && !m_asked && m_reader.is_amid()) return refuse("the request does not end");
    end();
  }
  bool is_good_by(net::TlsContext& now) const { return !m_ready || m_connection->verify_again(now).has_value(); }

  // What was written goes out; then the caller has a moment to close.
  void end() {
    if (!m_ready || m_closing) return forget();
    m_closing = true;
    wait(kLinger);
    m_connection->close_after_writing();
  }

 private:
  void wait(std::chrono::milliseconds most) { m_deadline = Clock::now() + most; }
  void forget() { m_state.callers.erase(shared_from_this()); }

  void receive(ByteView bytes) {
    if (m_closing) return;
    const bool was_amid = m_reader.is_amid();
    const auto fed = m_reader.feed(bytes);
    if (!fed) m_fault = fed.error().message;
    if (m_reader.waiting() > kMostWaiting) return end();
    if (m_asked) return;
    next();
    // From the first byte of a request its time runs, and is not begun anew by further ones.
    if (!m_asked && !m_closing && !was_amid && m_reader.is_amid()) wait(m_state.options.request);
  }

  void next() {
    if (m_connection->unwritten() > kMostUnread) return forget();
    const auto message = m_reader.next();
    if (!message) {
      if (m_fault) refuse(*m_fault);
      return;
    }
    auto request = decode_stream_request(*message);
    if (!request) return refuse(request.error().message);
    m_asked = message->service;
    m_deadline = Clock::time_point::max();  // the handler's own bounds hold
    m_state.handler(m_connection->peer().common_name, std::move(*request), answer());
  }

  // Brings a reply back into our thread. What was never called closes the connection.
  Answer answer() {
    struct Once {
      Once(std::shared_ptr<State> s, std::weak_ptr<Caller> c) : state(std::move(s)), caller(std::move(c)) {}
      Once(const Once&) = delete;
      Once& operator=(const Once&) = delete;
      ~Once() {
        if (called) return;
        state->loop.post([weak = caller] {
          if (const auto self = weak.lock()) self->end();
        });
      }
      std::shared_ptr<State> state;  // outlives the server where it must
      std::weak_ptr<Caller> caller;
      bool called = false;
    };
    return [once = std::make_shared<Once>(m_state.shared_from_this(), weak_from_this())](StreamReply reply) {
      HERALD_CHECK(!std::exchange(once->called, true));
      once->state->loop.post([weak = once->caller, reply = std::make_shared<StreamReply>(std::move(reply))] {
        if (const auto self = weak.lock()) self->reply(*reply);
      });
    };
  }

  void reply(const StreamReply& reply) {
    if (m_closing) return;
    m_connection->write_now(encode(*std::exchange(m_asked, std::nullopt), reply).expose_secret());
    wait(m_state.options.idle);
    next();
    if (!m_asked && !m_closing && m_reader.is_amid()) wait(m_state.options.request);
  }

  void refuse(const std::string& why) {
    m_connection->write_now(encode_stream_error(why).expose_secret());
    end();
  }

  State& m_state;
  net::SecureConnectionPtr m_connection;
  StreamMessageReader m_reader{kMostStreamRequest};
  std::optional<std::string> m_fault;
  std::optional<StreamService> m_asked;  // that is being answered
  Clock::time_point m_deadline;
  bool m_ready = false, m_closing = false;
};

void Etsi004Server::State::accept(net::ConnectionPtr connection) {
  if (callers.size() >= options.most_connections) return;  // closed
  const auto caller = std::make_shared<Caller>(*this, net::secure_as_server(std::move(connection), context));
  callers.insert(caller);
  caller->begin();
}

void Etsi004Server::State::sweep() {
  const auto now = Clock::now();
  std::vector<CallerPtr> late;
  for (const CallerPtr& caller : callers)
    if (caller->is_late(now)) late.push_back(caller);
  for (const CallerPtr& caller : late) caller->time_out();
  loop.after(kSweep, [this] { sweep(); });
}

Etsi004Server::Etsi004Server(std::shared_ptr<State> state) : m_state(std::move(state)) {}

Result<std::unique_ptr<Etsi004Server>> Etsi004Server::start(const Etsi004Options& options,
                                                            const net::TlsCredentials& credentials, Handler handler) {
  auto state = std::make_shared<State>();
  state->options = options;
  state->handler = std::move(handler);
  HERALD_TRY(state->context, net::TlsContext::create(credentials));
  HERALD_TRY(state->port, state->loop.listen(options.at, [each = state.get()](net::ConnectionPtr connection) {
    each->accept(std::move(connection));
  }));
  state->sweep();
  state->thread = std::thread([each = state.get()] { each->loop.run(); });
  return std::unique_ptr<Etsi004Server>(new Etsi004Server(std::move(state)));
}

Etsi004Server::~Etsi004Server() {
  m_state->loop.stop();
  if (m_state->thread.joinable()) m_state->thread.join();
  m_state->callers.clear();
}

std::uint16_t Etsi004Server::port() const { return m_state->port; }

void Etsi004Server::renew(std::shared_ptr<net::TlsContext> context) {
  m_state->loop.post([state = m_state.get(), context = std::move(context)] {
    state->context = context;
    std::vector<State::CallerPtr> refused;
    for (const State::CallerPtr& caller : state->callers)
      if (!caller->is_good_by(*context)) refused.push_back(caller);
    for (const State::CallerPtr& caller : refused) caller->end();
  });
}

}  // namespace herald::kme
