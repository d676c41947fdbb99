#include <gmock/gmock.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "herald/cli/command_test.h"

namespace herald::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Ran rate(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "rate");
  return herald(std::move(arguments));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

struct Folder {
  Folder() { EXPECT_NE(::mkdtemp(name), nullptr); }
  ~Folder() { std::filesystem::remove_all(name); }
  std::string operator/(const std::string& file) const { return std::filesystem::path(name) / file; }
  char name[32] = "/tmp/herald-rate-XXXXXX";
};

const std::string kPresets = std::filesystem::path(__FILE__).parent_path() / "../../../presets/";

TEST(Rate, ATableHasARowADistanceAndAColumnAProtocol) {
  const Ran ran = rate({"bb84-decoy", "plob", "--distance", "0:200:50"});
  ASSERT_EQ(ran.status, kDone) << ran.err;
  const auto lines = lines_of(ran.out);
  ASSERT_GE(lines.size(), 7u);
  EXPECT_THAT(lines[0], HasSubstr("bb84-decoy"));
  EXPECT_THAT(lines[1], HasSubstr("bit/pulse  bit/channel use"));
  EXPECT_THAT(lines[2], HasSubstr("inf"));
  EXPECT_THAT(lines[4], HasSubstr("1.449957e-02"));
  EXPECT_THAT(lines[6], HasSubstr("0 (no key)"));
  EXPECT_EQ(lines[0].size(), lines[6].size());
  EXPECT_THAT(ran.out, HasSubstr("theorem bb84-decoy, infinitely long keys"));
}

TEST(Rate, JsonIsAnObjectAPointWithAllThatItRestsOn) {
  const Ran ran = rate({"bb84-decoy", "plob", "--distance", "0,150", "--json"});
  ASSERT_EQ(ran.status, kDone) << ran.err;
  const auto lines = lines_of(ran.out);
  ASSERT_EQ(lines.size(), 4u);
  const auto first = json::parse(lines[0]), bound = json::parse(lines[1]), none = json::parse(lines[2]);
  EXPECT_EQ(first["protocol"], "bb84-decoy");
  EXPECT_EQ(first["distance_km"], 0);
  EXPECT_EQ(first["unit"], "bit/pulse");
  EXPECT_EQ(first["theorem"], "bb84-decoy");
  EXPECT_EQ(first["epsilon"], 0);
  EXPECT_EQ(first["parameters"]["fibre.attenuation"], 0.21);
  EXPECT_NEAR(first["rate"].get<double>() / 2.554919e-3, 1, 1e-5);
  EXPECT_NEAR(first["parameters"]["intensity.signal"].get<double>(), 0.4864, 1e-3);
  EXPECT_TRUE(first["figures"].contains("gain"));
  EXPECT_TRUE(bound["rate"].is_null());  // infinite
  EXPECT_EQ(none["rate"], 0);
  EXPECT_LT(none["signed_rate"].get<double>(), 0);
}

TEST(Rate, CsvHasOneHeadForAllProtocols) {
  const Ran ran = rate({"bb84-decoy", "plob", "--distance", "100", "--set", "intensity.signal=0.48", "--csv"});
  const auto lines = lines_of(ran.out);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_THAT(lines[0], StartsWith("protocol,distance_km,rate,signed_rate,unit,epsilon,theorem,fibre.attenuation,"));
  EXPECT_THAT(lines[1], StartsWith("bb84-decoy,100,1.71844"));
  const auto commas = [](const std::string& line) { return std::ranges::count(line, ','); };
  EXPECT_EQ(commas(lines[0]), commas(lines[1]));
  EXPECT_EQ(commas(lines[0]), commas(lines[2]));
}

TEST(Rate, NamesThatAreNotThereAreAnsweredWithTheNearest) {
  EXPECT_THAT(rate({"plop"}).err, HasSubstr("did you mean plob"));
  EXPECT_THAT(rate({"bb84-decoy", "--set", "intensity.sginal=0.4"}).err, HasSubstr("did you mean intensity.signal"));
  EXPECT_THAT(rate({"bb84-decoy", "--set", "chess=1"}).err, HasSubstr("no such parameter"));
  EXPECT_THAT(rate({"bb84-decoy", "--set", "repeaters.count=1"}).err, HasSubstr("those who know it: repeaters"));
  EXPECT_THAT(rate({"--preset", "gis"}).err, HasSubstr("no preset is called"));
  EXPECT_THAT(rate({"bb84-decoy", "--crossing", "tgv"}).err, HasSubstr("did you mean tgw"));
  EXPECT_THAT(rate({}).err, HasSubstr("--list"));
  for (const auto& arguments : {std::vector<std::string>{"plop"}, {}, {"plob", "--set", "x"}})
    EXPECT_EQ(rate(arguments).status, kFailed);
}

TEST(Rate, ImpossibleValuesAreAnsweredWithThePermittedRange) {
  EXPECT_THAT(rate({"bb84-decoy", "--set", "misalignment=0.7"}).err, HasSubstr("bb84-decoy permits 0 to 0.5"));
  EXPECT_THAT(rate({"bb84-decoy", "--set", "fibre.attenuation=nan"}).err, HasSubstr("fibre.attenuation"));
  EXPECT_THAT(rate({"bb84-decoy", "--distance", "0:100:0"}).err, HasSubstr("zero"));
  EXPECT_THAT(rate({"bb84-decoy", "--distance", "100:0:5"}).err, HasSubstr("leads away"));
  EXPECT_THAT(rate({"bb84-decoy", "--distance", "0:1e9:0.001"}).err, HasSubstr("more than"));
  EXPECT_THAT(rate({"bb84-decoy", "--distance", "-5"}).err, HasSubstr("permitted are 0 to"));
  EXPECT_THAT(rate({"bb84-decoy", "--sweep", "misalignment"}).err, HasSubstr("FROM:TO:STEP"));
  EXPECT_THAT(rate({"bb84-decoy", "bb84-decoy"}).err, HasSubstr("named twice"));
  EXPECT_THAT(rate({"bb84-decoy", "--crossing", "bb84"}).err, HasSubstr("is no bound"));
  EXPECT_EQ(rate({"bb84-decoy", "--csv", "--json"}).status, kUsage);
}

TEST(Rate, WhatTheModelRefusesEverywhereIsAnErrorAndElsewhereANote) {
  const Ran all = rate({"bb84-vacuum-weak", "--set", "intensity.signal=0.3", "--set", "intensity.weak=0.5"});
  EXPECT_EQ(all.status, kFailed);
  const Ran some = rate(
      {"bb84-vacuum-weak", "--set", "intensity.signal=0.3", "--sweep", "intensity.weak=0.1,0.5", "--distance", "10"});
  EXPECT_EQ(some.status, kDone);
  EXPECT_THAT(some.err, HasSubstr("1 of 2 points refused"));
}

TEST(Rate, PresetsAreFoundCopiedAndChecked) {
  const Ran gys =
      rate({"--preset", kPresets + "gys.toml", "--set", "intensity.signal=0.48", "--distance", "100", "--csv"});
  ASSERT_EQ(gys.status, kDone) << gys.err;
  EXPECT_THAT(gys.out, HasSubstr("bb84-decoy,100,1.71844"));
  EXPECT_THAT(gys.out, HasSubstr("bb84-vacuum-weak,100,1.6020"));
  const Folder folder;
  const auto with = [&](const std::string& text) {
    std::ofstream(folder / "p.toml") << text;
    return rate({"bb84-decoy", "--preset", folder / "p.toml", "--distance", "10"});
  };
  const std::string head = "title='t'\nsource='s'\n[parameters]\n";
  EXPECT_EQ(with(head + "misalignment=0.02\n").status, kDone);
  EXPECT_THAT(with(head + "misalignement=0.02\n").err,
              HasSubstr("p.toml:4: no model has a parameter misalignement; did you mean misalignment?"));
  EXPECT_THAT(with(head + "misalignment='big'\n").err, HasSubstr("has no number"));
  EXPECT_THAT(with(head + "misalignment=0.9\n").err, HasSubstr("p.toml:4 misalignment=0.9: bb84-decoy permits"));
  EXPECT_THAT(with(head + "misalignment={value=0.1,sauce='x'}\n").err, HasSubstr("did you mean source?"));
  EXPECT_THAT(with("titel='t'\nsource='s'\n").err, HasSubstr("did you mean title?"));
  EXPECT_THAT(with(head + "misalignment=\n").err, HasSubstr("p.toml:4"));
  const Ran note = with(head + "misalignment=0.02\nrepeaters.count=3\n");
  EXPECT_EQ(note.status, kDone);
  EXPECT_THAT(note.err, HasSubstr("bb84-decoy has no repeaters.count, which preset p gives"));
}

TEST(Rate, EveryPresetIsReadAndMakesKeys) {
  unsigned presets = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kPresets)) {
    const Ran ran = rate({"--preset", entry.path(), "--distance", "10", "--json"});
    EXPECT_EQ(ran.status, kDone) << entry.path() << ran.err;
    for (const std::string& line : lines_of(ran.out)) EXPECT_GT(json::parse(line)["rate"].get<double>(), 0) << line;
    ++presets;
  }
  EXPECT_GE(presets, 2u);
}

TEST(Rate, ReachAndCrossingsAreNamed) {
  const Ran reach = rate({"bb84-decoy", "--reach", "--crossing", "plob", "--set", "intensity.signal=0.48"});
  ASSERT_EQ(reach.status, kDone) << reach.err;
  EXPECT_THAT(reach.out, HasSubstr("bb84-decoy reaches 142.0"));
  EXPECT_THAT(reach.out, HasSubstr("never overtakes plob of the fibre alone"));
  EXPECT_THAT(reach.out, HasSubstr("never overtakes plob with the detectors' efficiency in it (0.045)"));
  const Ran swept = rate({"bb84-decoy", "--reach", "--sweep", "misalignment=0.01,0.033", "--json"});
  EXPECT_NEAR(json::parse(lines_of(swept.out)[1])["reach_km"].get<double>(), 142.21, 0.02);
  EXPECT_EQ(json::parse(lines_of(swept.out)[0])["at"]["misalignment"], 0.01);
}

TEST(Rate, ListAndExplainWalkTheRegistries) {
  const Ran list = rate({"--list"});
  EXPECT_THAT(list.out, HasSubstr("bb84-finite"));
  EXPECT_THAT(list.out, HasSubstr("theorems"));
  EXPECT_THAT(list.out, HasSubstr("coin-flip-kitaev"));
  EXPECT_GE(json::parse(rate({"--list", "--json"}).out)["protocols"].size(), 4u);
  const Ran explained = rate({"bb84-decoy", "plob", "--explain"});
  for (const char* word : {"paper", "assumes", "phase-randomised", "published", "agrees", "intensity.signal"})
    EXPECT_THAT(explained.out, HasSubstr(word));
  EXPECT_THAT(explained.out, Not(HasSubstr("DIFFERS")));
  const auto record = json::parse(lines_of(rate({"bb84-decoy", "--explain", "--json"}).out)[0]);
  EXPECT_EQ(record["record"]["name"], "bb84-decoy");
}

TEST(Rate, AnInterruptedSweepIsTakenUpAgain) {
  const Folder folder;
  const std::vector<std::string> request{"bb84-decoy", "--distance", "0:100:10", "--csv", "--resume", folder / "j"};
  const Ran first = rate(request), second = rate(request);
  EXPECT_EQ(first.status, kDone) << first.err;
  EXPECT_EQ(first.out, second.out);
  auto other = request;
  other[2] = "0:100:20";
  EXPECT_THAT(rate(other).err, HasSubstr("another request"));
}

TEST(Rate, APictureIsDrawnOrItIsSaidWhyNot) {
  const Folder folder;
  EXPECT_THAT(rate({"bb84-decoy", "--plot", folder / "a.gif"}).err, HasSubstr(".svg, .png or .pdf"));
  EXPECT_THAT(rate({"bb84-decoy", "--distance", "10", "--plot", folder / "a.svg"}).err, HasSubstr("needs a range"));
  EXPECT_FALSE(std::filesystem::exists(folder / "a.svg"));
  const Ran drawn = rate({"bb84-decoy", "--distance", "0:150:10", "--plot", folder / "a.svg"});
  if (drawn.err.find("needs gnuplot") != std::string::npos) GTEST_SKIP() << "no gnuplot";
  ASSERT_EQ(drawn.status, kDone) << drawn.err;
  std::stringstream svg;
  svg << std::ifstream(folder / "a.svg").rdbuf();
  for (const char* word : {"<svg", "bb84-decoy", "plob (the fibre alone)", "distance (km)", "rate (bit/pulse)"})
    EXPECT_THAT(svg.str(), HasSubstr(word));
  EXPECT_EQ(rate({"bb84-decoy", "--distance", "0:50:10", "--plot", folder / "none/a.svg"}).status, kFailed);
}

TEST(Rate, FiguresAreNumbersWithWhatWasPublishedBeside) {
  const Ran table = rate({"--figure", "acin-threshold"});
  ASSERT_EQ(table.status, kDone) << table.err;
  for (const char* word : {"[2] di-preprocessing", "published", "7.1 %", "Phys. Rev. Lett. 98, 230501"})
    EXPECT_THAT(table.out, HasSubstr(word));
  const auto lines = lines_of(rate({"--figure", "acin-threshold", "--json"}).out);
  EXPECT_EQ(json::parse(lines.front())["curve"], "device independent");
  EXPECT_EQ(json::parse(lines.front())["rate"], 1);
  EXPECT_EQ(json::parse(lines.back())["label"], "quoted, reproduced");
  EXPECT_THAT(rate({"--figure", "acin-threshold", "--csv"}).out, StartsWith("figure,curve,protocol,error_rate,rate\n"));
  EXPECT_THAT(rate({"--figure", "acin"}).err, HasSubstr("did you mean acin-threshold?"));
  EXPECT_EQ(rate({"di", "--figure", "acin-threshold"}).status, kFailed);
}

TEST(Rate, ANetworkHasAWidestPathAndACut) {
  const std::string metro = kPresets + "../examples/network/metro.toml";
  const Ran ran = rate({"--network", metro, "--between", "Alice", "Bob", "--json"});
  ASSERT_EQ(ran.status, kDone) << ran.err;
  const auto found = json::parse(ran.out);
  EXPECT_EQ(found["path"], (std::vector<std::string>{"Alice", "South", "Bob"}));
  EXPECT_NEAR(found["single_path"].get<double>(), -std::log2(1 - 0.1), 1e-12);
  EXPECT_GT(found["flooding"], found["single_path"]);
  EXPECT_THAT(rate({"--network", metro, "--between", "Alice", "Bob"}).out, HasSubstr("Alice - South - Bob"));
  EXPECT_THAT(rate({"--network", metro, "--between", "Alice", "Rob"}).err, HasSubstr("Bob"));
  EXPECT_EQ(rate({"--network", metro}).status, kUsage);
}

TEST(Rate, AProtocolFileIsProved) {
  const std::string bb84 = kPresets + "../examples/prover/bb84.toml";
  const Ran one = rate({bb84, "--set", "channel.depolarising=0.1", "--json"});
  ASSERT_EQ(one.status, kDone) << one.err;
  const auto proof = json::parse(one.out);
  const double q = 0.05, h = -q * std::log2(q) - (1 - q) * std::log2(1 - q);
  EXPECT_NEAR(proof["rate"].get<double>(), 0.5 * (1 - 2 * h), 1e-5);
  EXPECT_EQ(proof["parameters"]["channel.depolarising"], 0.1);
  const Ran table = rate({bb84, "--sweep", "channel.depolarising=0.1,0.3"});
  ASSERT_EQ(table.status, kDone) << table.err;
  EXPECT_THAT(table.out, HasSubstr("0 (no key)"));
  EXPECT_THAT(table.out, HasSubstr("by theorem"));
  const Ran rows = rate({bb84, "--sweep", "channel.depolarising=0.1,0.2", "--csv"});
  EXPECT_THAT(rows.out, StartsWith("file,channel.depolarising,rate,"));
  EXPECT_EQ(lines_of(rows.out).size(), 3u);
  EXPECT_THAT(rate({bb84, "--explain"}).out, HasSubstr("Winick"));
  EXPECT_THAT(rate({bb84, "sns"}).err, HasSubstr("not both"));
  EXPECT_THAT(rate({bb84, "--distance", "10"}).err, HasSubstr("knows no distance"));
  EXPECT_EQ(rate({"./no-such.toml"}).status, kFailed);
}

TEST(Rate, AJobOfSeveralProcessesWantsMpi) {
  ::setenv("OMPI_COMM_WORLD_SIZE", "4", 1);
  for (const char* rank : {"0", "1"}) {
    ::setenv("OMPI_COMM_WORLD_RANK", rank, 1);
    const Ran ran = rate({"plob"});
    EXPECT_EQ(ran.status, kFailed);
    EXPECT_EQ(ran.out, "");
    if (*rank == '0')
      EXPECT_THAT(ran.err, HasSubstr("built without MPI"));
    else
      EXPECT_EQ(ran.err, "");  // said once
    EXPECT_EQ(herald({"--version"}).status, kDone);
  }
  ::unsetenv("OMPI_COMM_WORLD_RANK");
  ::unsetenv("OMPI_COMM_WORLD_SIZE");
}

}  // namespace
}  // namespace herald::cli
