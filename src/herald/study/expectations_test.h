#pragma once
// Protocols beside their theory, for tests.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "herald/protocol/registry.h"
#include "herald/study/expectations.h"
#include "herald/study/trials.h"

namespace herald::study {

// Of the intervals of a test that holds: 1e-9 each.
inline void compare(const Casting& casting, std::uint64_t runs) {
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

inline Casting casting_of(std::string_view protocol,
                          std::initializer_list<std::pair<std::string_view, std::string_view>> who,
                          std::initializer_list<std::pair<std::string_view, double>> values) {
  Casting casting = Casting::standard(**find_protocol(protocol));
  for (const auto& [role, strategy] : who) EXPECT_TRUE(casting.cast(role, strategy)) << strategy;
  for (const auto& [name, value] : values) EXPECT_TRUE(casting.set(name, value)) << name;
  return casting;
}

}  // namespace herald::study
