#include "herald/kme/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <optional>

#include "herald/net/certificates.h"
#include "herald/net/https_server.h"

namespace herald::kme {
namespace {

using std::chrono::days;
using testing::HasSubstr;

constexpr const char* kId = "f2a4a9ea-7b3a-4bd0-8f5e-6f1c1b4a1d11";

// A KME that answers what it is told to, right or wrong.
class ClientOfAKme : public testing::Test {
 protected:
  net::TlsCredentials credentials(const net::Subject& subject) {
    auto own = authority.issue(subject, days(30)).value();
    return {own.certificate, std::move(own.key), authority.certificate()};
  }
  std::shared_ptr<net::TlsContext> context(net::TlsCredentials from) { return net::TlsContext::create(from).value(); }

  void serve(const std::vector<std::string>& hosts = {"localhost"}) {
    net::HttpsOptions options;
    options.at = {"127.0.0.1", 0};
    options.threads = 1;
    server =
        net::HttpsServer::start(
            options, credentials({"kme-a", hosts, true}),
            [this](const net::PeerIdentity& caller, net::HttpRequest request, const net::HttpsServer::Answer& answer) {
              const std::lock_guard lock(mutex);
              calls.push_back(caller.common_name + " " + request.method + " " + request.target + " " + request.body);
              if (silent) return held.push_back(answer);
              net::HttpsReply reply;
              reply.status = status;
              reply.body.assign(body.begin(), body.end());
              answer(std::move(reply));
            })
            .value();
  }
  Client client(std::chrono::milliseconds patience = Client::kPatience) {
    return {loop, {"localhost", server->port()}, context(credentials({"vpn-1"})), patience};
  }
  template <typename T>
  Result<T> wait(std::optional<Result<T>>& heard) {
    loop.run_while([&] { return !heard.has_value(); });
    return std::move(*heard);
  }
  Result<std::vector<DeliveredKey>> get(Client& from) {
    std::optional<Result<std::vector<DeliveredKey>>> heard;
    from.get_keys("vpn-2", 1, {}, [&](auto keys) { heard = std::move(keys); });
    return wait(heard);
  }
  Result<std::vector<DeliveredKey>> get_by_id(Client& from) {
    std::optional<Result<std::vector<DeliveredKey>>> heard;
    from.get_keys_with_ids("a/b c", {uuid_from_string(kId).value()}, [&](auto keys) { heard = std::move(keys); });
    return wait(heard);
  }

  net::Authority authority = net::Authority::create("test authority", days(30)).value();
  net::EventLoop loop;
  std::mutex mutex;
  std::vector<std::string> calls;
  std::vector<net::HttpsServer::Answer> held;
  unsigned status = 200;
  bool silent = false;
  std::string body = R"({"keys":[{"key_ID":")" + std::string(kId) + R"(","key":"AAECAw=="}]})";
  std::unique_ptr<net::HttpsServer> server;
};

TEST_F(ClientOfAKme, asks_as_the_standard_says) {
  serve();
  Client kme = client();
  const auto keys = get(kme);
  ASSERT_TRUE(keys.has_value()) << keys.error().message;
  EXPECT_EQ(to_string(keys->at(0).id), kId);
  EXPECT_EQ(keys->at(0).bytes, SecretBytes(ByteView(Bytes{0, 1, 2, 3})));
  ASSERT_TRUE(get_by_id(kme).has_value());
  body = to_json(Status{"kme-a", "kme-b", "vpn-1", "vpn-2"});
  std::optional<Result<Status>> heard;
  kme.status("vpn-2", [&](auto result) { heard = std::move(result); });
  EXPECT_EQ(wait(heard)->target_kme, "kme-b");
  EXPECT_THAT(calls, testing::ElementsAre(R"(vpn-1 POST /api/v1/keys/vpn-2/enc_keys {"number":1})",
                                          "vpn-1 POST /api/v1/keys/a%2Fb%20c/dec_keys {\"key_IDs\":[{\"key_ID\":\"" +
                                              std::string(kId) + "\"}]}",
                                          "vpn-1 GET /api/v1/keys/vpn-2/status "));
  EXPECT_EQ(server->counts().accepted, 1U);  // one connection for all
}

TEST_F(ClientOfAKme, many_requests_wait_for_each_other) {
  serve();
  Client kme = client();
  int heard = 0, good = 0;
  for (int i = 0; i < 20; ++i)
    kme.get_keys("vpn-2", 1, 32, [&](const auto& keys) {
      ++heard;
      good += keys.has_value() ? 1 : 0;
    });
  loop.run_while([&] { return heard < 20; });
  EXPECT_EQ(good, 20);
}

TEST_F(ClientOfAKme, a_hostile_server_gets_a_clear_error_and_the_next_call_is_made) {
  serve();
  Client kme = client();
  const std::string good = body;
  body.assign(20'000'000, 'x');  // longer than any container of a key
  EXPECT_THAT(get(kme).error().message, HasSubstr("too large"));
  body = good.substr(0, good.size() - 3);
  EXPECT_EQ(get(kme).error().code, ErrorCode::malformed);
  status = 503;
  body = R"({"message":"no keys left"})";
  EXPECT_THAT(get(kme).error().message, HasSubstr("no keys left"));
  status = 200;
  body = good;
  EXPECT_TRUE(get(kme).has_value());
  body.replace(body.find(kId), 4, "0000");
  EXPECT_EQ(get_by_id(kme).error().code, ErrorCode::disagreement);
}

TEST_F(ClientOfAKme, waits_no_longer_than_it_says) {
  serve();
  Client kme = client(std::chrono::milliseconds(300));
  silent = true;
  EXPECT_THAT(get(kme).error().message, HasSubstr("no reply in time"));
  silent = false;
  EXPECT_TRUE(get(kme).has_value());
  server.reset();
  EXPECT_EQ(get(kme).error().code, ErrorCode::unavailable);
}

TEST_F(ClientOfAKme, tells_nothing_to_who_is_not_the_kme) {
  serve({"elsewhere.example"});
  Client misled = client();
  EXPECT_EQ(get(misled).error().code, ErrorCode::authentication);
  const net::Authority other = net::Authority::create("other authority", days(30)).value();
  serve();
  net::TlsCredentials mistrusting = credentials({"vpn-1"});
  mistrusting.authorities = other.certificate();
  Client distrustful(loop, {"localhost", server->port()}, context(std::move(mistrusting)));
  EXPECT_EQ(get(distrustful).error().code, ErrorCode::authentication);
  EXPECT_TRUE(calls.empty());
}

TEST_F(ClientOfAKme, what_cannot_be_asked_is_not_asked) {
  serve();
  Client kme = client();
  std::vector<ErrorCode> codes;
  const auto note = [&](const Result<std::vector<DeliveredKey>>& keys) { codes.push_back(keys.error().code); };
  kme.get_keys("vpn-2", 0, {}, note);
  kme.get_keys("vpn-2", 1, 12, note);
  kme.get_keys("vpn-2", 1, std::uint64_t{1} << 40, note);
  kme.get_keys_with_ids("vpn-2", {}, note);
  loop.run_while([&] { return codes.size() < 4; });
  EXPECT_THAT(codes, testing::Each(ErrorCode::invalid_argument));
  EXPECT_TRUE(calls.empty());
}

TEST(KmeEndpoint, is_a_host_and_a_port) {
  EXPECT_EQ(kme_endpoint("https://kme.example:8443/")->to_string(), "kme.example:8443");
  EXPECT_EQ(kme_endpoint("[::1]:8443")->host, "::1");
  for (const char* wrong : {"", "https://kme.example", "http://kme.example:80", "https://kme.example:8443/api"})
    EXPECT_FALSE(kme_endpoint(wrong).has_value()) << wrong;
}

}  // namespace
}  // namespace herald::kme
