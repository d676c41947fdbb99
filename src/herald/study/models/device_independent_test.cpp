#include "herald/study/models/device_independent.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "herald/proof/device_independent.h"
#include "herald/study/models/best_rate_test.h"

namespace herald::study {
namespace {

double threshold(const std::function<double(double)>& rate, double low, double high) {
  const bool rises = rate(high) > 0;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    ((rate(middle) > 0) == rises ? high : low) = middle;
  }
  return low;
}

double rate(const RateModel& model, const TestedModel::Fixed& fixed) { return TestedModel(model, fixed).best(0); }

TEST(DiModel, AcinsRatesAndThreshold) {
  for (const auto& [q, published] : {std::pair{0.005, 0.873454}, {0.025, 0.539062}, {0.05, 0.224950}})
    EXPECT_NEAR(rate(di_model(), {{"error_rate", q}}), published, 1e-6);
  EXPECT_NEAR(threshold([](double q) { return rate(di_model(), {{"error_rate", q}}); }, 0, 0.14), 0.0714917588, 5e-11);
  const RatePoint point = TestedModel(di_model(), {{"error_rate", 0.01}}).at(0);
  EXPECT_NEAR(figure(point, "chsh"), 2.771859, 5e-7);
  EXPECT_NEAR(point.rate, 0.776598, 5e-7);
  // A CHSH value of its own counts as it is.
  EXPECT_NEAR(rate(di_model(), {{"error_rate", 0.0}, {"chsh", 2.4}}), 0.34611244, 5e-9);
  EXPECT_LE(rate(di_model(), {{"error_rate", 0.0}, {"chsh", 2.0}}), 0);
}

TEST(DiModel, NoiseRaisesTheThresholdAndIsChosenForTheBestRate) {
  const auto noisy = [](double q, double noise) {
    return rate(di_preprocessing_model(), {{"error_rate", q}, {"preprocessing.noise", noise}});
  };
  EXPECT_NEAR(threshold([&](double q) { return noisy(q, 0.4995); }, 0, 0.14), 0.080847, 1e-6);
  EXPECT_EQ(noisy(0.03, 0), rate(di_model(), {{"error_rate", 0.03}}));
  TestedModel model(di_preprocessing_model(), {{"error_rate", 0.075}});
  EXPECT_GT(model.best(0), 0);  // beyond Acin's threshold
  EXPECT_GT(model.value("preprocessing.noise"), 0.1);
  for (const double q : {0.01, 0.03, 0.05, 0.07})
    EXPECT_GE(rate(di_preprocessing_model(), {{"error_rate", q}}), rate(di_model(), {{"error_rate", q}}) - 1e-12);
}

TEST(DiLossModel, EfficiencyThresholdsOfMaximallyEntangledPairs) {
  const auto at = [](double eta, double flagged) {
    return rate(di_loss_model(), {{"detector.efficiency", eta}, {"detections.flagged", flagged}});
  };
  EXPECT_NEAR(threshold([&](double eta) { return at(eta, 0); }, 0.83, 1), 0.923137, 5e-7);
  EXPECT_NEAR(threshold([&](double eta) { return at(eta, 1); }, 0.83, 1), 0.907768, 5e-7);
  EXPECT_NEAR(threshold(
                  [](double eta) {
                    return figure(TestedModel(di_loss_model(), {{"detector.efficiency", eta}}).at(0), "chsh") - 2;
                  },
                  0.5, 1),
              0.8284271, 5e-8);
}

TEST(DiLossModel, FibreTakesTheKeyInAFewKilometres) {
  TestedModel model(di_loss_model());
  EXPECT_NEAR(model.best(0), 1, 1e-12);
  // Half of 0.2 dB/km on each side: 0.907768 is 0.42 dB.
  EXPECT_NEAR(model.ends(), -10 * std::log10(0.907768) / 0.1, 0.01);
  double last = 2;
  for (double l = 0; l < 6; l += 0.25) {
    EXPECT_LT(model.best(l), last);
    last = model.best(l);
  }
  const double here = rate(di_loss_model(), {});
  EXPECT_GT(here, rate(di_loss_model(), {{"visibility", 0.99}}));
  EXPECT_GT(here, rate(di_loss_model(), {{"detector.efficiency", 0.99}}));
  EXPECT_GT(rate(di_loss_model(), {{"detector.efficiency", 0.95}}),
            rate(di_loss_model(), {{"detector.efficiency", 0.95}, {"detections.flagged", 0}}));
  EXPECT_FALSE(di_loss_model().evaluate(std::array{0.2, 0.0, 0.5, 1.0, 1.0, 1.0, 0.0, 0.5}, Kilometre(0)));
}

TEST(DiFiniteModel, TheFiniteCurves) {
  const auto at = [](double q, double n) { return rate(di_finite_model(), {{"error_rate", q}, {"block.rounds", n}}); };
  struct Row {
    double q, n, rate;
  };
  for (const Row& row :
       {Row{0.005, 1e7, .11084}, Row{0.005, 1e8, .43259}, Row{0.005, 1e9, .61909}, Row{0.005, 1e10, .72748},
        Row{0.005, 1e12, .82618}, Row{0.005, 1e15, .86495}, Row{0.05, 1e9, .03951}, Row{0.05, 1e10, .12089},
        Row{0.05, 1e12, .19210}, Row{0.05, 1e15, .21911}})
    EXPECT_NEAR(at(row.q, row.n) / row.rate, 1, 1e-3) << row.q << " " << row.n;
  for (const double q : {0.005, 0.025, 0.05}) EXPECT_LT(at(q, 1e6), 0);
  for (const auto& [q, least] : {std::pair{0.005, 5.67e6}, {0.025, 2.32e7}, {0.05, 4.64e8}}) {
    EXPECT_LT(at(q, least * 0.997), 0) << q;
    EXPECT_GT(at(q, least * 1.003), 0) << q;
    EXPECT_LT(at(q, 1e18), rate(di_model(), {{"error_rate", q}}));
  }
  const RatePoint point = TestedModel(di_finite_model(), {}).at(0);
  EXPECT_NEAR(point.epsilon, 5.5e-6, 1e-18);
}

TEST(RandomnessModels, RatesOfARoundAndOfTheIons) {
  EXPECT_NEAR(rate(randomness_expansion_model(), {{"chsh", 2.8}}), 0.73696559, 5e-9);
  EXPECT_NEAR(figure(TestedModel(randomness_expansion_model(), {{"chsh", 2.7}}).at(0), "von_neumann_entropy"),
              0.72848213, 5e-9);
  const RatePoint ions = TestedModel(randomness_expansion_finite_model(), {}).at(0);
  EXPECT_NEAR(figure(ions, "min_entropy"), 40.8, 0.05);
  EXPECT_NEAR(ions.rate * 3016, figure(ions, "min_entropy"), 1e-9);
}

// No finite figure is above that of infinitely many rounds, whatever the parameters.
TEST(DeviceIndependentModels, FiniteStaysBelowAsymptotic) {
  EXPECT_TRUE(rc::check([] {
    const double q = *rc::gen::inRange(0, 100) * 1e-3, n = std::pow(10, *rc::gen::inRange(30, 180) * 0.1);
    const double gamma = std::pow(10, -*rc::gen::inRange(0, 70) * 0.1);
    const auto finite =
        di_finite_model().evaluate(std::array{q, 0.0, n, gamma, 4.5e-6, 1e-6, 1e-2, 1e-3}, Kilometre(0));
    const auto infinite = di_model().evaluate(std::array{q, 0.0, 1.0}, Kilometre(0));
    RC_ASSERT(finite && infinite);
    RC_ASSERT(std::isfinite(finite->rate));
    RC_ASSERT(finite->rate < infinite->rate);
    const double s = 2 + *rc::gen::inRange(0, 828) * 1e-3;
    const auto run =
        randomness_expansion_finite_model().evaluate(std::array{s, std::min(n, 1e15), 0.25, 0.01}, Kilometre(0));
    const auto round = randomness_expansion_model().evaluate(std::array{s}, Kilometre(0));
    RC_ASSERT(run && round && run->rate <= round->rate);
  }));
}

}  // namespace
}  // namespace herald::study
