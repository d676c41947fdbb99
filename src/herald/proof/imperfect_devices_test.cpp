#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "herald/base/entropy.h"
#include "herald/proof/efficiency_mismatch.h"
#include "herald/proof/photon_number_splitting.h"
#include "herald/proof/single_photon_source.h"

namespace herald {
namespace {

double fraction() { return *rc::gen::inRange(0, 100001) / 1e5; }

TEST(SinglePhotonSource, BoundsHoldForAnyDistribution) {
  EXPECT_TRUE(rc::check([] {
    std::vector<double> p(6);
    double sum = 0, mean = 0, pairs = 0;
    for (double& x : p) sum += x = std::pow(fraction(), 3) + 1e-9;
    for (std::size_t n = 0; n < p.size(); ++n) {
      p[n] /= sum;
      mean += static_cast<double>(n) * p[n];
      pairs += static_cast<double>(n * n) * p[n] - static_cast<double>(n) * p[n];
    }
    const SourceStatistics source{MeanPhotonNumber(mean), pairs / (mean * mean)};
    RC_ASSERT(*several_photons_upper(source) >= std::min(1.0, p[2] + p[3] + p[4] + p[5]) - 1e-12);
    RC_ASSERT(*one_photon_lower(source) <= p[1] + 1e-12);
  }));
}

// Poissonian light has g2 = 1, and is known better than that.
TEST(SinglePhotonSource, WeakPulsesAreBoundedMoreTightlyByTheirOwnStatistics) {
  const PulseStatistics seen{MeanPhotonNumber(0.05), Probability(0.01), ErrorRate(0.02)};
  const auto tagged = tagged_source_bound(seen, 1), poissonian = no_decoy_bound(seen);
  EXPECT_LT(tagged->gain, poissonian->gain);
  EXPECT_NEAR(tagged->gain / poissonian->gain, 1, 0.01);
  // No pulse of several photons: all that was seen is the single photons'.
  EXPECT_EQ(tagged_source_bound(seen, 0)->gain.value, 0.01);
  EXPECT_EQ(tagged_source_bound(seen, 100)->gain.value, 0);
}

TEST(SinglePhotonSource, NonsenseIsRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(several_photons_upper({MeanPhotonNumber(0), 0}));
  EXPECT_FALSE(one_photon_lower({MeanPhotonNumber(0.1), -0.1}));
  EXPECT_FALSE(one_photon_lower({MeanPhotonNumber(0.1), nan}));
  EXPECT_FALSE(tagged_source_bound({MeanPhotonNumber(0.1), Probability(nan), ErrorRate(0)}, 0.1));
  EXPECT_FALSE(decoy_source_bound({MeanPhotonNumber(0.1), 0.1}, Probability(1.1), ErrorRate(0)));
}

// S(Z|E) of a pair by brute force: the coherence of G rho G in Alice's key basis, G = diag(1, sqrt r) on Bob's side,
// with phase errors shared between right and wrong bits in any way.
double coherence(double r, double bit, double phase_right, double phase_wrong) {
  const auto xlogx = [](double x) { return x > 1e-300 ? x * std::log2(x) : 0.0; };
  double total = 0, entropy = 0;
  struct Block {
    double share, phase;
  };
  for (const Block& b : {Block{1 - bit, phase_right}, Block{bit, phase_wrong}}) {
    Eigen::Matrix2d m;
    const double c = std::sqrt(r) * b.share * (0.5 - b.phase);
    m << b.share / 2, c, c, r * b.share / 2;
    const Eigen::Vector2d eigenvalues = Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d>(m).eigenvalues();
    for (Eigen::Index i = 0; i < 2; ++i) entropy += xlogx(std::max(eigenvalues(i), 0.0)) - xlogx(m(i, i));
    total += m.trace();
  }
  return entropy / total;
}

TEST(EfficiencyMismatch, TheRateIsTheLeastCoherence) {
  EXPECT_TRUE(rc::check([] {
    const double r = 0.05 + 0.95 * fraction(), bit = fraction() / 2, phase = fraction() / 2;
    const double rate = *mismatch_rate(r, ErrorRate(bit), ErrorRate(phase)) + binary_entropy(bit);
    RC_ASSERT(std::abs(coherence(r, bit, phase, phase) - rate) < 1e-9);
    // The mean of both is the phase error rate, however Eve shares it out.
    const double right = std::min(1.0, phase / std::max(1 - bit, 1e-9)) * fraction();
    const double wrong = bit > 0 ? (phase - (1 - bit) * right) / bit : phase;
    RC_PRE(wrong >= 0 && wrong <= 1);
    RC_ASSERT(coherence(r, bit, right, wrong) >= rate - 1e-9);
  }));
}

TEST(EfficiencyMismatch, EqualDetectorsLeaveMoreAndFewerClicksLeaveEveMore) {
  EXPECT_TRUE(rc::check([] {
    const double r = 0.01 + 0.99 * fraction(), e = fraction() / 4;
    const ErrorRate error(e);
    const double exact = *mismatch_rate(r, error, error), equal = *mismatch_switching_rate(error, error);
    RC_ASSERT(exact <= equal + 1e-12);
    // Before errors are corrected: with few bits to correct, throwing away may pay.
    RC_ASSERT(*mismatch_discarding_rate(r, ErrorRate(0), error) <= *mismatch_rate(r, ErrorRate(0), error) + 1e-12);
    RC_ASSERT(*mismatch_rate(r * 0.99, error, error) <= exact + 1e-12);
    RC_ASSERT(std::abs(*mismatch_rate(1, error, error) - equal) < 1e-12);
  }));
  for (const double r : {0.1, 0.5, 1.0})
    EXPECT_NEAR(*mismatch_rate(r, ErrorRate(0), ErrorRate(0)), binary_entropy(1 / (1 + r)), 1e-15);
}

TEST(EfficiencyMismatch, NonsenseIsRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double r : {0.0, -1.0, 1.1, nan}) {
    EXPECT_FALSE(mismatch_rate(r, ErrorRate(0), ErrorRate(0)));
    EXPECT_FALSE(mismatch_discarding_rate(r, ErrorRate(0), ErrorRate(0)));
  }
  EXPECT_FALSE(mismatch_rate(0.5, ErrorRate(nan), ErrorRate(0)));
  EXPECT_FALSE(mismatch_rate(0.5, ErrorRate(0), ErrorRate(1.1)));
  EXPECT_FALSE(mismatch_rate(0.5, ErrorRate(0), ErrorRate(0), 0.5));
}

TEST(PhotonNumberSplitting, NoKeyWithoutDecoysExceedsIt) {
  EXPECT_TRUE(rc::check([] {
    const double mu = 0.001 + fraction(), gain = fraction() * mu, error = fraction() / 2;
    const PulseStatistics seen{MeanPhotonNumber(mu), Probability(std::min(1.0, gain)), ErrorRate(error)};
    const double bound = *photon_number_splitting_bound(seen, 0.5);
    RC_ASSERT(bound >= 0);
    RC_ASSERT(*decoy_rate(seen, *no_decoy_bound(seen), 1, 0.5) <= bound);
  }));
  EXPECT_FALSE(photon_number_splitting_bound({MeanPhotonNumber(0.1), Probability(0.01), ErrorRate(0)}, 1.5));
  EXPECT_FALSE(photon_number_splitting_bound({MeanPhotonNumber(-0.1), Probability(0.01), ErrorRate(0)}, 0.5));
}

}  // namespace
}  // namespace herald
