#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "herald/cli/command_test.h"

namespace herald::cli {
namespace {

using Json = nlohmann::json;

TEST(Bound, PrintsAValueWithWhatItRestsOn) {
  const Ran ran = herald({"bound", "transfer-photons", "--memory", "0", "--length", "128", "--epsilon", "1e-9"});
  EXPECT_EQ(ran.status, kDone) << ran.err;
  for (const char* part : {"transfer-photons: 179053 photons\n", "memory 0 qubits, length 128 bit, epsilon 1e-09",
                           "theorem bounded-storage", "bounded-quantum-memory", "unsettled"})
    EXPECT_NE(ran.out.find(part), std::string::npos) << part << "\n" << ran.out;
  const Json json = Json::parse(herald({"bound", "transfer-photons", "--json"}).out);
  EXPECT_EQ(json["value"], 179'053);
  EXPECT_EQ(json["theorem"], "bounded-storage");
  EXPECT_FALSE(json["assumptions"].empty());
  EXPECT_EQ(herald({"bound", "transfer-photons", "--csv"}).out, "179053\n");
}

TEST(Bound, ListsAllWithTheirParametersAndFigures) {
  const Ran list = herald({"bound"});
  EXPECT_NE(list.out.find("--epsilon"), std::string::npos) << list.out;
  const Json json = Json::parse(herald({"bound", "--json"}).out);
  EXPECT_GT(json["bounds"].size(), 40u);
  EXPECT_FALSE(json["figures"].empty());
}

TEST(Bound, SweepsAndSaysWhatHasNoValue) {
  const Ran csv = herald({"bound", "transfer-memory", "--sweep", "photons=1e4:1e7:x10", "--length", "8", "--csv"});
  EXPECT_EQ(csv.status, kDone) << csv.err;
  EXPECT_TRUE(csv.out.starts_with("photons,value\n10000,\n100000,\n1000000,")) << csv.out;
  EXPECT_NE(csv.err.find("2 of 4 points have no value, the first because 10000 photons are too few"), std::string::npos)
      << csv.err;
  const Ran json =
      herald({"bound", "noisy-exponent", "--sweep", "storage=0.1,0.2", "--sweep", "rate=0.5,0.6", "--json"});
  EXPECT_EQ(std::ranges::count(json.out, '\n'), 4);
  const Ran table = herald({"bound", "noisy-threshold", "--sweep", "share=1,2"});
  EXPECT_NE(table.out.find("0.7799442711"), std::string::npos) << table.out;
}

TEST(Bound, RefusesWhatCannotBe) {
  const auto refused = [](std::vector<std::string> arguments, std::string_view why) {
    arguments.insert(arguments.begin(), "bound");
    const Ran ran = herald(arguments);
    EXPECT_NE(ran.status, kDone);
    EXPECT_NE(ran.err.find(why), std::string::npos) << ran.err;
  };
  refused({"transfer-memry"}, "did you mean transfer-memory");
  refused({"transfer-memory", "--photons", "0"}, "permits a whole number from 1 to 1e+15");
  refused({"transfer-memory", "--photons", "many"}, "\"many\" is no number");
  refused({"transfer-memory", "--share", "0.1"}, "has no parameter share");
  refused({"transfer-memory", "--photons", "1000"}, "too few for 128 bits");
  refused({"transfer-memory-plain", "--photons", "100"}, "possible is more than 1280");
  refused({"transfer-memory", "--sweep", "photons=0:2:1"}, "permits a whole number from 1");
  refused({"transfer-memory", "--sweep", "photons=10,20"}, "10 photons are too few");
  refused({"transfer-memory", "--plot", "a.svg"}, "a curve needs a range");
  refused({"noisy-threshold", "--sweep", "share=1,2", "--plot", "a.txt"}, ".svg");
  refused({"--photons", "5"}, "name a bound");
  refused({"--figure", "no-such"}, "There are: ");
  refused({"transfer-memory", "--figure", "coin-flip-string"}, "leave yours out");
  refused({"commitment-puf", "--bits", "10", "--tolerated", "11"}, "0 to 10 is");
  refused({"transfer-memory", "--sweep", "photons=1:1e6:1"}, "1e+06 points; 100000 at the most");
}

TEST(Bound, AFigureHasTheoryAndCheatsThatWerePlayed) {
  const Ran csv = herald({"bound", "--figure", "noisy-storage-individual", "--csv"});
  EXPECT_EQ(csv.status, kDone) << csv.err;
  EXPECT_NE(csv.out.find("noisy-storage-individual,played,\"cheat-store\",0.05,"), std::string::npos) << csv.out;
  const Ran again = herald({"bound", "--figure", "noisy-storage-individual", "--csv", "--threads", "1"});
  EXPECT_EQ(csv.out, again.out);
}

}  // namespace
}  // namespace herald::cli
