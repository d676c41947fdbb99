#include "herald/protocol/eve.h"

#include <cmath>
#include <memory>

#include <gtest/gtest.h>

#include "herald/base/statistics.h"
#include "herald/optics/click_law.h"
#include "herald/optics/click_sampler.h"
#include "herald/optics/expectation.h"
#include "herald/optics/pulse_by_pulse.h"

namespace herald {
namespace {

constexpr double kFalseAlarm = 1e-6;  // of each statistical test here; the seeds are fixed

LinkModel bright_link() {
  LinkModel model = LinkModel::standard(Kilometre(25));
  model.source.intensities = {{MeanPhotonNumber(1.5), Probability(0.5)},
                              {MeanPhotonNumber(0.4), Probability(0.3)},
                              {MeanPhotonNumber(0.01), Probability(0.2)}};
  model.source.z_basis = Probability(0.6);
  model.receiver.z_basis = Probability(0.6);
  model.receiver.detectors = {DetectorModel{Probability(0.6), Probability(1e-3)},
                              DetectorModel{Probability(0.5), Probability(1e-3)}};
  model.receiver.misalignment = Probability(0.02);
  return model;
}

// Gain and error rate of an intensity in one basis, from the law of a gate.
ExpectedRate rate(const GateLaw& law, unsigned k, Basis basis) {
  double gain = 0, errors = 0;
  for (const bool bit : {false, true}) {
    const PatternProbabilities& p = law.gates[pack_settings(k, {basis, bit}, basis)].pattern;
    gain += (p.only_0 + p.only_1 + p.both) / 2;
    errors += ((bit ? p.only_0 : p.only_1) + p.both / 2) / 2;
  }
  return {Probability(gain), ErrorRate(errors / gain)};
}

// Counts by settings of both and Bob's bit at clicks, then Alice's settings at the other pulses.
std::vector<std::uint64_t> watch_sampler(const LinkModel& model, const Eve* eve, std::uint64_t pulses,
                                         std::uint64_t seed) {
  std::vector<std::uint64_t> counts(model.source.intensities.size() * 20);
  ClickSampler sampler = ClickSampler::create(model, seed, eve).value();
  const ClickBlock block = sampler.sample_block(pulses);
  std::vector<std::uint64_t> every(pulses);
  for (std::uint64_t i = 0; i < pulses; ++i) every[i] = i;
  const Settings all = block.settings_at(every).value();
  for (std::uint64_t i = 0, next = 0; i < pulses; ++i) {
    const std::size_t alice = all.intensity[i] * 4u + all.basis[i] * 2u + all.bit[i];
    if (next < block.clicks.size() && block.clicks.pulse[next] == i) {
      ++counts[alice * 4 + block.clicks.basis[next] * 2u + block.clicks.bit[next]];
      ++next;
    } else {
      ++counts[model.source.intensities.size() * 16 + alice];
    }
  }
  return counts;
}

std::vector<std::uint64_t> watch_twin(const LinkModel& model, const Eve* eve, std::uint64_t pulses,
                                      std::uint64_t seed) {
  std::vector<std::uint64_t> counts(model.source.intensities.size() * 20);
  PulseByPulse twin = PulseByPulse::create(model, seed, eve).value();
  const PulseByPulse::Block block = twin.next_block(pulses);
  for (std::uint64_t i = 0, next = 0; i < pulses; ++i) {
    const PulseByPulse::Pulse& pulse = block.pulses[i];
    const std::size_t alice = pulse.intensity * 4u + static_cast<unsigned>(pulse.sent.basis) * 2 + pulse.sent.bit;
    if (next < block.clicks.size() && block.clicks.pulse[next] == i) {
      ++counts[alice * 4 + block.clicks.basis[next] * 2u + block.clicks.bit[next]];
      ++next;
    } else {
      ++counts[model.source.intensities.size() * 16 + alice];
    }
  }
  return counts;
}

TEST(Eve, SamplerAndTwinAgreeUnderEveryAttack) {
  const LinkModel model = bright_link();
  const InterceptResend single = InterceptResend::create(model, Probability(1)).value();
  const InterceptResend bright =
      InterceptResend::create(model, Probability(0.6), {PhotonStatistics::poisson, 4}).value();
  const InterceptResend pair = InterceptResend::create(model, Probability(0.5), {PhotonStatistics::fock, 2}).value();
  const PhotonNumberSplitting splitting = PhotonNumberSplitting::create(model).value();
  const PhotonNumberSplitting other = PhotonNumberSplitting::create(model, 1).value();
  std::uint64_t seed = 31;
  for (const Eve* eve :
       {static_cast<const Eve*>(&single), static_cast<const Eve*>(&bright), static_cast<const Eve*>(&pair),
        static_cast<const Eve*>(&splitting), static_cast<const Eve*>(&other)}) {
    const auto sampler = watch_sampler(model, eve, 400'000, seed++), twin = watch_twin(model, eve, 400'000, seed++);
    EXPECT_GT(two_sample_chi_square_test(sampler, twin), kFalseAlarm) << seed;
    // The comparison is not blind: each attack differs from the honest link.
    EXPECT_LT(two_sample_chi_square_test(sampler, watch_twin(model, nullptr, 400'000, seed++)), kFalseAlarm) << seed;
  }
}

TEST(Eve, MixturesAreDistributions) {
  const LinkModel model = bright_link();
  const InterceptResend intercept = InterceptResend::create(model, Probability(0.3)).value();
  const PhotonNumberSplitting splitting = PhotonNumberSplitting::create(model).value();
  for (const Eve* eve : {static_cast<const Eve*>(&intercept), static_cast<const Eve*>(&splitting)}) {
    for (unsigned n = 0; n < 20; ++n) {
      double sum = 0;
      for (const OutgoingLight& light : eve->mixture({Basis::x, true}, n)) {
        EXPECT_GE(light.probability, 0);
        sum += light.probability;
      }
      EXPECT_NEAR(sum, 1, 1e-15);
    }
  }
}

TEST(InterceptResend, OnEverythingShowsAQuarterOfErrors) {
  LinkModel model = LinkModel::standard(Kilometre(50));
  model.receiver.misalignment = Probability(0);
  for (DetectorModel& detector : model.receiver.detectors) detector.dark_count = Probability(0);
  for (const InterceptResend::Resent resent :
       {InterceptResend::Resent{}, InterceptResend::Resent{PhotonStatistics::poisson, 1.3},
        InterceptResend::Resent{PhotonStatistics::fock, 5}}) {
    const InterceptResend eve = InterceptResend::create(model, Probability(1), resent).value();
    const GateLaw law = gate_law(model, &eve);
    for (unsigned k = 0; k < 3; ++k) {
      for (const Basis basis : {Basis::z, Basis::x}) EXPECT_NEAR(rate(law, k, basis).error_rate.value, 0.25, 1e-12);
      EXPECT_NEAR(eve.known_fraction(model, k).value, 0.5, 1e-12);
    }
  }
}

TEST(InterceptResend, ErrorRateSampledIsThatOfItsFraction) {
  LinkModel model = LinkModel::standard(Kilometre(50));
  for (const double fraction : {0.0, 0.2, 1.0}) {
    const InterceptResend eve = InterceptResend::create(model, Probability(fraction)).value();
    ClickSampler sampler = ClickSampler::create(model, 41, &eve).value();
    const ClickBlock block = sampler.sample_block(100'000'000);
    std::uint64_t sifted = 0, errors = 0;
    for (std::size_t i = 0; i < block.clicks.size(); ++i) {
      if (block.settings.intensity[i] != 0 || block.clicks.basis[i] != block.settings.basis[i]) continue;
      ++sifted;
      errors += block.clicks.bit[i] != block.settings.bit[i];
    }
    const auto [low, high] = binomial_interval(errors, sifted, FailureProbability(kFalseAlarm));
    // Both bases show the same rate.
    const double expected = rate(gate_law(model, &eve), 0, Basis::z).error_rate.value;
    EXPECT_LT(low.value, expected);
    EXPECT_GT(high.value, expected);
    if (fraction == 1) {
      // e_mis = 0.5 % and dark counts add to a quarter: E = 1/4 + (e_mis (1 - 2/4)), up to dark counts.
      EXPECT_NEAR(expected, 0.25 + 0.5 * 5e-3, 2e-4);
    }
  }
}

TEST(PhotonNumberSplitting, HidesInTheSignalAndShowsInTheDecoys) {
  const LinkModel model = LinkModel::standard(Kilometre(75));
  const PhotonNumberSplitting eve = PhotonNumberSplitting::create(model).value();
  const GateLaw honest = gate_law(model), attacked = gate_law(model, &eve);
  const ExpectedRate signal = rate(honest, 0, Basis::z), split = rate(attacked, 0, Basis::z);
  EXPECT_NEAR(split.gain.value / signal.gain.value, 1, 1e-9);
  EXPECT_NEAR(split.error_rate.value, signal.error_rate.value, 1e-3);
  EXPECT_LT(rate(attacked, 1, Basis::z).gain.value, 0.7 * rate(honest, 1, Basis::z).gain.value);
  EXPECT_GT(eve.known_fraction(model, 0).value, 0.99);

  // Sampled: the signal's gain passes for the honest one, the decoy's does not.
  const std::uint64_t pulses = 20'000'000;
  ClickSampler sampler = ClickSampler::create(model, 42, &eve).value();
  const ClickBlock block = sampler.sample_block(pulses);
  std::vector<std::uint64_t> clicks(3);
  for (const std::uint8_t k : block.settings.intensity) ++clicks[k];
  const auto chi_square = [&](unsigned k) {
    double expected = 0;
    for (std::size_t s = 8 * k; s < 8 * (k + 1); ++s)
      expected += honest.gates[s].prior * (1 - honest.gates[s].pattern.none);
    return chi_square_test(std::vector{clicks[k], pulses - clicks[k]}, std::vector{expected, 1 - expected});
  };
  EXPECT_GT(chi_square(0), kFalseAlarm);
  EXPECT_LT(chi_square(1), kFalseAlarm);
}

TEST(PhotonNumberSplitting, BlocksWhatTheLineWouldHaveLost) {
  // Where several photons alone bring Bob more than he expects, she blocks some of those too.
  LinkModel model = LinkModel::standard(Kilometre(25));
  const PhotonNumberSplitting near = PhotonNumberSplitting::create(model).value();
  model.fibre.length = Kilometre(150);
  const PhotonNumberSplitting far = PhotonNumberSplitting::create(model).value();
  EXPECT_EQ(far.blocks_single().value, 1);
  EXPECT_GT(far.blocks_multi().value, near.blocks_multi().value);
  EXPECT_LE(far.blocks_multi().value, 1);
  EXPECT_GT(far.known_fraction(model, 0).value, 0);

  model.fibre.length = Kilometre(5);
  model.source.intensities[0].mean = MeanPhotonNumber(0.1);
  const PhotonNumberSplitting close = PhotonNumberSplitting::create(model).value();
  EXPECT_LT(close.blocks_single().value, 1);
  EXPECT_EQ(close.blocks_multi().value, 0);
  EXPECT_LT(close.known_fraction(model, 0).value, 0.5);
}

TEST(Eve, RefusesTheImpossible) {
  const LinkModel model = LinkModel::standard(Kilometre(50));
  EXPECT_FALSE(InterceptResend::create(model, Probability(1.2)));
  EXPECT_FALSE(InterceptResend::create(model, Probability(std::nan(""))));
  EXPECT_FALSE(InterceptResend::create(model, Probability(1), {PhotonStatistics::fock, 1.5}));
  EXPECT_FALSE(InterceptResend::create(model, Probability(1), {PhotonStatistics::poisson, -1}));
  EXPECT_FALSE(PhotonNumberSplitting::create(model, 3));
  // No fibre to replace: taking a photon out of each pulse shows.
  EXPECT_FALSE(PhotonNumberSplitting::create(LinkModel::standard(Kilometre(0))));
  LinkModel impossible = model;
  impossible.pulse_rate = Hertz(0);
  EXPECT_FALSE(PhotonNumberSplitting::create(impossible));
  EXPECT_FALSE(InterceptResend::create(impossible, Probability(1)));
}

}  // namespace
}  // namespace herald
