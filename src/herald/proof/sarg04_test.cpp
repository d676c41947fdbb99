#include "herald/proof/sarg04.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "herald/base/entropy.h"

namespace herald {
namespace {

constexpr double kPi = std::numbers::pi;

// Eve's map M takes n photons of one state (a symmetric vector) to Bob's qubit. What Alice and Bob see is a quadratic
// form of its entries, averaged over the four rotations that the announced pairs are: kept, wrong, with a phase error.
struct Forms {
  Eigen::MatrixXd kept, wrong, phase;
};

Eigen::VectorXd photons_at(double angle, int n) {
  Eigen::VectorXd v(n + 1);
  for (int m = 0; m <= n; ++m) {
    const double choose = std::tgamma(n + 1) / (std::tgamma(m + 1) * std::tgamma(n - m + 1));
    v(m) = std::sqrt(choose) * std::pow(std::cos(angle), n - m) * std::pow(std::sin(angle), m);
  }
  return v;
}

Forms forms(int n) {
  const Eigen::Index size = 2 * (n + 1);
  Forms f{Eigen::MatrixXd::Zero(size, size), Eigen::MatrixXd::Zero(size, size), Eigen::MatrixXd::Zero(size, size)};
  const auto add = [](Eigen::MatrixXd& form, const Eigen::RowVectorXd& amplitude) {
    form += amplitude.transpose() * amplitude / 4;
  };
  for (int k = 0; k < 4; ++k) {
    const double turn = k * kPi / 4;
    Eigen::Matrix2d back, filter;
    back << std::cos(turn), std::sin(turn), -std::sin(turn), std::cos(turn);
    filter << std::sin(kPi / 8), 0, 0, std::cos(kPi / 8);
    const Eigen::Matrix2d bob = filter * back;
    // amplitude[j][b]: Alice's |j>, Bob's |b>, of the pair (|0>|phi_0> + |1>|phi_1>)/sqrt 2.
    std::array<std::array<Eigen::RowVectorXd, 2>, 2> amplitude;
    for (std::size_t j = 0; j < 2; ++j) {
      const Eigen::VectorXd sent = photons_at((j == 0 ? kPi : -kPi) / 8 + turn, n);
      for (std::size_t b = 0; b < 2; ++b) {
        amplitude[j][b] = Eigen::RowVectorXd::Zero(size);
        for (Eigen::Index r = 0; r < 2; ++r)
          amplitude[j][b].segment(r * (n + 1), n + 1) =
              bob(static_cast<Eigen::Index>(b), r) * sent.transpose() / std::sqrt(2.0);
        add(f.kept, amplitude[j][b]);
      }
      // Bob's bit is |0> + |1> or |0> - |1>.
      add(f.wrong, (amplitude[j][0] + (j == 0 ? -1 : 1) * amplitude[j][1]) / std::sqrt(2.0));
    }
    // Without phase errors (|+>|0> + |->|1>)/sqrt 2.
    add(f.phase, (amplitude[0][1] + amplitude[1][1]) / std::sqrt(2.0));
    add(f.phase, (amplitude[0][0] - amplitude[1][0]) / std::sqrt(2.0));
  }
  return f;
}

// The largest phase error rate minus x times the bit error rate, over all of Eve's maps.
double largest(const Forms& f, double x) {
  const Eigen::MatrixXd scale = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(f.kept).operatorInverseSqrt();
  const Eigen::MatrixXd form = scale * (f.phase - x * f.wrong) * scale;
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(form).eigenvalues().maxCoeff();
}

TEST(Sarg04, PhaseErrorsAreTheLargestEigenvalueOverEvesMaps) {
  const Forms one = forms(1), two = forms(2), three = forms(3);
  for (const double x : {0.0, 0.3, 1.0, 1.5, 2.0, 5.0, 20.0}) {
    EXPECT_NEAR(largest(two, x), (3 - 2 * x + std::sqrt(6 - 6 * std::numbers::sqrt2 * x + 4 * x * x)) / 6, 1e-9) << x;
    // Of single photons 3/2 of the bit errors; of three photons Eve knows everything without a single error.
    EXPECT_NEAR(largest(one, x), std::max(0.0, 1 - x * 2 / 3), 1e-9) << x;
    EXPECT_NEAR(largest(three, x), 1, 1e-9) << x;
  }
}

TEST(Sarg04, TheBestOfTheTwoPhotonBoundsIsTaken) {
  for (const double e : {0.0, 1e-6, 0.01, 0.0271, 0.1, 0.3, 0.5}) {
    double least = 0.5;
    for (double x = 0; x < 2000; x += x < 5 ? 1e-4 : 1e-2)
      least = std::min(least, x * e + (3 - 2 * x + std::sqrt(6 - 6 * std::numbers::sqrt2 * x + 4 * x * x)) / 6);
    const double bound = sarg04_two_photon_phase_error_rate(ErrorRate(e))->value;
    EXPECT_LE(bound, least + 1e-12);
    EXPECT_NEAR(bound, least, e == 0 ? 1e-3 : 1e-7) << e;
  }
}

// The pairs that SARG04 keeps, from the protocol itself: a Pauli error on the way, Bob's filter; amplitudes over Bob's
// |0>, |1> in the frame in which the two states are mirror images.
TEST(Sarg04, KeptPairsFollowFromTheFilter) {
  EXPECT_TRUE(rc::check([] {
    const auto fraction = [] { return *rc::gen::inRange(0, 100001) / 1e5; };
    // Rotations by a quarter turn make X and Z errors equally likely.
    const double p = fraction() / 2, p_y = (1 - 2 * p) * fraction(), c = std::cos(kPi / 8), s = std::sin(kPi / 8);
    struct Error {
      double probability;
      bool flips;
      double sign;
    };
    double kept = 0, wrong = 0, phase = 0, both = 0;
    for (const Error& e :
         {Error{1 - 2 * p - p_y, false, 1}, Error{p, false, -1}, Error{p, true, 1}, Error{p_y, true, -1}}) {
      // |+>|0 or 1> with amplitude c, |->|1 or 0> with s (and the error's sign), times the filter s on 0, c on 1.
      const double plus = c * (e.flips ? c : s), minus = e.sign * s * (e.flips ? s : c);
      // Against (|+0> + |-1>)/sqrt 2 or, flipped, (|+1> + |-0>)/sqrt 2: the difference's part is the bit error.
      const double right = (plus + minus) * (plus + minus) / 2, bit = (plus - minus) * (plus - minus) / 2;
      kept += e.probability * (right + bit);
      wrong += e.probability * bit;
      if (e.flips) phase += e.probability * (right + bit), both += e.probability * bit;
    }
    const double rate = wrong / kept, bit_alone = (wrong - both) / kept;
    RC_ASSERT(std::abs(phase / kept - 1.5 * rate) < 1e-12);
    RC_ASSERT(bit_alone >= -1e-12 && bit_alone <= rate / 2 + 1e-12);
    if (p_y == 0 && rate <= 1.0 / 3) RC_ASSERT(std::abs(bit_alone - sarg04_errors(ErrorRate(rate))->bit) < 1e-12);
  }));
}

TEST(Sarg04, PulsesOfTwoPhotonsAddToTheKeyOnlyWhereErrorsAreFew) {
  const PulseStatistics signal{MeanPhotonNumber(0.2), Probability(2e-3), ErrorRate(0.01)};
  const SinglePhotonPart one{Probability(1.6e-3), ErrorRate(0.01)}, none{Probability(0), ErrorRate(0.5)};
  const double alone = *sarg04_decoy_rate(signal, one, none, 1.1);
  EXPECT_NEAR(alone,
              -2e-3 * 1.1 * binary_entropy(0.01) + 1.6e-3 * (*sarg04_rate(ErrorRate(0.01)) + binary_entropy(0.01)),
              1e-15);
  EXPECT_GT(*sarg04_decoy_rate(signal, one, {Probability(2e-4), ErrorRate(0.01)}, 1.1), alone);
  EXPECT_EQ(*sarg04_decoy_rate(signal, one, {Probability(2e-4), ErrorRate(0.5)}, 1.1), alone);
}

TEST(Sarg04, NonsenseIsRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const PulseStatistics signal{MeanPhotonNumber(0.2), Probability(2e-3), ErrorRate(0.01)};
  const SinglePhotonPart good{Probability(1e-3), ErrorRate(0.01)};
  for (const double e : {-0.1, 0.6, nan}) {
    EXPECT_FALSE(sarg04_errors(ErrorRate(e)));
    EXPECT_FALSE(sarg04_two_photon_phase_error_rate(ErrorRate(e)));
    EXPECT_FALSE(sarg04_decoy_rate(signal, {Probability(1e-3), ErrorRate(e)}, good, 1.1));
  }
  EXPECT_FALSE(sarg04_decoy_rate(signal, {Probability(nan), ErrorRate(0)}, good, 1.1));
  EXPECT_FALSE(sarg04_decoy_rate(signal, good, {Probability(1.1), ErrorRate(0)}, 1.1));
  EXPECT_FALSE(sarg04_decoy_rate(signal, good, good, 0.5));
}

}  // namespace
}  // namespace herald
