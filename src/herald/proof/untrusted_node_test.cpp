// Theorems with an untrusted measurement in the middle: decoy bounds against the truth that they bound, arguments that
// are none. Rates and reaches over a fibre are tested in study/models/.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "herald/proof/mdi_decoy.h"
#include "herald/proof/npp_decoy.h"
#include "herald/proof/pm.h"
#include "herald/proof/sns_decoy.h"
#include "herald/proof/tf.h"

namespace herald {
namespace {

constexpr unsigned kPhotons = 30;  // of each end; beyond, intensities of 1 photon have nothing
double unit() { return *rc::gen::inRange(0, 10001) / 1e4; }

std::vector<double> poissonian(double mean) {
  std::vector<double> p(kPhotons);
  for (unsigned n = 0; n < kPhotons; ++n) p[n] = n == 0 ? std::exp(-mean) : p[n - 1] * mean / n;
  return p;
}

// Yields p(n, m) of any kind: what Eve may do, rather than what a fibre does.
struct AnyYields {
  std::vector<double> p = std::vector<double>(kPhotons * kPhotons);

  static AnyYields drawn() {
    AnyYields yields;
    const double scale = std::pow(10, -8 * unit());
    for (double& p : yields.p) p = unit() < 0.5 ? scale * unit() : unit() * unit();
    return yields;
  }
  // Of a line that loses, and detectors that count darks: n and m photons on a beam splitter, one detector clicking.
  static AnyYields line(double r, double dark) {
    AnyYields yields;
    for (unsigned n = 0; n < kPhotons; ++n) {
      for (unsigned m = 0; m < kPhotons; ++m) {
        double one_side = 0, exchanged = 1;  // sum of C(n, k) C(m, k) (r/2)^2k (1-r/2)^(n+m-2k), less (1-r)^(n+m)
        for (unsigned k = 1; k <= std::min(n, m); ++k) {
          exchanged *= (n - k + 1.0) * (m - k + 1.0) / (k * k) * r * r / 4;
          one_side += exchanged * std::pow(1 - r / 2, n + m - 2 * k);
        }
        for (unsigned k = 0; k < n + m; ++k)
          one_side += r / 2 * std::pow(1 - r / 2, k) * std::pow(1 - r, n + m - 1 - k);
        yields.p[n * kPhotons + m] = (1 - dark) * (one_side + dark * std::pow(1 - r, n + m));
      }
    }
    return yields;
  }
  double operator()(unsigned n, unsigned m) const { return p[n * kPhotons + m]; }
  double gain(double a, double b) const {
    const std::vector<double> of_a = poissonian(a), of_b = poissonian(b);
    double sum = 0;
    for (unsigned n = 0; n < kPhotons; ++n)
      for (unsigned m = 0; m < kPhotons; ++m) sum += of_a[n] * of_b[m] * (*this)(n, m);
    return sum;
  }
  std::vector<double> gains(const std::vector<double>& intensities) const {
    std::vector<double> all;
    for (const double a : intensities)
      for (const double b : intensities) all.push_back(gain(a, b));
    return all;
  }
};

std::vector<double> amplitudes(double mean) {
  const CatAmplitudes c = *CatAmplitudes::of(MeanPhotonNumber(mean));
  std::vector<double> all(CatAmplitudes::kMost);
  for (unsigned n = 0; n < all.size(); ++n) all[n] = c(n);
  return all;
}

TEST(PhotonNumberBound, HoldsForWhateverEveDoes) {
  EXPECT_TRUE(rc::check([] {
    const AnyYields yields = AnyYields::drawn();
    std::vector<double> intensities = {*rc::gen::element(0.0, 1e-4, 1e-3), 0.01 + 0.05 * unit()};
    if (*rc::gen::arbitrary<bool>()) intensities.push_back(0.1 + 0.2 * unit());
    if (*rc::gen::arbitrary<bool>()) intensities.push_back(0.4 + 0.6 * unit());
    const std::vector<double> gains = yields.gains(intensities), c = amplitudes(0.001 + 0.3 * unit());
    for (unsigned parity = 0; parity < 2; ++parity) {
      double truth = 0;
      for (unsigned n = parity; n < kPhotons; n += 2)
        for (unsigned m = parity; m < kPhotons; m += 2) truth += c[n] * c[m] * std::sqrt(yields(n, m));
      const auto bound = root_yield_sum_upper(c, parity, {intensities, gains});
      RC_ASSERT(bound.has_value());
      RC_ASSERT(*bound >= truth * (1 - 1e-12));
    }
  }));
}

// Weights a with sum a_i e^mu_i mu_i^n/n! = 0 at n = 0, 2, 3 and 1 at n = 1 are those of n >= 4 too, of one sign: by
// hand they bound p(1, 1) from the gains of four intensities, the first of them empty.
double by_hand(const AnyYields& line, const std::array<double, 4>& mu) {
  std::array<std::array<double, 5>, 4> row{};  // equations for a_1, a_2, a_3; then a_0
  for (unsigned k = 0; k < 3; ++k) {
    for (unsigned i = 0; i < 3; ++i) row[k][i] = std::pow(mu[i + 1], k + 1) / std::tgamma(k + 2.0);
    row[k][3] = k == 0 ? 1 : 0;
  }
  for (unsigned k = 0; k < 3; ++k)
    for (unsigned l = 0; l < 3; ++l) {
      if (l == k) continue;
      const double factor = row[l][k] / row[k][k];
      for (unsigned i = 0; i < 4; ++i) row[l][i] -= factor * row[k][i];
    }
  std::array<double, 4> a{};
  for (unsigned k = 0; k < 3; ++k) a[k + 1] = row[k][3] / row[k][k];
  a[0] = -(a[1] + a[2] + a[3]);
  double bound = 0;
  for (unsigned i = 0; i < 4; ++i)
    for (unsigned j = 0; j < 4; ++j) bound += a[i] * a[j] * std::exp(mu[i] + mu[j]) * line.gain(mu[i], mu[j]);
  return bound;
}

TEST(PhotonNumberBound, IsAtLeastAsGoodAsTheBoundByHand) {
  std::vector<double> one(CatAmplitudes::kMost);
  one[1] = 1;
  for (const double r : {1.0, 0.1, 1e-3, 1e-5}) {
    const AnyYields line = AnyYields::line(r, 1e-8);
    const double truth = line(1, 1);
    for (const auto& mu : {std::array{0.0, 0.02, 0.1, 0.4}, {0.0, 0.05, 0.3, 0.9}}) {
      const std::vector<double> intensities(mu.begin(), mu.end());
      const double root = *root_yield_sum_upper(one, 1, {intensities, line.gains(intensities)});
      EXPECT_GE(root * root, truth);
      EXPECT_LE(root * root, by_hand(line, mu) * (1 + 1e-6));
      EXPECT_LE(root * root, truth * 1.05);
    }
  }
}

TEST(PhotonNumberBound, MoreIntensitiesTendToTheTruth) {
  for (const double r : {0.5, 1e-2, 1e-4}) {
    const AnyYields line = AnyYields::line(r, 1e-8);
    for (const double mu : {0.01, 0.05}) {
      const std::vector<double> c = amplitudes(mu);
      for (unsigned parity = 0; parity < 2; ++parity) {
        double truth = 0, before = 1;
        for (unsigned n = parity; n < kPhotons; n += 2)
          for (unsigned m = parity; m < kPhotons; m += 2) truth += c[n] * c[m] * std::sqrt(line(n, m));
        for (const std::vector<double>& intensities :
             {std::vector{0.0, 0.4}, {0.0, 0.02, 0.4}, {0.0, 0.02, 0.1, 0.4}, {0.0, 0.02, 0.1, 0.25, 0.4}}) {
          const double bound = *root_yield_sum_upper(c, parity, {intensities, line.gains(intensities)});
          EXPECT_GE(bound, truth);
          EXPECT_LE(bound, before * (1 + 1e-6));
          before = bound;
        }
        EXPECT_LE(before, truth * 1.01);  // five of them: within a hundredth
      }
    }
  }
}

TEST(PhotonNumberBound, GainsThatNoYieldsShowAreRefused) {
  const std::vector<double> c = amplitudes(0.05), intensities = {0, 0.1, 0.5};
  // Empty pulses click, others do not.
  EXPECT_FALSE(root_yield_sum_upper(c, 0, {intensities, std::vector{0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0}}));
  // Nothing ever clicks: possible.
  EXPECT_LT(*root_yield_sum_upper(c, 0, {intensities, std::vector<double>(9)}), 1e-6);
  const std::vector<double> good = AnyYields::line(0.1, 1e-6).gains(intensities);
  EXPECT_TRUE(root_yield_sum_upper(c, 0, {intensities, good}));
  EXPECT_FALSE(root_yield_sum_upper(c, 0, {intensities, std::vector(good.begin(), good.end() - 1)}));
  EXPECT_FALSE(root_yield_sum_upper(c, 0, {std::vector{0.1, 0.1, 0.5}, good}));
  EXPECT_FALSE(root_yield_sum_upper(c, 0, {std::vector{0.0, 0.1, 2.5}, good}));
  EXPECT_FALSE(root_yield_sum_upper(c, 0, {std::vector{-0.1, 0.1, 0.5}, good}));
  EXPECT_FALSE(root_yield_sum_upper(c, 0, {std::vector{0.1}, std::vector{0.1}}));
  std::vector<double> bad = good;
  bad[4] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(root_yield_sum_upper(c, 0, {intensities, bad}));
}

// The decoys of sending-or-not-sending, against any yields s_n of one end's photons.
TEST(SnsDecoy, BoundsHoldForWhateverEveDoes) {
  EXPECT_TRUE(rc::check([] {
    const AnyYields yields = AnyYields::drawn();  // s_n0 of Alice's photons, s_0n of Bob's
    const double weak = 0.001 + 0.1 * unit(), strong = weak + 0.05 + 0.5 * unit();
    const auto one_end = [&](double mean, bool alice) {
      const std::vector<double> p = poissonian(mean);
      double sum = 0;
      for (unsigned n = 0; n < kPhotons; ++n) sum += p[n] * (alice ? yields(n, 0) : yields(0, n));
      return Probability(sum);
    };
    // Both send the weak decoy with one phase: the joint mode's photons, k of 2 mu_1; wrong with e_k at yield t_k.
    const double error = unit(), single = (yields(1, 0) + yields(0, 1)) / 2;
    const std::vector<double> joint = poissonian(2 * weak);
    double wrong = joint[0] * yields(0, 0) / 2 + joint[1] * single * error;
    for (unsigned k = 2; k < kPhotons; ++k) wrong += joint[k] * yields(k, k);
    const auto bounds = sns_decoy_bounds({MeanPhotonNumber(weak), MeanPhotonNumber(strong), Probability(yields(0, 0)),
                                          one_end(weak, true), one_end(weak, false), one_end(strong, true),
                                          one_end(strong, false), Probability(std::min(wrong, 1.0))});
    RC_ASSERT(bounds.has_value());
    RC_ASSERT(bounds->yield.value <= single + 1e-11 / weak);
    RC_ASSERT(bounds->phase_error.value >= std::min(error, 0.5) * (1 - 1e-9) || bounds->phase_error.value == 0.5);
  }));
}

TEST(MdiDecoy, BoundsHoldForWhateverEveDoes) {
  EXPECT_TRUE(rc::check([] {
    const AnyYields yields = AnyYields::drawn();
    AnyYields wrong;
    for (std::size_t i = 0; i < wrong.p.size(); ++i) wrong.p[i] = yields.p[i] * unit();
    MdiDecoyGains of, errors;
    const double empty = *rc::gen::element(0.0, 1e-3), weak = empty + 0.01 + 0.1 * unit(),
                 signal = weak + 0.1 + 0.6 * unit();
    of.mean = errors.mean = {MeanPhotonNumber(signal), MeanPhotonNumber(weak), MeanPhotonNumber(empty)};
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) {
        of.gain[i][j] = Probability(yields.gain(of.mean[i].value, of.mean[j].value));
        errors.gain[i][j] = Probability(wrong.gain(of.mean[i].value, of.mean[j].value));
      }
    }
    const auto yield = mdi_single_photon_yield(of);
    RC_ASSERT(yield.has_value());
    RC_ASSERT(yield->value <= yields(1, 1) + 1e-9);
    const double error = yields(1, 1) > 0 ? wrong(1, 1) / yields(1, 1) : 0;
    RC_ASSERT(mdi_single_photon_error(errors, *yield)->value >= std::min(error, 0.5) - 1e-9);
  }));
}

TEST(UntrustedNode, NonsenseIsRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(tf_rate({MeanPhotonNumber(0.4), Probability(0.01), ErrorRate(0.01)}, {Probability(0.01), ErrorRate(0)},
                       1.1, 1, 1));
  EXPECT_FALSE(tf_rate({MeanPhotonNumber(0.4), Probability(0.01), ErrorRate(0.01)}, {Probability(0.01), ErrorRate(0)},
                       1.1, 16, 1.5));
  EXPECT_FALSE(pm_rate(Probability(0.1), ErrorRate(0.1), ErrorRate(nan), 16, 1.1));
  EXPECT_FALSE(pm_rate(Probability(0.1), ErrorRate(0.1), ErrorRate(0.1), 1, 1.1));
  const std::array<PhotonNumberPart, 2> too_many = {
      {{Probability(0.8), ErrorRate(0)}, {Probability(0.8), ErrorRate(0)}}};
  EXPECT_FALSE(pm_phase_error(Probability(0), too_many));
  EXPECT_FALSE(pm_phase_error(Probability(nan), {}));
  EXPECT_EQ(pm_phase_error(Probability(0), {})->value, 0.5);
  EXPECT_FALSE(sns_rate({Probability(1.1), ErrorRate(0), Probability(0), ErrorRate(0)}, 1));
  EXPECT_FALSE(sns_rate({Probability(0.1), ErrorRate(0), Probability(0), ErrorRate(0)}, 0.9));
  EXPECT_FALSE(sns_aopp_rate({Probability(0.1), Probability(0.1), Probability(0), Probability(0), Probability(0.2),
                              Probability(0.1), ErrorRate(0)},
                             1));
  EXPECT_EQ(*sns_aopp_rate({}, 1), 0);
  EXPECT_FALSE(npp_loss_only_rate(MeanPhotonNumber(0.1), Probability(0.5)));  // more than arrives of all that is sent
  EXPECT_FALSE(npp_loss_only_rate(MeanPhotonNumber(0), Probability(0)));
  EXPECT_FALSE(npp_rate(Probability(0.6), ErrorRate(0), ErrorRate(0), 1));  // two outcomes of it
  EXPECT_FALSE(npp_phase_error(MeanPhotonNumber(0.1), Probability(0.1), std::vector<double>(8), 2));
  EXPECT_FALSE(npp_phase_error(MeanPhotonNumber(0.1), Probability(0.1), std::vector<double>(9, nan), 2));
  EXPECT_FALSE(npp_phase_error(MeanPhotonNumber(9), Probability(0.1), std::vector<double>(9), 2));
  EXPECT_FALSE(mdi_rate({Probability(0.1), ErrorRate(nan), {Probability(0.1), ErrorRate(0)}}, 1));
  const SnsDecoyObservation equal{MeanPhotonNumber(0.1), MeanPhotonNumber(0.1), {}, {}, {}, {}, {}, {}};
  EXPECT_FALSE(sns_decoy_bounds(equal));
  EXPECT_FALSE(mdi_single_photon_yield({}));
}

}  // namespace
}  // namespace herald
