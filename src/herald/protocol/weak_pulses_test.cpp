#include "herald/protocol/weak_pulses.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "herald/base/statistics.h"
#include "herald/base/tail_bounds.h"
#include "herald/optics/click_law.h"

namespace herald {
namespace {

TEST(WeakPulses, HavePoissonianNumbersOfPhotons) {
  constexpr std::size_t kPulses = 100'003;
  SimulationRandom random(1);
  const BitString bits = random_bits(random, kPulses), bases = random_bits(random, kPulses);
  for (const double mu : {0.0, 0.02, 0.7, 2.0}) {
    const std::size_t orders = photon_orders(mu, kPulses);
    std::vector<int> photons(kPulses);
    for (QubitString& string : weak_pulses(bits, bases, mu, orders, random)) {
      const Detections seen = measure(std::move(string), bases, random);
      for (std::size_t i = 0; i < kPulses; ++i) {
        if (!seen.detected[i]) continue;
        ++photons[i];
        EXPECT_EQ(seen.bits[i], bits[i]);
      }
    }
    std::vector<std::uint64_t> counts(4);
    for (const int n : photons) ++counts[static_cast<std::size_t>(std::min(n, 3))];
    if (mu == 0) {
      EXPECT_EQ(counts[0], kPulses);
      continue;
    }
    std::vector<double> weights{std::exp(-mu), mu * std::exp(-mu), mu * mu / 2 * std::exp(-mu)};
    weights.push_back(1 - weights[0] - weights[1] - weights[2]);
    EXPECT_GT(chi_square_test(counts, weights), 1e-9) << mu;
  }
}

// The detectors' patterns are those of the simulated optics: whether any fires, and the bit, of which a coin decides
// when both do.
TEST(WeakPulses, DetectorsFireByTheClickLaw) {
  constexpr std::size_t kPulses = 200'000;
  constexpr double kMu = 1.2, kTransmittance = 0.8;
  const PulseReceiver receiver{0.6, 0.03, 0.1};
  ReceiverModel model;
  model.misalignment = Probability(receiver.misalignment);
  for (DetectorModel& detector : model.detectors)
    detector = {Probability(receiver.efficiency), Probability(receiver.dark_count)};
  SimulationRandom random(2);
  for (const Basis bob : {Basis::z, Basis::x}) {
    const PatternProbabilities law =
        detector_response(model, bob, {1, {Basis::z, true}, PhotonStatistics::poisson, kMu, kTransmittance});
    BitString ones(kPulses);
    for (std::uint64_t& word : ones.words()) word = ~std::uint64_t{0};
    ones.trim();
    auto orders = weak_pulses(ones, BitString(kPulses), kMu, photon_orders(kMu, kPulses), random);
    for (QubitString& photons : orders) lose(photons, kTransmittance, random);
    const Detections seen = detect_pulses(std::move(orders), bob, receiver, random);
    std::vector<std::uint64_t> counts(3);
    for (std::size_t i = 0; i < kPulses; ++i) {
      ++counts[!seen.detected[i] ? 0 : seen.bits[i] ? 2 : 1];
      EXPECT_TRUE(seen.detected[i] || !seen.bits[i]);
    }
    EXPECT_GT(chi_square_test(counts, std::array{law.none, law.only_0 + law.both / 2, law.only_1 + law.both / 2}),
              1e-9);
  }
}

}  // namespace
}  // namespace herald
