#include "herald/study/expectations.h"

#include <algorithm>
#include <array>
#include <utility>

#include "herald/study/expectations/all.h"

namespace herald::study {
namespace {

using Expect = std::vector<Expectation> (*)(const Casting&);

constexpr std::array kKnown{
    std::pair<std::string_view, Expect>{"coin-flip", expect_coin_flip},
    std::pair<std::string_view, Expect>{"ot-bounded-storage", expect_bounded_transfer},
    std::pair<std::string_view, Expect>{"commit-bounded-storage", expect_bounded_commitment},
};

}  // namespace

std::string_view sign(Relation relation) {
  return relation == Relation::equal ? "=" : relation == Relation::at_most ? "<=" : ">=";
}

std::vector<Expectation> expectations(const Casting& casting) {
  const auto found = std::ranges::find(kKnown, casting.protocol->name, [](const auto& entry) { return entry.first; });
  return found == kKnown.end() ? std::vector<Expectation>() : found->second(casting);
}

}  // namespace herald::study
