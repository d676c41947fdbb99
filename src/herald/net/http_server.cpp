#include "herald/net/http_server.h"

#include <set>
#include <string>
#include <utility>

namespace herald::net {
namespace {

struct Visit {
  Visit(ConnectionPtr c, const HttpLimits& limits) : connection(std::move(c)), reader(limits) {}
  ConnectionPtr connection;
  HttpRequestReader reader;
  bool is_asked = false;
};
using VisitPtr = std::shared_ptr<Visit>;

}  // namespace

struct HttpServer::State : std::enable_shared_from_this<State> {
  State(EventLoop& l, HttpOptions o, Handler h) : loop(l), options(std::move(o)), handler(std::move(h)) {}

  EventLoop& loop;
  HttpOptions options;
  Handler handler;
  std::set<VisitPtr> visits;
  std::uint16_t port = 0;

  void accept(ConnectionPtr connection) {
    if (visits.size() >= options.most_connections) return;  // closed
    const auto visit = std::make_shared<Visit>(std::move(connection), options.limits);
    visits.insert(visit);
    const std::weak_ptr<Visit> weak = visit;
    const auto end = [self = weak_from_this(), weak] {
      if (const auto state = self.lock()) state->visits.erase(weak.lock());
    };
    loop.after(options.patience, end);
    visit->connection->start(
        [self = weak_from_this(), weak](ByteView bytes) {
          const auto state = self.lock();
          const auto held = weak.lock();
          if (state && held) state->receive(held, bytes);
        },
        [end](const Error&) { end(); });
  }

  void receive(const VisitPtr& visit, ByteView bytes) {
    if (visit->is_asked) return;
    visit->reader.feed(bytes);
    const auto request = visit->reader.next();
    if (!request && !visit->reader.fault()) return;
    visit->is_asked = true;
    const auto answer = [weak = std::weak_ptr(visit)](const HttpsReply& reply) {
      if (const auto held = weak.lock()) send(*held, reply);
    };
    if (request) return handler(*request, answer);
    HttpsReply reply;
    reply.status = visit->reader.fault()->status;
    answer(reply);
  }

  // The peer closes when it has read it, or is cut off.
  static void send(Visit& visit, const HttpsReply& reply) {
    const std::string head = http_reply_head(reply.status, reply.content_type, reply.body.size(), false, reply.headers);
    Bytes bytes(head.begin(), head.end());
    bytes.insert(bytes.end(), reply.body.begin(), reply.body.end());
    visit.connection->write(std::move(bytes));
    visit.connection->close_after_writing();
  }
};

HttpServer::HttpServer(std::shared_ptr<State> state) : m_state(std::move(state)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::start(EventLoop& loop, const HttpOptions& options, Handler handler) {
  auto state = std::make_shared<State>(loop, options, std::move(handler));
  HERALD_TRY(state->port, loop.listen(options.at, [weak = std::weak_ptr(state)](ConnectionPtr connection) {
    if (const auto self = weak.lock()) self->accept(std::move(connection));
  }));
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

std::uint16_t HttpServer::port() const { return m_state->port; }

}  // namespace herald::net
