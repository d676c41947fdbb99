// Better coins at other parameters than the standard ones.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "herald/cheating/coin_flip_strong.h"
#include "herald/protocol/registry.h"
#include "herald/study/expectations.h"
#include "herald/study/trials.h"

namespace herald::study {
namespace {

using Who = std::initializer_list<std::pair<std::string_view, std::string_view>>;
using Values = std::initializer_list<std::pair<std::string_view, double>>;

Casting casting_of(std::string_view protocol, Who who, Values values) {
  Casting casting = Casting::standard(**find_protocol(protocol));
  for (const auto& [role, strategy] : who) EXPECT_TRUE(casting.cast(role, strategy)) << strategy;
  for (const auto& [name, value] : values) EXPECT_TRUE(casting.set(name, value)) << name;
  return casting;
}

// An interval that misses with probability 1e-9.
Estimate measured(const Casting& casting, std::string_view event, std::uint64_t runs = 30'000) {
  const Trials trials{casting, 5, runs, FailureProbability(1e-9)};
  const auto found = std::ranges::find(casting.protocol->events, event, &Event::name);
  EXPECT_NE(found, casting.protocol->events.end()) << event;
  return estimate(trials, run(trials).value(), static_cast<std::size_t>(found - casting.protocol->events.begin()));
}

// All that theory says of these; at least `fewest` words.
void compare(const Casting& casting, std::size_t fewest) {
  const auto theory = expectations(casting);
  EXPECT_GE(theory.size(), fewest);
  for (const Expectation& expected : theory) {
    const Estimate seen = measured(casting, expected.event);
    EXPECT_TRUE(expected.possible(seen.low, seen.high))
        << casting.protocol->name << " " << expected.event << " " << seen.low << " to " << seen.high << ", theory "
        << sign(expected.relation) << " " << expected.value << " (" << expected.source << ")";
  }
}

double theory_of(const Casting& casting, std::string_view event) {
  for (const Expectation& expected : expectations(casting))
    if (expected.event == event && expected.relation == Relation::equal) return expected.value;
  return -1;
}

TEST(StrongCoins, EitherSideCanBeWanted) {
  for (const std::string_view protocol : {"coin-flip-ambainis", "coin-flip-berlin"})
    for (const double wanted : {0, 1}) {
      for (const std::string_view alice : {"cheat-lie", "cheat-between"})
        compare(casting_of(protocol, {{"alice", alice}}, {{"wanted", wanted}}), 1);
      for (const std::string_view bob : {"cheat-read", "cheat-conclusive"})
        compare(casting_of(protocol, {{"bob", bob}}, {{"wanted", wanted}}), 1);
    }
}

TEST(StrongCoins, LossAndNoiseEndAnHonestFlipAsOftenAsTheoryHasIt) {
  for (const std::string_view protocol : {"coin-flip-ambainis", "coin-flip-berlin"})
    compare(casting_of(protocol, {}, {{"transmittance", 0.6}, {"depolarising", 0.3}, {"attempts", 2}}), 3);
}

TEST(StrongCoins, AmbainisPublishedFigures) {
  EXPECT_NEAR(theory_of(casting_of("coin-flip-ambainis", {{"alice", "cheat-between"}}, {}), "wanted"), 0.75, 1e-12);
  EXPECT_NEAR(theory_of(casting_of("coin-flip-ambainis", {{"bob", "cheat-read"}}, {}), "wanted"), 0.75, 1e-12);
}

TEST(StrongCoins, BerlinPublishedFigures) {
  EXPECT_NEAR(theory_of(casting_of("coin-flip-berlin", {{"alice", "cheat-between"}}, {}), "wanted"), 0.9, 1e-12);
  EXPECT_NEAR(theory_of(casting_of("coin-flip-berlin", {{"bob", "cheat-read"}}, {}), "wanted"), 0.9, 1e-12);
  for (const double y : {0.5, 0.75, 1.0}) {
    for (const std::string_view alice : {"cheat-lie", "cheat-between"})
      compare(casting_of("coin-flip-berlin", {{"alice", alice}}, {{"y", y}}), 1);
    compare(casting_of("coin-flip-berlin", {{"bob", "cheat-read"}}, {{"y", y}}), 1);
  }
}

// Whatever he calls lost: Ambainis' coin is Bob's, the loss-tolerant one stays as it is.
TEST(StrongCoins, CallingLightLostDecidesOneOfTheTwo) {
  for (const double attempts : {1, 2, 3, 5, 20}) {
    const Casting broken = casting_of("coin-flip-ambainis", {{"bob", "cheat-conclusive"}}, {{"attempts", attempts}});
    EXPECT_NEAR(theory_of(broken, "wanted"), 1 - std::exp2(-attempts) / 2, 1e-15);
    compare(broken, 1);
    const Casting holds = casting_of("coin-flip-berlin", {{"bob", "cheat-conclusive"}}, {{"attempts", attempts}});
    EXPECT_NEAR(theory_of(holds, "wanted"), 0.9, 1e-12);
    compare(holds, 1);
  }
}

TEST(CoherentCoin, RunsAsTheoryHasIt) {
  const Values values{{"mean-photon-number", 0.4}, {"pulses", 6},         {"transmittance", 0.6},
                      {"dark-count", 0.05},        {"depolarising", 0.2}, {"y", 0.8}};
  compare(casting_of("coin-flip-coherent", {}, values), 3);
  compare(casting_of("coin-flip-coherent", {{"alice", "cheat-between"}}, values), 1);
  for (const std::string_view bob : {"cheat-read-first", "cheat-read-all"})
    for (const double wanted : {0, 1}) {
      Casting casting = casting_of("coin-flip-coherent", {{"bob", bob}}, values);
      ASSERT_TRUE(casting.set("wanted", wanted));
      compare(casting, 2);
    }
}

TEST(CoherentCoin, BrightOrDarkItEnds) {
  compare(casting_of("coin-flip-coherent", {}, {{"mean-photon-number", 0}}), 3);
  compare(casting_of("coin-flip-coherent", {}, {{"mean-photon-number", 0}, {"dark-count", 0.01}}), 3);
  compare(casting_of("coin-flip-coherent", {}, {{"mean-photon-number", 1}, {"pulses", 3}, {"dark-count", 1}}), 3);
  compare(casting_of("coin-flip-coherent", {{"bob", "cheat-read-all"}}, {{"mean-photon-number", 0}, {"pulses", 3}}), 2);
}

// Light so weak that a classical flip which gives up as often leaves one party with more.
TEST(CoherentCoin, BeatsTheClassicalBoundOverALossyLine) {
  const Values values{{"mean-photon-number", 0.006}, {"pulses", 1500}, {"transmittance", 0.5}, {"dark-count", 1e-6}};
  for (const Who& who : {Who{{"alice", "cheat-between"}}, Who{{"bob", "cheat-read-all"}}}) {
    const Casting casting = casting_of("coin-flip-coherent", who, values);
    double classical = 0;
    for (const Expectation& theory : expectations(casting))
      if (theory.source.find("classical") != std::string_view::npos) classical = theory.value;
    EXPECT_LT(measured(casting, "wanted").high, classical);
  }
}

}  // namespace
}  // namespace herald::study
