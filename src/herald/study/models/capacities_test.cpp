#include "herald/study/models/capacities.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "herald/study/models/best_rate_test.h"

namespace herald::study {
namespace {

TEST(CapacityModels, TheTableOverFibre) {
  const std::array line = {0.2, 0.0, 1.0};
  struct Row {
    double kilometres, plob, one, two, three;
  };
  for (const Row& row : {Row{100, 1.44995697e-2, 1.52003093e-1, 3.50050691e-1, 5.48412255e-1},
                         Row{200, 1.44276718e-4, 1.44995697e-2, 6.85678966e-2, 1.52003093e-1},
                         Row{500, 1.44269504e-10, 1.44270225e-5, 6.69795177e-4, 4.56943102e-3}}) {
    const Kilometre distance(row.kilometres);
    EXPECT_NEAR(plob_model().evaluate(line, distance)->rate / row.plob, 1, 5e-9);
    EXPECT_NEAR(repeaters_model().evaluate(std::array{0.2, 0.0, 1.0, 1.0}, distance)->rate / row.one, 1, 5e-9);
    EXPECT_NEAR(repeaters_model().evaluate(std::array{0.2, 0.0, 1.0, 2.0}, distance)->rate / row.two, 1, 5e-9);
    EXPECT_NEAR(repeaters_model().evaluate(std::array{0.2, 0.0, 1.0, 3.0}, distance)->rate / row.three, 1, 5e-9);
  }
  EXPECT_NEAR(tgw_model().evaluate(line, Kilometre(1000))->rate / 2.885390e-20, 1, 1e-6);
}

TEST(CapacityModels, DetectorsCountAsLossWhenAsked) {
  const double alone = plob_model().evaluate(std::array{0.2, 0.0, 1.0}, Kilometre(150))->rate;
  EXPECT_NEAR(plob_model().evaluate(std::array{0.2, 0.0, 0.1}, Kilometre(100))->rate, alone, alone * 1e-12);
  EXPECT_NEAR(plob_model().evaluate(std::array{0.2, 10.0, 1.0}, Kilometre(100))->rate, alone, alone * 1e-12);
}

TEST(CapacityModels, OtherChannels) {
  const Kilometre none(0), far(100);
  const double lossy = plob_model().evaluate(std::array{0.2, 0.0, 1.0}, far)->rate;
  EXPECT_NEAR(thermal_loss_model().evaluate(std::array{0.2, 0.0, 1.0, 0.0}, far)->rate, lossy, lossy * 1e-12);
  EXPECT_LT(thermal_loss_model().evaluate(std::array{0.2, 0.0, 1.0, 1e-3}, far)->rate, lossy);
  EXPECT_EQ(thermal_loss_model().evaluate(std::array{0.2, 0.0, 1.0, 0.02}, far)->rate, 0);
  EXPECT_NEAR(amplifier_model().evaluate(std::array{2.0, 0.0}, none)->rate, 1, 1e-14);
  EXPECT_FALSE(amplifier_model().evaluate(std::array{1.0, 0.0}, none));
  EXPECT_EQ(additive_noise_model().evaluate(std::array{1.0}, none)->rate, 0);
  EXPECT_EQ(erasure_model().evaluate(std::array{0.25}, none)->rate, 0.75);
  EXPECT_EQ(dephasing_model().evaluate(std::array{0.5}, none)->rate, 0);
}

TEST(CapacityModels, NonsenseIsRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(plob_model().evaluate(std::array{0.2, 0.0, 1.0}, Kilometre(-1)));
  EXPECT_FALSE(tgw_model().evaluate(std::array{0.2, 0.0, 1.0}, Kilometre(nan)));
  EXPECT_FALSE(repeaters_model().evaluate(std::array{0.2, 0.0, 1.0, 1.5}, Kilometre(10)));
}

// Every protocol, with its standard parameters and what it optimises at its best: below the bound of one ideal repeater
// midway; without a node midway that interferes or stores, below the repeaterless bound.
TEST(CapacityModels, NoProtocolExceedsItsBound) {
  const auto node_midway = [](std::string_view name) {
    return std::ranges::any_of(std::array<std::string_view, 4>{"tf", "pm", "sns", "npp"},
                               [&](std::string_view family) { return name.starts_with(family); });
  };
  for (const RateModel* model : rate_models()) {
    if (model->bound || !model->uses_distance) continue;
    double last = std::numeric_limits<double>::infinity();
    for (const double kilometres : {1.0, 50.0, 100.0, 200.0, 400.0, 600.0}) {
      TestedModel tested(*model);
      const double rate = tested.best(kilometres), attenuation = tested.value("fibre.attenuation");
      EXPECT_TRUE(std::isfinite(rate)) << model->name;
      EXPECT_TRUE(rate < last || rate <= 0) << model->name << " at " << kilometres;
      last = rate;
      const Kilometre distance(kilometres);
      const double bound = node_midway(model->name)
                               ? repeaters_model().evaluate(std::array{attenuation, 0.0, 1.0, 1.0}, distance)->rate
                               : plob_model().evaluate(std::array{attenuation, 0.0, 1.0}, distance)->rate;
      EXPECT_LT(rate, bound) << model->name << " at " << kilometres;
    }
  }
}

}  // namespace
}  // namespace herald::study
