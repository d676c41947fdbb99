// Many callers who come only to hold an HTTPS server up, over real sockets.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <thread>

#include "herald/net/certificates.h"
#include "herald/net/https_caller_test.h"
#include "herald/net/https_server.h"
#include "herald/net/open_files.h"

namespace herald::net {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

// A server of one thread, which answers with `reply_bytes`.
class HttpsFlood : public testing::Test {
 protected:
  TlsCredentials credentials(const std::string& name, bool may_serve = false) {
    auto own = authority.issue({name, {"localhost"}, may_serve}, days(30)).value();
    return {own.certificate, std::move(own.key), authority.certificate()};
  }
  void serve(HttpsOptions options, std::size_t reply_bytes = 16) {
    options.at = {"127.0.0.1", 0};
    options.threads = 1;
    server =
        HttpsServer::start(options, credentials("kme-a", true),
                           [reply_bytes](const PeerIdentity&, const HttpRequest&, const HttpsServer::Answer& answer) {
                             HttpsReply reply;
                             reply.body.resize(reply_bytes, 'x');
                             answer(std::move(reply));
                           })
            .value();
  }
  // Connections that say nothing until they are told to; in a loop of the test's.
  void connect(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      loop.connect({"127.0.0.1", server->port()}, 20s, [this](Result<ConnectionPtr> connected) {
        ++tried;
        if (!connected) return;
        (*connected)->start([](ByteView) {}, [this](const Error&) { ++closed; });
        strangers.push_back(std::move(*connected));
      });
    loop.run_while([&] { return tried < count; });
  }
  bool is_served() {
    TestCaller caller(credentials("vpn-1"), server->port());
    if (!caller.ready) return false;
    caller.send(http_request("GET", "/", "localhost"));
    return caller.status() == 200;
  }
  void wait_until_open(std::uint64_t most) {
    while (server->counts().open > most) std::this_thread::sleep_for(10ms);
  }

  Authority authority = Authority::create("test authority", days(30)).value();
  std::unique_ptr<HttpsServer> server;
  EventLoop loop;
  std::deque<ConnectionPtr> strangers;
  std::size_t tried = 0, closed = 0;
};

TEST_F(HttpsFlood, ThousandsOfConnectionsThatSayNothingAreEndedAndOthersServed) {
  serve({.at = {}, .handshake = 2000ms});
  const std::size_t count = std::min<std::uint64_t>(3000, allow_many_open_files() / 3);  // both ends are ours
  connect(count);
  ASSERT_EQ(strangers.size(), count);
  EXPECT_TRUE(is_served());
  loop.run_while([&] { return closed < strangers.size(); });
  wait_until_open(0);
  EXPECT_EQ(server->counts().requests, 1u);
  EXPECT_TRUE(is_served());
}

// Bytes that come now and then do not begin the time anew.
TEST_F(HttpsFlood, AHandshakeInSmallPiecesEnds) {
  serve({.at = {}, .handshake = 500ms});
  connect(50);
  // A ClientHello of 512 bytes, as its record says: a byte every 20 ms.
  const Bytes hello{0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03};
  std::size_t at = 0;
  std::function<void()> drip = [&] {
    for (const ConnectionPtr& each : strangers) each->write({at < hello.size() ? hello[at] : std::uint8_t{0}});
    ++at;
    if (closed < strangers.size()) loop.after(20ms, drip);
  };
  drip();
  loop.run_while([&] { return closed < strangers.size(); });
  EXPECT_LT(at, 512u);
  wait_until_open(0);
  EXPECT_TRUE(is_served());
}

TEST_F(HttpsFlood, ARequestInSmallPiecesIsAnswered408) {
  serve({.at = {}, .request = 500ms});
  TestCaller slow(credentials("vpn-2"), server->port());
  ASSERT_TRUE(slow.ready);
  const std::string request = http_request("GET", "/" + std::string(4000, 'x'), "localhost");
  std::size_t sent = 0;
  std::optional<HttpReply> heard;
  while (!heard && !slow.ended && sent < request.size()) {
    slow.send(request.substr(sent++, 1));
    heard = slow.reply(10ms);
  }
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->status, 408u);
  EXPECT_TRUE(is_served());
}

// Who asks on and on and never reads is cut off before replies fill the memory.
TEST_F(HttpsFlood, WhoDoesNotReadIsCutOff) {
  serve({}, 65536);
  TestCaller deaf(credentials("vpn-2"), server->port());
  ASSERT_TRUE(deaf.ready);
  const std::string request = http_request("GET", "/", "localhost");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += request;
  ASSERT_LT(many.size(), 60000u);
  deaf.send(many);  // for 64 MiB of replies; nothing here runs that would read them
  wait_until_open(0);
  EXPECT_LT(server->counts().requests, 1000u);
  EXPECT_TRUE(is_served());
}

TEST_F(HttpsFlood, ConnectionsAboveTheLimitAreClosedAndThoseBelowStay) {
  serve({.at = {}, .most_connections = 100});
  TestCaller early(credentials("vpn-2"), server->port());
  ASSERT_TRUE(early.ready);
  ASSERT_GT(allow_many_open_files(), 1000u);
  connect(400);
  loop.run_while([&] { return closed < 301; });
  EXPECT_EQ(server->counts().open, 100u);
  early.send(http_request("GET", "/", "localhost"));
  EXPECT_EQ(early.status(), 200u);
  strangers.clear();
  wait_until_open(1);
  EXPECT_TRUE(is_served());
}

}  // namespace
}  // namespace herald::net
