// What holds for every model of the family.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string_view>
#include <vector>

#include "herald/proof/registry.h"
#include "herald/study/models/bb84.h"

namespace herald::study {
namespace {

const std::vector<const RateModel*>& family() {
  static const std::vector<const RateModel*> kAll = {&bb84_model(),
                                                     &bb84_decoy_model(),
                                                     &bb84_vacuum_weak_model(),
                                                     &bb84_one_decoy_model(),
                                                     &bb84_gllp_model(),
                                                     &bb84_finite_model(),
                                                     &bb84_finite_one_decoy_model(),
                                                     &bb84_tomamichel_model(),
                                                     &six_state_model(),
                                                     &bb84_preprocessing_model(),
                                                     &six_state_preprocessing_model(),
                                                     &sarg04_model(),
                                                     &sarg04_decoy_model(),
                                                     &b92_model(),
                                                     &bb84_single_photon_source_model(),
                                                     &bb84_single_photon_source_decoy_model(),
                                                     &bb84_mismatch_model()};
  return kAll;
}

std::vector<double> standard(const RateModel& model) {
  std::vector<double> values;
  for (const ParameterSpec& spec : model.parameters) values.push_back(spec.standard);
  return values;
}

double fraction() { return *rc::gen::inRange(0, 100001) / 1e5; }

// A permitted value: an end now and then, else anything between.
double anywhere(const ParameterSpec& spec) {
  if (spec.name == "accounting" || spec.name == "reconciliation.two_way") return *rc::gen::element(0.0, 1.0);
  if (spec.name == "mismatch.treatment") return *rc::gen::element(0.0, 1.0, 2.0);
  const double x = fraction();
  return spec.logarithmic ? std::clamp(spec.least * std::pow(spec.most / spec.least, x), spec.least, spec.most)
                          : spec.least + (spec.most - spec.least) * x;
}

// The standard values, those of the receiver moved by up to a factor of two.
std::vector<double> usual(const RateModel& model) {
  std::vector<double> values = standard(model);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string_view name = model.parameters[i].name;
    if (name == "misalignment" || name == "background.yield" || name == "detector.dark_count" ||
        name == "detector.efficiency")
      values[i] *= std::exp2(2 * fraction() - 1);
  }
  return values;
}

TEST(Bb84Family, RecordsAreCompleteAndAnswerAtTheirStandards) {
  for (const RateModel* model : family()) {
    EXPECT_TRUE(find_theorem(model->theorem)) << model->name;
    EXPECT_FALSE(model->title.empty());
    for (const ParameterSpec& spec : model->parameters) {
      EXPECT_TRUE(spec.least <= spec.standard && spec.standard <= spec.most) << model->name << " " << spec.name;
      EXPECT_TRUE(!spec.logarithmic || spec.least > 0) << model->name << " " << spec.name;
      EXPECT_FALSE(spec.meaning.empty());
    }
    const auto near = model->evaluate(standard(*model), Kilometre(5));
    ASSERT_TRUE(near) << model->name << ": " << near.error().message;
    EXPECT_GT(near->rate, 0) << model->name;
    for (const double nonsense :
         {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
      EXPECT_FALSE(model->evaluate(standard(*model), Kilometre(nonsense))) << model->name;
  }
}

// Anywhere between the limits there is a number or an error that says why not.
TEST(Bb84Family, WhateverIsPermittedIsAnswered) {
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

TEST(Bb84Family, RatesFallWithLossAndNoise) {
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
        // Blocks are whole numbers of bits, so that a finite length moves in steps.
        RC_ASSERT(after->rate <= std::max(before->rate, 0.0) * (1 + (finite ? 1e-6 : 1e-12)));
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

// However intensities and what else is free are chosen, with noise or without, the repeaterless bound of fibre and
// detectors is not reached. Background, though, must not know the bit.
TEST(Bb84Family, NoneExceedsTheRepeaterlessBound) {
  EXPECT_TRUE(rc::check([] {
    for (const RateModel* model : family()) {
      const double kilometres = *rc::gen::inRange(0, 400);
      const bool quiet = *rc::gen::arbitrary<bool>();
      double eta = std::pow(10, -0.02 * kilometres);
      std::vector<double> values;
      for (const ParameterSpec& spec : model->parameters) {
        double value = anywhere(spec);
        if (spec.name == "fibre.insertion_loss") value = 0;
        if (spec.name == "fibre.attenuation") value = 0.2;
        if (spec.name == "background.error") value = 0.5;
        if (quiet && (spec.name == "misalignment" || spec.name == "background.yield" ||
                      spec.name == "detector.dark_count" || spec.name == "detector.afterpulse"))
          value = 0;
        if (spec.name == "detector.efficiency") eta *= value;
        values.push_back(value);
      }
      const auto result = model->evaluate(values, Kilometre(kilometres));
      if (result) RC_ASSERT(result->rate <= -std::log1p(-eta) / std::numbers::ln2);
    }
  }));
}

}  // namespace
}  // namespace herald::study
