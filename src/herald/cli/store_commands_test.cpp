// The commands over a key store, run in this process as the program runs them.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "herald/base/file.h"
#include "herald/base/version.h"
#include "herald/cli/command_test.h"
#include "herald/store/test_store.h"

namespace herald::cli {
namespace {

using store::End;
using store::must;
using store::StoreFiles;
using store::TestDirectory;

// Two ends with the same keys, and a letter.
struct Ends {
  TestDirectory directory;
  std::string alice = directory / "alice.db", bob = directory / "bob.db", letter = directory / "letter.txt",
              sealed = directory / "letter.sealed", opened = directory / "opened.txt";
  Bytes content = {'D', 'e', 'a', 'r', ' ', 'B', 'o', 'b'};

  explicit Ends(Origin origin = Origin::device) {
    for (const End end : {End::alice, End::bob}) {
      store::KeyStore keys = store::test_store(StoreFiles(end == End::alice ? alice : bob), end);
      for (std::uint64_t block = 0; block < 2; ++block) store::add_block(keys, block, 3, 256, origin);
    }
    must(write_file(letter, content, FileMode::secret));
  }
  std::uint64_t available(const std::string& which) {
    store::KeyStore keys = must(store::KeyStore::open(StoreFiles(which)));
    std::uint64_t count = 0;
    for (const auto& pool : must(keys.status())) count += pool.available_keys;
    return count;
  }
};

TEST(StoreCommands, TheVersionIsPrintedAndUnknownThingsAreWrongUsage) {
  EXPECT_EQ(herald({"--version"}).out, fmt::format("herald {}\n", kVersion));
  EXPECT_EQ(herald({"--help"}).status, kDone);
  EXPECT_NE(herald({"key", "list", "--help"}).out.find("--json"), std::string::npos);
  EXPECT_EQ(herald({}).status, kUsage);
  EXPECT_EQ(herald({"seal"}).status, kUsage);
  const Ran unknown = herald({"key", "frobnicate"});
  EXPECT_EQ(unknown.status, kUsage);
  EXPECT_NE(unknown.err.find("herald key: there is no command \"frobnicate\""), std::string::npos) << unknown.err;
  const Ran option = herald({"key", "list", "--store", "s", "--colour"});
  EXPECT_EQ(option.status, kUsage);
  EXPECT_NE(option.err.find("herald key list:"), std::string::npos) << option.err;
}

TEST(StoreCommands, AFileSealedAtOneEndOpensOnceAtTheOther) {
  Ends ends;
  const Ran seal = herald({"seal", ends.letter, "--store", ends.alice, "--json"});
  ASSERT_EQ(seal.status, kDone) << seal.err;
  const auto report = nlohmann::json::parse(seal.out);
  EXPECT_EQ(report["keys"], 2);
  EXPECT_EQ(report["key_bits"], 256 + 64);
  EXPECT_EQ(report["origin"], "device");
  const std::string sealed = ends.letter + ".sealed";
  EXPECT_EQ(report["file"], sealed);

  const Ran here = herald({"open", sealed, "--store", ends.alice, "-o", ends.opened});
  EXPECT_EQ(here.status, kFailed);
  EXPECT_NE(here.err.find("open it at the other end"), std::string::npos) << here.err;

  const Ran open = herald({"open", sealed, "--store", ends.bob, "-o", ends.opened});
  ASSERT_EQ(open.status, kDone) << open.err;
  EXPECT_EQ(must(read_file(ends.opened)), ends.content);
  struct stat status{};
  ASSERT_EQ(::stat(ends.opened.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);

  const Ran again = herald({"open", sealed, "--store", ends.bob, "-o", "-"});
  EXPECT_EQ(again.status, kFailed);
  EXPECT_NE(again.err.find("opened before"), std::string::npos) << again.err;
  EXPECT_EQ(ends.available(ends.alice), 10u);
  EXPECT_EQ(ends.available(ends.bob), 10u);
}

TEST(StoreCommands, AnyForgedByteIsRefusedWritesNothingAndUsesNoKey) {
  Ends ends;
  ASSERT_EQ(herald({"seal", ends.letter, "--store", ends.alice, "-o", ends.sealed}).status, kDone);
  const Bytes container = must(read_file(ends.sealed));
  for (std::size_t i = 0; i < container.size(); i += 5) {
    Bytes forged = container;
    forged[i] ^= 1;
    must(write_file(ends.sealed, forged, FileMode::secret));
    EXPECT_EQ(herald({"open", ends.sealed, "--store", ends.bob, "-o", ends.opened}).status, kFailed) << i;
    EXPECT_FALSE(std::filesystem::exists(ends.opened));
  }
  EXPECT_EQ(ends.available(ends.bob), 12u);
  must(write_file(ends.sealed, container, FileMode::secret));
  EXPECT_EQ(herald({"open", ends.sealed, "--store", ends.bob, "-o", ends.opened}).status, kDone);
}

TEST(StoreCommands, SimulatedKeysNeedTheUsersWordAtBothEnds) {
  Ends ends(Origin::simulated);
  const Ran refused = herald({"seal", ends.letter, "--store", ends.alice, "-o", ends.sealed});
  EXPECT_EQ(refused.status, kFailed);
  EXPECT_NE(refused.err.find("--insecure-simulated"), std::string::npos);
  EXPECT_EQ(ends.available(ends.alice), 12u);
  const Ran seal = herald({"seal", ends.letter, "--store", ends.alice, "-o", ends.sealed, "--insecure-simulated"});
  ASSERT_EQ(seal.status, kDone) << seal.err;
  EXPECT_NE(seal.err.find("simulated light"), std::string::npos);
  EXPECT_EQ(herald({"open", ends.sealed, "--store", ends.bob, "-o", ends.opened}).status, kFailed);
  EXPECT_EQ(ends.available(ends.bob), 12u);
  EXPECT_EQ(herald({"open", ends.sealed, "--store", ends.bob, "-o", ends.opened, "--insecure-simulated"}).status,
            kDone);
}

TEST(StoreCommands, NothingThatExistsIsReplacedUnasked) {
  Ends ends;
  must(write_file(ends.sealed, ends.content, FileMode::secret));
  EXPECT_EQ(herald({"seal", ends.letter, "--store", ends.alice, "-o", ends.sealed}).status, kFailed);
  EXPECT_EQ(herald({"seal", ends.letter, "--store", ends.alice, "-o", ends.directory / "none" / "x"}).status, kFailed);
  EXPECT_EQ(ends.available(ends.alice), 12u);
  EXPECT_EQ(herald({"seal", ends.letter, "--store", ends.alice, "-o", ends.sealed, "--force"}).status, kDone);
  EXPECT_EQ(herald({"open", ends.sealed, "--store", ends.bob, "-o", ends.letter}).status, kFailed);
  EXPECT_EQ(ends.available(ends.bob), 12u);
}

TEST(StoreCommands, AnEmptyFileAndStandardOutputWork) {
  Ends ends;
  must(write_file(ends.letter, {}, FileMode::secret));
  ASSERT_EQ(herald({"seal", ends.letter, "--store", ends.alice, "-o", ends.sealed}).status, kDone);
  const Ran open = herald({"open", ends.sealed, "--store", ends.bob, "-o", "-"});
  EXPECT_EQ(open.status, kDone) << open.err;
  EXPECT_EQ(open.out, "");
  EXPECT_NE(open.err.find("opened 0 bytes"), std::string::npos);
}

TEST(StoreCommands, TooFewKeysUseNone) {
  Ends ends;
  must(write_file(ends.letter, Bytes(1000), FileMode::secret));
  const Ran seal = herald({"seal", ends.letter, "--store", ends.alice, "-o", ends.sealed});
  EXPECT_EQ(seal.status, kFailed);
  EXPECT_NE(seal.err.find("8256 bits of key are needed"), std::string::npos) << seal.err;
  EXPECT_EQ(ends.available(ends.alice), 12u);
}

TEST(StoreCommands, KeysAreListedComparedAndCountedWithoutTheirBits) {
  Ends ends;
  const auto list = nlohmann::json::parse(herald({"key", "list", "--store", ends.alice, "--json"}).out);
  ASSERT_EQ(list.size(), 12u);
  EXPECT_EQ(list, nlohmann::json::parse(herald({"key", "list", "--store", ends.bob, "--json", "--link", "lab"}).out));
  EXPECT_EQ(list[0]["pool"], "alice_to_bob");
  EXPECT_EQ(list[0]["bits"], 256);
  EXPECT_FALSE(list[0].contains("key"));
  const std::string id = list[3]["id"];
  const Ran digest = herald({"key", "digest", id, "--store", ends.alice});
  EXPECT_EQ(digest.status, kDone) << digest.err;
  EXPECT_EQ(digest.out, herald({"key", "digest", id, "--store", ends.bob}).out);
  EXPECT_EQ(herald({"key", "digest", "garbage", "--store", ends.bob}).status, kFailed);
  const auto status = nlohmann::json::parse(herald({"key", "status", "--store", ends.alice, "--json"}).out);
  EXPECT_EQ(status["pools"].size(), 2u);
  EXPECT_EQ(status["pools"][0]["available_bits"], 6 * 256);
  EXPECT_EQ(status["links"][0]["end"], "alice");
  EXPECT_EQ(herald({"key", "verify", "--store", ends.alice}).status, kDone);
}

TEST(StoreCommands, AStoreIsMadeGivenALinkAndAPreSharedKey) {
  TestDirectory directory;
  const std::string alice = directory / "alice.db", psk = directory / "lab.psk";
  EXPECT_EQ(herald({"key", "init", "--store", alice, "--link", "lab"}).status, kFailed);
  EXPECT_EQ(herald({"key", "init", "--store", alice, "--link", "lab", "--end", "eve"}).status, kFailed);
  ASSERT_EQ(herald({"key", "init", "--store", alice, "--link", "lab", "--end", "alice"}).status, kDone);
  EXPECT_EQ(herald({"key", "init", "--store", alice, "--link", "lab", "--end", "bob"}).status, kFailed);
  EXPECT_EQ(herald({"key", "psk", psk, "--bits", "8"}).status, kUsage);
  ASSERT_EQ(herald({"key", "psk", psk, "--bits", "4096"}).status, kDone);
  EXPECT_EQ(herald({"key", "psk", psk}).status, kFailed) << "it exists";
  ASSERT_EQ(herald({"key", "import-psk", psk, "--store", alice}).status, kDone);
  EXPECT_EQ(herald({"key", "import-psk", psk, "--store", alice}).status, kFailed) << "once";
  const auto status = nlohmann::json::parse(herald({"key", "status", "--store", alice, "--json"}).out);
  EXPECT_EQ(status["links"][0]["pad_bits"], (4096 - 256) / 2);
  ASSERT_EQ(::chmod(psk.c_str(), 0644), 0);
  EXPECT_NE(herald({"key", "import-psk", psk, "--store", alice}).err.find("chmod 600"), std::string::npos);
}

}  // namespace
}  // namespace herald::cli
