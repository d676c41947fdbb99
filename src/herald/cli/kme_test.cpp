// `herald kme` for those who set a site up, run in this process as the program runs it; what runs for long is in
// tests/kme.

#include <gtest/gtest.h>

#include "herald/cli/command_test.h"
#include "herald/store/test_store.h"

namespace herald::cli {
namespace {

using store::TestDirectory;

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

TEST(KmeCommands, MakeSitesIssueCertificatesAndRevokeThem) {
  const TestDirectory directory;
  const std::string a = directory / "a", b = directory / "b";
  const Ran made = herald({"kme", "init", a, "--id", "kme-a", "--host", "kme-a.example"});
  EXPECT_EQ(made.status, kDone) << made.err;
  EXPECT_EQ(made.out, a + " is the site of kme-a\n");
  EXPECT_TRUE(has(made.err, "kme.toml where its peers are")) << made.err;
  EXPECT_EQ(herald({"kme", "init", b, "--id", "kme-b", "--authority", a}).status, kDone);
  const Ran added = herald({"kme", "sae", "add", "vpn-1", "--site", a});
  EXPECT_EQ(added.out, a + "/applications/vpn-1.pem\n") << added.err;
  const Ran revoked = herald({"kme", "sae", "revoke", a + "/applications/vpn-1.pem", "--site", a});
  EXPECT_EQ(revoked.status, kDone) << revoked.err;
  EXPECT_EQ(revoked.out, "");
  EXPECT_TRUE(has(revoked.err, "bring " + a + "/revoked.pem to every site")) << revoked.err;
}

TEST(KmeCommands, WhatCannotBeSaysWhatCan) {
  const TestDirectory directory;
  const std::string a = directory / "a", b = directory / "b";
  ASSERT_EQ(herald({"kme", "init", a, "--id", "kme-a"}).status, kDone);
  ASSERT_EQ(herald({"kme", "init", b, "--id", "kme-b", "--authority", a}).status, kDone);
  ASSERT_EQ(herald({"kme", "sae", "add", "vpn-1", "--site", a}).status, kDone);
  const auto refused = [](std::vector<std::string> arguments, int status, std::string_view why) {
    const Ran ran = herald(std::move(arguments));
    EXPECT_EQ(ran.status, status) << ran.err;
    EXPECT_TRUE(has(ran.err, why)) << ran.err;
    EXPECT_EQ(ran.out, "");
  };
  refused({"kme"}, kUsage, "herald kme --help");
  refused({"kme", "init", directory / "c"}, kUsage, "--id");
  refused({"kme", "init", a, "--id", "other"}, kFailed, "name a new directory");
  refused({"kme", "init", directory / "c", "--id", "kme-c", "--api", "8443"}, kFailed, "say host:port");
  refused({"kme", "init", directory / "c", "--id", "kme-c", "--authority", b}, kFailed, "name that site");
  refused({"kme", "init", directory / "d", "--id", ""}, kFailed, "cannot stand in a certificate");
  refused({"kme", "sae", "add", "vpn-1", "--site", a}, kFailed, "move both files of that name away");
  refused({"kme", "sae", "add", "vpn-2", "--site", b}, kFailed, "issued and revoked where it is");
  refused({"kme", "sae", "add", "vpn-2", "--site", directory / "nowhere"}, kFailed, "nowhere/authority.key");
  refused({"kme", "sae", "revoke", b + "/kme.key", "--site", a}, kFailed, "cannot revoke");
  refused({"kme", "sae", "revoke", a + "/applications/vpn-1.pem", "--site", b}, kFailed, "name that site");
  refused({"kme", "run", "--site", directory / "nowhere"}, kFailed, "nowhere/kme.toml");
  refused({"kme", "run", "--site", a, "--set", "keys.most_keys=0", "--set", "colour=red"}, kFailed, "colour");
}

}  // namespace
}  // namespace herald::cli
