#pragma once
// Protocols beside their theory, for tests.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "herald/protocol/registry.h"
#include "herald/study/expectations.h"
#include "herald/study/trials.h"

namespace herald::study {

// A sanitizer finds in a tenth of the runs what it would in all of them.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr std::uint64_t kShareOfRuns = 10;
#else
inline constexpr std::uint64_t kShareOfRuns = 1;
#endif

// All that theory says of these; an interval misses with probability 1e-9.
inline void compare(const Casting& casting, std::uint64_t runs) {
  std::string who(casting.protocol->name);
  for (const Role& role : casting.protocol->roles)
    who += " " + std::string(role.name) + "=" + std::string(casting.strategy_name(role.name));
  const Trials trials{casting, 11, runs / kShareOfRuns, FailureProbability(1e-9)};
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

// The same, and theory has at least `fewest` words to say.
inline void expect_theory(const Casting& casting, std::size_t fewest, std::uint64_t runs = 10'000) {
  EXPECT_GE(expectations(casting).size(), fewest) << casting.protocol->name;
  compare(casting, runs);
}

inline double theory_of(const Casting& casting, std::string_view event, Relation relation = Relation::equal) {
  for (const Expectation& expected : expectations(casting))
    if (expected.event == event && expected.relation == relation) return expected.value;
  return -1;
}

using Who = std::initializer_list<std::pair<std::string_view, std::string_view>>;
using Values = std::initializer_list<std::pair<std::string_view, double>>;

inline Casting casting_of(std::string_view protocol, Who who, Values values) {
  Casting casting = Casting::standard(**find_protocol(protocol));
  for (const auto& [role, strategy] : who) EXPECT_TRUE(casting.cast(role, strategy)) << strategy;
  for (const auto& [name, value] : values) EXPECT_TRUE(casting.set(name, value)) << name;
  return casting;
}

}  // namespace herald::study
