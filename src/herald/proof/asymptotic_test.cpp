#include "herald/proof/asymptotic.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "herald/base/entropy.h"

namespace herald {
namespace {

// Gobby, Yuan, Shields 2004, as Ma, Qi, Zhao, Lo 2005 model it (theory sheet 1.2).
struct Gys {
  static constexpr double kDark = 1.7e-6, kMisalignment = 0.033, kInefficiency = 1.22, kSifting = 0.5;
  double eta;
  explicit Gys(double kilometres) : eta(0.045 * std::pow(10, -0.021 * kilometres)) {}
  PulseStatistics pulse(double mu) const {
    const double light = -std::expm1(-eta * mu), gain = kDark + light;
    return {MeanPhotonNumber(mu), Probability(gain), ErrorRate((kDark / 2 + kMisalignment * light) / gain)};
  }
  SinglePhotonPart single(double mu) const {
    const double yield = kDark + eta;
    return {Probability(yield * mu * std::exp(-mu)), ErrorRate((kDark / 2 + kMisalignment * eta) / yield)};
  }
  double rate(double mu, const SinglePhotonPart& part) const {
    return *decoy_rate(pulse(mu), part, kInefficiency, kSifting);
  }
  double infinite_decoys(double mu) const { return rate(mu, single(mu)); }
  double vacuum_weak(double mu, double nu) const {
    return rate(mu, *vacuum_weak_bound(pulse(mu), pulse(nu), Probability(kDark)));
  }
  double one_decoy(double mu, double nu) const { return rate(mu, *one_decoy_bound(pulse(mu), pulse(nu))); }
  double no_decoy() const {
    double best = -1;
    for (double mu = 1e-5; mu < 0.5; mu *= 1.005) best = std::max(best, rate(mu, *no_decoy_bound(pulse(mu))));
    return best;
  }
};

double distance_where(const std::function<double(double)>& rate) {
  double low = 0, high = 300;
  while (high - low > 1e-4) {
    const double middle = (low + high) / 2;
    (rate(middle) > 0 ? low : high) = middle;
  }
  return low;
}

TEST(Asymptotic, RatesAtGys) {
  struct Row {
    double kilometres, infinite, vacuum_weak;
  };
  for (const Row& row : {Row{0, 2.554588e-3, 2.414245e-3}, Row{50, 2.225961e-4, 2.096250e-4},
                         Row{100, 1.718444e-5, 1.602005e-5}, Row{140, 2.464667e-7, 7.377906e-8}}) {
    EXPECT_NEAR(Gys(row.kilometres).infinite_decoys(0.48) / row.infinite, 1, 1e-6);
    EXPECT_NEAR(Gys(row.kilometres).vacuum_weak(0.48, 0.05) / row.vacuum_weak, 1, 1e-6);
  }
  EXPECT_NEAR(Gys(0).no_decoy() / 1.5290e-4, 1, 1e-4);
  EXPECT_LT(Gys(50).no_decoy(), 1e-12);
}

TEST(Asymptotic, DistancesAtGys) {
  EXPECT_NEAR(distance_where([](double l) { return Gys(l).infinite_decoys(0.48); }), 142.01, 0.01);
  EXPECT_NEAR(distance_where([](double l) { return Gys(l).vacuum_weak(0.48, 0.05); }), 140.62, 0.01);
  EXPECT_NEAR(distance_where([](double l) { return Gys(l).vacuum_weak(0.48, 0.01); }), 141.74, 0.01);
  EXPECT_NEAR(distance_where([](double l) { return Gys(l).one_decoy(0.48, 0.05); }), 103.8, 0.1);
  EXPECT_NEAR(distance_where([](double l) { return Gys(l).no_decoy(); }), 40.2, 0.1);
  // The looser bound of the 2006 experiment gives no key at all here.
  EXPECT_LT(Gys(0).rate(0.48, *one_decoy_bound_by_signal_errors(Gys(0).pulse(0.48), Gys(0).pulse(0.05))), 0);
}

// (1-mu) e^-mu = f h(e_det) / (1 - h(e_det)): the best intensity where the channel loses nearly everything.
TEST(Asymptotic, BestIntensities) {
  for (const auto& [f, best] : {std::pair{1.0, 0.5441}, {1.22, 0.4789}}) {
    double low = 0, high = 1;
    const auto slope = [&, inefficiency = f](double mu) {
      // No dark counts, a vanishing eta.
      const auto value = [&](double m) {
        const double eta = 1e-7;
        const PulseStatistics pulse{MeanPhotonNumber(m), Probability(-std::expm1(-eta * m)), ErrorRate(0.033)};
        return *decoy_rate(pulse, {Probability(eta * m * std::exp(-m)), ErrorRate(0.033)}, inefficiency, 1) / eta;
      };
      return value(mu + 1e-4) - value(mu - 1e-4);
    };
    while (high - low > 1e-6) {
      const double middle = (low + high) / 2;
      (slope(middle) > 0 ? low : high) = middle;
    }
    EXPECT_NEAR(low, best, 2e-4);
  }
}

TEST(Asymptotic, ShorPreskillRates) {
  for (const auto& [q, rate] :
       {std::pair{0.01, 0.838414}, {0.03, 0.611216}, {0.05, 0.427206}, {0.08, 0.195642}, {0.10, 0.062009}})
    EXPECT_NEAR(*shor_preskill_rate(ErrorRate(q), ErrorRate(q)), rate, 5e-7);
  EXPECT_LT(*shor_preskill_rate(ErrorRate(0.1101), ErrorRate(0.1101)), 0);
  EXPECT_GT(*shor_preskill_rate(ErrorRate(0.1100), ErrorRate(0.1100)), 0);
}

TEST(Asymptotic, BoundsStayBelowTheTruthAndMeetItForAVanishingDecoy) {
  for (const double l : {0.0, 50.0, 100.0}) {
    const Gys link(l);
    const SinglePhotonPart truth = link.single(0.48);
    for (const double nu : {0.2, 0.05, 1e-3}) {
      for (const auto& bound : {vacuum_weak_bound(link.pulse(0.48), link.pulse(nu), Probability(Gys::kDark)),
                                one_decoy_bound(link.pulse(0.48), link.pulse(nu))}) {
        EXPECT_LE(bound->gain.value, truth.gain.value * (1 + 1e-9));
        EXPECT_GE(bound->error_rate.value, truth.error_rate.value * (1 - 1e-9));
      }
    }
    const auto near = vacuum_weak_bound(link.pulse(0.48), link.pulse(1e-3), Probability(Gys::kDark));
    EXPECT_NEAR(near->gain.value / truth.gain.value, 1, 2e-3);
  }
}

TEST(Asymptotic, NonsenseIsRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const PulseStatistics good{MeanPhotonNumber(0.5), Probability(0.01), ErrorRate(0.01)};
  PulseStatistics bad = good;
  bad.gain = Probability(nan);
  EXPECT_FALSE(no_decoy_bound(bad));
  bad = good;
  bad.mean = MeanPhotonNumber(0);
  EXPECT_FALSE(no_decoy_bound(bad));
  EXPECT_FALSE(one_decoy_bound(good, good));
  EXPECT_FALSE(vacuum_weak_bound(good, {MeanPhotonNumber(0.1), Probability(0.01), ErrorRate(0.01)}, Probability(1.5)));
  EXPECT_FALSE(shor_preskill_rate(ErrorRate(1.2), ErrorRate(0)));
  EXPECT_FALSE(shor_preskill_rate(ErrorRate(0), ErrorRate(0), 0.9));
  EXPECT_FALSE(decoy_rate(good, {Probability(0.01), ErrorRate(0.01)}, 1.1, nan));
  // Photon-number splitting: everything that arrives may be Eve's.
  EXPECT_EQ(no_decoy_bound(good)->gain.value, 0);
  EXPECT_LT(*decoy_rate(good, *no_decoy_bound(good), 1.1, 0.5), 0);
}

}  // namespace
}  // namespace herald
