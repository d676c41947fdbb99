#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "herald/cli/command_test.h"

namespace herald::cli {
namespace {

using Json = nlohmann::json;

TEST(Run, PrintsWhatHappenedBesideItsTheory) {
  const Ran run = herald({"run", "coin-flip", "--alice", "cheat-epr", "--set", "storage=0.99", "--trials", "1e5"});
  EXPECT_EQ(run.status, kDone) << run.err;
  EXPECT_NE(run.out.find("100000 runs, seed 1"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("= 0.778557 (agrees): ((3 + eta)/4)^n"), std::string::npos) << run.out;
}

TEST(Run, JsonHasTheSameOnAnyNumberOfThreads) {
  const auto with_threads = [](const char* threads) {
    return herald({"run", "coin-flip", "--alice", "cheat-lie", "--set", "photons=5", "--trials", "20000", "--json",
                   "--threads", threads, "--seed", "9"});
  };
  const Ran one = with_threads("1");
  EXPECT_EQ(one.out, with_threads("3").out);
  const Json json = Json::parse(one.out);
  EXPECT_EQ(json["parties"]["alice"], "cheat-lie");
  EXPECT_EQ(json["parameters"]["photons"], 5);
  EXPECT_EQ(json["runs"], 20'000);
  const Json& passes = json["events"].back();
  EXPECT_EQ(passes["name"], "lie-passes");
  EXPECT_EQ(passes["given"], "alice-lies");
  EXPECT_NEAR(passes["theory"][0]["value"].get<double>(), 0.2373046875, 1e-12);
  EXPECT_TRUE(passes["theory"][0]["agrees"].get<bool>());
}

TEST(Run, SweepsAParameter) {
  const Ran run = herald({"run", "coin-flip", "--alice", "cheat-lie", "--sweep", "photons=1:3:1", "--event",
                          "lie-passes", "--trials", "1000", "--csv"});
  EXPECT_EQ(run.status, kDone) << run.err;
  EXPECT_EQ(std::ranges::count(run.out, '\n'), 4) << run.out;
  EXPECT_TRUE(
      run.out.starts_with("photons,event,runs,among,happened,probability,low,high,relation,theory\n1,lie-passes,"))
      << run.out;
}

TEST(Run, StopsAtAWantedPrecision) {
  const Ran run = herald({"run", "coin-flip", "--precision", "0.02", "--trials", "1e9", "--json"});
  EXPECT_EQ(run.status, kDone) << run.err;
  EXPECT_LT(Json::parse(run.out)["runs"].get<double>(), 1e6);
}

TEST(Run, ShowsOneRunMessageByMessage) {
  const Ran run = herald({"run", "coin-flip", "--transcript"});
  EXPECT_EQ(run.status, kDone) << run.err;
  for (const char* part : {"alice to bob: 100 qubits", "bob to alice: basis guess", "alice to bob: opening",
                           "alice accepts", "bob accepts"})
    EXPECT_NE(run.out.find(part), std::string::npos) << part << "\n" << run.out;
  const Json json = Json::parse(herald({"run", "coin-flip", "--transcript", "--json"}).out);
  EXPECT_EQ(json["passages"].size(), 3u);
  EXPECT_EQ(json["verdicts"][1]["seat"], "bob");
}

std::string circuit_file(std::string_view name) {
  return (std::filesystem::path(__FILE__).parent_path() / "../../../examples/circuits" / name).string();
}

TEST(Run, ComputesACircuitOfAFileOnGivenInputs) {
  const Ran run = herald({"run", "two-party-computation", "--trials", "1", "--circuit",
                          circuit_file("greater-than-32.txt"), "--input", "alice=0xb2d05e01", "bob=3000000000"});
  EXPECT_EQ(run.status, kDone) << run.err;
  for (const char* part :
       {"alice: result 0x1\n", "bob: result 0x1\n", "semi-honest", "information-theoretic", "circuit of "})
    EXPECT_NE(run.out.find(part), std::string::npos) << part << run.out;
  const Ran again = herald({"run", "two-party-computation", "--trials", "1", "--json", "--circuit",
                            circuit_file("greater-than-32.txt"), "--input", "alice=0xb2d05e00", "bob=3000000000"});
  EXPECT_EQ(Json::parse(again.out)["told"]["bob"], "result 0x0") << again.out;
}

// FIPS 197, appendix B.
TEST(Run, ComputesAesAndSaysWhatItsSecurityIs) {
  const std::vector<std::string> aes{"run",
                                     "two-party-computation",
                                     "--trials",
                                     "1",
                                     "--set",
                                     "circuit=1",
                                     "--input",
                                     "alice=0x2b7e151628aed2a6abf7158809cf4f3c",
                                     "bob=0x3243f6a8885a308d313198a2e0370734"};
  std::vector<std::string> extended = aes;
  extended.insert(extended.end(), {"--set", "extended=1"});
  const Ran quantum = herald(aes), stretched = herald(extended);
  for (const Ran& run : {quantum, stretched}) {
    EXPECT_EQ(run.status, kDone) << run.err;
    EXPECT_NE(run.out.find("bob: result 0x3925841d02dc09fbdc118597196a0b32"), std::string::npos) << run.out;
  }
  EXPECT_EQ(quantum.out.find("computational"), std::string::npos) << quantum.out;
  EXPECT_NE(stretched.out.find("extended by AES-128 and BLAKE2b: computational"), std::string::npos) << stretched.out;
}

TEST(Run, RefusesWhatCannotBe) {
  const auto refused = [](std::vector<std::string> arguments, std::string_view why) {
    arguments.insert(arguments.begin(), "run");
    const Ran run = herald(arguments);
    EXPECT_NE(run.status, kDone);
    EXPECT_NE(run.err.find(why), std::string::npos) << run.err;
    EXPECT_TRUE(run.out.empty()) << run.out;
  };
  refused({}, "name a protocol, such as coin-flip");
  refused({"coinflip"}, "did you mean coin-flip");
  refused({"coin-flip", "--alice", "cheat-eprs"}, "did you mean cheat-epr");
  refused({"coin-flip", "--set", "photons=0"}, "possible is a whole number from 1 to 1e+06");
  refused({"coin-flip", "--set", "photon=1"}, "did you mean photons");
  refused({"coin-flip", "--sweep", "storage=0:2:1"}, "storage = 2: possible is a number from 0 to 1");
  refused({"coin-flip", "--trials", "0"}, "a whole number from 1 to 1e15");
  refused({"coin-flip", "--event", "win"}, "`herald protocols coin-flip`");
  refused({"coin-flip", "--plot", "flip.svg"}, "a curve needs a range");
  refused({"coin-flip", "--cast", "alice"}, "say ROLE=STRATEGY");
  refused({"./no-such-module.so"}, "cannot open shared object file");
  const std::string compare = circuit_file("greater-than-32.txt");
  refused({"coin-flip", "--circuit", compare}, "coin-flip takes no circuit");
  refused({"coin-flip", "--input", "alice=1"}, "take no inputs");
  refused({"two-party-computation", "--circuit", __FILE__}, "run_test.cpp:1: expected the number of gates");
  refused({"two-party-computation", "--input", "alice"}, "say PARTY=VALUE");
  refused({"two-party-computation", "--input", "charlie=1"}, "one each of alice, bob");
  refused({"two-party-computation", "--input", "alice=0x1f"}, "alice's input 0x1f: 5 bits where 4 are taken");
  refused({"two-party-computation", "--input", "alice=0xg"}, "no hexadecimal digits");
  refused({"two-party-computation", "--input", "alice=-1"}, "expected 0x and hexadecimal digits, or a number");
  const auto as_alice = [&](std::vector<std::string> arguments, std::string_view why) {
    arguments.insert(arguments.end(), {"--as", "alice", "--listen", "127.0.0.1:0", "--desk", "127.0.0.1:1"});
    refused(arguments, why);
  };
  as_alice({"commit-puf"}, "commit-puf plays in one process only: a device changes hands");
  as_alice({"commit-relativistic"}, "its agents stand at places");
  as_alice({"commit-multiparty"}, "Two processes can play conjugate-coding, ");
  as_alice({"two-party-computation"}, "with --set commitment=1 (by hash)");
  as_alice({"two-party-computation", "--set", "commitment=1", "parties=3"}, "3 take part");
  as_alice({"two-party-computation", "--set", "commitment=1", "--input", "bob=1"}, "bob plays in another process");
}

TEST(Protocols, ListsExplainsAndTellsTheTheory) {
  const Ran list = herald({"protocols"});
  EXPECT_NE(list.out.find("--alice: honest, cheat-lie"), std::string::npos) << list.out;
  const Ran one = herald({"protocols", "coin-flip"});
  EXPECT_NE(one.out.find("3. bob guesses her basis"), std::string::npos) << one.out;
  const Json json = Json::parse(herald({"protocols", "coin-flip", "--json"}).out);
  EXPECT_EQ(json["steps"].size(), 5u);
  EXPECT_FALSE(json["theory"].empty());
}

}  // namespace
}  // namespace herald::cli
