#include "herald/proof/b92.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <vector>

#include "herald/base/entropy.h"

namespace herald {
namespace {

using Matrix = Eigen::Matrix2cd;

double fraction() { return *rc::gen::inRange(0, 100001) / 1e5; }

// What a qubit channel shows: Bob's qubit, unnormalised, for each of Alice's states, and the pair's phase errors after
// the filter.
struct Shown {
  B92Observation observation;
  double phase_errors;  // per pulse
};

Shown shown(double alpha2, const std::vector<Matrix>& kraus) {
  const double alpha = std::sqrt(alpha2), beta = std::sqrt(1 - alpha2);
  const Eigen::Vector2d filter(alpha, beta);
  Shown result{{alpha2, {}, {}, {}}, 0};
  for (const Matrix& k : kraus) {
    for (const double sign : {1.0, -1.0}) {
      const Eigen::Vector2cd arrived = k * Eigen::Vector2cd(beta, sign * alpha) / std::sqrt(2.0);
      const Eigen::Vector2cd right(alpha, sign * beta), wrong(alpha, -sign * beta);  // excludes the other, excludes it
      result.observation.detected.value += arrived.squaredNorm();
      // Excluding |phi_j> is half of the projection on its orthogonal state.
      const double bad = std::norm(wrong.dot(arrived)) / 2, good = std::norm(right.dot(arrived)) / 2;
      result.observation.wrong.value += bad;
      result.observation.conclusive.value += good + bad;
    }
    // beta |+>|0> + alpha |->|1> before the channel; a phase error is |+>|1> or |->|0> after it.
    const Eigen::Vector2cd plus = (k * Eigen::Vector2cd(beta, 0)).cwiseProduct(filter.cast<std::complex<double>>()),
                           minus = (k * Eigen::Vector2cd(0, alpha)).cwiseProduct(filter.cast<std::complex<double>>());
    result.phase_errors += std::norm(plus(1)) + std::norm(minus(0));
  }
  return result;
}

// Kraus operators that sum up to at most 1: a random attack with loss.
std::vector<Matrix> some_channel(bool small) {
  std::vector<Matrix> kraus;
  Matrix sum = Matrix::Zero();
  for (int i = 0; i < *rc::gen::inRange(1, 4); ++i) {
    Matrix k;
    for (Eigen::Index r = 0; r < 2; ++r)
      for (Eigen::Index c = 0; c < 2; ++c) k(r, c) = {2 * fraction() - 1, small ? 0 : 2 * fraction() - 1};
    if (small) k = Matrix::Identity() + k * (0.3 * fraction());
    kraus.push_back(k);
    sum += k.adjoint() * k;
  }
  const double largest = Eigen::SelfAdjointEigenSolver<Matrix>(sum).eigenvalues()(1);
  const double scale = largest > 0 ? (1 - 0.3 * fraction()) / std::sqrt(largest) : 0;
  for (Matrix& k : kraus) k *= std::min(scale, 1 / std::sqrt(largest));
  return kraus;
}

TEST(B92, NoAttackMakesMorePhaseErrorsThanTheBound) {
  EXPECT_TRUE(rc::check([] {
    const Shown s = shown(0.01 + 0.48 * fraction(), some_channel(*rc::gen::arbitrary<bool>()));
    RC_PRE(s.observation.conclusive.value > 1e-6);
    const auto bound = b92_phase_error_rate(s.observation);
    RC_ASSERT(bound.has_value());
    RC_ASSERT(bound->value >= std::min(0.5, s.phase_errors / s.observation.conclusive.value) - 1e-6);
  }));
}

// ... and some attack makes as many: Alice's pair reduced to real amplitudes at the angles of the bound.
TEST(B92, TheBoundIsReached) {
  EXPECT_TRUE(rc::check([] {
    const double alpha2 = 0.03 + 0.44 * fraction(), e = 0.1 * fraction();
    const B92Observation seen = b92_depolarised(alpha2, Probability(1), ErrorRate(e));
    const double bound = b92_phase_error_rate(seen)->value;
    RC_PRE(bound < 0.5);
    // Populations of a lossless pair, searched by brute force for the most phase errors.
    const double beta2 = 1 - alpha2;
    const double n0 = (beta2 - seen.conclusive.value) / (beta2 - alpha2), n1 = 1 - n0;
    double most = 0;
    for (int i = 0; i <= 20000; ++i) {
      const double minus0 = i / 20000.0 * std::min(n0, alpha2), plus1 = minus0 + n1 - alpha2;
      if (plus1 < 0 || plus1 > n1) continue;
      const double u = std::sqrt(alpha2 * (n0 - minus0)) - std::sqrt(beta2 * (n1 - plus1));
      const double v = std::sqrt(beta2 * plus1) - std::sqrt(alpha2 * minus0);
      if ((u * u + v * v) / 2 <= seen.wrong.value + 1e-12)
        most = std::max(most, (beta2 * plus1 + alpha2 * minus0) / seen.conclusive.value);
    }
    RC_ASSERT(std::abs(most - bound) < 2e-3);
  }));
}

TEST(B92, WithoutErrorsOnlyLossTells) {
  EXPECT_TRUE(rc::check([] {
    const double alpha2 = 0.03 + 0.44 * fraction(), overlap = 1 - 2 * alpha2, detected = 1 - overlap * fraction();
    // Eve may only trade her losses: up to 1/2 where unambiguous discrimination leaves as many.
    const double expected = alpha2 * (1 - detected) / (overlap * detected);
    RC_ASSERT(std::abs(b92_phase_error_rate(b92_depolarised(alpha2, Probability(detected), ErrorRate(0)))->value -
                       std::min(0.5, expected)) < 1e-6);
  }));
  for (const double alpha2 : {0.05, 0.25, 0.45})
    EXPECT_EQ(b92_phase_error_rate(b92_depolarised(alpha2, Probability(0.999 * 2 * alpha2), ErrorRate(0)))->value, 0.5);
}

// 1e-20 of the photons arrive: alpha^2 shrinks with them, and the digits stay.
TEST(B92, TwoHundredDecibelsCostNoDigits) {
  for (const double detected : {1e-3, 1e-10, 1e-20}) {
    for (const double share : {0.1, 0.5, 0.9})  // of what discrimination would leave
      EXPECT_NEAR(
          b92_phase_error_rate(b92_depolarised(share * detected / 2, Probability(detected), ErrorRate(0)))->value,
          share / 2, 1e-9 + detected);
    // The rate falls with the square of what arrives.
    const double rate = *b92_rate(b92_depolarised(0.1 * detected, Probability(detected), ErrorRate(0)));
    EXPECT_NEAR(rate / (0.2 * detected * detected) / (1 - binary_entropy(0.1)), 1, 1e-6 + 3 * detected);
  }
  EXPECT_LE(*b92_rate(b92_depolarised(0.05, Probability(1e-3), ErrorRate(0.01))), 0);
}

TEST(B92, RatesFallWithErrorsAndLoss) {
  EXPECT_TRUE(rc::check([] {
    const double alpha2 = 0.03 + 0.44 * fraction(), detected = 0.3 + 0.7 * fraction(), e = 0.1 * fraction();
    const auto rate = [&](double d, double error) {
      return *b92_rate(b92_depolarised(alpha2, Probability(d), ErrorRate(error)), 1.1);
    };
    RC_ASSERT(std::max(0.0, rate(detected, e + 0.01)) <= std::max(0.0, rate(detected, e)) + 1e-9);
    RC_ASSERT(std::max(0.0, rate(detected * 0.95, e)) <= std::max(0.0, rate(detected, e)) + 1e-9);
  }));
}

TEST(B92, NonsenseIsRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const B92Observation good = b92_depolarised(0.25, Probability(0.9), ErrorRate(0.01));
  ASSERT_TRUE(b92_rate(good));
  EXPECT_FALSE(b92_rate(good, 0.9));
  for (const double alpha2 : {0.0, 0.5, -0.1, nan}) {
    B92Observation bad = good;
    bad.alpha2 = alpha2;
    EXPECT_FALSE(b92_rate(bad));
  }
  for (const B92Observation& bad : {B92Observation{0.25, Probability(1.1), Probability(0.3), Probability(0)},
                                    B92Observation{0.25, Probability(0.5), Probability(0.6), Probability(0)},
                                    B92Observation{0.25, Probability(0.5), Probability(0.2), Probability(0.3)},
                                    // More conclusive than |1> alone would be: no qubit.
                                    B92Observation{0.25, Probability(0.5), Probability(0.45), Probability(0)},
                                    // Neither are these: too few errors for such populations.
                                    B92Observation{0.25, Probability(1), Probability(0.6), Probability(0)},
                                    B92Observation{0.25, Probability(nan), Probability(0.2), Probability(0)}})
    EXPECT_FALSE(b92_phase_error_rate(bad));
}

}  // namespace
}  // namespace herald
