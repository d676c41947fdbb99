#include "herald/optics/click_law.h"

#include <cmath>

#include <gtest/gtest.h>

#include "herald/optics/alias_table.h"
#include "herald/optics/expectation.h"

namespace herald {
namespace {

ReceiverModel odd_receiver() {
  ReceiverModel receiver;
  receiver.detectors = {DetectorModel{Probability(0.31), Probability(1e-3)},
                        DetectorModel{Probability(0.62), Probability(4e-3)}};
  receiver.misalignment = Probability(0.07);
  return receiver;
}

// Sends each photon to every place it can end in.
void enumerate(double probability, unsigned photons, bool fires_0, bool fires_1, double x0, double x1,
               PatternProbabilities& sum) {
  if (photons == 0) {
    (fires_0 && fires_1 ? sum.both : fires_0 ? sum.only_0 : fires_1 ? sum.only_1 : sum.none) += probability;
    return;
  }
  enumerate(probability * x0, photons - 1, true, fires_1, x0, x1, sum);
  enumerate(probability * x1, photons - 1, fires_0, true, x0, x1, sum);
  enumerate(probability * (1 - x0 - x1), photons - 1, fires_0, fires_1, x0, x1, sum);
}

// Each detector may have a dark count besides.
PatternProbabilities with_dark_counts(const PatternProbabilities& light, const ReceiverModel& receiver) {
  PatternProbabilities result{0, 0, 0, 0};
  const std::array<double, 4> p{light.none, light.only_0, light.only_1, light.both};
  for (unsigned pattern = 0; pattern < 4; ++pattern) {
    for (unsigned dark = 0; dark < 4; ++dark) {
      double weight = p[pattern];
      for (unsigned d = 0; d < 2; ++d) {
        const double rate = receiver.detectors[d].dark_count.value;
        weight *= (dark >> d & 1) != 0 ? rate : 1 - rate;
      }
      const unsigned seen = pattern | dark;
      (seen == 0 ? result.none : seen == 1 ? result.only_0 : seen == 2 ? result.only_1 : result.both) += weight;
    }
  }
  return result;
}

TEST(DetectorResponse, OfFewPhotonsIsTheSumOverEveryFate) {
  ReceiverModel receiver = odd_receiver();
  for (const double efficiency : {1e-4, 0.62, 1.0}) {
    receiver.detectors[1].efficiency = Probability(efficiency);
    for (unsigned n = 0; n <= 6; ++n) {
      for (const Bb84State state : {Bb84State{Basis::z, false}, Bb84State{Basis::z, true}, Bb84State{Basis::x, true}}) {
        const double to_1 = state.basis == Basis::x ? 0.5 : state.bit ? 0.93 : 0.07;
        PatternProbabilities light{0, 0, 0, 0};
        enumerate(1, n, false, false, 0.8 * 0.31 * (1 - to_1), 0.8 * efficiency * to_1, light);
        const PatternProbabilities expected = with_dark_counts(light, receiver);
        const PatternProbabilities got =
            detector_response(receiver, Basis::z, {1, state, PhotonStatistics::fock, static_cast<double>(n), 0.8});
        EXPECT_NEAR(got.none, expected.none, 1e-14);
        EXPECT_NEAR(got.only_0, expected.only_0, 1e-14);
        EXPECT_NEAR(got.only_1, expected.only_1, 1e-14);
        EXPECT_NEAR(got.both, expected.both, 1e-14);
      }
    }
  }
}

TEST(DetectorResponse, KeepsTheRelativePrecisionOfRareDoubleClicks) {
  ReceiverModel receiver;
  receiver.detectors.fill({Probability(1), Probability(0)});
  // Two photons in the other basis, each detected with probability 1e-9: both detectors with probability 2 (t/2)^2.
  const PatternProbabilities two =
      detector_response(receiver, Basis::x, {1, {Basis::z, true}, PhotonStatistics::fock, 2, 1e-9});
  EXPECT_NEAR(two.both / (2 * 0.25e-18), 1, 1e-6);
  const PatternProbabilities one =
      detector_response(receiver, Basis::x, {1, {Basis::z, true}, PhotonStatistics::fock, 1, 1e-9});
  EXPECT_EQ(one.both, 0);
}

// The fibre, told as an action: every photon number travels by itself.
class FibreAsAction : public ChannelAction {
 public:
  explicit FibreAsAction(const LinkModel& model) : m_transmittance(model.channel_transmittance()) {}
  std::vector<OutgoingLight> mixture(Bb84State sent, unsigned photons) const override {
    return {{1, sent, PhotonStatistics::fock, static_cast<double>(photons), m_transmittance}};
  }
  OutgoingPulse act(Bb84State sent, unsigned photons, std::mt19937_64&) const override {
    return {sent, photons, m_transmittance};
  }

 private:
  double m_transmittance;
};

LinkModel odd_link() {
  LinkModel model = LinkModel::standard(Kilometre(3));
  model.receiver = odd_receiver();
  model.receiver.z_basis = Probability(0.7);
  model.source.intensities = {{MeanPhotonNumber(0.5), Probability(0.5)},
                              {MeanPhotonNumber(0.2), Probability(0.3)},
                              {MeanPhotonNumber(0), Probability(0.15)},
                              {MeanPhotonNumber(7), Probability(0.05)}};
  return model;
}

TEST(GateLaw, SumOverPhotonNumbersIsTheClosedForm) {
  const LinkModel model = odd_link();
  const GateLaw closed = gate_law(model);
  const FibreAsAction fibre(model);
  const GateLaw summed = gate_law(model, &fibre);
  double priors = 0;
  for (std::size_t s = 0; s < closed.size(); ++s) {
    EXPECT_EQ(closed.gates[s].prior, summed.gates[s].prior);
    EXPECT_NEAR(summed.gates[s].pattern.only_0 / closed.gates[s].pattern.only_0, 1, 1e-11);
    EXPECT_NEAR(summed.gates[s].pattern.only_1 / closed.gates[s].pattern.only_1, 1, 1e-11);
    EXPECT_NEAR(summed.gates[s].pattern.both / closed.gates[s].pattern.both, 1, 1e-11);
    EXPECT_NEAR(summed.gates[s].pattern.none, closed.gates[s].pattern.none, 1e-12);
    priors += closed.gates[s].prior;
  }
  EXPECT_NEAR(priors, 1, 1e-12);
  EXPECT_NEAR(summed.candidate, closed.candidate, 1e-12);
}

TEST(GateLaw, HasTheGainsAndErrorRatesOfTheClosedFormulas) {
  const LinkModel model = odd_link();
  const GateLaw law = gate_law(model);
  const Expectation expected = expect(model);
  for (unsigned k = 0; k < model.source.intensities.size(); ++k) {
    for (const Basis basis : {Basis::z, Basis::x}) {
      double gain = 0, errors = 0;
      for (const bool bit : {false, true}) {
        const PatternProbabilities& p = law.gates[pack_settings(k, {basis, bit}, basis)].pattern;
        gain += (p.only_0 + p.only_1 + p.both) / 2;
        errors += ((bit ? p.only_0 : p.only_1) + p.both / 2) / 2;
      }
      const ExpectedRate& rate = expected.rates[k][static_cast<std::size_t>(basis)];
      EXPECT_NEAR(rate.gain.value, gain, 1e-13);
      EXPECT_NEAR(rate.error_rate.value, errors / gain, 1e-12);
    }
  }
  EXPECT_NEAR(expected.click.value, law.candidate, 1e-13);
}

TEST(Expectation, IsThatOfLimEtAl2014) {
  // D_k = 1 - (1-2p_dc) exp(-eta k), e_k ~ p_dc + e_mis (1 - exp(-eta k)); the model here has (1-p_dc)^2 and exact
  // double clicks.
  const LinkModel model = LinkModel::standard(Kilometre(50));
  const Expectation expected = expect(model);
  const double eta = 0.1 * model.channel_transmittance(), dark = 6e-7;
  for (std::size_t k = 0; k < 3; ++k) {
    const double mean = model.source.intensities[k].mean.value;
    const double gain = 1 - (1 - 2 * dark) * std::exp(-eta * mean);
    const double errors = dark + 5e-3 * (1 - std::exp(-eta * mean));
    EXPECT_NEAR(expected.rates[k][0].gain.value / gain, 1, 1e-6);
    // Dropped there: products of the rates of two detectors, which are below the gain.
    EXPECT_NEAR(expected.rates[k][0].error_rate.value * expected.rates[k][0].gain.value / errors, 1, gain);
  }
}

TEST(Expectation, YieldsOfPhotonNumbersSumToTheGain) {
  const LinkModel model = odd_link();
  const Expectation expected = expect(model);
  for (std::size_t k = 0; k < model.source.intensities.size(); ++k) {
    const double mean = model.source.intensities[k].mean.value;
    double gain = 0, errors = 0, poisson = std::exp(-mean);
    for (unsigned n = 0; n < 80; poisson *= mean / ++n) {
      const ExpectedRate yield = photon_number_yield(model, n);
      gain += poisson * yield.gain.value;
      errors += poisson * yield.gain.value * yield.error_rate.value;
    }
    EXPECT_NEAR(expected.rates[k][1].gain.value, gain, 1e-13);
    EXPECT_NEAR(expected.rates[k][1].error_rate.value, errors / gain, 1e-12);
  }
  EXPECT_NEAR(photon_number_yield(model, 0).error_rate.value, 0.5, 1e-12);
}

TEST(AliasTable, HoldsItsWeightsToTheLastBits) {
  // Every column's share, recovered by asking for the smallest and the boundary words.
  const std::vector<double> weights{0.5, 0, 1e-12, 0.25, 3, 1e-3};
  const AliasTable table(weights);
  std::vector<double> found(8, 0.0);
  for (std::uint64_t column = 0; column < 8; ++column) {
    std::uint64_t low = 0, high = std::uint64_t{1} << 61;  // first rest of the column that is not the first outcome
    const std::uint64_t base = column << 61;
    const std::uint16_t own = table.draw(base), other = table.draw(base + high - 1);
    while (own != other && high - low > 1) {
      const std::uint64_t middle = low + (high - low) / 2;
      (table.draw(base + middle) == own ? low : high) = middle;
    }
    const double share = own == other ? 1.0 : static_cast<double>(high) * 0x1p-61;
    found[own] += share / 8;
    found[other] += (1 - share) / 8;
  }
  for (std::size_t i = 0; i < weights.size(); ++i) EXPECT_NEAR(found[i], weights[i] / 3.751000000001, 1e-15) << i;
  EXPECT_EQ(found[1], 0);
  EXPECT_EQ(AliasTable(std::vector<double>{1}).draw(~std::uint64_t{0}), 0);
}

TEST(LinkModel, RefusesWhatIsImpossible) {
  EXPECT_TRUE(LinkModel::standard(Kilometre(50)).validate());
  const auto refused = [](auto change) {
    LinkModel model = LinkModel::standard(Kilometre(50));
    change(model);
    const Result<void> result = model.validate();
    return !result && result.error().code == ErrorCode::invalid_argument && !result.error().message.empty();
  };
  EXPECT_TRUE(refused([](LinkModel& m) { m.source.intensities.clear(); }));
  EXPECT_TRUE(refused([](LinkModel& m) { m.source.intensities.resize(257); }));
  EXPECT_TRUE(refused([](LinkModel& m) { m.source.intensities[0].probability = Probability(0.52); }));
  EXPECT_TRUE(refused([](LinkModel& m) { m.source.intensities[0].probability = Probability(-0.1); }));
  EXPECT_TRUE(refused([](LinkModel& m) { m.source.intensities[0].mean = MeanPhotonNumber(-1); }));
  EXPECT_TRUE(refused([](LinkModel& m) { m.source.intensities[0].mean = MeanPhotonNumber(std::nan("")); }));
  EXPECT_TRUE(refused([](LinkModel& m) { m.source.z_basis = Probability(1.2); }));
  EXPECT_TRUE(refused([](LinkModel& m) { m.fibre.length = Kilometre(-1); }));
  EXPECT_TRUE(refused([](LinkModel& m) { m.fibre.insertion_loss = Decibel(-1); }));
  EXPECT_TRUE(refused([](LinkModel& m) { m.receiver.detectors[1].efficiency = Probability(1.01); }));
  EXPECT_TRUE(refused([](LinkModel& m) { m.receiver.detectors[0].dark_count = Probability(std::nan("")); }));
  EXPECT_TRUE(refused([](LinkModel& m) { m.receiver.misalignment = Probability(2); }));
  EXPECT_TRUE(refused([](LinkModel& m) { m.receiver.afterpulse = Probability(1); }));
  EXPECT_TRUE(refused([](LinkModel& m) { m.receiver.afterpulse_decay_gates = 0; }));
  EXPECT_TRUE(refused([](LinkModel& m) { m.receiver.dead_gates = ~std::uint64_t{0}; }));
  EXPECT_TRUE(refused([](LinkModel& m) { m.receiver.jitter = Probability(1.5); }));
  EXPECT_TRUE(refused([](LinkModel& m) { m.pulse_rate = Hertz(0); }));
}

TEST(LinkModel, JitterOfAGaussianIsWhatFallsOutsideItsGate) {
  EXPECT_NEAR(jitter_probability(Seconds(0.5e-9 / 1.959963984540054), Hertz(1e9)).value, 0.05, 1e-12);
  EXPECT_EQ(jitter_probability(Seconds(0), Hertz(1e9)).value, 0);
}

}  // namespace
}  // namespace herald
