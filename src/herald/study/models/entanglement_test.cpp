#include "herald/study/models/entanglement.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <cmath>
#include <limits>

#include "herald/study/models/best_rate_test.h"

namespace herald::study {
namespace {

// Theory sheet 2: eta_D = 14.5 %, Y0 = 6.02e-6, e_d = 1.5 %, f = 1.22, source in the middle, brightness optimised.
TEST(Bbm92Model, MaFungAndLosSource) {
  TestedModel model(bbm92_model());
  EXPECT_NEAR(model.best(0) / 4.1145e-4, 1, 1e-3);
  EXPECT_GT(model.value("source.brightness"), 0.095);
  EXPECT_LT(model.value("source.brightness"), 0.125);
  EXPECT_NEAR(model.best(100) / 3.6209e-6, 1, 1e-3);  // 20 dB in all
  EXPECT_NEAR(model.best(150) / 3.5184e-7, 1, 1e-3);  // 30 dB
  EXPECT_GT(model.value("source.brightness"), 0.095);
  EXPECT_LT(model.value("source.brightness"), 0.125);
}

// Near, a source at Alice's does a little better; far, background decides.
TEST(Bbm92Model, ASourceMidwayReachesFarthest) {
  TestedModel at_alice(bbm92_model(), {{"source.position", 0}}), midway(bbm92_model());
  EXPECT_GT(at_alice.best(50), midway.best(50));
  double last = 0;
  for (const double position : {0.0, 0.15, 0.3, 0.5}) {
    TestedModel model(bbm92_model(), {{"source.position", position}});
    EXPECT_GT(model.ends(), last + 1);
    last = model.ends();
  }
  TestedModel mirrored(bbm92_model(), {{"source.position", 0.7}}), other(bbm92_model(), {{"source.position", 0.3}});
  EXPECT_NEAR(mirrored.best(100) / other.best(100), 1, 1e-6);
}

// Best over the brightness: falls with everything that disturbs, and stays below the repeaterless bound of the line
// with its detectors.
TEST(Bbm92Model, FallsWithLossAndNoiseAndStaysBelowTheBound) {
  const auto best = [](double kilometres, const TestedModel::Fixed& fixed) {
    return TestedModel(bbm92_model(), fixed).best(kilometres);
  };
  for (const double l : {0.0, 50.0, 120.0, 200.0}) {
    const double here = best(l, {});
    EXPECT_GT(here, best(l + 5, {}));
    EXPECT_GT(here, best(l, {{"misalignment", 0.02}}));
    EXPECT_GT(here, best(l, {{"background.yield", 1e-5}}));
    EXPECT_GT(here, best(l, {{"reconciliation.efficiency", 1.3}}));
    EXPECT_GT(here, best(l, {{"detector.efficiency", 0.14}}));
    EXPECT_LT(here, plob(l) * 0.145 * 0.145);
  }
  const TestedModel::Fixed ideal = {{"detector.efficiency", 1},
                                    {"background.yield", 0},
                                    {"misalignment", 0},
                                    {"reconciliation.efficiency", 1.0},
                                    {"sifting", 1}};
  for (const double l : {1.0, 100.0, 500.0, 1000.0}) {
    EXPECT_LT(best(l, ideal), plob(l));
    EXPECT_GT(best(l, ideal), 0);
  }
}

TEST(E91Model, TrustedAndUntrustedSideBySide) {
  struct Row {
    double q, chsh, trusted, untrusted;
  };
  for (const Row& row : {Row{0.01, 2.771859, 0.838414, 0.776598}, Row{0.02, 2.715290, 0.717119, 0.612291}}) {
    TestedModel model(e91_model(), {{"visibility", 1 - 2 * row.q}});
    const RatePoint point = model.at(0);
    EXPECT_NEAR(point.rate * 9 / 2, row.trusted, 1e-6);
    EXPECT_NEAR(figure(point, "rate_per_sifted_bit"), row.trusted, 1e-6);
    EXPECT_NEAR(figure(point, "chsh"), row.chsh, 1e-6);
    EXPECT_NEAR(figure(point, "error_rate"), row.q, 1e-12);
    EXPECT_NEAR(figure(point, "device_independent_rate") * 9 / 2, row.untrusted, 1e-6);
  }
}

TEST(E91Model, LossCostsTheUntrustingTheirKeyAtOnce) {
  TestedModel model(e91_model());
  EXPECT_GT(model.best(100), 0);
  EXPECT_GT(figure(model.at(1), "device_independent_rate"), 0);
  EXPECT_LT(figure(model.at(10), "device_independent_rate"), 0);
  for (const double l : {1.0, 100.0, 500.0, 1000.0}) EXPECT_LT(model.best(l), plob(l));
  // Without background the pairs keep their quality: the rate is the transmittance's.
  EXPECT_NEAR(model.best(900) / model.best(1000), 100, 1e-6);
  TestedModel dark(e91_model(), {{"background.yield", 1e-6}, {"detector.efficiency", 0.2}});
  EXPECT_GT(dark.best(100), 0);
  EXPECT_LT(dark.best(1000), 0);
}

TEST(EntanglementModels, NonsenseIsRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const RateModel* model : {&bbm92_model(), &e91_model()}) {
    std::vector<double> values;
    for (const ParameterSpec& spec : model->parameters) values.push_back(spec.standard);
    EXPECT_TRUE(model->evaluate(values, Kilometre(50)));
    for (const double bad : {-1.0, nan, std::numeric_limits<double>::infinity()})
      EXPECT_FALSE(model->evaluate(values, Kilometre(bad)));
  }
}

}  // namespace
}  // namespace herald::study
