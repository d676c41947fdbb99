// Optimised key rates as the papers print them. Theorems know nothing of fibres, so the channel model of Lim et al.
// 2014 and a small differential evolution stand here.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include "herald/base/entropy.h"
#include "herald/base/random.h"
#include "herald/proof/bb84_finite.h"
#include "herald/proof/bb84_finite_one_decoy.h"

namespace herald {
namespace {

struct Fibre {
  double kilometres;
  double efficiency;  // of Bob's detectors
  double dark;        // per detector and pulse
  double afterpulse;
  double misalignment;
};

struct Link {
  Fibre fibre;
  double key_bits;     // n_X, the block
  double kappa = 0;    // epsilon_sec = kappa l, or
  double secrecy = 0;  // epsilon_sec itself
  Accounting accounting = Accounting::as_published;
  Reconciliation reconciliation = Reconciliation::one_way;
};

struct Setting {
  std::vector<double> mean;
  std::vector<double> sent;
  double key_basis;  // q_x, of both ends
};

// Secret bits per pulse; 0 when there are none. Sec. IV of Lim et al.: D_k, R_k, e_k, with eta_sys in e_k (theory
// sheet 1.5).
double rate(const Link& link, const Setting& setting) {
  constexpr double kEfficiencyOfCorrection = 1.16;
  const Fibre& fibre = link.fibre;
  const double eta = std::pow(10, -0.02 * fibre.kilometres) * fibre.efficiency;
  const std::size_t intensities = setting.mean.size();
  std::vector<double> detected(intensities), wrong(intensities);
  double all_detected = 0, all_wrong = 0;
  for (std::size_t i = 0; i < intensities; ++i) {
    const double k = setting.mean[i];
    const double click = 1 - (1 - 2 * fibre.dark) * std::exp(-eta * k);
    detected[i] = setting.sent[i] * click * (1 + fibre.afterpulse);
    wrong[i] =
        setting.sent[i] * (fibre.dark + fibre.misalignment * -std::expm1(-eta * k) + fibre.afterpulse * click / 2);
    all_detected += detected[i];
    all_wrong += wrong[i];
  }
  const double q = setting.key_basis, pulses = link.key_bits / (q * q * all_detected);
  DecoyObservation seen;
  for (std::size_t i = 0; i < intensities; ++i) {
    const double key = pulses * q * q, test = pulses * (1 - q) * (1 - q);
    seen.intensities.push_back({MeanPhotonNumber(setting.mean[i]), Probability(setting.sent[i]),
                                std::llround(key * detected[i]), std::llround(key * wrong[i]),
                                std::llround(test * detected[i]), std::llround(test * wrong[i])});
  }
  const double leak = kEfficiencyOfCorrection * link.key_bits * binary_entropy(all_wrong / all_detected);
  Epsilon epsilon;
  epsilon.secrecy = FailureProbability(link.secrecy > 0 ? link.secrecy : link.kappa * link.key_bits);
  constexpr std::int64_t kTags = 51;
  for (int i = 0;; ++i) {
    const Disclosure disclosure{0, kTags, link.reconciliation};
    const auto key = intensities == 3 ? bb84_finite(seen, disclosure, epsilon, link.accounting)
                                      : bb84_finite_one_decoy(seen, disclosure, epsilon, link.accounting);
    if (!key) return 0;
    const double length = key->exact_bits + kTags - std::log2(2e15) - leak;
    if (!(length > 0)) return 0;
    if (link.secrecy > 0 || i == 4) return length / pulses;
    epsilon.secrecy = FailureProbability(link.kappa * length);
  }
}

// Each parameter in [0, 1]; DE/rand/1/bin (Storn, Price 1997).
double maximise(const std::function<double(const std::vector<double>&)>& f, std::size_t dimensions, int generations) {
  SimulationRandom random(2014);
  const std::size_t population = 12 * dimensions;
  std::vector<std::vector<double>> points(population, std::vector<double>(dimensions));
  std::vector<double> values(population);
  for (std::size_t i = 0; i < population; ++i) {
    for (double& x : points[i]) x = random.next_double();
    values[i] = f(points[i]);
  }
  for (int generation = 0; generation < generations; ++generation) {
    for (std::size_t i = 0; i < population; ++i) {
      const auto &a = points[random.next_below(population)], &b = points[random.next_below(population)],
                 &c = points[random.next_below(population)];
      std::vector<double> trial = points[i];
      const std::size_t forced = random.next_below(dimensions);
      for (std::size_t d = 0; d < dimensions; ++d) {
        if (d != forced && !random.next_bernoulli(0.9)) continue;
        trial[d] = a[d] + 0.6 * (b[d] - c[d]);
        if (!(trial[d] > 0 && trial[d] < 1)) trial[d] = random.next_double();
      }
      const double value = f(trial);
      if (value >= values[i]) {
        values[i] = value;
        points[i] = trial;
      }
    }
  }
  return *std::max_element(values.begin(), values.end());
}

double best_two_decoys(const Link& link, int generations = 150) {
  return maximise(
      [&](const std::vector<double>& x) {
        const double mu1 = 0.05 + 0.95 * x[0], mu2 = 1e-3 + (mu1 - 2e-3) * x[1], rest = 1 - x[2];
        return rate(link, {{mu1, mu2, 2e-4}, {x[2], rest * x[3], rest * (1 - x[3])}, x[4]});
      },
      5, generations);
}

double best_one_decoy(const Link& link, int generations = 150) {
  return maximise(
      [&](const std::vector<double>& x) {
        const double mu1 = 0.05 + 0.95 * x[0], mu2 = 1e-3 + (mu1 - 2e-3) * x[1];
        return rate(link, {{mu1, mu2}, {x[2], 1 - x[2]}, x[3]});
      },
      4, generations);
}

Link lim(double kilometres, double key_bits) { return {{kilometres, 0.10, 6e-7, 4e-2, 5e-3}, key_bits, 1e-15}; }
Link rusca(double kilometres, double key_bits) { return {{kilometres, 0.20, 1e-7, 0, 1e-2}, key_bits, 0, 1e-9}; }

// Theory sheet 1.5, an independent script's optima of the published formula; optimised rates agree to 1e-3, and to 1 %
// at blocks of 1e4 bits, where both optimisers work on a narrow ridge and counts are whole numbers here.
TEST(Full_PublishedRates, LimTable) {
  struct Row {
    double kilometres, key_bits, rate;
  };
  for (const Row& row :
       {Row{0, 1e4, 2.084e-4}, Row{50, 1e4, 1.883e-5}, Row{100, 1e4, 9.91e-7}, Row{0, 1e6, 3.19315e-3},
        Row{50, 1e6, 3.04858e-4}, Row{100, 1e6, 2.75492e-5}, Row{150, 1e6, 1.1043e-6}, Row{0, 1e7, 5.35512e-3},
        Row{50, 1e7, 5.13899e-4}, Row{100, 1e7, 4.76627e-5}, Row{150, 1e7, 2.6352e-6}, Row{0, 1e9, 9.20254e-3},
        Row{50, 1e9, 8.89723e-4}, Row{100, 1e9, 8.53678e-5}, Row{150, 1e9, 5.8606e-6}}) {
    const double computed = best_two_decoys(lim(row.kilometres, row.key_bits));
    EXPECT_NEAR(computed / row.rate, 1, row.key_bits < 1e5 ? 1e-2 : 1e-3) << row.kilometres << " km, " << row.key_bits;
  }
  EXPECT_EQ(best_two_decoys(lim(150, 1e4)), 0);
}

// Lim et al.: "about 1.75 times"; the sheet's script: 1.791.
TEST(Full_PublishedRates, LimRatioOfBlockSizesAtAHundredKilometres) {
  EXPECT_NEAR(best_two_decoys(lim(100, 1e9)) / best_two_decoys(lim(100, 1e7)), 1.791, 2e-3);
}

// Rusca et al.: for blocks up to 1e8 one decoy beats two in almost all settings; theory sheet 1.6.
TEST(Full_PublishedRates, OneDecoyBeatsTwoWithoutAfterpulses) {
  for (const auto& [key_bits, ratio] : {std::pair{1e5, 1.154}, {1e6, 1.177}, {1e7, 1.150}, {1e8, 1.118}, {1e9, 1.086}})
    EXPECT_NEAR(best_one_decoy(rusca(100, key_bits)) / best_two_decoys(rusca(100, key_bits)), ratio, 1.5e-3)
        << key_bits;
}

// ... and with Lim's parameters, 4 % of afterpulses among them, it does not.
TEST(Full_PublishedRates, AfterpulsesReverseTheOrder) {
  for (const auto& [key_bits, ratio] : {std::pair{1e5, 0.84}, {1e7, 0.94}}) {
    Link link = lim(100, key_bits);
    link.secrecy = 1e-9;
    EXPECT_NEAR(best_one_decoy(link) / best_two_decoys(link), ratio, 5e-3) << key_bits;
  }
}

// What keys are made with stays within a third of the published figure, either way, and is mostly above it.
TEST(Full_PublishedRates, RigorousAccountingIsComparable) {
  for (const double kilometres : {0.0, 50.0, 100.0}) {
    for (const double key_bits : {1e6, 1e7, 1e9}) {
      Link link = lim(kilometres, key_bits);
      const double published = best_two_decoys(link, 60);
      link.accounting = Accounting::rigorous;
      const double one_way = best_two_decoys(link, 60);
      link.reconciliation = Reconciliation::two_way;
      const double two_way = best_two_decoys(link, 60);
      EXPECT_GT(one_way / published, 1.0);
      EXPECT_LT(one_way / published, 1.3);
      EXPECT_GT(two_way / one_way, 0.95);
      EXPECT_LT(two_way / one_way, 1.001);
    }
  }
}

}  // namespace
}  // namespace herald
