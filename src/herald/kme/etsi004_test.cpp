#include "herald/kme/etsi004.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace herald::kme {
namespace {

Bytes bytes_of(std::string_view hex_free) { return {hex_free.begin(), hex_free.end()}; }

std::optional<StreamMessage> read(ByteView bytes) {
  StreamMessageReader reader(1 << 20);
  if (!reader.feed(bytes)) return std::nullopt;
  return reader.next();
}

Qos some_qos() { return {32, 4000, 1000, 10, 1, 5000, 3600, std::string(kStreamMimetype), false}; }

std::vector<StreamRequest> requests() {
  Qos padded = some_qos();
  padded.is_padded = true;
  return {OpenConnect{"qkd://vpn-1@kme-a", "qkd://vpn-2@kme-b", some_qos(), Uuid{}},
          OpenConnect{"", "vpn-2", padded, Uuid{{1, 2, 3}}}, GetChunk{Uuid{{1, 2, 3}}, 7, 256},
          CloseStream{Uuid{{1, 2, 3}}}};
}

// The bytes that open implementations send: pinned, so that they go on being understood.
TEST(Etsi004, BytesAreThoseOfTheField) {
  const Bytes get = encode(GetChunk{Uuid{{0xaa, 0xbb}}, 7, 0x100});
  EXPECT_EQ(get, (Bytes{2, 1, 1, 4, 0, 0, 0, 24, 0xaa, 0xbb, 0, 0, 0, 0, 0, 0,
                        0, 0, 0, 0, 0, 0, 0, 0,  0,    0,    0, 7, 0, 0, 1, 0}));
  const Bytes open = encode(OpenConnect{"qkd://a", "qkd://b", {1, 2, 3, 4, 5, 6, 7, "x/y", false}, Uuid{{9}}});
  Bytes expected{2, 1, 1, 2, 0, 0, 0, 64};
  const Bytes uris = bytes_of(std::string_view("qkd://a\0qkd://b\0", 16));
  expected.insert(expected.end(), uris.begin(), uris.end());
  for (std::uint8_t i = 1; i <= 7; ++i) expected.insert(expected.end(), {0, 0, 0, i});
  const Bytes rest = bytes_of(std::string_view("x/y\0", 4));
  expected.insert(expected.end(), rest.begin(), rest.end());
  expected.push_back(9);
  expected.resize(expected.size() + 15);
  EXPECT_EQ(open, expected);
  StreamReply reply;
  reply.index = 7;
  reply.key = SecretBytes(ByteView(Bytes{5, 6}));
  reply.metadata = "{}";
  const SecretBytes sent = encode(StreamService::get_key, reply);
  EXPECT_TRUE(std::ranges::equal(sent.expose_secret(), Bytes{2, 1, 1, 5, 0, 0, 0, 20, 0, 0, 0, 0, 0,   0,
                                                             0, 7, 0, 0, 0, 2, 5, 6,  0, 0, 0, 2, '{', '}'}));
}

TEST(Etsi004, RequestsAreReadAsTheyWereWritten) {
  for (const StreamRequest& request : requests()) {
    const Bytes bytes = encode(request);
    const auto message = read(bytes);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->service, service_of(request));
    const auto again = decode_stream_request(*message);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(encode(*again), bytes);
    // A mimetype's field that is cut may pass for one that is not padded.
    if (const auto* const open = std::get_if<OpenConnect>(&request); open != nullptr && open->qos.is_padded) continue;
    for (std::size_t size = 0; size < message->payload.size(); ++size)
      EXPECT_FALSE(
          decode_stream_request({message->service, SecretBytes(message->payload.expose_secret().first(size))}));
  }
}

TEST(Etsi004, RoomForMetadataMayComeAlong) {
  SecretBytes payload(16 + 4 + 4 + 3);
  payload.expose_secret_mutable()[23] = 3;
  const auto request = decode_stream_request({StreamService::get_key, std::move(payload)});
  ASSERT_TRUE(request);
  EXPECT_EQ(std::get<GetChunk>(*request).metadata_bytes, 3u);
  SecretBytes other(16 + 4 + 4 + 2);
  other.expose_secret_mutable()[23] = 3;
  EXPECT_FALSE(decode_stream_request({StreamService::get_key, std::move(other)}));
}

TEST(Etsi004, RepliesAreReadAsTheyWereWritten) {
  StreamReply reply;
  reply.qos = some_qos();
  reply.stream = Uuid{{4, 5}};
  reply.index = 3;
  reply.key = SecretBytes(ByteView(Bytes(32, 9)));
  reply.metadata = "{\"key_ID\":\"x\"}";
  for (const StreamService service : {StreamService::open_connect, StreamService::get_key, StreamService::close})
    for (const StreamStatus status :
         {StreamStatus::successful, StreamStatus::peer_not_connected, StreamStatus::metadata_too_small}) {
      reply.status = status;
      const SecretBytes bytes = encode(service, reply);
      const auto message = read(bytes.expose_secret());
      ASSERT_TRUE(message);
      const auto again = decode_stream_reply(service, *message);
      ASSERT_TRUE(again) << again.error().message;
      EXPECT_EQ(encode(service, *again), bytes);
      EXPECT_EQ(again->status, status);
      if (service == StreamService::get_key) {
        EXPECT_EQ(again->key, reply.key);
      }
      EXPECT_FALSE(decode_stream_reply(service == StreamService::close ? StreamService::get_key : StreamService::close,
                                       *message));
    }
  const auto error = decode_stream_reply(StreamService::close, *read(encode_stream_error("no").expose_secret()));
  ASSERT_FALSE(error);
  EXPECT_EQ(error.error().message, "no");
}

TEST(Etsi004, WhatIsNoMessageIsRefused) {
  const Bytes plain = bytes_of("GET / HTTP/1.1\r\n\r\n");
  for (const Bytes& bytes : {plain, Bytes{3, 0, 0, 2, 0, 0, 0, 0}, Bytes{0, 1, 1, 2, 0, 0, 0, 0},
                             Bytes{2, 1, 1, 2, 0, 0, 16, 1}, Bytes{2, 1, 1, 2, 255, 255, 255, 255}}) {
    StreamMessageReader reader(kMostStreamRequest);
    EXPECT_FALSE(reader.feed(bytes));
    EXPECT_FALSE(reader.feed({}));
  }
  for (const int service : {0, 1, 3, 5, 6, 7, 9, 255})
    EXPECT_FALSE(decode_stream_request({static_cast<StreamService>(service), SecretBytes(16)}));
  const auto with = [](std::string uri, std::string mimetype) {
    const Bytes bytes = encode(OpenConnect{"", std::move(uri), {0, 0, 0, 0, 0, 0, 0, std::move(mimetype), false}, {}});
    return decode_stream_request(*read(bytes)).has_value();
  };
  EXPECT_TRUE(with("vpn-2", ""));
  EXPECT_FALSE(with("vpn\n", ""));
  EXPECT_FALSE(with(std::string(kLongestUri + 1, 'a'), ""));
  EXPECT_FALSE(with("vpn-2", std::string(kMimetypeField, 'a')));
}

TEST(Etsi004, UrisNameApplications) {
  for (const char* const uri : {"vpn-2", "qkd://vpn-2", "qkd://vpn-2@kme-b.example:8443/x?y#z", "qkd//vpn-2@kme-b",
                                "server://vpn-2:25575", "qkd://vpn%2d2/"})
    EXPECT_EQ(application_of(uri).value_or("nobody"), "vpn-2") << uri;
  for (const char* const uri : {"", "qkd://", "qkd://@kme-b", "qkd://%0a", "%zz"}) EXPECT_FALSE(application_of(uri));
  for (const char* const name : {"vpn-2", "a b/c@d:e", "Büro"}) EXPECT_EQ(application_of(uri_of(name)).value(), name);
}

RC_GTEST_PROP(Etsi004, PiecesOfAnySizeGiveTheSameMessages, ()) {
  Bytes all;
  for (const StreamRequest& request : requests()) {
    const Bytes bytes = encode(request);
    all.insert(all.end(), bytes.begin(), bytes.end());
  }
  StreamMessageReader reader(kMostStreamRequest);
  ByteView rest = all;
  std::size_t count = 0;
  while (!rest.empty()) {
    const auto size = *rc::gen::inRange<std::size_t>(1, rest.size() + 1);
    RC_ASSERT(reader.feed(rest.first(size)).has_value());
    rest = rest.subspan(size);
    while (const auto message = reader.next())
      RC_ASSERT(encode(decode_stream_request(*message).value()) == encode(requests()[count++]));
  }
  RC_ASSERT(count == requests().size());
  RC_ASSERT(!reader.is_amid());
}

}  // namespace
}  // namespace herald::kme
