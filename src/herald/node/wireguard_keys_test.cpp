#include "herald/node/wireguard_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <mutex>

#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp

#include "herald/kme/etsi014.h"
#include "herald/net/certificates.h"
#include "herald/net/https_server.h"

namespace herald::node {
namespace {

using std::chrono::days;

constexpr const char* kPublicKey = "hzPnAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

// Keeps what it is told in files beside it: the key of one peer, and the command lines.
constexpr const char* kFakeWg = R"sh(#!/bin/sh
here=$(dirname "$0")
echo "$@" >>"$here/calls"
[ ! -e "$here/broken" ] || exit 1
case $1 in
  show) printf '%s\t%s\n' hzPnAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= "$(cat "$here/key" 2>/dev/null || echo '(none)')" ;;
  set) cat "$6" >"$here/key" ;;
esac
)sh";

// Not in /dev/shm, where some systems run no program.
class AFakeWireguard {
 public:
  AFakeWireguard() {
    std::string name = (std::filesystem::temp_directory_path() / "herald-test-XXXXXX").string();
    HERALD_CHECK(mkdtemp(name.data()) != nullptr);
    m_directory = name;
    std::ofstream(m_directory / "wg") << kFakeWg;
    std::filesystem::permissions(m_directory / "wg", std::filesystem::perms::owner_all);
  }
  ~AFakeWireguard() {
    std::error_code ignored;
    std::filesystem::remove_all(m_directory, ignored);
  }
  AFakeWireguard(const AFakeWireguard&) = delete;
  AFakeWireguard& operator=(const AFakeWireguard&) = delete;
  WireguardPeer peer() const { return {"wg0", kPublicKey, (m_directory / "wg").string()}; }
  std::string text(const char* file) const {
    std::ifstream in(m_directory / file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void is_broken(bool broken) const {
    if (broken)
      std::ofstream(m_directory / "broken") << "";
    else
      std::filesystem::remove(m_directory / "broken");
  }

 private:
  std::filesystem::path m_directory;
};

TEST(WireguardTool, SetsAndReadsAKeyThatIsOnNoCommandLine) {
  const AFakeWireguard wg;
  EXPECT_EQ(preshared_key(wg.peer()).value(), SecretBytes(kWireguardKeyBytes));
  const SecretBytes key{ByteView(Bytes(kWireguardKeyBytes, 0xfb))};
  ASSERT_TRUE(set_preshared_key(wg.peer(), key).has_value());
  EXPECT_EQ(preshared_key(wg.peer()).value(), key);
  EXPECT_EQ(wg.text("key"), "+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=\n");
  EXPECT_THAT(wg.text("calls"), testing::Not(testing::HasSubstr("+/v7")));
}

TEST(WireguardTool, SaysWhatIsWrong) {
  const AFakeWireguard wg;
  WireguardPeer other = wg.peer();
  other.public_key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  EXPECT_EQ(preshared_key(other).error().code, ErrorCode::not_found);
  other.program = "/no/such/program";
  EXPECT_EQ(preshared_key(other).error().code, ErrorCode::io);
  wg.is_broken(true);
  EXPECT_EQ(set_preshared_key(wg.peer(), SecretBytes(kWireguardKeyBytes)).error().code, ErrorCode::io);
  for (const char* name : {"", "-x", "a/b", "wg 0", "0123456789abcdef"}) {
    WireguardPeer named = wg.peer();
    named.interface = name;
    EXPECT_FALSE(check(named).has_value()) << name;
  }
  for (const char* key : {"", "AAAA", "hzPnAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA*="}) {
    WireguardPeer keyed = wg.peer();
    keyed.public_key = key;
    EXPECT_FALSE(check(keyed).has_value()) << key;
  }
}

// Both ends in one loop, over sockets; one server stands for both KMEs.
class WireguardEnds : public testing::Test {
 protected:
  net::TlsCredentials credentials(const net::Subject& subject) {
    auto own = authority.issue(subject, days(30)).value();
    return {own.certificate, std::move(own.key), authority.certificate()};
  }
  void SetUp() override {
    net::HttpsOptions options;
    options.at = {"127.0.0.1", 0};
    options.threads = 1;
    kme = net::HttpsServer::start(options, credentials({"kme", {"localhost"}, true}),
                                  [this](const net::PeerIdentity&, const net::HttpRequest& request,
                                         const net::HttpsServer::Answer& answer) { serve(request, answer); })
              .value();
  }
  void serve(const net::HttpRequest& request, const net::HttpsServer::Answer& answer) {
    const std::lock_guard lock(mutex);
    net::HttpsReply reply;
    Uuid id;
    if (request.target.ends_with("enc_keys")) {
      id.bytes[0] = ++drawn;
    } else {
      const std::size_t at = request.body.find(R"("key_ID":")") + 10;
      id = uuid_from_string(request.body.substr(at, 36)).value();
    }
    if (is_empty) {
      reply.status = 503;
    } else {
      std::vector<kme::DeliveredKey> keys;
      keys.push_back({id, SecretBytes(ByteView(Bytes(kWireguardKeyBytes, id.bytes[0]))), {}});
      reply.body = kme::to_json(keys);
    }
    answer(std::move(reply));
  }
  std::unique_ptr<WireguardKeys> end(unsigned which, std::uint16_t port, const std::string& name, int every = 3600,
                                     int expire = 0) {
    WireguardSettings settings;
    settings.wireguard = wg[which].peer();
    settings.kme = {"localhost", kme->port()};
    settings.peer = which == 0 ? "vpn-2" : "vpn-1";
    settings.is_master = which == 0;
    settings.at = {"127.0.0.1", port};
    settings.every = std::chrono::seconds(every);
    settings.expire = std::chrono::seconds(expire);
    return WireguardKeys::start(loop, settings, net::TlsContext::create(credentials({name})).value(),
                                {[this, which](const Uuid&) { ++rotated[which]; },
                                 [this, which](const std::string& text) { notes[which] += text + "\n"; }})
        .value();
  }
  void wait(const std::function<bool()>& until) {
    bool late = false;
    loop.after(std::chrono::seconds(30), [&] { late = true; });
    loop.run_while([&] { return !late && !until(); });
    ASSERT_TRUE(until()) << notes[0] << notes[1];
  }

  net::Authority authority = net::Authority::create("test authority", days(30)).value();
  AFakeWireguard wg[2];
  std::mutex mutex;
  std::uint8_t drawn = 0;
  bool is_empty = false;
  int rotated[2]{};
  std::string notes[2];
  std::unique_ptr<net::HttpsServer> kme;
  net::EventLoop loop;
};

TEST_F(WireguardEnds, HoldTheSameKeysOneAfterTheOther) {
  const auto slave = end(1, 0, "vpn-2");
  const auto master = end(0, slave->port(), "vpn-1", 1);
  wait([this] { return rotated[0] >= 2 && rotated[1] >= 2; });
  EXPECT_EQ(wg[0].text("key"), wg[1].text("key"));
  EXPECT_FALSE(wg[0].text("key").empty());
}

TEST_F(WireguardEnds, ListenToNobodyElse) {
  const auto slave = end(1, 0, "vpn-2");
  const auto intruder = end(0, slave->port(), "vpn-3");
  wait([this] { return !notes[1].empty(); });
  EXPECT_THAT(notes[1], testing::HasSubstr("that of vpn-3, not of vpn-1"));
  EXPECT_EQ(rotated[0] + rotated[1], 0);
}

TEST_F(WireguardEnds, CallNobodyElse) {
  const auto impostor = end(1, 0, "vpn-4");
  const auto master = end(0, impostor->port(), "vpn-1");
  wait([this] { return !notes[0].empty(); });
  EXPECT_THAT(notes[0], testing::HasSubstr("that of vpn-4, not of vpn-2"));
  EXPECT_EQ(drawn, 0);
}

TEST_F(WireguardEnds, KeepTheFormerKeyWhileThereIsNoNewOne) {
  const auto slave = end(1, 0, "vpn-2");
  const auto master = end(0, slave->port(), "vpn-1", 1);
  wait([this] { return rotated[0] >= 1 && rotated[1] >= 1; });
  {
    const std::lock_guard lock(mutex);
    is_empty = true;
  }
  wait([this] { return notes[0].find("the former one stays") != std::string::npos; });
  EXPECT_EQ(wg[0].text("key"), wg[1].text("key"));
}

TEST_F(WireguardEnds, EndHandshakesWhenAKeyExpires) {
  is_empty = true;
  const auto slave = end(1, 0, "vpn-2", 1, 1);
  const auto master = end(0, slave->port(), "vpn-1", 1, 1);
  wait([this] { return !wg[0].text("key").empty() && !wg[1].text("key").empty(); });
  EXPECT_NE(wg[0].text("key"), wg[1].text("key"));
  {
    const std::lock_guard lock(mutex);
    is_empty = false;
  }
  wait([this] { return rotated[0] >= 1 && rotated[1] >= 1; });
}

}  // namespace
}  // namespace herald::node
