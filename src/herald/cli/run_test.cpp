#include <gtest/gtest.h>

#include <algorithm>
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
