#include "herald/protocol/storage/interactive_hashing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "herald/base/statistics.h"
#include "herald/protocol/storage/public_string.h"

namespace herald {
namespace {

HashEquations asked(unsigned bits, Wide string, SimulationRandom& random) {
  HashEquations equations(bits);
  while (equations.missing() > 0) {
    const Wide vector = random_wide(bits, random);
    if (equations.independent(vector)) equations.add(vector, scalar_product(vector, string));
  }
  return equations;
}

TEST(InteractiveHashing, LeavesTwoStringsOneOfThemBobs) {
  SimulationRandom random(1);
  for (const unsigned bits : {1u, 2u, 7u, 64u, 65u, 124u, 127u})
    for (int run = 0; run < 20; ++run) {
      const Wide own = random_wide(bits, random);
      const auto [low, high] = asked(bits, own, random).solutions();
      EXPECT_TRUE(low < high && high >> bits == 0);
      EXPECT_TRUE(low == own || high == own);
    }
}

// The other string is any of the rest, all alike.
TEST(InteractiveHashing, TheOtherStringIsNobodysChoice) {
  SimulationRandom random(2);
  constexpr unsigned kBits = 4;
  for (const Wide own : {Wide{0}, Wide{5}}) {
    std::vector<std::uint64_t> counts(1 << kBits);
    for (int run = 0; run < 15'000; ++run) {
      const auto [low, high] = asked(kBits, own, random).solutions();
      ++counts[static_cast<std::size_t>(low == own ? high : low)];
    }
    EXPECT_EQ(counts[static_cast<std::size_t>(own)], 0u);
    std::erase(counts, 0u);
    EXPECT_EQ(counts.size(), 15u);
    EXPECT_GT(chi_square_test(counts, std::vector<double>(15, 1)), 1e-9);
  }
}

TEST(InteractiveHashing, SumsOfEarlierQuestionsAreNoNewOnes) {
  HashEquations equations(4);
  EXPECT_FALSE(equations.independent(0));
  EXPECT_FALSE(equations.independent(16));
  equations.add(3, true);
  equations.add(5, false);
  EXPECT_FALSE(equations.independent(3));
  EXPECT_FALSE(equations.independent(6));
  EXPECT_TRUE(equations.independent(1));
  EXPECT_EQ(equations.missing(), 1u);
}

// All sets of small sizes, each a string of its own; strings beyond the count wrap around.
TEST(InteractiveHashing, SetsAreStringsAndBack) {
  SimulationRandom random(3);
  for (std::size_t among = 2; among < 9; ++among)
    for (std::size_t size = 1; size < among; ++size) {
      const auto sets = PlaceSets::of(size, among);
      ASSERT_TRUE(sets);
      std::set<std::vector<std::size_t>> seen;
      for (Wide number = 0;; ++number) {
        const std::vector<std::size_t> places = sets->set_of(number);
        ASSERT_TRUE(std::ranges::is_sorted(places) && places.back() < among) << among << " " << size;
        if (!seen.insert(places).second) {
          EXPECT_EQ(places, sets->set_of(0));
          break;
        }
        EXPECT_EQ(sets->set_of(sets->string_of(places, random)), places);
      }
      const auto n = static_cast<double>(among), k = static_cast<double>(size);
      const double count = std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1));
      EXPECT_NEAR(static_cast<double>(seen.size()), count, 0.5);
    }
}

TEST(InteractiveHashing, LargeSetsSurvive) {
  SimulationRandom random(4);
  for (const auto& [size, among] :
       {std::pair<std::size_t, std::size_t>{8, 1200}, {4, 10'000'000}, {1, 2}, {12, 1000}}) {
    const auto sets = PlaceSets::of(size, among);
    ASSERT_TRUE(sets);
    for (int run = 0; run < 200; ++run) {
      const Positions drawn = random_positions(size, among, random);
      const std::vector<std::size_t> places(drawn.begin(), drawn.end());
      const Wide string = sets->string_of(places, random);
      EXPECT_TRUE(string >> sets->string_bits() == 0);
      EXPECT_EQ(sets->set_of(string), places);
    }
  }
  EXPECT_FALSE(PlaceSets::of(100, 10'000));
  EXPECT_FALSE(PlaceSets::of(5, 5));
  EXPECT_FALSE(PlaceSets::of(6, 5));
}

}  // namespace
}  // namespace herald
