#include "herald/net/http.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace herald::net {
namespace {

ByteView bytes_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

void feed_in_pieces(auto& reader, std::string_view text, std::size_t piece) {
  for (std::size_t at = 0; at < text.size(); at += piece) reader.feed(bytes_of(text.substr(at, piece)));
}

TEST(Http, RequestsComeOutWholeWhateverThePieces) {
  rc::check([] {
    const auto bodies =
        *rc::gen::container<std::vector<std::string>>(rc::gen::container<std::string>(rc::gen::arbitrary<char>()));
    std::string sent;
    for (const std::string& body : bodies) sent += http_request("POST", "/api/v1/keys/b/enc_keys?x=1", "kme", body);
    HttpRequestReader reader({});
    feed_in_pieces(reader, sent, *rc::gen::inRange<std::size_t>(1, 300));
    for (const std::string& body : bodies) {
      const auto request = reader.next();
      RC_ASSERT(request.has_value());
      RC_ASSERT(request->body == body);
      RC_ASSERT(request->method == "POST");
      RC_ASSERT(request->target == "/api/v1/keys/b/enc_keys?x=1");
      RC_ASSERT(request->keep_alive);
    }
    RC_ASSERT(!reader.next());
    RC_ASSERT(!reader.fault());
    RC_ASSERT(!reader.is_amid());
  });
}

TEST(Http, RepliesComeOutWholeWhateverThePieces) {
  for (std::size_t piece = 1; piece < 200; ++piece) {
    const std::string text = std::string(kHttpContinue) +
                             http_reply_head(200, "application/json", 2, true, {{"Retry-After", "3"}}) + "{}" +
                             http_reply_head(503, "application/json", 0, false);
    HttpReplyReader reader({});
    feed_in_pieces(reader, text, piece);
    const auto first = reader.next(), second = reader.next();
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->status, 200u);
    EXPECT_EQ(std::string(first->body.begin(), first->body.end()), "{}");
    EXPECT_EQ(first->header("retry-after"), "3");
    EXPECT_EQ(first->header("nothing"), "");
    EXPECT_TRUE(first->keep_alive);
    EXPECT_EQ(second->status, 503u);
    EXPECT_FALSE(second->keep_alive);
  }
}

unsigned status_of(std::string_view text, std::size_t piece, const HttpLimits& limits = {}) {
  HttpRequestReader reader(limits);
  for (std::size_t at = 0; at < text.size() && !reader.fault(); at += piece) {
    reader.feed(bytes_of(text.substr(at, piece)));
    if (reader.next()) return 200;
  }
  return reader.fault() ? reader.fault()->status : 0;
}

TEST(Http, WhatIsTooLargeOrNoHttpIsAFaultWithItsStatus) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{100}, std::size_t{1} << 20}) {
    const std::string head = "POST / HTTP/1.1\r\nHost: x\r\n";
    EXPECT_EQ(status_of(head + "\r\n", piece), 200u);
    EXPECT_EQ(status_of(head, piece), 0u);
    EXPECT_EQ(status_of("GET /" + std::string(10000, 'a') + " HTTP/1.1\r\n\r\n", piece), 431u);
    EXPECT_EQ(status_of(std::string(10000, 'a'), piece), 431u);
    EXPECT_EQ(status_of(head + "X: " + std::string(10000, 'a') + "\r\n\r\n", piece), 431u);
    EXPECT_EQ(status_of(head + "Content-Length: 65536\r\n\r\n" + std::string(65536, 'x'), piece), 200u);
    EXPECT_EQ(status_of(head + "Content-Length: 65537\r\n\r\n", piece), 413u);
    EXPECT_EQ(status_of(head + "Content-Length: 9223372036854775808\r\n\r\n", piece), 413u);
    EXPECT_EQ(status_of(head + "Transfer-Encoding: chunked\r\n\r\n10001\r\n" + std::string(65537, 'x'), piece), 413u);
    EXPECT_EQ(status_of(head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", piece), 200u);
    for (const char* wrong : {"Content-Length: -1", "Content-Length: 1\r\nContent-Length: 2", "Content-Length: 1x",
                              "Content-Length: 2\r\nTransfer-Encoding: chunked", "Content-Length: 18446744073709551616",
                              "no colon", "a b: 1"})
      EXPECT_EQ(status_of(head + wrong + "\r\n\r\n{}0\r\n\r\n", piece), 400u) << wrong;
    for (const char* wrong : {"GET / HTTP/2.0\r\n\r\n", "GET /\r\n\r\n", "\x16\x03\x01\x02", " / HTTP/1.1\r\n\r\n"})
      EXPECT_EQ(status_of(std::string(wrong) + std::string(20, ' '), piece), 400u) << wrong;
  }
}

TEST(Http, WhoWaitsForContinueIsToldOnce) {
  HttpRequestReader reader({});
  reader.feed(bytes_of("POST / HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n"));
  EXPECT_FALSE(reader.wants_continue());
  reader.feed(bytes_of("\r\n"));
  EXPECT_TRUE(reader.is_amid());
  EXPECT_TRUE(reader.wants_continue());
  EXPECT_FALSE(reader.wants_continue());
  reader.feed(bytes_of("{}GET / HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(reader.next().value().body, "{}");
  EXPECT_FALSE(reader.wants_continue());
  EXPECT_FALSE(reader.next().value().keep_alive);
}

TEST(Http, AReplyWithoutALengthEndsWithTheConnection) {
  HttpReplyReader reader({});
  reader.feed(bytes_of("HTTP/1.1 200 OK\r\n\r\nabc"));
  EXPECT_FALSE(reader.next());
  reader.end();
  EXPECT_EQ(reader.next().value().body.size(), 3u);
  HttpReplyReader cut({});
  cut.feed(bytes_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"));
  cut.end();
  EXPECT_FALSE(cut.next());
  EXPECT_TRUE(cut.fault());
}

}  // namespace
}  // namespace herald::net
