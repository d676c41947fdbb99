#include "herald/study/prover_file.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "herald/base/entropy.h"
#include "herald/base/file.h"
#include "herald/proof/efficiency_mismatch.h"
#include "herald/proof/noisy_preprocessing.h"
#include "herald/study/prover_text.h"

namespace herald::study {
namespace {

using ::testing::HasSubstr;

std::filesystem::path example(const std::string& name) {
  return std::filesystem::path(__FILE__).parent_path() / "../../../examples/prover" / (name + ".toml");
}

ProverReport proved(const std::string& name, const std::vector<Override>& overrides = {}) {
  const auto report = prove_file(example(name), overrides);
  EXPECT_TRUE(report) << report.error().message;
  return report.value_or(ProverReport{});
}

double figure(const ProverReport& report, std::string_view name) {
  for (const auto& [known, value] : report.figures)
    if (known == name) return value;
  ADD_FAILURE() << "no figure " << name;
  return std::numeric_limits<double>::quiet_NaN();
}

std::string text_of(const std::string& name) {
  const Bytes content = read_file(example(name)).value();
  return {content.begin(), content.end()};
}

// The example with one text replaced.
std::string changed(const std::string& name, const std::string& from, const std::string& to) {
  std::string text = text_of(name);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

std::string error_of(const std::string& text, const std::vector<Override>& overrides = {}) {
  auto file = parse_protocol(text, "my.toml", overrides);
  if (file) {
    const auto report = prove_protocol(*file);
    return report ? "none" : report.error().message;
  }
  return file.error().message;
}

TEST(ProverFile, Bb84) {
  const ProverReport r = proved("bb84");
  EXPECT_EQ(r.title, "BB84");
  EXPECT_NEAR(r.certified / 0.5, 0.7136030429, 1e-9);
  EXPECT_LE(r.certified / 0.5, bsc_capacity(0.05));
  EXPECT_NEAR(figure(r, "rate_per_sifted"), 0.427206, 1e-6);
  EXPECT_NEAR(figure(r, "error_rate"), 0.05, 1e-12);
  EXPECT_NEAR(figure(r, "sifted"), 0.5, 1e-12);
  EXPECT_EQ(figure(r, "dimension"), 4);
  EXPECT_LT(r.gap, 1e-9);
  EXPECT_GT(r.iterations, 0);
}

TEST(ProverFile, SixStates) { EXPECT_NEAR(figure(proved("six-state"), "rate_per_sifted"), 0.496816, 1e-6); }

TEST(ProverFile, Mismatch) {
  const ProverReport clean = proved("bb84-mismatch", {{"channel.depolarising", 0}});
  EXPECT_NEAR(figure(clean, "rate_per_sifted"), 0.918296, 1e-6);
  const ProverReport noisy =
      proved("bb84-mismatch", {{"channel.depolarising", 0.04}, {"bob.V.weight", 0.4}, {"bob.A.weight", 0.4}});
  EXPECT_NEAR(figure(noisy, "rate_per_sifted"), *mismatch_rate(0.8, ErrorRate(0.02), ErrorRate(0.02)), 1e-7);
  EXPECT_GT(proved("bb84-mismatch").rate, 0);
}

TEST(ProverFile, OthersGiveAKey) {
  for (const char* name : {"b92", "bbm92"}) {
    const ProverReport r = proved(name);
    EXPECT_GT(r.rate, 0) << name;
    EXPECT_LT(r.gap, 1e-7) << name;
    EXPECT_LT(r.rate, r.certified);
  }
}

TEST(ProverFile, NumbersAreReplacedAndSwept) {
  double last = 1;
  for (const double p : {0.0, 0.02, 0.1, 0.2, 0.3}) {
    const ProverReport r = proved("bb84", {{"channel.depolarising", p}});
    EXPECT_LT(r.rate, last);
    last = r.rate;
  }
  EXPECT_LT(last, 0);
  // Numbers that the file is silent about.
  EXPECT_LT(proved("bb84", {{"reconciliation.efficiency", 1.2}}).rate, proved("bb84").rate);
  // All statistics together show that a rotation is one: it costs errors and no secrecy.
  EXPECT_NEAR(proved("bb84", {{"channel.depolarising", 0}, {"channel.misalignment", 0.02}}).rate,
              0.5 * (1 - binary_entropy(0.02)), 1e-7);
  EXPECT_NEAR(proved("bb84", {{"reconciliation.leak", 0.1}}).rate, proved("bb84").certified - 0.1, 1e-12);
  EXPECT_NEAR(figure(proved("bb84", {{"channel.depolarising", 0.23}, {"key.noise", 0.25}}), "rate_per_sifted"),
              *bb84_preprocessing_rate(ErrorRate(0.115), ErrorRate(0.115), 0.25), 1e-7);
  EXPECT_LT(proved("bb84", {{"channel.depolarising", 0.23}}).rate, 0);
  EXPECT_LT(proved("bb84", {{"statistics.tolerance", 1e-3}}).rate, proved("bb84").rate);
  EXPECT_THAT(error_of(text_of("bb84"), {{"channel.depolarizing", 0.1}}),
              HasSubstr("did you mean channel.depolarising"));
  EXPECT_THAT(error_of(text_of("bb84"), {{"alice.H", 0.1}}), HasSubstr("no number alice.H"));
  EXPECT_THAT(error_of(text_of("bb84"), {{"channel.depolarising", 2}}), HasSubstr("possible are 0 to 1"));
  EXPECT_THAT(error_of(text_of("bb84"), {{"channel.depolarising", std::nan("")}}), HasSubstr("finite"));
  EXPECT_THAT(error_of(text_of("bb84"), {{"alice.H.probability", 0.3}}), HasSubstr("have the sum 1.05"));
  EXPECT_THAT(error_of("channel = 3", {{"channel.depolarising", 0.1}}), HasSubstr("no table"));
}

TEST(ProverFile, AStateOfBothStandsInForThePair) {
  const std::string text = changed("bbm92", text_of("bbm92").substr(text_of("bbm92").find("[statistics]")),
                                   "[state]\nvector = [0.7071, 0, 0, 0.7071]\n[channel]\ndepolarising = 0.1\n");
  const auto file = parse_protocol(text, "my.toml");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_NEAR(figure(*prove_protocol(*file), "rate_per_sifted"), 0.427206, 1e-6);
}

// Amplitude damping by Kraus operators is loss where the excited state is the photon.
TEST(ProverFile, KrausOperatorsAreAChannel) {
  const std::string damped =
      changed("bb84", "depolarising = 0.1", "kraus = [[[1, 0], [0, 0.9487]], [[0, 0.3162], [0, 0]]]");
  const auto file = parse_protocol(damped, "my.toml");
  ASSERT_TRUE(file) << file.error().message;
  const auto report = prove_protocol(*file);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_GT(report->rate, 0);
  EXPECT_THAT(error_of(changed("bb84", "depolarising = 0.1", "kraus = [[[1, 0], [0, 0.5]]]")),
              HasSubstr("channel.kraus is no channel"));
  EXPECT_THAT(error_of(changed("bb84", "depolarising = 0.1", "kraus = [[[1, 0, 0], [0, 1, 0]]]")),
              HasSubstr("operator 1, is 2 x 3"));
}

TEST(ProverFile, SumsOfProbabilitiesAreEnoughWithALeak) {
  const std::string sums = R"([[statistics.sum]]
pairs = [["H", "V"], ["V", "H"]]
value = 0.0125
[[statistics.sum]]
pairs = [["D", "A"], ["A", "D"]]
value = 0.0125
)";
  const std::string text = changed("bb84", "[channel]\ndepolarising = 0.1\n", sums);
  EXPECT_THAT(error_of(text), HasSubstr("reconciliation.leak is missing"));
  const auto file = parse_protocol(text, "my.toml", std::vector<Override>{{"reconciliation.leak", 0.2}});
  ASSERT_TRUE(file) << file.error().message;
  const auto report = prove_protocol(*file);
  ASSERT_TRUE(report);
  EXPECT_NEAR(report->certified, 0.5 * bsc_capacity(0.05), 1e-9);
  EXPECT_NEAR(report->rate, report->certified - 0.2, 1e-12);
}

TEST(ProverFile, WhatIsWrongIsToldWithItsLineAndTheWayOut) {
  const auto expect = [](const std::string& from, const std::string& to, const std::string& said) {
    EXPECT_THAT(error_of(changed("bb84", from, to)), HasSubstr(said)) << from << " -> " << to;
  };
  expect("vector = [0.7071, 0.7071]", "vector = [0.7, 0.7]", "my.toml:18: alice.D is not normalised");
  expect("vector = [0.7071, 0.7071]", "vector = [0.7, 0.7]", "divide them by 0.989949");
  expect("vector = [1, 0]", "matrix = [[1.5, 0], [0, -0.5]]", "alice.H is not positive: it has the eigenvalue -0.5");
  expect("vector = [1, 0]", "matrix = [[0.5, 0.5], [0, 0.5]]", "alice.H is not Hermitian");
  expect("vector = [1, 0]", "matrix = [[0.5, 0], [0, 0.4]]", "alice.H is not normalised: its trace is 0.9");
  expect("vector = [1, 0]", "matrix = [[1, 0], [0]]", "my.toml:6: alice.H.matrix, row 2, has 1 entries");
  expect("vector = [1, 0]", "vector = [1, \"0+j\"]", "alice.H.vector, entry 2, is not a number");
  expect("vector = [1, 0]", "vector = [1, 0, 0]", "\"H\" has 3 dimensions");
  expect("vector = [1, 0]", "vektor = [1, 0]", "alice.H has no key vektor; did you mean vector");
  expect("vector = [1, 0]\nprobability", "probability", "alice.H has neither vector and matrix");
  expect("probability = 0.25", "probability = 0.35",
         "my.toml:5: the signals' probabilities have the sum 1.1 and not 1");
  expect("probability = 0.25", "probability = 1.25", "my.toml:7: alice.H.probability is 1.25; possible are 0 to 1");
  expect("probability = 0.25", "", "alice.H.probability is missing");
  expect("weight = 0.5", "weight = 0.4", "bob's measurement is no POVM: its elements' sum has 0.9");
  expect("key = 0", "", "the key map is no map: \"H\" is announced as \"Z\", which is kept, and has no key symbol");
  expect("key = 0", "key = -1", "alice.H.key is not a whole number");
  expect("key = 0", "key = 2.5", "alice.H.key is not a whole number");
  expect("kept = [[\"Z\", \"Z\"]", "kept = [[\"Z\", \"Q\"]", "\"Q\" is kept and never announced");
  expect("kept = [[\"Z\", \"Z\"], [\"X\", \"X\"]]", "kept = \"Z\"", "key.kept is not a list of pairs");
  expect("kept = [[\"Z\", \"Z\"], [\"X\", \"X\"]]", "", "key.kept is missing");
  expect("holder = \"alice\"", "holder = \"eve\"", "possible are alice, bob");
  expect("depolarising = 0.1", "depolarising = 1.5", "channel.depolarising is 1.5");
  expect("depolarising = 0.1", "transmittance = 0.1",
         "delivers 3 dimensions (the last is the lost signal), Bob measures 2");
  expect("[channel]\ndepolarising = 0.1", "", "there are no statistics");
  expect("efficiency = 1", "efficiency = 0.5", "reconciliation.efficiency is 0.5");
  expect("title = \"BB84\"", "kind = \"magic\"", "possible are prepare-and-measure, entanglement");
  expect("title = \"BB84\"", "title = 3", "is not a text");
  expect("title = \"BB84\"", "titel = \"x\"", "has no key titel; did you mean title");
  expect("title = \"BB84\"", "title = ", "my.toml:3");
  EXPECT_THAT(error_of(changed("bb84-mismatch", "weight = 0.5", "weight = 1")),
              HasSubstr("bob.none: the other outcomes sum to more than the identity"));
  EXPECT_THAT(error_of(changed("bb84-mismatch", "transmittance = 0.5", "")), HasSubstr("give channel.transmittance"));
  EXPECT_THAT(error_of(""), HasSubstr("there is no [alice]"));
  EXPECT_EQ(read_protocol("/nowhere/x.toml").error().code, ErrorCode::not_found);
}

TEST(ProverFile, StatisticsThatNoStateExplainsAreRefused) {
  const auto expect = [](const std::string& from, const std::string& to, const std::string& said) {
    EXPECT_THAT(error_of(changed("bbm92", from, to)), HasSubstr(said)) << from << " -> " << to;
  };
  expect("tolerance = 0.001", "tolerance = 0", "no state explains");
  expect("V = 0.0029", "V = 0.0329", "have the sum 1.03");
  expect("V = 0.0029", "W = 0.0029", "bob has no outcome \"W\"");
  expect("V = 0.0029, ", "", "statistics.joint.H.V is missing");
  expect("joint.A", "joint.B", "alice has no outcome \"B\"");
  expect("V = 0.0029", "V = \"x\"", "is not a number");
  expect("[statistics]", "[channel]\n[statistics]", "there are both statistics and a channel");
  const std::string text = changed("bb84", "[channel]\ndepolarising = 0.1\n", R"([statistics]
joint.H = { H = 0.125, V = 0, D = 0.125, A = 0 }
joint.V = { H = 0, V = 0.125, D = 0.0625, A = 0.0625 }
joint.D = { H = 0.0625, V = 0.0625, D = 0.125, A = 0 }
joint.A = { H = 0.0625, V = 0.0625, D = 0, A = 0.125 }
)");
  EXPECT_THAT(error_of(text), HasSubstr("no state explains what was observed"));
}

TEST(ProverFile, ComplexNumbersAreReadable) {
  const std::map<std::string, Complex> good = {{"0.5", {0.5, 0}},
                                               {"i", {0, 1}},
                                               {"-i", {0, -1}},
                                               {"+2i", {0, 2}},
                                               {"0.5+0.5i", {0.5, 0.5}},
                                               {"-1 - 2i", {-1, -2}},
                                               {"1e-3-2.5e-1i", {1e-3, -0.25}},
                                               {"i+1", {1, 1}},
                                               {".5i", {0, 0.5}}};
  for (const auto& [text, value] : good) EXPECT_EQ(parse_complex(text), value) << text;
  for (const char* bad :
       {"", "+", "1+", "1+2", "i+i", "1i2", "j", "1 + 2j", "nan", "inf", "--1", "1e", "0x1", "1+2i+3"})
    EXPECT_FALSE(parse_complex(bad)) << bad;
}

}  // namespace
}  // namespace herald::study
