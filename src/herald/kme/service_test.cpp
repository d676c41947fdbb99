#include "herald/kme/service.h"

#include <gtest/gtest.h>

#include <future>
#include <nlohmann/json.hpp>
#include <string_view>
#include <thread>
#include <vector>

#include "herald/base/random.h"
#include "herald/net/certificates.h"
#include "herald/net/https_caller_test.h"
#include "herald/store/test_store.h"

namespace herald::kme {
namespace {

using std::chrono::days;
using Json = nlohmann::json;

// KMEs in one process, with sockets, threads and files, and a client for each application: vpn-1 at kme-a, vpn-2 and
// vpn-3 at kme-b, vpn-4 at kme-c.
class Services : public testing::Test {
 protected:
  template <typename F>
  auto in_loop(F&& work) {
    std::promise<decltype(work())> result;
    loop.post([&] { result.set_value(work()); });
    return result.get_future().get();
  }

  net::TlsCredentials credentials(const std::string& name, bool may_serve) {
    auto own = authority.issue({name, {"localhost"}, may_serve}, days(30)).value();
    return {own.certificate, std::move(own.key), authority.certificate()};
  }

  static std::string name_of(std::size_t i) { return std::string("kme-") + static_cast<char>('a' + i); }

  // Each shares a link with the next.
  void start(std::size_t count, const std::map<std::string, Policy>& policies = {}) {
    std::vector<net::Endpoint> free_ports(count);
    for (net::Endpoint& port : free_ports) {
      net::EventLoop probe;
      port = {"127.0.0.1", probe.listen({"127.0.0.1", 0}, [](const net::ConnectionPtr&) {}).value()};
    }
    for (std::size_t i = 0; i < count; ++i) {
      ServiceSettings settings;
      settings.delivery.kme = name_of(i);
      settings.delivery.applications = {{"vpn-1", "kme-a"}, {"vpn-2", "kme-b"}, {"vpn-3", "kme-b"}, {"vpn-4", "kme-c"}};
      settings.delivery.policies = policies;
      settings.delivery.relay.low = 1024;
      settings.delivery.relay.lot = 512;
      settings.api.at = {"127.0.0.1", 0};
      settings.api.threads = 1;
      settings.peers_at = free_ports[i];
      for (std::size_t j = 0; j < count; ++j) {
        if (j != i) settings.peers.push_back({name_of(j), free_ports[j]});
        if (j + 1 == i || j == i + 1) settings.delivery.neighbours.insert(name_of(j));
      }
      services.push_back(store::must(Service::start(
          loop, settings, credentials(name_of(i), true),
          store::must(store::RecordStore::open(
              store::must(store::open_sqlite_records((directory / name_of(i)).string())), SecretBits(256))),
          [](const std::string&) {})));
    }
    m_thread = std::thread([this] { loop.run(); });
    const auto all_ready = [&] {
      for (std::size_t i = 0; i < count; ++i)
        for (std::size_t j = 0; j < count; ++j)
          if (i != j && !services[i]->delivery().is_ready(name_of(j))) return false;
      return true;
    };
    while (!in_loop(all_ready)) continue;
  }
  void stop() {
    loop.stop();
    if (m_thread.joinable()) m_thread.join();
    services.clear();
  }
  void TearDown() override { stop(); }

  // Of the pool from one to another, at both.
  void add_lot(std::size_t from, std::size_t to, std::uint64_t number = 1) {
    Bytes bytes(4096);
    SecretRandom().fill_bytes(bytes);
    Provenance provenance;
    provenance.origin = Origin::device;
    for (const std::size_t at : {from, to}) {
      std::promise<bool> added;
      loop.post([&] {
        services[at]->delivery().add(name_of(at == from ? to : from), at == from, number, SecretBytes(ByteView(bytes)),
                                     provenance, [&](const Result<void>& done) { added.set_value(done.has_value()); });
      });
      EXPECT_TRUE(added.get_future().get());
    }
  }

  static Json json_of(const std::optional<net::HttpReply>& reply) {
    return reply ? Json::parse(reply->body.begin(), reply->body.end()) : Json();
  }
  // Until the KMEs have so many keys for it: they hear of lots in their own time.
  static Json wait_for_keys(net::TestCaller& master, const std::string& slave, std::uint64_t keys) {
    for (;;) {
      master.send(net::http_request("GET", "/api/v1/keys/" + slave + "/status", "localhost"));
      Json status = json_of(master.reply());
      if (!status.is_object() || status["stored_key_count"] >= keys) return status;
    }
  }

  net::Authority authority = net::Authority::create("test authority", days(30)).value();
  store::TestDirectory directory;
  net::EventLoop loop;
  std::vector<std::unique_ptr<Service>> services;

 private:
  std::thread m_thread;
};

TEST_F(Services, DeliverOneKeyAtBothEnds) {
  start(2);
  add_lot(0, 1);
  net::TestCaller master(credentials("vpn-1", false), services[0]->api_port());
  net::TestCaller slave(credentials("vpn-2", false), services[1]->api_port());
  net::TestCaller other(credentials("vpn-3", false), services[1]->api_port());
  ASSERT_TRUE(master.ready && slave.ready && other.ready);

  const Json status = wait_for_keys(master, "vpn-2", 128);
  EXPECT_EQ(status["stored_key_count"], 128);
  EXPECT_EQ(status["source_KME_ID"], "kme-a");
  EXPECT_EQ(status["target_KME_ID"], "kme-b");
  EXPECT_EQ(status["master_SAE_ID"], "vpn-1");

  for (int round = 0; round < 20; ++round) {
    master.send(net::http_request("POST", "/api/v1/keys/vpn-2/enc_keys", "localhost", R"({"number":2,"size":256})"));
    const Json keys = json_of(master.reply())["keys"];
    ASSERT_EQ(keys.size(), 2u);
    for (const Json& key : keys) {
      const std::string path = "/api/v1/keys/vpn-1/dec_keys?key_ID=" + key["key_ID"].get<std::string>();
      other.send(net::http_request("GET", path, "localhost"));
      EXPECT_EQ(other.status(), 401u);
      slave.send(net::http_request("GET", path, "localhost"));
      EXPECT_EQ(json_of(slave.reply())["keys"][0], key);
      slave.send(net::http_request("GET", path, "localhost"));
      EXPECT_EQ(slave.status(), 400u);
    }
  }
  slave.send(net::http_request("DELETE", "/api/v1/keys/vpn-1/dec_keys", "localhost"));
  const auto refused = slave.reply();
  EXPECT_EQ(refused->status, 405u);
  EXPECT_EQ(refused->header("Allow"), "GET, POST");
}

TEST_F(Services, AnApplicationIsNoPeerAndAPeerNoApplication) {
  start(2);
  net::TestCaller kme(credentials("kme-b", true), services[0]->api_port());
  kme.send(net::http_request("GET", "/api/v1/keys/vpn-2/status", "localhost"));
  EXPECT_EQ(kme.status(), 401u);
  // An application that is named as a KME, and one that is not, are cut off where the peers call.
  for (const char* name : {"kme-a", "vpn-1"}) {
    net::TestCaller caller(credentials(name, false), services[1]->peers_port());
    caller.send("HERALD");
    EXPECT_FALSE(caller.reply());
    EXPECT_TRUE(caller.ended);
  }
  EXPECT_TRUE(in_loop([this] { return services[0]->delivery().is_ready("kme-b"); }));
}

// One application asks on and on; another, at the same KME, gets what it asks for.
TEST_F(Services, AFloodOfOneApplicationIsAnswered429AndOthersAreServed) {
  Policy slow;
  slow.requests_per_s = 1;
  start(2, {{"vpn-2", slow}});
  for (std::uint64_t lot = 1; lot <= 2; ++lot) add_lot(1, 0, lot);
  net::TestCaller other(credentials("vpn-3", false), services[1]->api_port());
  wait_for_keys(other, "vpn-1", 256);
  std::vector<std::unique_ptr<net::TestCaller>> flood;
  for (int i = 0; i < 8; ++i)
    flood.push_back(std::make_unique<net::TestCaller>(credentials("vpn-2", false), services[1]->api_port()));
  constexpr int kEach = 250;
  const std::string request = net::http_request("POST", "/api/v1/keys/vpn-1/enc_keys", "localhost", "{}");
  std::string many;
  for (int i = 0; i < kEach; ++i) many += request;
  for (const auto& caller : flood) caller->send(many);
  for (int i = 0; i < 50; ++i) {
    other.send(request);
    EXPECT_EQ(other.status(), 200u);
  }
  int refused = 0, served = 0;
  for (const auto& caller : flood)
    for (int i = 0; i < kEach; ++i) {
      const auto reply = caller->reply();
      ASSERT_TRUE(reply);
      (reply->status == 429 ? refused : served) += 1;
      if (reply->status == 429) {
        EXPECT_EQ(reply->header("Retry-After"), "1");
      } else {
        EXPECT_EQ(reply->status, 200u);
      }
    }
  EXPECT_GT(served, 0);
  EXPECT_GT(refused, kEach * 7);
}

// kme-a and kme-c share no link; one key goes to slaves at kme-b and at kme-c.
TEST_F(Services, DeliverOverANodeBetweenAndToSlavesAtTwoSites) {
  start(3);
  for (const auto& [from, to] : {std::pair(0, 1), {1, 0}, {1, 2}, {2, 1}}) add_lot(from, to);
  net::TestCaller master(credentials("vpn-1", false), services[0]->api_port());
  net::TestCaller near(credentials("vpn-2", false), services[1]->api_port());
  net::TestCaller far(credentials("vpn-4", false), services[2]->api_port());
  const Json status = wait_for_keys(master, "vpn-4", 16);
  EXPECT_EQ(status["target_KME_ID"], "kme-c");
  for (const char* const body : {R"({"number":3})", R"({"additional_slave_SAE_IDs":["vpn-2"]})"}) {
    const bool has_both = std::string_view(body).contains("vpn-2");
    master.send(net::http_request("POST", "/api/v1/keys/vpn-4/enc_keys", "localhost", body));
    const Json keys = json_of(master.reply())["keys"];
    ASSERT_EQ(keys.size(), has_both ? 1u : 3u);
    for (const Json& key : keys) {
      const std::string path = "/api/v1/keys/vpn-1/dec_keys?key_ID=" + key["key_ID"].get<std::string>();
      far.send(net::http_request("GET", path, "localhost"));
      EXPECT_EQ(json_of(far.reply())["keys"][0], key);
      near.send(net::http_request("GET", path, "localhost"));
      if (has_both)
        EXPECT_EQ(json_of(near.reply())["keys"][0], key);
      else
        EXPECT_EQ(near.status(), 400u);
    }
  }
}

}  // namespace
}  // namespace herald::kme
