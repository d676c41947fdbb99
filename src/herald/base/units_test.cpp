#include "herald/base/units.h"

#include <gtest/gtest.h>

#include <concepts>
#include <type_traits>

namespace herald {
namespace {

template <typename A, typename B>
concept Addable = requires(A a, B b) { a + b; };

TEST(Units, AQuantityMixesWithNothingElse) {
  static_assert(!std::is_convertible_v<double, Decibel> && !std::is_convertible_v<Decibel, double>);
  static_assert(!Addable<Decibel, Kilometre> && !Addable<ErrorRate, FailureProbability> && !Addable<Decibel, double>);
  static_assert(!std::is_constructible_v<Kilometre, Decibel>);
  static_assert(Addable<Decibel, Decibel> && sizeof(Decibel) == sizeof(double) &&
                std::is_trivially_copyable_v<Decibel>);
  SUCCEED();
}

TEST(Units, ArithmeticIsThatOfTheValues) {
  EXPECT_EQ((Kilometre(3) + Kilometre(4)).value, 7);
  EXPECT_EQ((Kilometre(3) - Kilometre(4)).value, -1);
  EXPECT_EQ((Kilometre(3) * 2).value, 6);
  EXPECT_EQ((Kilometre(3) / 2).value, 1.5);
  EXPECT_EQ(Kilometre(3) / Kilometre(2), 1.5);
  EXPECT_LT(Decibel(1), Decibel(2));
  EXPECT_EQ(Decibel(), Decibel(0));
}

TEST(Units, FibreLosesDecibelsPerKilometre) {
  EXPECT_EQ(DecibelPerKilometre(0.2) * Kilometre(50), Decibel(10));
  EXPECT_DOUBLE_EQ(transmittance(Decibel(10)), 0.1);
  EXPECT_DOUBLE_EQ(transmittance(Decibel(0)), 1);
  EXPECT_DOUBLE_EQ(transmittance(Decibel(3)) * transmittance(Decibel(4)), transmittance(Decibel(7)));
}

}  // namespace
}  // namespace herald
