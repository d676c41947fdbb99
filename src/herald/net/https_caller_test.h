#pragma once
// A client of an HTTPS server, for tests.

#include <chrono>
#include <memory>
#include <optional>

#include "herald/net/http.h"
#include "herald/net/tls.h"

namespace herald::net {

// A caller in a loop of its own, which sends and hears until it has what it waits for.
class TestCaller {
 public:
  TestCaller(const TlsCredentials& credentials, std::uint16_t port)
      : m_context(TlsContext::create(credentials).value()) {
    m_loop.connect({"127.0.0.1", port}, std::chrono::seconds(5), [this](Result<ConnectionPtr> connected) {
      if (!connected) return end();
      m_connection = secure_as_client(std::move(*connected), m_context, "localhost");
      m_connection->handshake([this](const Result<void>& done) {
        if (!done) return end();
        ready = true;
        m_connection->start([this](ByteView bytes) { m_reader.feed(bytes); },
                            [this](const Error&) {
                              m_reader.end();
                              end();
                            });
      });
    });
    m_loop.run_while([this] { return !ready && !ended; });
  }
  void send(std::string_view text) {
    m_connection->write_now({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
  // The next reply; nothing when the connection ends first, or the time does.
  std::optional<HttpReply> reply(std::chrono::milliseconds patience = std::chrono::seconds(20)) {
    auto reply = m_reader.next();
    const auto late = std::make_shared<bool>(false);
    m_loop.after(patience, [late] { *late = true; });
    m_loop.run_while([&] { return !reply && !ended && !*late && !(reply = m_reader.next()); });
    return reply ? std::move(reply) : m_reader.next();
  }
  unsigned status() {
    const auto heard = reply();
    return heard ? heard->status : 0;
  }
  bool ready = false, ended = false;

 private:
  void end() { ended = true; }
  EventLoop m_loop;
  std::shared_ptr<TlsContext> m_context;
  SecureConnectionPtr m_connection;
  HttpReplyReader m_reader{{}};
};

}  // namespace herald::net
