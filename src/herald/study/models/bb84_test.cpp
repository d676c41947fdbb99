#include "herald/study/models/bb84.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <string_view>
#include <utility>
#include <vector>

#include "herald/study/models/best_rate_test.h"

namespace herald::study {
namespace {

using Settings = TestedModel::Fixed;

std::size_t index_of(const RateModel& model, std::string_view name) {
  return static_cast<std::size_t>(parameter_index(model, name));
}

// Standard values but for the settings: nothing is searched.
std::vector<double> values_with(const RateModel& model, const Settings& settings = {}) {
  std::vector<double> values;
  for (const ParameterSpec& spec : model.parameters) values.push_back(spec.standard);
  for (const auto& [name, value] : settings) values[index_of(model, name)] = value;
  return values;
}
Result<RatePoint> point(const RateModel& model, double kilometres, const Settings& settings = {}) {
  return model.evaluate(values_with(model, settings), Kilometre(kilometres));
}
double rate(const RateModel& model, double kilometres, const Settings& settings = {}) {
  const auto result = point(model, kilometres, settings);
  EXPECT_TRUE(result) << model.name << ": " << (result ? "" : result.error().message);
  return result ? result->rate : -1;
}

// No loss, no background, ideal codes.
Settings perfect(double error_rate) {
  return {{"detector.efficiency", 1},
          {"background.yield", 0},
          {"reconciliation.efficiency", 1},
          {"misalignment", error_rate}};
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
  TestedModel gllp(bb84_gllp_model());
  EXPECT_NEAR(gllp.best(0) / 1.5290e-4, 1, 1e-4);
  EXPECT_LT(gllp.best(50), 1e-12);
  gllp.best(20);
  EXPECT_NEAR(gllp.value("intensity.signal"), 0.0099, 1e-4);
}

TEST(Bb84Models, DistancesAtGys) {
  EXPECT_NEAR(TestedModel(bb84_model()).ends(), 171.50, 0.01);
  EXPECT_NEAR(TestedModel(bb84_decoy_model(), {{"intensity.signal", 0.48}}).ends(), 142.01, 0.01);
  EXPECT_NEAR(TestedModel(bb84_decoy_model()).ends(), 142.21, 0.02);
  EXPECT_NEAR(TestedModel(bb84_vacuum_weak_model(), {{"intensity.signal", 0.48}}).ends(), 140.62, 0.01);
  EXPECT_NEAR(TestedModel(bb84_vacuum_weak_model(), {{"intensity.signal", 0.48}, {"intensity.weak", 0.01}}).ends(),
              141.74, 0.01);
  EXPECT_NEAR(TestedModel(bb84_one_decoy_model(), {{"intensity.signal", 0.48}, {"intensity.weak", 0.05}}).ends(), 103.8,
              0.1);
  EXPECT_NEAR(TestedModel(bb84_one_decoy_model(), {{"intensity.signal", 0.48}}).ends(), 112.1, 0.1);
  EXPECT_NEAR(TestedModel(bb84_gllp_model()).ends(), 40.2, 0.1);
}

// (1-mu) e^-mu = f h(e_det)/(1 - h(e_det)) where nearly all is lost; ideal weak pulses leave eta/e, single photons eta.
TEST(Bb84Models, BestIntensitiesAndIdealRates) {
  for (const auto& [f, best] : {std::pair{1.0, 0.5441}, {1.22, 0.4789}}) {
    TestedModel lossy(bb84_decoy_model(), {{"background.yield", 0}, {"reconciliation.efficiency", f}});
    lossy.best(200);
    EXPECT_NEAR(lossy.value("intensity.signal"), best, 2e-4);
  }
  Settings ideal = perfect(0);
  ideal.emplace_back("sifting", 1);
  const double eta = std::pow(10, -0.021 * 100);
  EXPECT_NEAR(TestedModel(bb84_decoy_model(), ideal).best(100) / (eta / std::numbers::e), 1, 1e-9);
  EXPECT_NEAR(rate(bb84_model(), 100, ideal) / eta, 1, 1e-12);
  EXPECT_NEAR(TestedModel(bb84_decoy_model(), ideal).best(1000) / (1e-21 / std::numbers::e), 1, 1e-9);
}

// No decoys: the rate falls with the square of the transmittance, otherwise with the transmittance.
TEST(Bb84Models, ScalingWithLoss) {
  const Settings quiet = {{"background.yield", 0}};
  const auto tenfold = [&](const RateModel& model) {
    TestedModel tested(model, quiet);
    return tested.best(100) / tested.best(100 + 10 / 0.21);
  };
  EXPECT_NEAR(tenfold(bb84_gllp_model()), 100, 1);
  EXPECT_NEAR(tenfold(bb84_decoy_model()), 10, 0.01);
  EXPECT_NEAR(tenfold(bb84_model()), 10, 1e-9);
  EXPECT_NEAR(tenfold(bb84_single_photon_source_model()), 100, 1);
  EXPECT_NEAR(tenfold(bb84_single_photon_source_decoy_model()), 10, 0.01);
  EXPECT_NEAR(tenfold(b92_model()), 100, 1);
}

// Theory sheet 1.1, with the channel as the noise: the misalignment at which the last key is lost.
TEST(Bb84Models, ThresholdsOfErrorRates) {
  const auto last_key = [](const RateModel& model, double low, double high) {
    while (high - low > 1e-7) {
      const double middle = (low + high) / 2;
      (TestedModel(model, perfect(middle)).best(0) > 1e-15 ? low : high) = middle;
    }
    return low;
  };
  EXPECT_NEAR(last_key(bb84_model(), 0.05, 0.2), 0.1100278644, 1e-6);
  EXPECT_NEAR(last_key(six_state_model(), 0.05, 0.2), 0.1261930833, 1e-6);
  // Approached as q -> 1/2, where the rate falls with (1 - 2q)^2.
  EXPECT_NEAR(last_key(bb84_preprocessing_model(), 0.05, 0.2), 0.12412, 1e-4);
  EXPECT_NEAR(last_key(six_state_preprocessing_model(), 0.05, 0.2), 0.14112, 1e-4);
  // An error rate E of kept bits is E/(2 (1-E)) of photons in the wrong detector.
  EXPECT_NEAR(last_key(sarg04_model(), 0.01, 0.2), 0.0968924 / (2 * (1 - 0.0968924)), 1e-5);
  // A depolarising rate of 3.4 %, by two thirds.
  EXPECT_NEAR(last_key(b92_model(), 0.01, 0.1) * 1.5, 0.034, 5e-4);
}

// Fung, Tamaki, Lo: with realistic devices and decoys SARG04 leaves less than BB84, and reaches less far.
TEST(Bb84Models, Sarg04WithDecoysStaysBehindBb84) {
  for (const double kilometres : {0.0, 50.0, 90.0}) {
    const double sarg04 = TestedModel(sarg04_decoy_model()).best(kilometres);
    EXPECT_GT(sarg04, 0);
    EXPECT_LT(sarg04, TestedModel(bb84_decoy_model()).best(kilometres));
  }
  EXPECT_LT(TestedModel(sarg04_decoy_model()).ends(), TestedModel(bb84_decoy_model()).ends());
  EXPECT_LT(TestedModel(sarg04_decoy_model()).ends(), TestedModel(sarg04_model()).ends());
}

TEST(Bb84Models, PhotonNumberSplittingReach) {
  EXPECT_NEAR(TestedModel(photon_number_splitting_model()).ends(), 16.44, 0.01);
  EXPECT_EQ(rate(photon_number_splitting_model(), 0, {{"detector.efficiency", 0.045}}), 0);
  EXPECT_NEAR(figure(*point(photon_number_splitting_model(), 0), "several_photons"), 4.678840e-3, 1e-9);
  // What GLLP leaves without decoys stays below.
  for (const double kilometres : {0.0, 5.0, 15.0, 20.0}) {
    const Settings link = {
        {"fibre.attenuation", 0.2}, {"detector.efficiency", 0.1}, {"background.yield", 0}, {"intensity.signal", 0.1}};
    EXPECT_LE(std::max(0.0, rate(bb84_gllp_model(), kilometres, link)),
              rate(photon_number_splitting_model(), kilometres, link));
  }
}

TEST(Bb84Models, UnequalDetectors) {
  for (const auto& [ratio, bits] : {std::pair{0.5, 0.918296}, {1.0, 1.0}}) {
    Settings settings = perfect(0);
    settings.emplace_back("detector.mismatch", ratio);
    const auto exact = point(bb84_mismatch_model(), 0, settings);
    EXPECT_NEAR(figure(*exact, "bits_per_detection"), bits, 5e-7);
    EXPECT_NEAR(exact->rate, bits * (1 + ratio) / 4, 5e-7);
  }
  EXPECT_NEAR(rate(bb84_mismatch_model(), 50, {{"detector.mismatch", 1}}) / rate(bb84_model(), 50), 1, 1e-12);
  EXPECT_NEAR(rate(bb84_mismatch_model(), 50, {{"mismatch.treatment", 1}}) / (0.5 * rate(bb84_model(), 50)), 1, 1e-12);
  EXPECT_NEAR(rate(bb84_mismatch_model(), 50, {{"mismatch.treatment", 2}}) / (0.75 * rate(bb84_model(), 50)), 1, 1e-12);
  EXPECT_FALSE(point(bb84_mismatch_model(), 50, {{"mismatch.treatment", 0.5}}));
}

// g2 = 0 and one photon a pulse: single photons.
TEST(Bb84Models, SourcesBetweenWeakPulsesAndSinglePhotons) {
  const Settings ideal = {{"source.efficiency", 1}, {"source.g2", 0}, {"source.attenuator", 1}};
  for (const double kilometres : {0.0, 100.0, 170.0}) {
    EXPECT_NEAR(rate(bb84_single_photon_source_model(), kilometres, ideal) / rate(bb84_model(), kilometres), 1, 1e-9);
    EXPECT_NEAR(rate(bb84_single_photon_source_decoy_model(), kilometres, ideal) / rate(bb84_model(), kilometres), 1,
                1e-9);
  }
  double before = 1000;
  for (const double g2 : {0.001, 0.01, 0.036, 0.2, 1.0}) {
    const double ends = TestedModel(bb84_single_photon_source_model(), {{"source.g2", g2}}).ends();
    EXPECT_LT(ends, before) << g2;
    EXPECT_GE(TestedModel(bb84_single_photon_source_decoy_model(), {{"source.g2", g2}}).ends(), ends) << g2;
    before = ends;
  }
  // As wide as weak pulses reach, and no less: their share of several photons is known a little better.
  EXPECT_NEAR(before, 40.2, 0.3);
}

Settings lossless(double signals, double error_rate) {
  return {{"detector.efficiency", 1}, {"background.yield", 0}, {"misalignment", error_rate}, {"block.pulses", signals}};
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
    EXPECT_NEAR(TestedModel(bb84_tomamichel_model(), lossless(row.signals, row.error_rate)).best(0), row.rate, 1e-4)
        << row.signals << " " << row.error_rate;
  EXPECT_LT(TestedModel(bb84_tomamichel_model(), lossless(1e4, 0.05)).best(0), 1e-9);
}

TEST(Bb84Models, SmallestBlocksOfTomamichelEtAl) {
  for (const auto& [error_rate, signals] : {std::pair{0.01, 4685.0}, {0.025, 7482.0}, {0.05, 18495.0}}) {
    EXPECT_LT(TestedModel(bb84_tomamichel_model(), lossless(signals * 0.99, error_rate)).best(0), 1e-9) << error_rate;
    EXPECT_GT(TestedModel(bb84_tomamichel_model(), lossless(signals * 1.01, error_rate)).best(0), 1e-9) << error_rate;
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

// Theory sheet 1.5, an independent script's optima of the published formula.
struct LimRow {
  double kilometres, sifted, rate;
};
void expect_lim(const LimRow& row) {
  EXPECT_NEAR(TestedModel(bb84_finite_model(), {{"block.sifted", row.sifted}}).best(row.kilometres) / row.rate, 1, 1e-3)
      << row.kilometres << " km, " << row.sifted;
}

TEST(Bb84Models, BestRatesOfLimEtAl) {
  for (const LimRow& row : {LimRow{0, 1e4, 2.084e-4}, {100, 1e7, 4.76627e-5}, {150, 1e9, 5.8606e-6}}) expect_lim(row);
}

TEST(Full_Bb84Models, BestRatesOfLimEtAl) {
  for (const LimRow& row : {LimRow{50, 1e4, 1.883e-5}, LimRow{100, 1e4, 9.91e-7}, LimRow{0, 1e6, 3.19315e-3},
                            LimRow{50, 1e6, 3.04858e-4}, LimRow{100, 1e6, 2.75492e-5}, LimRow{150, 1e6, 1.1043e-6},
                            LimRow{0, 1e7, 5.35512e-3}, LimRow{50, 1e7, 5.13899e-4}, LimRow{150, 1e7, 2.6352e-6},
                            LimRow{0, 1e9, 9.20254e-3}, LimRow{50, 1e9, 8.89723e-4}, LimRow{100, 1e9, 8.53678e-5}})
    expect_lim(row);
}

// The formula reaches further than the sheet's script found (119, 168, 174, 177 km), with ever more pulses for the test
// basis: the better the search, the further. The published 135 km with blocks of 1e4 are not reproduced.
TEST(Full_Bb84Models, DistancesOfLimEtAl) {
  for (const auto& [sifted, kilometres] : {std::pair{1e4, 125.4}, {1e6, 172.6}, {1e7, 178.6}, {1e9, 183.0}})
    EXPECT_GE(TestedModel(bb84_finite_model(), {{"block.sifted", sifted}}).ends(), kilometres - 1) << sifted;
}

// Lim et al.: "about 1.75 times"; the sheet's script: 1.791.
TEST(Bb84Models, RatioOfBlockSizesOfLimEtAl) {
  EXPECT_NEAR(TestedModel(bb84_finite_model(), {{"block.sifted", 1e9}}).best(100) /
                  TestedModel(bb84_finite_model(), {{"block.sifted", 1e7}}).best(100),
              1.791, 1e-3);
}

// Theory sheet 1.6: one decoy beats two with Rusca et al.'s receiver, and does not with Lim et al.'s, whose detectors
// have afterpulses.
double one_over_two(double sifted, const Settings& receiver) {
  Settings settings = receiver;
  settings.insert(settings.end(), {{"block.sifted", sifted}, {"epsilon.secrecy", 1e-9}});
  return TestedModel(bb84_finite_one_decoy_model(), settings).best(100) /
         TestedModel(bb84_finite_model(), settings).best(100);
}
const Settings& rusca_receiver() {
  static const Settings kReceiver = {
      {"detector.efficiency", 0.2}, {"detector.dark_count", 1e-7}, {"detector.afterpulse", 0}, {"misalignment", 0.01}};
  return kReceiver;
}
const Settings& lim_receiver() {
  static const Settings kReceiver = {{"detector.efficiency", 0.1},
                                     {"detector.dark_count", 6e-7},
                                     {"detector.afterpulse", 0.04},
                                     {"misalignment", 0.005}};
  return kReceiver;
}

TEST(Bb84Models, OneDecoyBeatsTwoWithoutAfterpulses) {
  EXPECT_NEAR(one_over_two(1e7, rusca_receiver()), 1.150, 1e-3);
  EXPECT_NEAR(one_over_two(1e7, lim_receiver()), 0.94, 5e-3);
}

TEST(Full_Bb84Models, OneDecoyBeatsTwoWithoutAfterpulses) {
  for (const auto& [sifted, ratio] : {std::pair{1e5, 1.154}, {1e6, 1.177}, {1e8, 1.118}, {1e9, 1.086}})
    EXPECT_NEAR(one_over_two(sifted, rusca_receiver()), ratio, 1e-3) << sifted;
  EXPECT_NEAR(one_over_two(1e5, lim_receiver()), 0.84, 5e-3);
}

// Blocks without end tend to the rate of infinitely many decoys and keys, the sifting gone; slowly: the gap falls by
// about a third for a hundredfold block. One decoy keeps a gap, and in the end two are better (Rusca et al.).
TEST(Full_Bb84Models, FiniteKeysTendToInfiniteOnes) {
  const Settings receiver = {{"fibre.attenuation", 0.2},
                             {"detector.efficiency", 0.1},
                             {"misalignment", 0.005},
                             {"reconciliation.efficiency", 1.16}};
  Settings asymptotic = receiver, finite = receiver;
  asymptotic.insert(asymptotic.end(), {{"background.yield", 1.2e-6}, {"sifting", 1}});
  finite.insert(finite.end(), {{"detector.dark_count", 6e-7}, {"detector.afterpulse", 0}, {"epsilon.secrecy", 1e-9}});
  for (const double kilometres : {0.0, 50.0, 100.0}) {
    const double limit = TestedModel(bb84_decoy_model(), asymptotic).best(kilometres);
    const auto share = [&](const RateModel& model, double sifted) {
      Settings settings = finite;
      settings.emplace_back("block.sifted", sifted);
      return TestedModel(model, settings).best(kilometres) / limit;
    };
    double two = 0, one = 0;
    for (const double sifted : {1e5, 1e7, 1e9, 1e11, 1e13, 1e15}) {
      const double more = share(bb84_finite_model(), sifted), other = share(bb84_finite_one_decoy_model(), sifted);
      EXPECT_LT(1 - more, two > 0 ? 0.75 * (1 - two) : 1);
      EXPECT_GT(other, one);
      two = more, one = other;
    }
    // The vacuum's bits, which decoy_rate does not count, are fewer than a thousandth here.
    EXPECT_LT(two, 1.001);
    EXPECT_GT(two, 0.9);
    EXPECT_GT(one, 0.88);
    EXPECT_GT(two, one);
    TestedModel single(bb84_tomamichel_model(), {{"block.pulses", 4e16}, {"reconciliation.efficiency", 1.22}});
    const double share_of_single = single.best(kilometres) / rate(bb84_model(), kilometres, {{"sifting", 1}});
    EXPECT_GT(share_of_single, 0.985);
    EXPECT_LT(share_of_single, 1);
  }
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
  EXPECT_NEAR(secrecy / 1e-15, bits, 1.01);
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

}  // namespace
}  // namespace herald::study
