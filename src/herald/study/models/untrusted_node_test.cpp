// What holds of every model with an untrusted node in the middle, whatever its parameters; and decoys against the limit
// that they tend to.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <functional>

#include "herald/study/models/best_rate_test.h"
#include "herald/study/models/mdi.h"
#include "herald/study/models/twin_field.h"

namespace herald::study {
namespace {

const RateModel* const kModels[] = {&tf_model(),  &pm_model(),  &sns_model(),       &sns_aopp_model(),
                                    &npp_model(), &mdi_model(), &sns_decoy_model(), &mdi_decoy_model()};

double unit() { return *rc::gen::inRange(0, 10001) / 1e4; }

struct Drawn {
  const RateModel* model;
  double kilometres, dark_count, misalignment;

  static Drawn any() {
    return {*rc::gen::elementOf(std::vector(std::begin(kModels), std::end(kModels))), 600 * unit(),
            std::pow(10, -12 + 7 * unit()), 0.3 * unit()};
  }
  // With what the model optimises at its best; 0 where there is no key.
  double rate() const {
    TestedModel tested(*model, {{"detector.dark_count", dark_count}, {"misalignment", misalignment}});
    return std::max(tested.best(kilometres), 0.0);
  }
};

constexpr double kSearch = 1e-6;  // what an optimum may be missed by

TEST(UntrustedNodeModels, RatesFallWithLossDarkCountsAndMisalignment) {
  EXPECT_TRUE(rc::check([] {
    const Drawn here = Drawn::any();
    Drawn worse = here;
    switch (*rc::gen::inRange(0, 3)) {
      case 0: worse.kilometres += 100 * unit(); break;
      case 1: worse.dark_count *= std::pow(10, 2 * unit()); break;
      default: worse.misalignment += 0.2 * unit();
    }
    const double before = here.rate(), after = worse.rate();
    RC_LOG() << here.model->name << ' ' << here.kilometres << ' ' << here.dark_count << ' ' << here.misalignment
             << " -> " << worse.kilometres << ' ' << worse.dark_count << ' ' << worse.misalignment << ": " << before
             << " -> " << after;
    RC_ASSERT(after <= before * (1 + kSearch));
  }));
}

TEST(UntrustedNodeModels, NoRateExceedsThatOfOneRepeater) {
  EXPECT_TRUE(rc::check([] {
    const Drawn here = Drawn::any();
    RC_ASSERT(here.rate() <= -std::log1p(-std::pow(10, -0.01 * here.kilometres)) / std::numbers::ln2);
  }));
  for (double l = 0; l <= 1000; l += 25) {
    const double bound = -std::log1p(-std::pow(10, -0.01 * l)) / std::numbers::ln2;
    for (const RateModel* model : {&npp_loss_only_model(), &tf_model(), &pm_model(), &sns_model(), &sns_aopp_model()})
      EXPECT_LE(TestedModel(*model, {{"detector.efficiency", 1}}).best(l), bound) << model->name << " " << l;
  }
}

TEST(UntrustedNodeModels, NumbersStayNumbersWhateverTheSetting) {
  EXPECT_TRUE(rc::check([] {
    for (const RateModel* model : rate_models()) {
      if (!model->name.starts_with("sns") && !model->name.starts_with("npp") && !model->name.starts_with("mdi") &&
          model->name != "tf" && model->name != "pm")
        continue;
      std::vector<double> values;
      for (const ParameterSpec& spec : model->parameters) {
        const int place = *rc::gen::inRange(0, 4);
        values.push_back(place == 0   ? spec.least
                         : place == 1 ? spec.most
                         : place == 2 ? spec.standard
                                      : spec.least + unit() * (spec.most - spec.least));
      }
      const auto point = model->evaluate(values, Kilometre(*rc::gen::element(0.0, 1.0, 100.0, 1000.0, 1e5)));
      if (!point) {
        RC_ASSERT(point.error().code == ErrorCode::invalid_argument);
        continue;
      }
      RC_ASSERT(std::isfinite(point->rate));
      RC_ASSERT(point->rate <= 1);
      for (const auto& [name, value] : point->figures) RC_ASSERT(value >= 0 && value <= 1);
    }
  }));
}

// The part of a rate in infinitely many decoys' that decoys reach, at the signal that is best for them.
double share(const RateModel& with, const RateModel& without, double kilometres, const TestedModel::Fixed& decoys) {
  TestedModel few(with, decoys);
  const double rate = few.best(kilometres);
  TestedModel::Fixed signal = {{"intensity.signal", few.value("intensity.signal")}};
  if (parameter_index(without, "probability.send") >= 0)
    signal.emplace_back("probability.send", few.value("probability.send"));
  EXPECT_LE(rate, TestedModel(without, signal).at(kilometres).rate * (1 + 1e-9)) << with.name << " " << kilometres;
  return rate / TestedModel(without).best(kilometres);
}

TEST(DecoyModels, TendToInfinitelyManyDecoysFromBelow) {
  for (const double l : {50.0, 200.0}) {
    double sns = 0, mdi = 0;
    for (const double weak : {0.05, 0.03, 0.01, 1e-3, 2e-4}) {
      const double now = share(sns_decoy_model(), sns_model(), l, {{"intensity.weak", weak}});
      EXPECT_GT(now, sns);
      sns = now;
      const double there = share(mdi_decoy_model(), mdi_model(), l, {{"intensity.weak", weak}});
      EXPECT_GT(there, mdi);
      mdi = there;
    }
    EXPECT_GT(sns, 0.99);
    EXPECT_GT(mdi, 0.99);
  }
}

TEST(DecoyModels, ThreeAndFourDecoysWithoutPhasePostSelection) {
  for (const double l : {100.0, 300.0}) {
    const double infinite = TestedModel(npp_model(), {{"intensity.signal", 0.025}}).at(l).rate;
    const double four = TestedModel(npp_decoy_model(), {{"intensity.signal", 0.025}}).at(l).rate;
    const double three =
        TestedModel(npp_decoy_model(), {{"intensity.signal", 0.025}, {"intensity.medium", 0}}).at(l).rate;
    const double weaker =
        TestedModel(npp_decoy_model(),
                    {{"intensity.signal", 0.025}, {"intensity.medium", 0.03}, {"intensity.weak", 3e-3}})
            .at(l)
            .rate;
    EXPECT_LT(three, four);
    EXPECT_LT(four, weaker);
    EXPECT_LT(weaker, infinite);
    EXPECT_GT(three / infinite, 0.8);
    EXPECT_GT(four / infinite, 0.94);
    EXPECT_GT(weaker / infinite, 0.97);
  }
}

}  // namespace
}  // namespace herald::study
