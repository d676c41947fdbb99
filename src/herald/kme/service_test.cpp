#include "herald/kme/service.h"

#include <gtest/gtest.h>

#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "herald/net/certificates.h"
#include "herald/net/https_caller_test.h"
#include "herald/store/test_store.h"

namespace herald::kme {
namespace {

using std::chrono::days;
using Json = nlohmann::json;

// Two KMEs in one process, with sockets, threads and files, and a client for each application.
class TwoServices : public testing::Test {
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

  void start() {
    const std::string names[]{"kme-a", "kme-b"};
    net::Endpoint free_ports[2];
    for (net::Endpoint& port : free_ports) {
      net::EventLoop probe;
      port = {"127.0.0.1", probe.listen({"127.0.0.1", 0}, [](const net::ConnectionPtr&) {}).value()};
    }
    for (int i : {0, 1}) {
      ServiceSettings settings;
      settings.delivery.kme = names[i];
      settings.delivery.applications = {{"vpn-1", "kme-a"}, {"vpn-2", "kme-b"}, {"vpn-3", "kme-b"}};
      settings.api.at = {"127.0.0.1", 0};
      settings.api.threads = 1;
      settings.peers_at = free_ports[i];
      settings.peers = {{names[1 - i], free_ports[1 - i]}};
      services[i] = store::must(Service::start(
          loop, settings, credentials(names[i], true),
          store::must(store::RecordStore::open(store::must(store::open_sqlite_records((directory / names[i]).string())),
                                               SecretBits(256))),
          [](const std::string&) {}));
    }
    m_thread = std::thread([this] { loop.run(); });
    for (bool ready = false; !ready;) ready = in_loop([this] { return services[0]->delivery().is_ready("kme-b"); });
  }
  void stop() {
    loop.stop();
    if (m_thread.joinable()) m_thread.join();
    for (auto& service : services) service.reset();
  }
  void TearDown() override { stop(); }

  void add_lot(std::uint64_t number) {
    const Bytes bytes(4096, static_cast<std::uint8_t>(number));
    Provenance provenance;
    provenance.origin = Origin::device;
    for (int i : {0, 1}) {
      std::promise<bool> added;
      loop.post([&] {
        services[i]->delivery().add(i == 0 ? "kme-b" : "kme-a", i == 0, number, SecretBytes(ByteView(bytes)),
                                    provenance, [&](const Result<void>& done) { added.set_value(done.has_value()); });
      });
      EXPECT_TRUE(added.get_future().get());
    }
  }

  net::Authority authority = net::Authority::create("test authority", days(30)).value();
  store::TestDirectory directory;
  net::EventLoop loop;
  std::unique_ptr<Service> services[2];

 private:
  std::thread m_thread;
};

Json json_of(const std::optional<net::HttpReply>& reply) {
  return reply ? Json::parse(reply->body.begin(), reply->body.end()) : Json();
}

TEST_F(TwoServices, DeliverOneKeyAtBothEnds) {
  start();
  add_lot(1);
  net::TestCaller master(credentials("vpn-1", false), services[0]->api_port());
  net::TestCaller slave(credentials("vpn-2", false), services[1]->api_port());
  net::TestCaller other(credentials("vpn-3", false), services[1]->api_port());
  ASSERT_TRUE(master.ready && slave.ready && other.ready);

  Json status;
  do {  // both ends hear of the lot in their own time
    master.send(net::http_request("GET", "/api/v1/keys/vpn-2/status", "localhost"));
    status = json_of(master.reply());
  } while (status["stored_key_count"] != 128);
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

TEST_F(TwoServices, AnApplicationIsNoPeerAndAPeerNoApplication) {
  start();
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

}  // namespace
}  // namespace herald::kme
