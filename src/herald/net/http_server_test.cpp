#include "herald/net/http_server.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace herald::net {
namespace {

using namespace std::chrono_literals;

// A server and a client in one loop.
class PlainHttp : public testing::Test {
 protected:
  void serve(HttpOptions options = {}) {
    options.at = {"127.0.0.1", 0};
    server = HttpServer::start(loop, options, [this](const HttpRequest& request, HttpServer::Answer answer) {
               asked.push_back(request.method + " " + request.target);
               HttpsReply reply;
               reply.content_type = "text/plain";
               reply.body.assign({'o', 'k'});
               if (answers) answer(std::move(reply));
             }).value();
  }
  // What comes back for these bytes until the connection ends.
  std::string talk(const std::string& text) {
    std::string got;
    bool ended = false;
    ConnectionPtr connection;
    loop.connect({"127.0.0.1", server->port()}, 5s, [&](Result<ConnectionPtr> connected) {
      connection = std::move(*connected);
      connection->start([&](ByteView bytes) { got.append(bytes.begin(), bytes.end()); },
                        [&](const Error&) { ended = true; });
      connection->write(Bytes(text.begin(), text.end()));
    });
    loop.run_while([&] { return !ended; });
    return got;
  }

  EventLoop loop;
  std::unique_ptr<HttpServer> server;
  std::vector<std::string> asked;
  bool answers = true;
};

TEST_F(PlainHttp, AnswersOneRequestAndClosesTheConnection) {
  serve();
  const std::string reply = talk("GET /metrics HTTP/1.1\r\nHost: h\r\n\r\nGET /more HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 200 OK\r\n")) << reply;
  EXPECT_TRUE(reply.ends_with("Connection: close\r\n\r\nok")) << reply;
  EXPECT_EQ(asked, std::vector<std::string>{"GET /metrics"});
}

TEST_F(PlainHttp, WhatIsNoRequestOrTooLargeIsRefused) {
  serve();
  EXPECT_TRUE(talk("\x16\x03\x01 not HTTP at all\r\n\r\n").starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(talk("GET / HTTP/1.1\r\nX: " + std::string(8192, 'x') + "\r\n\r\n").starts_with("HTTP/1.1 431 "));
  EXPECT_TRUE(talk("POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx").starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(asked.empty());
}

TEST_F(PlainHttp, WhoIsSlowOrIsNotAnsweredIsCutOff) {
  serve({.at = {}, .patience = 50ms});
  EXPECT_EQ(talk("GET /metr"), "");
  answers = false;
  EXPECT_EQ(talk("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), "");
  EXPECT_EQ(asked.size(), 1u);
}

TEST_F(PlainHttp, OneTooManyIsClosedAtOnce) {
  serve({.at = {}, .most_connections = 1, .patience = 1h});
  ConnectionPtr first;
  loop.connect({"127.0.0.1", server->port()}, 5s, [&](Result<ConnectionPtr> connected) {
    first = std::move(*connected);
    first->start([](ByteView) {}, [](const Error&) {});
  });
  loop.run_while([&] { return !first; });
  EXPECT_EQ(talk("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), "");
  EXPECT_TRUE(asked.empty());
}

}  // namespace
}  // namespace herald::net
