// Transfers beside their theory, away from the standard parameters.

#include <gtest/gtest.h>

#include <algorithm>

#include "herald/protocol/registry.h"
#include "herald/study/expectations.h"
#include "herald/study/trials.h"

namespace herald::study {
namespace {

void compare(std::initializer_list<std::pair<std::string_view, std::string_view>> who,
             std::initializer_list<std::pair<std::string_view, double>> values, std::uint64_t runs) {
  Casting casting = Casting::standard(**find_protocol("ot-from-commitment"));
  std::string name;
  for (const auto& [role, strategy] : who) {
    ASSERT_TRUE(casting.cast(role, strategy)) << strategy;
    name += std::string(strategy) + " ";
  }
  for (const auto& [parameter, value] : values) {
    ASSERT_TRUE(casting.set(parameter, value)) << parameter;
    name += std::string(parameter) + " " + std::to_string(value) + " ";
  }
  const Trials trials{casting, 5, runs, FailureProbability(1e-9)};
  const auto tally = run(trials);
  ASSERT_TRUE(tally) << tally.error().message;
  const std::vector<Expectation> all = expectations(casting);
  EXPECT_FALSE(all.empty()) << name;
  for (const Expectation& theory : all) {
    const auto event = std::ranges::find(casting.protocol->events, theory.event, &Event::name);
    const Estimate measured =
        estimate(trials, *tally, static_cast<std::size_t>(event - casting.protocol->events.begin()));
    EXPECT_TRUE(theory.possible(measured.low, measured.high))
        << name << theory.event << " " << measured.low << " to " << measured.high << ", theory "
        << sign(theory.relation) << " " << theory.value << " (" << theory.source << ")";
  }
}

TEST(TransferTheory, OfFewTestedPhotonsAndShortStrings) {
  for (const std::string_view bob : {"honest", "cheat-late", "cheat-reopen", "cheat-some"})
    for (const double tested : {0, 2, 5})
      compare({{"bob", bob}}, {{"photons", 20}, {"tested", tested}, {"set", 5}, {"length", 2}, {"stored", 0.4}},
              10'000);
  for (const std::string_view alice : {"cheat-read", "cheat-bases", "cheat-spoil"})
    compare({{"alice", alice}}, {{"photons", 20}, {"tested", 4}, {"set", 4}, {"length", 1}}, 10'000);
}

TEST(TransferTheory, OfEveryCommitment) {
  for (const double commitment : {0, 1, 2, 3})
    for (const std::string_view bob : {"honest", "cheat-late", "cheat-reopen", "cheat-some"})
      for (const std::string_view alice : {"honest", "cheat-read"})
        compare(
            {{"alice", alice}, {"bob", bob}},
            {{"photons", 24}, {"tested", 4}, {"set", 5}, {"length", 4}, {"commitment", commitment}, {"strength", 8}},
            2'000);
}

TEST(TransferTheory, OfANoisyLine) {
  for (const double depolarising : {0.02, 0.2, 1.0})
    compare({}, {{"photons", 24}, {"tested", 4}, {"set", 4}, {"length", 4}, {"depolarising", depolarising}}, 10'000);
}

TEST(TransferTheory, OfALineThatLosesPhotons) {
  for (const double holes : {0.0, 0.3, 0.5})
    for (const std::string_view bob : {"honest", "cheat-late", "cheat-reopen", "cheat-some"})
      compare({{"bob", bob}},
              {{"photons", 40}, {"tested", 4}, {"set", 6}, {"length", 3}, {"transmittance", 0.7}, {"holes", holes}},
              4'000);
  for (const std::string_view alice : {"cheat-read", "cheat-bases", "cheat-spoil"})
    compare({{"alice", alice}},
            {{"photons", 40}, {"tested", 4}, {"set", 6}, {"length", 3}, {"transmittance", 0.7}, {"holes", 0.5}}, 4'000);
}

// What a test that lets errors pass costs, and what it lets an honest Bob do.
TEST(TransferTheory, OfATestThatLetsErrorsPass) {
  for (const std::string_view bob : {"honest", "cheat-late", "cheat-reopen", "cheat-some"})
    for (const double stored : {0.1, 0.3})
      compare({{"bob", bob}},
              {{"photons", 400}, {"tested", 40}, {"set", 160}, {"length", 8}, {"errors", 0.1}, {"stored", stored}},
              600);
  for (const std::string_view alice : {"cheat-read", "cheat-bases", "cheat-spoil"})
    compare({{"alice", alice}}, {{"photons", 400}, {"tested", 40}, {"set", 160}, {"length", 8}, {"errors", 0.05}}, 600);
  for (const double depolarising : {0.02, 0.1})
    compare({},
            {{"photons", 1200},
             {"tested", 100},
             {"set", 450},
             {"length", 16},
             {"errors", 0.05},
             {"depolarising", depolarising},
             {"transmittance", 0.9},
             {"holes", 0.15}},
            300);
}

}  // namespace
}  // namespace herald::study
