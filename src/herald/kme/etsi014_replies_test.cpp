#include "herald/kme/etsi014_replies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "herald/base/codec.h"

namespace herald::kme {
namespace {

constexpr const char* kFirst = "f2a4a9ea-7b3a-4bd0-8f5e-6f1c1b4a1d11";
constexpr const char* kSecond = "00f1e2d3-c4b5-4697-8877-665544332211";

Result<std::vector<DeliveredKey>> read(std::string body, const AskedKeys& asked = {}) {
  return read_container(body, asked);
}

void refuses(const std::string& body, ErrorCode code, const std::string& why, const AskedKeys& asked = {}) {
  const auto keys = read(body, asked);
  ASSERT_FALSE(keys.has_value()) << body;
  EXPECT_EQ(keys.error().code, code) << body;
  EXPECT_THAT(keys.error().message, testing::HasSubstr(why));
}

std::string container(const std::string& id, const std::string& key, const std::string& more = "") {
  return R"({"keys":[{"key_ID":")" + id + R"(","key":")" + key + "\"" + more + "}]}";
}

RC_GTEST_PROP(Etsi014Replies, what_a_server_writes_is_read, (std::vector<std::vector<std::uint8_t>> many)) {
  std::vector<DeliveredKey> keys;
  std::vector<Uuid> ids;
  for (auto& bytes : many) {
    bytes.resize(24);
    Uuid id;
    id.bytes[0] = static_cast<std::uint8_t>(keys.size());
    id.bytes[1] = static_cast<std::uint8_t>(keys.size() >> 8);
    ids.insert(ids.begin(), id);
    keys.push_back({id, SecretBytes(ByteView(bytes)), {{"herald_origin", "\"device\""}}});
  }
  RC_PRE(!keys.empty());
  SecretText text = to_json(keys, {{"x_key", "\"key\""}});
  const auto got = read_container(text, {keys.size(), 192, ids});
  RC_ASSERT(got.has_value());
  for (std::size_t i = 0; i < keys.size(); ++i) {  // in the order asked for, the reverse
    const DeliveredKey& key = keys[keys.size() - 1 - i];
    RC_ASSERT((*got)[i].id == key.id);
    RC_ASSERT((*got)[i].bytes == key.bytes);
    RC_ASSERT((*got)[i].extensions == key.extensions);
  }
}

TEST(Etsi014Replies, no_key_stays_in_the_reply) {
  std::string body = container(kFirst, "AAECAwQFBgcICQoLDA0ODw==", R"(,"key_extension":{"key":"c2VjcmV0"})");
  EXPECT_FALSE(read_container(body, {}).has_value());
  EXPECT_EQ(body.find("AAEC"), body.npos);
  EXPECT_EQ(body.find("c2Vj"), body.npos);
}

TEST(Etsi014Replies, other_servers_write_as_json_allows) {
  const auto keys = read(
      "{\"keys\" : [ {\n \"vendor\": {\"note\": [1, null, \"key\"]},\t\"key\" :\n \"Pz8\\/Pz8\\/Pw==\" ,"
      " \"key_ID\" : \"F2A4A9EA-7B3A-4BD0-8F5E-6F1C1B4A1D11\"} ], \"more\": true}");
  ASSERT_TRUE(keys.has_value()) << keys.error().message;
  EXPECT_EQ(to_string(keys->at(0).id), kFirst);
  EXPECT_EQ(keys->at(0).bytes, SecretBytes(ByteView(Bytes(7, 0x3f))));
}

TEST(Etsi014Replies, what_is_no_container_is_refused) {
  const std::string good = container(kFirst, "AAAA");
  ASSERT_TRUE(read(good).has_value());
  for (std::size_t size = 0; size < good.size(); ++size) EXPECT_FALSE(read(good.substr(0, size)).has_value()) << size;
  refuses("[]", ErrorCode::malformed, "no JSON object");
  refuses("{}", ErrorCode::malformed, "no array keys");
  refuses(R"({"keys":{}})", ErrorCode::malformed, "no array keys");
  refuses(R"({"keys":["key"]})", ErrorCode::malformed, "\"key\" where none");
  refuses(R"({"keys":[{"key":"AAAA"}]})", ErrorCode::malformed, "key_ID");
  refuses(R"({"keys":[{"key_ID":"x","key":"AAAA"}]})", ErrorCode::malformed, "no key_ID");
  refuses(container(kFirst, "AAA"), ErrorCode::malformed, "base64");
  refuses(container(kFirst, "AA*A"), ErrorCode::malformed, "base64");
  refuses(container(kFirst, ""), ErrorCode::malformed, "base64");
  refuses(container(kFirst, "AAAA\\n"), ErrorCode::malformed, "base64");
  refuses(container(kFirst, "AAAA", R"(,"key":"BBBB")"), ErrorCode::malformed, "twice");
  refuses(container(kFirst, "AAAA", R"(,"key_extension":[])"), ErrorCode::malformed, "no object");
  refuses(R"({"keys":[{"key_ID":")" + std::string(kFirst) + R"(","k\u0065y":"0"}]})", ErrorCode::malformed,
          "none belong");
  refuses(R"({"keys":[)" + std::string(40, '[') + std::string(40, ']') + "]}", ErrorCode::malformed, "nested");
}

TEST(Etsi014Replies, other_keys_than_asked_for_are_refused) {
  const auto one = R"({"key_ID":")" + std::string(kFirst) + R"(","key":"AAAA"})";
  const auto other = R"({"key_ID":")" + std::string(kSecond) + R"(","key":"AAAA"})";
  const auto longer = R"({"key_ID":")" + std::string(kSecond) + R"(","key":"AAAAAAAA"})";
  const auto list = [](const std::string& text) { return R"({"keys":[)" + text + "]}"; };
  const std::vector ids{uuid_from_string(kFirst).value()};
  refuses(list(""), ErrorCode::disagreement, "0 instead of 1");
  refuses(list(one + "," + other), ErrorCode::disagreement, "2 instead of 1");
  refuses(list(one + "," + one), ErrorCode::disagreement, "one key_ID twice", {2, {}, {}});
  refuses(list(one + "," + longer), ErrorCode::disagreement, "different sizes", {2, {}, {}});
  refuses(list(one), ErrorCode::disagreement, "24 bits instead of 256", {1, 256, {}});
  refuses(list(other), ErrorCode::disagreement, "was not named", {1, {}, ids});
}

TEST(Etsi014Replies, a_status_is_read_and_checked) {
  Status status{"kme-a", "kme-b", "vpn-1", "vpn-2", 256, 1, 2, 3, 4096, 64, 5};
  const auto read = read_status(to_json(status));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(to_json(*read), to_json(status));
  status.slave_sae = "\x1b[31m";
  EXPECT_EQ(read_status(to_json(status))->slave_sae.find('\x1b'), std::string::npos);
  std::string negative = to_json(status);
  negative.replace(negative.find(":256"), 4, ":-25");
  EXPECT_FALSE(read_status(negative).has_value());
  EXPECT_FALSE(read_status("{}").has_value());
}

TEST(Etsi014Replies, an_error_says_what_the_kme_said) {
  EXPECT_THAT(read_error(503, R"({"message":"too few keys"})").message, testing::HasSubstr("503: too few keys"));
  EXPECT_EQ(read_error(503, "").code, ErrorCode::exhausted);
  EXPECT_EQ(read_error(401, "<html>").code, ErrorCode::authentication);
  EXPECT_EQ(read_error(204, "").code, ErrorCode::unavailable);
  const std::string hostile = read_error(400, R"({"message":")" + std::string(5000, 'x') + R"(\u001b[2J"})").message;
  EXPECT_LT(hostile.size(), 600U);
  EXPECT_EQ(hostile.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace herald::kme
