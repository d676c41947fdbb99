#include "herald/net/event_loop.h"

#include <fmt/format.h>

#include <boost/asio.hpp>
#include <charconv>
#include <deque>

namespace herald::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds kAcceptAgain{100};
// Of a connection: small for thousands that say little, doubled as long as reads fill it.
constexpr std::size_t kSmallestBuffer = std::size_t{1} << 12, kLargestBuffer = std::size_t{1} << 16;

class TcpConnection final : public Connection, public std::enable_shared_from_this<TcpConnection> {
 public:
  explicit TcpConnection(tcp::socket socket) : m_socket(std::move(socket)) {
    error_code ignored;
    m_socket.set_option(tcp::no_delay(true), ignored);
    m_socket.non_blocking(true, ignored);
  }

  void start(OnBytes on_bytes, OnClose on_close) override {
    m_on_bytes = std::move(on_bytes);
    m_on_close = std::move(on_close);
    read();
  }

  void write(Bytes bytes) override {
    if (m_closed || bytes.empty()) return;
    if (m_queue.empty()) {  // most are taken at once; an error comes again below
      error_code error;
      const std::size_t taken = m_socket.write_some(asio::buffer(bytes), error);
      if (taken == bytes.size()) return;
      bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
    }
    m_unwritten += bytes.size();
    m_queue.push_back(std::move(bytes));
    if (m_queue.size() == 1) write_front();
  }

  void close_after_writing() override {
    m_closing = true;
    if (m_queue.empty()) shut();
  }

  std::size_t unwritten() const override { return m_unwritten; }

  void acknowledge() override {
    using QuickAck = asio::detail::socket_option::boolean<IPPROTO_TCP, TCP_QUICKACK>;
    error_code ignored;
    m_socket.set_option(QuickAck(true), ignored);
  }

 private:
  void read() {
    m_socket.async_read_some(asio::buffer(m_buffer), [weak = weak_from_this()](error_code error, std::size_t size) {
      const auto self = weak.lock();
      if (!self || self->m_closed) return;
      if (error) return self->finish(error);
      self->m_on_bytes({self->m_buffer.data(), size});
      if (self->m_closed) return;
      if (size == self->m_buffer.size() && size < kLargestBuffer) self->m_buffer.resize(2 * size);
      self->read();
    });
  }

  void write_front() {
    asio::async_write(m_socket, asio::buffer(m_queue.front()),
                      [weak = weak_from_this()](error_code error, std::size_t size) {
                        const auto self = weak.lock();
                        if (!self || self->m_closed) return;
                        if (error) return self->finish(error);
                        self->m_unwritten -= size;
                        self->m_queue.pop_front();
                        if (!self->m_queue.empty()) return self->write_front();
                        if (self->m_closing) self->shut();
                      });
  }

  void shut() {
    error_code ignored;
    m_socket.shutdown(tcp::socket::shutdown_send, ignored);
  }

  void finish(error_code error) {
    m_closed = true;
    error_code ignored;
    m_socket.close(ignored);
    const auto on_close = std::exchange(m_on_close, {});
    m_on_bytes = {};
    if (on_close)
      on_close(Error{ErrorCode::unavailable, error == asio::error::eof
                                                 ? std::string("the connection was closed by the peer")
                                                 : "the connection broke: " + error.message()});
  }

  tcp::socket m_socket;
  OnBytes m_on_bytes;
  OnClose m_on_close;
  Bytes m_buffer = Bytes(kSmallestBuffer);
  std::deque<Bytes> m_queue;
  std::size_t m_unwritten = 0;
  bool m_closing = false;
  bool m_closed = false;
};

}  // namespace

std::string Endpoint::to_string() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

Result<Endpoint> parse_endpoint(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  Endpoint endpoint;
  const auto wrong = fail(ErrorCode::invalid_argument,
                          fmt::format("\"{}\" is not an address; say host:port, such as 127.0.0.1:7401", text));
  if (colon == std::string::npos || colon == 0) return wrong;
  endpoint.host = text.substr(0, colon);
  if (endpoint.host.size() >= 2 && endpoint.host.front() == '[' && endpoint.host.back() == ']')
    endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
  else if (endpoint.host.find_first_of(":[]") != std::string::npos)
    return wrong;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, endpoint.port);
  if (error != std::errc() || stop != end || endpoint.host.empty()) return wrong;
  return endpoint;
}

struct EventLoop::State {
  asio::io_context io{1};
  asio::signal_set signals{io}, hangups{io};
  tcp::resolver resolver{io};
  std::deque<tcp::acceptor> acceptors;

  void accept(tcp::acceptor& acceptor, std::function<void(ConnectionPtr)> accepted) {
    acceptor.async_accept([this, &acceptor, accepted = std::move(accepted)](error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (!error) {
        accepted(std::make_shared<TcpConnection>(std::move(socket)));
        return accept(acceptor, accepted);
      }
      // No file descriptors, no memory: the call stays in the queue, and asking at once would spin.
      const auto timer = std::make_shared<asio::steady_timer>(io, kAcceptAgain);
      timer->async_wait([this, &acceptor, accepted, timer](error_code) { accept(acceptor, accepted); });
    });
  }

  static void wait_for(asio::signal_set& set, std::function<void(int)> handler) {
    set.async_wait([&set, handler = std::move(handler)](error_code error, int signal) {
      if (error) return;
      handler(signal);
      wait_for(set, handler);
    });
  }
};

EventLoop::EventLoop() : m_state(std::make_unique<State>()) {}
EventLoop::~EventLoop() = default;

void EventLoop::run() { m_state->io.run(); }
void EventLoop::stop() { m_state->io.stop(); }
void EventLoop::run_while(const std::function<bool()>& waiting) {
  m_state->io.restart();
  while (waiting() && m_state->io.run_one() > 0) {
  }
}

void EventLoop::post(std::function<void()> what) { asio::post(m_state->io, std::move(what)); }

void EventLoop::after(Duration delay, std::function<void()> then) {
  const auto timer = std::make_shared<asio::steady_timer>(m_state->io, delay);
  timer->async_wait([timer, then = std::move(then)](error_code error) {
    if (!error) then();
  });
}

void EventLoop::on_signal(std::function<void(int)> handler) {
  error_code ignored;
  m_state->signals.add(SIGINT, ignored);
  m_state->signals.add(SIGTERM, ignored);
  m_state->wait_for(m_state->signals, std::move(handler));
}

void EventLoop::on_hangup(std::function<void()> handler) {
  error_code ignored;
  m_state->hangups.add(SIGHUP, ignored);
  m_state->wait_for(m_state->hangups, [handler = std::move(handler)](int) { handler(); });
}

Result<std::uint16_t> EventLoop::listen(const Endpoint& endpoint, std::function<void(ConnectionPtr)> accepted,
                                        bool is_shared) {
  error_code error;
  const auto resolved =
      m_state->resolver.resolve(endpoint.host, std::to_string(endpoint.port), tcp::resolver::passive, error);
  tcp::acceptor acceptor(m_state->io);
  if (!error) {
    const tcp::endpoint local = *resolved.begin();
    acceptor.open(local.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    using SharedPort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
    if (!error && is_shared) acceptor.set_option(SharedPort(true), error);
    if (!error) acceptor.bind(local, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  }
  if (error) return fail(ErrorCode::io, fmt::format("cannot listen on {}: {}", endpoint.to_string(), error.message()));
  const std::uint16_t port = acceptor.local_endpoint().port();
  m_state->acceptors.push_back(std::move(acceptor));
  m_state->accept(m_state->acceptors.back(), std::move(accepted));
  return port;
}

void EventLoop::connect(const Endpoint& endpoint, Duration timeout,
                        std::function<void(Result<ConnectionPtr>)> connected) {
  error_code error;
  const auto resolved = m_state->resolver.resolve(endpoint.host, std::to_string(endpoint.port), error);
  if (error)
    return connected(
        fail(ErrorCode::unavailable, fmt::format("cannot resolve {}: {}", endpoint.to_string(), error.message())));
  const auto socket = std::make_shared<tcp::socket>(m_state->io);
  const auto timer = std::make_shared<asio::steady_timer>(m_state->io, timeout);
  const auto late = std::make_shared<bool>(false);
  timer->async_wait([socket, late](error_code expired) {
    error_code ignored;
    if (expired) return;
    *late = true;
    socket->close(ignored);
  });
  asio::async_connect(*socket, resolved, [=, name = endpoint.to_string()](error_code failed, const tcp::endpoint&) {
    timer->cancel();
    if (failed || *late)
      return connected(fail(ErrorCode::unavailable,
                            fmt::format("cannot reach {}: {}", name, *late ? "timed out" : failed.message())));
    connected(std::make_shared<TcpConnection>(std::move(*socket)));
  });
}

}  // namespace herald::net
