#include "herald/net/https_server.h"

#include <gtest/gtest.h>

#include <thread>

#include "herald/net/certificates.h"
#include "herald/net/https_caller_test.h"

namespace herald::net {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

class Https : public testing::Test {
 protected:
  TlsCredentials server_credentials(std::string revoked = "") {
    auto own = authority.issue({"kme-a", {"localhost"}, true}, days(30)).value();
    return {own.certificate, std::move(own.key), authority.certificate(), std::move(revoked)};
  }
  TlsCredentials caller_credentials(std::string name = "vpn-1") {
    auto own = authority.issue({std::move(name)}, days(30)).value();
    certificate = own.certificate;
    return {own.certificate, std::move(own.key), authority.certificate()};
  }
  std::unique_ptr<HttpsServer> serve(HttpsServer::Handler handler, HttpsOptions options = {}) {
    options.at = {"127.0.0.1", 0};
    return HttpsServer::start(options, server_credentials(), std::move(handler)).value();
  }
  // Says who asked for what.
  static void echo(const PeerIdentity& caller, const HttpRequest& request, const HttpsServer::Answer& answer) {
    const std::string text = caller.common_name + " " + request.method + " " + request.target + " " + request.body;
    answer({200, "text/plain", {text.begin(), text.end()}});
  }

  Authority authority = Authority::create("test authority", days(30)).value();
  std::string certificate;
};

std::string text_of(const std::optional<HttpReply>& reply) {
  return reply ? std::string(reply->body.begin(), reply->body.end()) : "nothing";
}

TEST_F(Https, AnswersCallersByTheirNames) {
  const auto server = serve(echo);
  TestCaller one(caller_credentials("vpn-1"), server->port()), two(caller_credentials("vpn-2"), server->port());
  for (int round = 0; round < 3; ++round) {
    one.send(http_request("GET", "/a", "localhost"));
    two.send(http_request("POST", "/b", "localhost", "{}"));
    EXPECT_EQ(text_of(one.reply()), "vpn-1 GET /a ");
    EXPECT_EQ(text_of(two.reply()), "vpn-2 POST /b {}");
  }
  EXPECT_EQ(server->counts().requests, 6u);
  EXPECT_EQ(server->counts().open, 2u);
}

TEST_F(Https, RequestsThatComeTogetherAreAnsweredInOrder) {
  const auto server = serve(echo);
  TestCaller caller(caller_credentials(), server->port());
  std::string all;
  for (int i = 0; i < 20; ++i) all += http_request("GET", "/" + std::to_string(i), "localhost");
  caller.send(all);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(text_of(caller.reply()), "vpn-1 GET /" + std::to_string(i) + " ");
}

TEST_F(Https, ATurnEndsAfterTheRequestsThatCameTogether) {
  std::vector<std::function<void()>> asked;  // by the server's only thread
  const auto server = HttpsServer::start(
                          {.at = {"127.0.0.1", 0}, .threads = 1}, server_credentials(),
                          [&](const PeerIdentity& caller, HttpRequest request, HttpsServer::Answer answer) {
                            asked.emplace_back([caller, request, answer] { echo(caller, request, answer); });
                          },
                          [&] {
                            EXPECT_FALSE(asked.empty());
                            for (const auto& each : std::exchange(asked, {})) each();
                          })
                          .value();
  TestCaller one(caller_credentials("vpn-1"), server->port()), two(caller_credentials("vpn-2"), server->port());
  for (int round = 0; round < 20; ++round) {
    one.send(http_request("GET", "/a", "localhost"));
    two.send(http_request("GET", "/b", "localhost"));
    EXPECT_EQ(text_of(one.reply()), "vpn-1 GET /a ");
    EXPECT_EQ(text_of(two.reply()), "vpn-2 GET /b ");
  }
}

TEST_F(Https, AnswersMayComeLaterFromAnyThread) {
  std::vector<std::thread> threads;
  const auto server = serve(
      [&](const PeerIdentity& caller, HttpRequest request, HttpsServer::Answer answer) {
        threads.emplace_back([caller, request, answer] {
          std::this_thread::sleep_for(20ms);
          echo(caller, request, answer);
        });
      },
      {.at = {}, .threads = 1});
  TestCaller caller(caller_credentials(), server->port());
  caller.send(http_request("GET", "/", "localhost"));
  EXPECT_EQ(text_of(caller.reply()), "vpn-1 GET / ");
  for (std::thread& thread : threads) thread.join();
}

TEST_F(Https, AnAnswerThatNeverComesClosesTheConnection) {
  const auto server = serve([](const PeerIdentity&, const HttpRequest&, const HttpsServer::Answer&) {});
  TestCaller caller(caller_credentials(), server->port());
  caller.send(http_request("GET", "/", "localhost"));
  EXPECT_FALSE(caller.reply());
  EXPECT_TRUE(caller.ended);
}

TEST_F(Https, WhoAsksForTheEndGetsIt) {
  const auto server = serve(echo);
  TestCaller caller(caller_credentials(), server->port());
  caller.send(http_request("GET", "/", "localhost", {}, false));
  EXPECT_EQ(caller.status(), 200u);
  EXPECT_FALSE(caller.reply());
  EXPECT_TRUE(caller.ended);
}

TEST_F(Https, WhatIsNoRequestIsAnsweredAndEnds) {
  const auto server = serve(echo);
  for (const auto& [text, status] :
       {std::pair{std::string("nonsense\r\n\r\n"), 400u},
        {"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n" + std::string(500000, 'x'), 413u},
        {"GET / HTTP/1.1\r\nX: " + std::string(500000, 'x'), 431u}}) {
    TestCaller caller(caller_credentials(), server->port());
    caller.send(text);
    EXPECT_EQ(caller.status(), status);
    EXPECT_FALSE(caller.reply());
  }
}

TEST_F(Https, SlowCallersAreTimedOutAndOthersServed) {
  const auto server = serve(echo, {.at = {}, .threads = 1, .handshake = 300ms, .request = 300ms, .idle = 600ms});
  TestCaller slow(caller_credentials(), server->port()), idle(caller_credentials(), server->port());
  slow.send("GET / HTT");
  EXPECT_EQ(slow.status(), 408u);
  TestCaller other(caller_credentials(), server->port());
  other.send(http_request("GET", "/", "localhost"));
  EXPECT_EQ(other.status(), 200u);
  EXPECT_FALSE(idle.reply());
  EXPECT_TRUE(idle.ended);
}

TEST_F(Https, StrangersDoNotComeIn) {
  const auto server = serve(echo);
  auto stranger = Authority::create("test authority", days(30)).value();
  auto own = stranger.issue({"vpn-1"}, days(30)).value();
  TestCaller caller({own.certificate, std::move(own.key), authority.certificate()}, server->port());
  if (caller.ready) caller.send(http_request("GET", "/", "localhost"));
  EXPECT_FALSE(caller.reply());
  EXPECT_EQ(server->counts().requests, 0u);
}

TEST_F(Https, WhoIsRevokedIsCutOffAndOthersStay) {
  const auto server = serve(echo);
  TestCaller bad(caller_credentials("vpn-1"), server->port());
  const std::string list = authority.revoke("", {certificate}, days(7)).value();
  TestCaller good(caller_credentials("vpn-2"), server->port());
  ASSERT_TRUE(server->renew(server_credentials(list)));
  EXPECT_FALSE(bad.reply());
  EXPECT_TRUE(bad.ended);
  good.send(http_request("GET", "/", "localhost"));
  EXPECT_EQ(good.status(), 200u);
  EXPECT_EQ(server->renew({"", SecretBytes(), "", ""}).error().code, ErrorCode::malformed);
}

TEST_F(Https, OnlySoManyConnectionsAreKept) {
  const auto server = serve(echo, {.at = {}, .threads = 1, .most_connections = 2});
  TestCaller one(caller_credentials(), server->port()), two(caller_credentials(), server->port());
  TestCaller three(caller_credentials(), server->port());
  EXPECT_FALSE(three.ready);
  one.send(http_request("GET", "/", "localhost"));
  EXPECT_EQ(one.status(), 200u);
}

}  // namespace
}  // namespace herald::net
