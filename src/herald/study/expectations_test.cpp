// Every protocol of the registry beside its theory, whoever plays.

#include "herald/study/expectations.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "herald/protocol/registry.h"
#include "herald/study/trials.h"

namespace herald::study {
namespace {

constexpr std::uint64_t kRuns = 3'000;

// Of the intervals of a test that holds: 1e-9 each.
void compare(const Casting& casting, std::uint64_t runs = kRuns) {
  std::string who(casting.protocol->name);
  for (const Role& role : casting.protocol->roles)
    who += " " + std::string(role.name) + "=" + std::string(casting.strategy_name(role.name));
  const Trials trials{casting, 11, runs, FailureProbability(1e-9)};
  const auto tally = run(trials);
  ASSERT_TRUE(tally) << who << ": " << tally.error().message;
  for (const Expectation& theory : expectations(casting)) {
    const auto event = std::ranges::find(casting.protocol->events, theory.event, &Event::name);
    ASSERT_NE(event, casting.protocol->events.end()) << who << ": no event " << theory.event;
    const Estimate measured =
        estimate(trials, *tally, static_cast<std::size_t>(event - casting.protocol->events.begin()));
    EXPECT_TRUE(theory.possible(measured.low, measured.high))
        << who << ": " << theory.event << " " << measured.low << " to " << measured.high << ", theory "
        << sign(theory.relation) << " " << theory.value << " (" << theory.source << ")";
    EXPECT_FALSE(theory.source.empty()) << who;
  }
}

// All combinations of strategies.
template <typename Visit>
void for_all_castings(const Protocol& protocol, Visit visit) {
  Casting casting = Casting::standard(protocol);
  for (;;) {
    visit(casting);
    std::size_t role = 0;
    while (role < casting.strategies.size() && ++casting.strategies[role] == protocol.roles[role].strategies.size())
      casting.strategies[role++] = 0;
    if (role == casting.strategies.size()) return;
  }
}

TEST(Expectations, AgreeWithEveryProtocolAtItsStandardParameters) {
  for (const Protocol* protocol : protocols())
    for_all_castings(*protocol, [](const Casting& casting) { compare(casting); });
}

TEST(Expectations, ExistForTheHonestRunOfEveryProtocol) {
  for (const Protocol* protocol : protocols())
    EXPECT_FALSE(expectations(Casting::standard(*protocol)).empty()) << protocol->name;
}

Casting casting_of(std::string_view protocol, std::initializer_list<std::pair<std::string_view, std::string_view>> who,
                   std::initializer_list<std::pair<std::string_view, double>> values) {
  Casting casting = Casting::standard(**find_protocol(protocol));
  for (const auto& [role, strategy] : who) EXPECT_TRUE(casting.cast(role, strategy)) << strategy;
  for (const auto& [name, value] : values) EXPECT_TRUE(casting.set(name, value)) << name;
  return casting;
}

TEST(Expectations, OfCoinFlipsOfAFewPhotons) {
  for (const std::string_view alice : {"cheat-lie", "cheat-mixture", "cheat-breidbart", "cheat-epr", "cheat-holes"})
    for (const double photons : {1, 2, 5, 10}) {
      const Casting casting =
          casting_of("coin-flip", {{"alice", alice}},
                     {{"photons", photons}, {"storage", 0.9}, {"measurement", 0.8}, {"holes", 0.4}});
      EXPECT_GE(expectations(casting).size(), 2u);
      compare(casting, 100'000);
    }
}

}  // namespace
}  // namespace herald::study
