#include "herald/net/https_server.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

namespace herald::net {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kSweep{250}, kLinger{2000};
// Bytes of further requests that a caller may send while one is answered.
constexpr std::size_t kMostWaiting = 65536;
// Bytes of replies that a caller may leave unread and still be answered.
constexpr std::size_t kMostUnread = std::size_t{1} << 20;

struct Shared {
  HttpsOptions options;
  HttpsServer::Handler handler;
  HttpsServer::TurnEnded turn_ended;
  std::atomic<std::uint64_t> open{0}, accepted{0}, handshakes_failed{0}, requests{0};
};

// One thread and its connections.
struct Worker : std::enable_shared_from_this<Worker> {
  class Caller;

  explicit Worker(std::shared_ptr<Shared> s) : shared(std::move(s)) {}
  void accept(ConnectionPtr connection);
  void sweep();
  // After all that is ready now, says once that the turn has ended.
  void end_turn() {
    if (!shared->turn_ended || std::exchange(in_turn, true)) return;
    loop.post([this] {
      in_turn = false;
      shared->turn_ended();
    });
  }

  std::shared_ptr<Shared> shared;
  EventLoop loop;
  std::shared_ptr<TlsContext> context;
  std::unordered_set<std::shared_ptr<Caller>> callers;
  bool in_turn = false;
  std::thread thread;
};

class Worker::Caller : public std::enable_shared_from_this<Caller> {
 public:
  Caller(Worker& worker, SecureConnectionPtr connection)
      : m_worker(worker), m_connection(std::move(connection)), m_reader(worker.shared->options.limits) {
    wait(worker.shared->options.handshake);
  }

  void begin() {
    m_connection->handshake([weak = weak_from_this()](const Result<void>& done) {
      const auto self = weak.lock();
      if (!self) return;
      if (!done) {
        ++self->m_worker.shared->handshakes_failed;
        return self->forget();
      }
      self->m_ready = true;
      self->wait(self->m_worker.shared->options.idle);
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
  // Whoever waits amid a request hears why the connection ends.
  void time_out() {
    if (m_ready && !m_closing && !m_answering && m_reader.is_amid()) return refuse({408, "the request does not end"});
    end();
  }
  bool is_good_by(TlsContext& now) const { return !m_ready || m_connection->verify_again(now).has_value(); }

  // What was written goes out; then the caller has a moment to close, or what it still sends would destroy it.
  void end() {
    if (!m_ready || m_closing) return forget();
    m_closing = true;
    wait(kLinger);
    m_connection->close_after_writing();
  }

 private:
  void wait(std::chrono::milliseconds most) { m_deadline = Clock::now() + most; }
  void forget() {
    if (m_worker.callers.erase(shared_from_this()) == 1) --m_worker.shared->open;
  }

  void receive(ByteView bytes) {
    if (m_closing) return;
    const bool was_amid = m_reader.is_amid();
    m_reader.feed(bytes);
    if (m_answering) {
      if (m_reader.waiting() > kMostWaiting) end();
      return;
    }
    next();
    // From the first byte of a request its time runs, and is not begun anew by further ones.
    if (!m_answering && !was_amid && m_reader.is_amid()) wait(m_worker.shared->options.request);
  }

  void next() {
    if (m_connection->unwritten() > kMostUnread) return forget();
    if (auto request = m_reader.next()) {
      m_answering = true;
      m_keep_alive = request->keep_alive;
      m_deadline = Clock::time_point::max();
      ++m_worker.shared->requests;
      m_worker.end_turn();
      return m_worker.shared->handler(m_connection->peer(), std::move(*request), answer());
    }
    if (m_reader.fault()) return refuse(*m_reader.fault());
    if (m_reader.wants_continue()) write(kHttpContinue);
  }

  // Brings a reply back into our thread. What was never called closes the connection.
  HttpsServer::Answer answer() {
    struct Once {
      Once(std::shared_ptr<Worker> w, std::weak_ptr<Caller> c) : worker(std::move(w)), caller(std::move(c)) {}
      Once(const Once&) = delete;
      Once& operator=(const Once&) = delete;
      ~Once() {
        if (called) return;
        worker->loop.post([weak = caller] {
          if (const auto self = weak.lock()) self->end();
        });
      }
      std::shared_ptr<Worker> worker;  // outlives the server where it must
      std::weak_ptr<Caller> caller;
      bool called = false;
    };
    return [once = std::make_shared<Once>(m_worker.shared_from_this(), weak_from_this())](HttpsReply reply) {
      HERALD_CHECK(!std::exchange(once->called, true));
      once->worker->loop.post([weak = once->caller, reply = std::make_shared<HttpsReply>(std::move(reply))] {
        if (const auto self = weak.lock()) self->reply(*reply);
      });
    };
  }

  void reply(const HttpsReply& reply) {
    if (m_closing) return;
    send(reply, m_keep_alive);
    if (!m_keep_alive) return end();
    m_answering = false;
    wait(m_worker.shared->options.idle);
    next();
    if (!m_answering && m_reader.is_amid()) wait(m_worker.shared->options.request);
  }

  // In one record, from memory that is wiped.
  void send(const HttpsReply& reply, bool keep_alive) {
    const std::string head =
        http_reply_head(reply.status, reply.content_type, reply.body.size(), keep_alive, reply.headers);
    std::vector<char, SecretAllocator<char>> all;
    all.reserve(head.size() + reply.body.size());
    all.insert(all.end(), head.begin(), head.end());
    all.insert(all.end(), reply.body.begin(), reply.body.end());
    write({all.data(), all.size()});
  }
  void write(std::string_view text) {
    m_connection->write_now({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }

  void refuse(const HttpFault& fault) {
    HttpsReply reply;
    reply.status = fault.status;
    const std::string text = "{\"message\":\"" + fault.message + "\"}";  // ours: nothing to escape
    reply.body.assign(text.begin(), text.end());
    send(reply, false);
    end();
  }

  Worker& m_worker;
  SecureConnectionPtr m_connection;
  HttpRequestReader m_reader;
  Clock::time_point m_deadline;
  bool m_ready = false, m_answering = false, m_keep_alive = true, m_closing = false;
};

void Worker::accept(ConnectionPtr connection) {
  if (callers.size() >= shared->options.most_connections) return;  // closed
  ++shared->accepted;
  const auto caller = std::make_shared<Caller>(*this, secure_as_server(std::move(connection), context));
  callers.insert(caller);
  ++shared->open;
  caller->begin();
}

void Worker::sweep() {
  const auto now = Clock::now();
  std::vector<std::shared_ptr<Caller>> late;
  for (const auto& caller : callers)
    if (caller->is_late(now)) late.push_back(caller);
  for (const auto& caller : late) caller->time_out();
  loop.after(kSweep, [this] { sweep(); });
}

}  // namespace

struct HttpsServer::State {
  std::shared_ptr<Shared> shared = std::make_shared<Shared>();
  std::vector<std::shared_ptr<Worker>> workers;
  std::uint16_t port = 0;
};

HttpsServer::HttpsServer(std::unique_ptr<State> state) : m_state(std::move(state)) {}

Result<std::unique_ptr<HttpsServer>> HttpsServer::start(const HttpsOptions& options, const TlsCredentials& credentials,
                                                        Handler handler, TurnEnded turn_ended) {
  auto state = std::make_unique<State>();
  state->shared->options = options;
  state->shared->handler = std::move(handler);
  state->shared->turn_ended = std::move(turn_ended);
  Endpoint at = options.at;
  for (unsigned i = 0; i < std::max(1U, options.threads); ++i) {
    auto worker = std::make_shared<Worker>(state->shared);
    HERALD_TRY(worker->context, TlsContext::create(credentials));
    HERALD_TRY(at.port,
               worker->loop.listen(
                   at, [each = worker.get()](ConnectionPtr connection) { each->accept(std::move(connection)); }, true));
    state->workers.push_back(std::move(worker));
  }
  state->port = at.port;
  for (const auto& worker : state->workers) {
    worker->sweep();
    worker->thread = std::thread([each = worker.get()] { each->loop.run(); });
  }
  return std::unique_ptr<HttpsServer>(new HttpsServer(std::move(state)));
}

HttpsServer::~HttpsServer() {
  for (const auto& worker : m_state->workers) worker->loop.stop();
  for (const auto& worker : m_state->workers)
    if (worker->thread.joinable()) worker->thread.join();
  for (const auto& worker : m_state->workers) worker->callers.clear();
}

std::uint16_t HttpsServer::port() const { return m_state->port; }

Result<void> HttpsServer::renew(const TlsCredentials& credentials) {
  std::vector<std::shared_ptr<TlsContext>> contexts;
  for (std::size_t i = 0; i < m_state->workers.size(); ++i) {
    HERALD_TRY(auto context, TlsContext::create(credentials));
    contexts.push_back(std::move(context));
  }
  for (std::size_t i = 0; i < m_state->workers.size(); ++i) {
    Worker* const worker = m_state->workers[i].get();
    worker->loop.post([worker, context = std::move(contexts[i])] {
      worker->context = context;
      std::vector<std::shared_ptr<Worker::Caller>> refused;
      for (const auto& caller : worker->callers)
        if (!caller->is_good_by(*context)) refused.push_back(caller);
      for (const auto& caller : refused) caller->end();
    });
  }
  return {};
}

HttpsServer::Counts HttpsServer::counts() const {
  const Shared& shared = *m_state->shared;
  return {shared.open, shared.accepted, shared.handshakes_failed, shared.requests};
}

}  // namespace herald::net
