#include "herald/kme/etsi014.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <nlohmann/json.hpp>

#include "herald/kme/api.h"

namespace herald::kme {
namespace {

using Json = nlohmann::json;

std::string refusal(const auto& result) { return result ? "accepted" : result.error().message; }

TEST(Etsi014, AKeyRequestHasDefaultsAndIgnoresWhatItDoesNotKnow) {
  EXPECT_EQ(key_request_from_body("").value(), KeyRequest());
  EXPECT_EQ(key_request_from_body("{}").value(), KeyRequest());
  EXPECT_EQ(key_request_from_body(R"({"master_SAE_ID": 7, "x": [{}]})").value(), KeyRequest());
  const auto all = key_request_from_body(R"({"number": 3, "size": 1024, "additional_slave_SAE_IDs": ["b", "c"],
      "extension_mandatory": [{"acme_route": "direct", "acme_age": {"most": 5}}], "extension_optional": []})");
  EXPECT_EQ(all.value(),
            (KeyRequest{3, 1024, {"b", "c"}, {{"acme_age", R"({"most":5})"}, {"acme_route", R"("direct")"}}, {}}));
}

TEST(Etsi014, WhatIsNoKeyRequestIsRefusedWithItsReason) {
  for (const char* count : {"0", "-1", "1.0", "\"3\"", "null", "[]", "1e3", "18446744073709551616", "true"}) {
    EXPECT_EQ(refusal(key_request_from_body(std::string(R"({"number":)") + count + "}")),
              "number shall be a positive integer");
    EXPECT_EQ(refusal(key_request_from_body(std::string(R"({"size":)") + count + "}")),
              "size shall be a positive integer");
  }
  EXPECT_EQ(key_request_from_body(R"({"size": 9223372036854775808})").value().size, std::uint64_t{1} << 63);
  for (const char* body : {"[]", "3", "\"\"", "null"})
    EXPECT_EQ(refusal(key_request_from_body(body)), "the body shall be a JSON object") << body;
  for (const char* body : {"{", "{\"a\":1,}", "{\"a\" 1}", "{} {}", "{\"a\":\"\xff\"}", "{\"a\":\"\xc0\xaf\"}", "nul",
                           "{\"a\":01}", "{'a':1}", "\xef\xbb\xbf{", "{\"a\":1e999}"})
    EXPECT_TRUE(refusal(key_request_from_body(body)).starts_with("the body cannot be read: no JSON from byte")) << body;
  EXPECT_EQ(refusal(key_request_from_body(R"({"number":1,"number":2})")),
            "the body cannot be read: \"number\" stands twice");
  EXPECT_EQ(refusal(key_request_from_body("{\"a\":" + std::string(1000000, '['))),
            "the body cannot be read: nested deeper than 16");
  EXPECT_EQ(refusal(key_request_from_body(R"({"additional_slave_SAE_IDs": ["a", "a"]})")),
            "additional_slave_SAE_IDs names an SAE twice");
  for (const char* ids : {R"([""])", R"(["a\u0000b"])", R"("a")", R"([1])", R"({})"})
    EXPECT_NE(refusal(key_request_from_body(std::string(R"({"additional_slave_SAE_IDs":)") + ids + "}")), "accepted")
        << ids;
  for (const char* extension : {R"({"a":1})", R"(["a"])", "1"})
    EXPECT_NE(refusal(key_request_from_body(std::string(R"({"extension_mandatory":)") + extension + "}")), "accepted");
}

TEST(Etsi014, QueriesAskForNumberAndSizeAlone) {
  EXPECT_EQ(key_request_from_query("").value(), KeyRequest());
  EXPECT_EQ(key_request_from_query("number=3&size=1024").value(), (KeyRequest{3, 1024, {}, {}, {}}));
  EXPECT_EQ(key_request_from_query("siz%65=%38").value(), (KeyRequest{1, 8, {}, {}, {}}));
  for (const char* query : {"number=", "number", "number=0", "number=-1", "number=+1", "number=1x", "size=1e3",
                            "number=18446744073709551616", "number=1&number=1", "number=%3", "number=%zz",
                            "extension_mandatory=%5B%5D", "key_ID=1"})
    EXPECT_NE(refusal(key_request_from_query(query)), "accepted") << query;
}

TEST(Etsi014, KeyIdsAreUuidsEachOnce) {
  const std::string id = "bc490419-7d60-487f-adc1-4ddcc177c139", other = "0a782fb5-3434-48fe-aa4d-14f41d46cf92";
  EXPECT_EQ(key_ids_from_query("key_ID=" + id).value().ids.size(), 1u);
  EXPECT_EQ(key_ids_from_body(R"({"key_IDs":[{"key_ID":")" + id + R"("},{"key_ID":")" + other +
                              R"(","key_ID_extension":{}}],"key_IDs_extension":{}})")
                .value()
                .ids.size(),
            2u);
  EXPECT_EQ(refusal(key_ids_from_query("key_ID=none")), kKeysNotFound);
  EXPECT_EQ(refusal(key_ids_from_body(R"({"key_IDs":[{"key_ID":"../../etc"}]})")), kKeysNotFound);
  for (const std::string& body : {std::string(), std::string("{}"), std::string(R"({"key_IDs":[]})"),
                                  std::string(R"({"key_IDs":[{}]})"), std::string(R"({"key_IDs":["x"]})"),
                                  fmt::format(R"({{"key_IDs":[{{"key_ID":"{0}"}},{{"key_ID":"{0}"}}]}})", id)})
    EXPECT_NE(refusal(key_ids_from_body(body)), "accepted") << body;
  EXPECT_NE(refusal(key_ids_from_query("key_ID=" + id + "&key_ID=" + other)), "accepted");
}

TEST(Etsi014, ContainersAreJsonWithBase64) {
  rc::check([](const std::vector<std::vector<std::uint8_t>>& bytes) {
    std::vector<DeliveredKey> keys;
    for (const auto& each : bytes) keys.push_back({Uuid{{static_cast<std::uint8_t>(keys.size())}}, SecretBytes(each)});
    const SecretText text = to_json(keys);
    const Json read = Json::parse(text.begin(), text.end());
    RC_ASSERT(read["keys"].size() == keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) RC_ASSERT(read["keys"][i]["key_ID"] == to_string(keys[i].id));
  });
  std::vector<DeliveredKey> one;
  const std::vector<std::uint8_t> bytes{0, 0xff, 0x10, 0x83};
  one.push_back({Uuid{}, SecretBytes(bytes), {{"herald_origin", R"("simulated")"}}});
  const SecretText text = to_json(one, {{"herald_note", "[1,2]"}});
  EXPECT_EQ(std::string(text.begin(), text.end()),
            R"({"keys":[{"key_ID":"00000000-0000-0000-0000-000000000000","key":"AP8Qgw==","key_extension":)"
            R"({"herald_origin":"simulated"}}],"key_container_extension":{"herald_note":[1,2]}})");
}

TEST(Etsi014, ErrorsAreJsonWhateverTheySay) {
  EXPECT_EQ(to_json(ApiError{400, "a \"b\" \xff", {{"n", "1"}, {"m", "\n"}}}),
            "{\"message\":\"a \\\"b\\\" \xef\xbf\xbd\",\"details\":[{\"n\":\"1\"},{\"m\":\"\\n\"}]}");
}

TEST(Api, PathsAndMethodsThatAreNotThereAreSaidSo) {
  for (const char* target : {"/", "", "*", "/api/v1/keys/", "/api/v1/keys/a", "/api/v1/keys/a/",
                             "/api/v1/keys/a/b/status", "/api/v2/keys/a/status", "/api/v1/keys/a/statuses",
                             "http://x/api/v1/keys/a/status", "/api/v1/keys/a/Status", "//api/v1/keys/a/status"}) {
    const auto call = read_call({"GET", target, ""});
    ASSERT_FALSE(call);
    EXPECT_EQ(call.error().status, 404u) << target;
  }
  for (const auto& [method, path, allow] : {std::tuple{"POST", "status", "GET"},
                                            {"PUT", "enc_keys", "GET, POST"},
                                            {"DELETE", "dec_keys", "GET, POST"},
                                            {"get", "status", "GET"}}) {
    const auto call = read_call({method, std::string("/api/v1/keys/b/") + path, ""});
    ASSERT_FALSE(call);
    EXPECT_EQ(call.error().status, 405u);
    EXPECT_EQ(call.error().allow, allow);
  }
}

TEST(Api, CallsAreReadInBothForms) {
  const std::string id = "bc490419-7d60-487f-adc1-4ddcc177c139";
  EXPECT_EQ(std::get<GetStatus>(read_call({"GET", "/api/v1/keys/b%20c/status", ""}).value()).slave, "b c");
  EXPECT_EQ(std::get<GetKey>(read_call({"GET", "/api/v1/keys/b/enc_keys?size=8", ""}).value()).request.size, 8u);
  EXPECT_EQ(std::get<GetKey>(read_call({"POST", "/api/v1/keys/b/enc_keys", ""}).value()).request, KeyRequest());
  EXPECT_EQ(std::get<GetKey>(read_call({"POST", "/api/v1/keys/b/enc_keys", R"({"number":2})"}).value()).request.number,
            2u);
  EXPECT_EQ(std::get<GetKeyWithIds>(read_call({"GET", "/api/v1/keys/a/dec_keys?key_ID=" + id, ""}).value()).master,
            "a");
  EXPECT_EQ(std::get<GetKeyWithIds>(
                read_call({"POST", "/api/v1/keys/a/dec_keys", R"({"key_IDs":[{"key_ID":")" + id + R"("}]})"}).value())
                .ids.size(),
            1u);
  for (const HttpRequest& wrong : {HttpRequest{"GET", "/api/v1/keys/b/status?x=1", ""},
                                   {"GET", "/api/v1/keys/b/enc_keys", "{}"},
                                   {"POST", "/api/v1/keys/b/enc_keys?number=1", "{}"},
                                   {"GET", "/api/v1/keys/%ff/status", ""},
                                   {"GET", "/api/v1/keys/%00/status", ""},
                                   {"GET", "/api/v1/keys//status", ""},
                                   {"GET", "/api/v1/keys/%4/status", ""}}) {
    const auto call = read_call(wrong);
    ASSERT_FALSE(call);
    EXPECT_EQ(call.error().status, 400u) << wrong.target;
  }
}

}  // namespace
}  // namespace herald::kme
