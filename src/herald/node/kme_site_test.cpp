#include "herald/node/kme_site.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "herald/base/file.h"
#include "herald/net/certificates.h"
#include "herald/store/test_store.h"

namespace herald::node {
namespace {

using store::must;
namespace fs = std::filesystem;

class KmeSite : public testing::Test {
 protected:
  fs::path make(const std::string& kme, const fs::path& authority = {}) {
    NewSite site;
    site.directory = directory / kme;
    site.kme = kme;
    site.authority = authority;
    must(make_site(site));
    return site.directory;
  }
  static std::string text(const fs::path& path) {
    const Bytes bytes = must(read_file(path));
    return {bytes.begin(), bytes.end()};
  }
  static void write(const fs::path& path, std::string_view content) {
    must(write_file(path, {reinterpret_cast<const std::uint8_t*>(content.data()), content.size()}, FileMode::shared));
  }
  static mode_t mode(const fs::path& path) {
    struct stat status{};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777;
  }
  template <typename T>
  static std::string why(const Result<T>& result) {
    return result ? "it went well" : result.error().message;
  }

  store::TestDirectory directory;
};

TEST_F(KmeSite, IsMadeOnceWithWhatBelongsToItAloneReadableByItsOwner) {
  const fs::path site = make("kme-a");
  EXPECT_EQ(mode(site), 0700u);
  for (const char* secret : {"kme.key", "authority.key", "records.key"}) EXPECT_EQ(mode(site / secret), 0600u);
  const Site read = must(read_site(site));
  EXPECT_EQ(read.settings.delivery.kme, "kme-a");
  EXPECT_EQ(read.settings.api.at.to_string(), "0.0.0.0:8443");
  EXPECT_TRUE(must(net::TlsContext::create(must(read_credentials(site)))));
  EXPECT_EQ(must(net::read_certificate(text(site / "kme.pem"))).common_name, "kme-a");
  must(open_records(site));
  EXPECT_EQ(mode(site / "records"), 0600u);
  NewSite other;
  other.directory = site;
  other.kme = "kme-b";
  const auto again = make_site(other);
  EXPECT_NE(why(again).find("is a KME's already"), std::string::npos);
  EXPECT_EQ(must(read_site(site)).settings.delivery.kme, "kme-a");
}

TEST_F(KmeSite, TheTemplatesCommentsAreWhatIsThere) {
  // Every line that is commented out, read as it stands, and the tables with it.
  const fs::path site = make("kme-a");
  std::string all;
  std::istringstream lines(text(site / "kme.toml"));
  for (std::string line; std::getline(lines, line);) {
    const bool is_setting = line.starts_with("# ") && (line.find(" = ") != line.npos || line.starts_with("# ["));
    all += (is_setting ? line.substr(2) : line) + "\n";
  }
  write(site / "kme.toml", all);
  const Site read = must(read_site(site));
  EXPECT_EQ(read.settings.peers.size(), 2u);
  EXPECT_EQ(read.settings.delivery.applications.size(), 2u);
  ASSERT_EQ(read.links.size(), 1u);
  ASSERT_EQ(read.devices.size(), 1u);
  EXPECT_EQ(read.links[0].files.database, site / "alice.db");
  // Its defaults are the program's.
  const kme::DeliverySettings written = read.settings.delivery, silent;
  EXPECT_EQ(written.key_bits, silent.key_bits);
  EXPECT_EQ(written.min_key_bits, silent.min_key_bits);
  EXPECT_EQ(written.max_key_bits, silent.max_key_bits);
  EXPECT_EQ(written.most_keys, silent.most_keys);
  EXPECT_EQ(written.hold_s, silent.hold_s);
  EXPECT_EQ(read.log, LogSettings());
}

TEST_F(KmeSite, AllFaultsOfAFileAreToldAtOnceWithTheirLines) {
  const fs::path site = make("kme-a");
  write(site / "kme.toml", R"([api]
listen = "nowhere"
theads = 3
[peers.at]
kme-b = "b:8444"
kme-c = 8444
[applications]
"" = "kme-a"
[links.metro]
peer = "kme-x"
[links.north]
peer = "kme-b"
store = "n.db"
[links.south]
peer = "kme-b"
store = "s.db"
[keys]
default_bits = 257
most_bits = 128
hold_hours = 0
[log]
level = "loud"
[relay]
routes = 0
[policy.vpn]
applications = ["vpn-9"]
partners = "all"
[policy.nobody]
)");
  const std::string faults = why(read_site(site));
  for (const char* fault :
       {"kme.toml: id is missing", "kme.toml:2: api.listen \"nowhere\" is not an address; say host:port",
        "kme.toml:3: unknown key api.theads; did you mean api.threads?", "kme.toml:6: peers.at.kme-c is not a text",
        "kme.toml:8: applications.", "kme.toml:10: links.metro.peer is no KME of [peers.at]",
        "links.metro.store is missing", "kme.toml:15: links.south.peer is another link's or device's too",
        "kme.toml:18: keys.default_bits is not a multiple of 8",
        "kme.toml:18: keys.default_bits is 257, not from least_bits = 64 to most_bits = 128",
        "kme.toml:20: keys.hold_hours is 0; possible are 1 to 8760",
        "kme.toml:22: log.level is \"loud\"; possible are debug, info, warning, error",
        "kme.toml:24: relay.routes is 0; possible are 1 to 16",
        "kme.toml:26: policy.vpn.applications names vpn-9, which is not in [applications]",
        "kme.toml:27: policy.vpn.partners is not an array of texts", "policy.nobody.applications names nobody"})
    EXPECT_NE(faults.find(fault), std::string::npos) << fault << "\nis not in\n" << faults;
}

TEST_F(KmeSite, DevicesTakeTheLinksPlace) {
  const fs::path site = make("kme-a");
  const std::string file = R"(id = "kme-a"
[peers.at]
kme-b = "127.0.0.1:1"
[devices.box]
peer = "kme-b"
url = "https://10.0.0.7:443"
certificate = "box.pem"
key = "box.key"
authority = "/etc/box.pem"
)";
  write(site / "kme.toml", file);
  const auto read = read_site(site);
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->devices.size(), 1u);
  const DeviceSource& device = read->devices.front();
  EXPECT_EQ(device.sae, "kme-b");
  EXPECT_EQ(device.at.to_string(), "10.0.0.7:443");
  EXPECT_EQ(device.certificate, site / "box.pem");
  EXPECT_EQ(device.authority, "/etc/box.pem");
  EXPECT_TRUE(read->settings.delivery.neighbours.contains("kme-b"));
  EXPECT_EQ(read->settings.delivery.devices.at("kme-b").origin, Origin::device);

  write(site / "kme.toml", file + "sae = \"\"\nepsilon = 2\n[links.metro]\npeer = \"kme-b\"\nstore = \"x\"\n");
  std::string faults = why(read_site(site));
  for (const char* fault :
       {"kme.toml:5: devices.box.peer is another link's or device's too", "kme.toml:10: devices.box.sae",
        "kme.toml:11: devices.box.epsilon is 2; possible are 0 to 1"})
    EXPECT_NE(faults.find(fault), std::string::npos) << fault << "\nis not in\n" << faults;
  write(site / "kme.toml", "id = \"kme-a\"\n[devices.box]\nurl = \"https://box/path\"\n");
  faults = why(read_site(site));
  for (const char* fault :
       {"devices.box.peer is missing", "devices.box.url \"https://box/path\" is no address of a KME",
        "devices.box.certificate is missing", "devices.box.key is missing"})
    EXPECT_NE(faults.find(fault), std::string::npos) << fault << "\nis not in\n" << faults;
}

TEST_F(KmeSite, PoliciesAreForThoseTheyName) {
  const fs::path site = make("kme-a");
  const std::vector<std::string> settings{"applications.vpn-1=kme-a",    "applications.vpn-2=kme-a",
                                          "policy.default.hold_hours=2", "policy.gold.applications=[\"vpn-1\"]",
                                          "policy.gold.hybrid=true",     "policy.gold.partners=[\"vpn-2\", \"vpn-3\"]",
                                          "policy.gold.leave_kb=3",      "relay.least_routes=2"};
  const kme::DeliverySettings delivery = must(read_site(site, settings)).settings.delivery;
  const kme::Policy &gold = delivery.policy_of("vpn-1"), &others = delivery.policy_of("vpn-2");
  EXPECT_TRUE(gold.is_hybrid);
  EXPECT_EQ(gold.partners, (std::set<std::string>{"vpn-2", "vpn-3"}));
  EXPECT_EQ(gold.leave, 3072u);
  EXPECT_FALSE(gold.hold_s);
  EXPECT_EQ(others.hold_s, 7200u);
  EXPECT_FALSE(others.is_hybrid);
  EXPECT_EQ(delivery.relay.least_routes, 2u);
  auto twice = settings;
  twice.emplace_back("policy.silver.applications=[\"vpn-1\"]");
  EXPECT_NE(why(read_site(site, twice)).find("names vpn-1, which has another policy too"), std::string::npos);
}

TEST_F(KmeSite, SaysWhatWaitsForTheNextStart) {
  const fs::path site = make("kme-a");
  const std::string at = "peers.at.kme-b=b:1", app = "applications.vpn-1=kme-a";
  const Site running = must(read_site(site, std::vector{at}));
  EXPECT_TRUE(
      needs_restart(running, must(read_site(site, std::vector{at, app, std::string("log.level=debug")}))).empty());
  const auto changed = [&](const std::string& setting) {
    return needs_restart(running, must(read_site(site, std::vector{at, setting})));
  };
  EXPECT_EQ(changed("api.listen=127.0.0.1:1"), std::vector<std::string>{"api.listen"});
  EXPECT_EQ(changed("api.threads=7"), std::vector<std::string>{"api.threads"});
  EXPECT_EQ(changed("peers.listen=127.0.0.1:1"), std::vector<std::string>{"peers.listen"});
  EXPECT_EQ(changed("peers.at.kme-b=b:2"), std::vector<std::string>{"peers.at"});
  EXPECT_EQ(changed("metrics.listen=127.0.0.1:1"), std::vector<std::string>{"metrics.listen"});
  EXPECT_EQ(changed("process.core_dumps=true"), std::vector<std::string>{"process.core_dumps"});
  EXPECT_EQ(changed("id=other"), std::vector<std::string>{"id"});
  EXPECT_EQ(changed("peers.at.kme-b=\"b:1, c:2\""), std::vector<std::string>{"peers.at"});
  EXPECT_EQ(changed("store=\"postgresql:///herald\""), std::vector<std::string>{"store"});
}

TEST_F(KmeSite, APeerMayBeAtSeveralPlacesAndAStoreOnAServer) {
  const fs::path site = make("kme-a");
  const Site read = must(read_site(site, std::vector<std::string>{"peers.at.kme-b=\"one:1, two:2,three:3\"",
                                                                  "store=\"postgresql://herald@db/herald\""}));
  ASSERT_EQ(read.settings.peers.size(), 1u);
  EXPECT_EQ(read.settings.peers[0].at.to_string(), "one:1");
  ASSERT_EQ(read.settings.peers[0].others.size(), 2u);
  EXPECT_EQ(read.settings.peers[0].others[1].to_string(), "three:3");
  EXPECT_EQ(read.store, "postgresql://herald@db/herald");
  EXPECT_NE(why(read_site(site, std::vector<std::string>{"peers.at.kme-b=\"one:1,\""})).find("is not an address"),
            std::string::npos);
  const std::string secret =
      why(read_site(site, std::vector<std::string>{"store=\"postgresql://herald:hunter2@db/herald\""}));
  EXPECT_NE(secret.find("holds a password"), std::string::npos);
  EXPECT_EQ(secret.find("hunter2"), std::string::npos);
}

TEST_F(KmeSite, ApplicationsAreIssuedWhereTheAuthorityIsAndRevokedThere) {
  const fs::path a = make("kme-a"), b = make("kme-b", a);
  EXPECT_EQ(text(a / "authority.pem"), text(b / "authority.pem"));
  const fs::path certificate = must(add_application(a, "vpn-1"));
  EXPECT_EQ(certificate, a / "applications" / "vpn-1.pem");
  EXPECT_EQ(mode(a / "applications" / "vpn-1.key"), 0600u);
  EXPECT_EQ(must(net::read_certificate(text(certificate))).common_name, "vpn-1");
  const std::string first = text(certificate);
  EXPECT_NE(why(add_application(a, "vpn-1")).find("is there already"), std::string::npos);
  EXPECT_EQ(text(certificate), first);
  EXPECT_NE(why(add_application(b, "vpn-2")).find("certificates are issued and revoked where it is"),
            std::string::npos);
  for (const char* name : {"", ".hidden", "a/b", "../up"})
    EXPECT_NE(why(add_application(a, name)).find("cannot be the name of a file"), std::string::npos) << name;
  EXPECT_NE(why(add_application(a, std::string(65, 'x'))).find("cannot stand in a certificate"), std::string::npos);

  must(revoke(a, certificate));
  const std::string once = text(a / "revoked.pem");
  must(revoke(a, must(add_application(a, "vpn-2"))));
  EXPECT_NE(text(a / "revoked.pem"), once);
  EXPECT_TRUE(must(net::TlsContext::create(must(read_credentials(a)))));
  const fs::path stranger = make("kme-c");
  const std::string theirs = must(add_application(stranger, "vpn-1"));
  EXPECT_NE(why(revoke(a, theirs)).find("issued by another authority"), std::string::npos);
  EXPECT_NE(why(revoke(a, a / "nothing.pem")).find("nothing.pem"), std::string::npos);
}

TEST_F(KmeSite, RecordsOfAnotherKeyAreNotOpened) {
  const fs::path a = make("kme-a"), b = make("kme-b", a);
  {
    auto records = must(open_records(a));
    must(records.transact([](store::Records& all) -> Result<void> {
      all.put(Bytes{'x'}, Bytes{1});
      return {};
    }));
  }
  fs::copy_file(b / "records.key", a / "records.key", fs::copy_options::overwrite_existing);
  const auto other = open_records(a);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::authentication);
}

TEST(KmeLogLine, IsOneLineWhateverIsInIt) {
  const nlohmann::json fields{{"peer", "kme-b\n"}, {"ms", 2}};
  EXPECT_EQ(log_line("T", LogLevel::warning, "kme-a", "slow", {{"peer", "kme-b"}, {"ms", 2}}, false),
            "T warning slow ms=2 peer=kme-b");
  EXPECT_EQ(log_line("T", LogLevel::info, "kme-a", "a\nb", fields, false).find('\n'), std::string::npos);
  const std::string json = log_line("T", LogLevel::error, "kme-a", "a\n\"b\" \xff", fields, true);
  EXPECT_EQ(json.find('\n'), std::string::npos);
  const auto read = nlohmann::json::parse(json);
  EXPECT_EQ(read["level"], "error");
  EXPECT_EQ(read["kme"], "kme-a");
  EXPECT_EQ(read["peer"], "kme-b\n");
  EXPECT_EQ(read["ms"], 2);
}

}  // namespace
}  // namespace herald::node
