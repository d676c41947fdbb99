#pragma once
// What tests of protocols beside their theory share.

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "herald/protocol/registry.h"
#include "herald/study/expectations.h"
#include "herald/study/trials.h"

namespace herald::study {

using Who = std::initializer_list<std::pair<std::string_view, std::string_view>>;
using Values = std::initializer_list<std::pair<std::string_view, double>>;

inline Casting casting_of(std::string_view protocol, Who who, Values values) {
  Casting casting = Casting::standard(**find_protocol(protocol));
  for (const auto& [role, strategy] : who) EXPECT_TRUE(casting.cast(role, strategy)) << strategy;
  for (const auto& [name, value] : values) EXPECT_TRUE(casting.set(name, value)) << name;
  return casting;
}

// All that theory says of these, at least `fewest` words; an interval misses with probability 1e-9.
inline void compare(const Casting& casting, std::size_t fewest, std::uint64_t runs = 10'000) {
  const auto theory = expectations(casting);
  EXPECT_GE(theory.size(), fewest);
  const Trials trials{casting, 5, runs, FailureProbability(1e-9)};
  const Tally tally = run(trials).value();
  for (const Expectation& expected : theory) {
    const auto found = std::ranges::find(casting.protocol->events, expected.event, &Event::name);
    ASSERT_NE(found, casting.protocol->events.end()) << expected.event;
    const Estimate seen = estimate(trials, tally, static_cast<std::size_t>(found - casting.protocol->events.begin()));
    EXPECT_TRUE(expected.possible(seen.low, seen.high))
        << casting.protocol->name << " " << expected.event << " " << seen.low << " to " << seen.high << ", theory "
        << sign(expected.relation) << " " << expected.value << " (" << expected.source << ")";
  }
}

inline double theory_of(const Casting& casting, std::string_view event, Relation relation = Relation::equal) {
  for (const Expectation& expected : expectations(casting))
    if (expected.event == event && expected.relation == relation) return expected.value;
  return -1;
}

}  // namespace herald::study
