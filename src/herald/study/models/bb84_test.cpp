#include "herald/study/models/bb84.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <string_view>
#include <utility>
#include <vector>

#include "herald/proof/registry.h"
#include "herald/study/models/bb84_test.h"

namespace herald::study {
namespace {

Settings lossless(double signals, double error_rate) {
  return {{"detector.efficiency", 1}, {"background.yield", 0}, {"misalignment", error_rate}, {"block.pulses", signals}};
}

double fraction() { return *rc::gen::inRange(0, 100001) / 1e5; }

// A permitted value: an end now and then, else anything between.
double anywhere(const ParameterSpec& spec) {
  if (spec.least == 0 && spec.most == 1 && (spec.name == "accounting" || spec.name == "reconciliation.two_way"))
    return *rc::gen::element(0.0, 1.0);
  const double x = fraction();
  return spec.logarithmic ? std::clamp(spec.least * std::pow(spec.most / spec.least, x), spec.least, spec.most)
                          : spec.least + (spec.most - spec.least) * x;
}

// The standard values, those of the receiver moved by up to a factor of two.
std::vector<double> usual(const RateModel& model) {
  std::vector<double> values = values_with(model);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string_view name = model.parameters[i].name;
    if (name == "misalignment" || name == "background.yield" || name == "detector.dark_count" ||
        name == "detector.efficiency")
      values[i] *= std::exp2(2 * fraction() - 1);
  }
  return values;
}

// Theory sheet 1.2; the printed digits.
TEST(Bb84Models, RatesAtGys) {
  struct Row {
    double kilometres, infinite, vacuum_weak;
  };
  for (const Row& row : {Row{0, 2.554588e-3, 2.414245e-3}, Row{50, 2.225961e-4, 2.096250e-4},
                         Row{100, 1.718444e-5, 1.602005e-5}, Row{140, 2.464667e-7, 7.377906e-8}}) {
    EXPECT_NEAR(rate(bb84_decoy_model(), row.kilometres) / row.infinite, 1, 1e-6);
    EXPECT_NEAR(rate(bb84_vacuum_weak_model(), row.kilometres) / row.vacuum_weak, 1, 1e-6);
  }
  EXPECT_NEAR(best(bb84_gllp_model(), 0) / 1.5290e-4, 1, 1e-4);
  EXPECT_LT(best(bb84_gllp_model(), 50), 1e-12);
}

TEST(Bb84Models, DistancesAtGys) {
  EXPECT_NEAR(reach(bb84_model()), 171.50, 0.01);
  EXPECT_NEAR(reach(bb84_decoy_model()), 142.01, 0.01);
  EXPECT_NEAR(best_reach(bb84_decoy_model()), 142.21, 0.01);
  EXPECT_NEAR(reach(bb84_vacuum_weak_model()), 140.62, 0.01);
  EXPECT_NEAR(reach(bb84_vacuum_weak_model(), {{"intensity.weak", 0.01}}), 141.74, 0.01);
  EXPECT_NEAR(reach(bb84_one_decoy_model()), 103.8, 0.1);
  EXPECT_NEAR(best_reach(bb84_one_decoy_model(), {{"intensity.signal", 0.48}}), 112.1, 0.1);
  EXPECT_NEAR(best_reach(bb84_gllp_model()), 40.2, 0.1);
}

const std::vector<const RateModel*>& family() {
  static const std::vector<const RateModel*> kAll = {
      &bb84_model(),      &bb84_decoy_model(),  &bb84_vacuum_weak_model(),      &bb84_one_decoy_model(),
      &bb84_gllp_model(), &bb84_finite_model(), &bb84_finite_one_decoy_model(), &bb84_tomamichel_model()};
  return kAll;
}

// Theory sheet 1.7: best l/M over the bias of the bases, 1, 2.5 and 5 % of errors, no loss.
TEST(Bb84Models, BestRatesOfTomamichelEtAl) {
  struct Row {
    double signals, error_rate, rate;
  };
  for (const Row& row :
       {Row{1e4, 0.01, 0.0693}, Row{1e4, 0.025, 0.0213}, Row{1e5, 0.01, 0.27596}, Row{1e5, 0.025, 0.19038},
        Row{1e5, 0.05, 0.08081}, Row{1e6, 0.01, 0.45806}, Row{1e6, 0.025, 0.34129}, Row{1e6, 0.05, 0.18399},
        Row{1e8, 0.01, 0.68805}, Row{1e8, 0.025, 0.53134}, Row{1e8, 0.05, 0.31767}})
    EXPECT_NEAR(best(bb84_tomamichel_model(), 0, lossless(row.signals, row.error_rate)), row.rate, 1e-4)
        << row.signals << " " << row.error_rate;
  EXPECT_LT(best(bb84_tomamichel_model(), 0, lossless(1e4, 0.05)), 1e-9);
}

TEST(Bb84Models, SmallestBlocksOfTomamichelEtAl) {
  for (const auto& [error_rate, signals] : {std::pair{0.01, 4685.0}, {0.025, 7482.0}, {0.05, 18495.0}}) {
    EXPECT_LT(best(bb84_tomamichel_model(), 0, lossless(signals * 0.99, error_rate)), 1e-9) << error_rate;
    EXPECT_GT(best(bb84_tomamichel_model(), 0, lossless(signals * 1.01, error_rate)), 1e-9) << error_rate;
  }
}

// n = k = 1e4 at 1 %, f = 1.1, both epsilons 1e-10: 5028 bits.
TEST(Bb84Models, TomamichelEtAlDirect) {
  Settings settings = lossless(4e4, 0.01);
  for (const std::string_view epsilon : {"epsilon.secrecy", "epsilon.correctness"})
    settings.emplace_back(epsilon, 1e-10);
  settings.emplace_back("probability.key_basis", 0.5);
  const auto direct = point(bb84_tomamichel_model(), 0, settings);
  ASSERT_TRUE(direct);
  EXPECT_EQ(figure(*direct, "key_bits"), 5028);
  EXPECT_NEAR(direct->epsilon, 2e-10, 1e-20);
}

// Eqs. (1) to (5) of Lim et al. with a fixed epsilon_sec, once more in long double and without rounding counts.
long double lim_twin(double kilometres, long double n, long double secrecy, const std::vector<double>& values) {
  const auto v = [&](std::string_view name) {
    return static_cast<long double>(values[index_of(bb84_finite_model(), name)]);
  };
  const long double eta = v("detector.efficiency") * std::pow(10.0L, -0.02L * kilometres),
                    q = v("probability.key_basis"), dark = v("detector.dark_count"), after = v("detector.afterpulse"),
                    log = std::log(21 / secrecy);
  const std::array mu = {v("intensity.signal"), v("intensity.weak"), v("intensity.vacuum")};
  const std::array p = {v("probability.signal"), v("probability.weak"),
                        1 - v("probability.signal") - v("probability.weak")};
  std::array<long double, 3> gain{}, wrong{};
  long double all = 0, bad = 0, tau0 = 0, tau1 = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    const long double click = 1 - (1 - 2 * dark) * std::exp(-eta * mu[k]);
    gain[k] = p[k] * click * (1 + after);
    wrong[k] = p[k] * (dark + v("misalignment") * (1 - std::exp(-eta * mu[k])) + after * click / 2);
    all += gain[k], bad += wrong[k], tau0 += p[k] * std::exp(-mu[k]), tau1 += p[k] * std::exp(-mu[k]) * mu[k];
  }
  const long double pulses = n / (q * q * all);
  struct Basis {
    long double share, vacuum, single;
  };
  const auto weighed = [&](long double share, const std::array<long double, 3>& of, long double total, std::size_t k,
                           int sign) {
    return std::exp(mu[k]) / p[k] * (pulses * share * of[k] + sign * std::sqrt(pulses * share * total / 2 * log));
  };
  const auto bounds = [&](long double share) {
    const auto at = [&](std::size_t k, int sign) { return weighed(share, gain, all, k, sign); };
    const long double s0 = std::max(0.0L, tau0 * (mu[1] * at(2, -1) - mu[2] * at(1, 1)) / (mu[1] - mu[2]));
    const long double ratio = (mu[1] * mu[1] - mu[2] * mu[2]) / (mu[0] * mu[0]);
    return Basis{share, s0,
                 tau1 * mu[0] * (at(1, -1) - at(2, 1) - ratio * (at(0, 1) - s0 / tau0)) /
                     (mu[0] * (mu[1] - mu[2]) - mu[1] * mu[1] + mu[2] * mu[2])};
  };
  const Basis key = bounds(q * q), test = bounds((1 - q) * (1 - q));
  const long double errors =
      tau1 * (weighed(test.share, wrong, bad, 1, 1) - weighed(test.share, wrong, bad, 2, -1)) / (mu[1] - mu[2]);
  const auto h = [](long double x) { return -x * std::log2(x) - (1 - x) * std::log2(1 - x); };
  const long double b = errors / test.single, c = test.single, d = key.single;
  const long double gamma = std::sqrt((c + d) * (1 - b) * b /
                                      (c * d * std::numbers::ln2_v<long double>)*std::log2(
                                          (c + d) / (c * d * (1 - b) * b) * 21 * 21 / (secrecy * secrecy)));
  return (key.vacuum + d * (1 - h(b + gamma)) - v("reconciliation.efficiency") * n * h(bad / all) -
          6 * std::log2(21 / secrecy) - std::log2(2 / v("epsilon.correctness"))) /
         pulses;
}

TEST(Bb84Models, LimEtAlAtFixedParameters) {
  for (const double kilometres : {0.0, 50.0, 100.0}) {
    const Settings settings = {{"block.sifted", 1e12}, {"epsilon.secrecy", 1e-9}};
    const double twin =
        static_cast<double>(lim_twin(kilometres, 1e12L, 1e-9L, values_with(bb84_finite_model(), settings)));
    EXPECT_NEAR(rate(bb84_finite_model(), kilometres, settings) / twin, 1, 1e-6);
  }
}

// epsilon_sec = kappa l is solved for l, and a fixed epsilon of the same size gives the same.
TEST(Bb84Models, LimEtAlsSecrecyIsProportionalToTheLength) {
  const auto proportional = point(bb84_finite_model(), 50);
  ASSERT_TRUE(proportional);
  const double bits = figure(*proportional, "key_bits"), secrecy = proportional->epsilon - 1e-15;
  EXPECT_NEAR(secrecy / (1e-15 * bits), 1, 1e-6);
  EXPECT_NEAR(rate(bb84_finite_model(), 50, {{"epsilon.secrecy", secrecy}}) / proportional->rate, 1, 1e-12);
}

TEST(Bb84Models, LargerBlocksLeaveMore) {
  for (const RateModel* model : {&bb84_finite_model(), &bb84_finite_one_decoy_model()}) {
    for (const double accounting : {0.0, 1.0}) {
      double before = -1;
      for (const double block : {1e5, 1e6, 1e7, 1e8, 1e10, 1e12}) {
        const double now = rate(*model, 50, {{"block.sifted", block}, {"accounting", accounting}});
        EXPECT_GT(now, before) << model->name << " " << block;
        before = now;
      }
    }
  }
}

TEST(Bb84Models, CombinationsThatCannotBeAreRefused) {
  const auto refused = [](const RateModel& model, const Settings& settings) {
    const auto result = point(model, 50, settings);
    return !result && result.error().code == ErrorCode::invalid_argument;
  };
  EXPECT_TRUE(refused(bb84_vacuum_weak_model(), {{"intensity.weak", 0.48}}));
  EXPECT_TRUE(refused(bb84_one_decoy_model(), {{"intensity.weak", 0.6}}));
  EXPECT_TRUE(refused(bb84_finite_model(), {{"intensity.weak", 0.9}}));
  EXPECT_TRUE(refused(bb84_finite_model(), {{"probability.signal", 0.7}, {"probability.weak", 0.3}}));
  EXPECT_TRUE(refused(bb84_finite_model(), {{"accounting", 0.5}}));
  EXPECT_TRUE(refused(bb84_finite_model(), {{"detector.efficiency", 0}, {"detector.dark_count", 0}}));
  EXPECT_TRUE(refused(bb84_tomamichel_model(), {{"block.pulses", 1e20}}));
}

TEST(Bb84Models, RecordsAreCompleteAndAnswerAtTheirStandards) {
  for (const RateModel* model : family()) {
    EXPECT_TRUE(find_theorem(model->theorem)) << model->name;
    EXPECT_FALSE(model->title.empty());
    for (const ParameterSpec& spec : model->parameters) {
      EXPECT_TRUE(spec.least <= spec.standard && spec.standard <= spec.most) << model->name << " " << spec.name;
      EXPECT_TRUE(!spec.logarithmic || spec.least > 0) << model->name << " " << spec.name;
      EXPECT_FALSE(spec.meaning.empty());
    }
    const auto near = point(*model, 5);
    ASSERT_TRUE(near) << model->name << ": " << near.error().message;
    EXPECT_GT(near->rate, 0) << model->name;
    for (const double nonsense :
         {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
      EXPECT_FALSE(point(*model, nonsense)) << model->name;
  }
}

// Anywhere between the limits there is a number or an error that says why not.
TEST(Bb84Models, WhateverIsPermittedIsAnswered) {
  EXPECT_TRUE(rc::check([] {
    for (const RateModel* model : family()) {
      std::vector<double> values;
      for (const ParameterSpec& spec : model->parameters) values.push_back(anywhere(spec));
      const double kilometres = *rc::gen::element(0.0, 1.0, 100.0, 1000.0, 20000.0);
      const auto result = model->evaluate(values, Kilometre(kilometres));
      if (!result) {
        RC_ASSERT(result.error().code == ErrorCode::invalid_argument);
        continue;
      }
      RC_ASSERT(std::isfinite(result->rate) && result->rate <= 1);
      RC_ASSERT(result->epsilon >= 0 && result->epsilon <= 1);
      for (const auto& [name, value] : result->figures) RC_ASSERT(std::isfinite(value));
    }
  }));
}

TEST(Bb84Models, RatesFallWithLossAndNoise) {
  EXPECT_TRUE(rc::check([] {
    for (const RateModel* model : family()) {
      const bool finite = model->theorem.find("finite") != std::string_view::npos;
      const double kilometres = *rc::gen::inRange(0, 1600) / 10.0;
      const std::vector<double> values = usual(*model);
      const auto before = model->evaluate(values, Kilometre(kilometres));
      RC_ASSERT(before.has_value());
      const auto not_better = [&](const std::vector<double>& worse, double length) {
        const auto after = model->evaluate(worse, Kilometre(length));
        RC_ASSERT(after.has_value());
        // Counts are whole numbers, so that a finite length moves in steps.
        RC_ASSERT(after->rate <= std::max(before->rate, 0.0) * (1 + (finite ? 1e-4 : 1e-12)));
      };
      not_better(values, kilometres + 1);
      for (std::size_t i = 0; i < values.size(); ++i) {
        const std::string_view name = model->parameters[i].name;
        std::vector<double> worse = values;
        // Not the dark counts of a finite block: with more of them the weakest pulses show the vacuum more clearly.
        if (name == "misalignment" || name == "background.yield" || name == "reconciliation.efficiency")
          worse[i] *= 1.1;
        else if (name == "fibre.insertion_loss")
          worse[i] += 1;
        else
          continue;
        not_better(worse, kilometres);
      }
    }
  }));
}

// However noise and intensities are chosen, the repeaterless bound of fibre and detectors is not reached.
TEST(Bb84Models, NoneExceedsTheRepeaterlessBound) {
  EXPECT_TRUE(rc::check([] {
    for (const RateModel* model : family()) {
      std::vector<double> values;
      for (const ParameterSpec& spec : model->parameters) values.push_back(anywhere(spec));
      const auto value = [&](std::string_view name) { return values[index_of(*model, name)]; };
      values[index_of(*model, "fibre.insertion_loss")] = 0;
      values[index_of(*model, "fibre.attenuation")] = 0.2;
      for (std::size_t i = 0; i < values.size(); ++i)
        if (model->parameters[i].name == "background.error") values[i] = 0.5;
      const double kilometres = *rc::gen::inRange(0, 400);
      const auto result = model->evaluate(values, Kilometre(kilometres));
      if (!result) continue;
      const double eta = value("detector.efficiency") * std::pow(10, -0.02 * kilometres);
      RC_ASSERT(result->rate <= -std::log1p(-eta) / std::numbers::ln2);
    }
  }));
}

}  // namespace
}  // namespace herald::study
