// The best string for either basis, by spins, beside the whole space and every product.

#include "herald/cheating/two_bases.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <numbers>

#include "herald/cheating/coin_flip_errors.h"
#include "herald/cheating/optimal.h"
#include "herald/cheating/relativistic.h"

namespace herald {
namespace {

TEST(TwoBases, WithoutErrorsTheyAreTheWholeSpaces) {
  for (std::int64_t n = 1; n <= 8; ++n)
    EXPECT_NEAR(*best_in_either_basis(n, 0), best_state(coin_flip_bb84_tests(static_cast<std::size_t>(n)))->pass,
                1e-12);
}

// The test of one basis, for a string of zeros, as a matrix: the mean over all choices of what is tested.
ComplexMatrix test_in(bool x, unsigned n, double tolerated) {
  const std::size_t size = std::size_t{1} << n;
  std::vector<double> pass(size);
  for (unsigned wrong = 0; wrong < size; ++wrong)
    for (unsigned tested = 0; tested < size; ++tested)
      if (std::popcount(wrong & tested) <= tolerated * std::popcount(tested))
        pass[wrong] += 1 / static_cast<double>(size);
  ComplexMatrix test(size, size);
  for (unsigned a = 0; a < size; ++a)
    for (unsigned b = 0; b < size; ++b)
      for (unsigned wrong = 0; wrong < size; ++wrong) {
        const double sign = std::popcount((a ^ b) & wrong) % 2 == 0 ? 1 : -1;
        test(a, b) += x ? pass[wrong] * sign / static_cast<double>(size) : (a == wrong && b == wrong ? pass[wrong] : 0);
      }
  return test;
}

TEST(TwoBases, WithErrorsTheyAreTheWholeSpaces) {
  for (unsigned n = 1; n <= 5; ++n)
    for (const double tolerated : {0.0, 0.2, 0.34, 0.5, 0.7}) {
      ComplexMatrix sum = test_in(false, n, tolerated);
      sum += test_in(true, n, tolerated);
      sum *= -0.5;
      EXPECT_NEAR(*best_in_either_basis(n, tolerated), -smallest_eigenvalue(sum), 1e-12) << n << " " << tolerated;
    }
}

TEST(TwoBases, NoProductIsBetterAndTheProvenBoundHolds) {
  for (const std::int64_t n : {2, 10, 30, 100}) {
    const double best = *best_in_either_basis(n, 0), photons = static_cast<double>(n);
    for (const double angle : {0.0, 0.1, 0.3, std::numbers::pi / 8})
      EXPECT_GE(best + 1e-13, *alice_wins_polarized(photons, angle)) << n;
    EXPECT_LE(2 * best, 1 + *kent_commitment(photons) + 1e-13) << n;
    for (const double tolerated : {0.05, 0.2}) {
      const double loose = *best_in_either_basis(n, tolerated);
      EXPECT_GE(loose + 1e-13, best);
      for (const TableErrors& errors : {errors_breidbart(), errors_mixture()})
        EXPECT_GE(loose + 1e-13, *pass_comparison({n, n}, 1, errors, {tolerated, kNoCorrelationTest})) << n;
    }
  }
}

TEST(TwoBases, ACheatSaysThatAsFewCameAsItMay) {
  EXPECT_NEAR(*best_in_either_basis(20, 40, 0), *best_in_either_basis(20, 0), 1e-13);
  // Beyond sin^2(pi/8) of errors more photons are better: halfway between the bases few enough are wrong in both.
  EXPECT_GT(*best_in_either_basis(10, 60, 0.2), *best_in_either_basis(10, 0.2) + 0.05);
  EXPECT_NEAR(*best_in_either_basis(10, 60, 0.1), *best_in_either_basis(10, 0.1), 1e-13);
}

TEST(TwoBases, ImpossibleArgumentsAreRefused) {
  for (const double bad : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_FALSE(best_in_either_basis(5, bad));
  EXPECT_FALSE(best_in_either_basis(0, 0));
  EXPECT_FALSE(best_in_either_basis(201, 0));
  EXPECT_FALSE(best_in_either_basis(6, 5, 0));
}

}  // namespace
}  // namespace herald
