#include "herald/optics/click_sampler.h"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "herald/base/statistics.h"
#include "herald/optics/bench_report.h"
#include "herald/optics/expectation.h"
#include "herald/optics/pulse_by_pulse.h"

namespace herald {
namespace {

// Of each statistical comparison here. Afterpulses and dead time tie neighbouring clicks to each other; counts compared
// below are of what is (almost) independent from click to click, and total rates are compared by the spread of whole
// blocks.
constexpr double kFalseAlarm = 1e-6;

struct Variant {
  const char* name;
  double afterpulse, decay;
  std::uint64_t dead;
  double jitter;
};
constexpr Variant kVariants[] = {{"none", 0, 1, 0, 0},
                                 {"afterpulses", 0.2, 4, 0, 0},
                                 {"dead time", 0, 1, 5, 0},
                                 {"jitter", 0, 1, 0, 0.1},
                                 {"all", 0.2, 6, 3, 0.08}};

LinkModel bright_link(const Variant& variant) {
  LinkModel model = LinkModel::standard(Kilometre(5));
  model.source.intensities = {{MeanPhotonNumber(0.7), Probability(0.5)},
                              {MeanPhotonNumber(0.2), Probability(0.3)},
                              {MeanPhotonNumber(0), Probability(0.2)}};
  model.source.z_basis = Probability(0.7);
  model.receiver.z_basis = Probability(0.6);
  model.receiver.detectors = {DetectorModel{Probability(0.5), Probability(2e-3)},
                              DetectorModel{Probability(0.3), Probability(5e-3)}};
  model.receiver.misalignment = Probability(0.05);
  model.receiver.afterpulse = Probability(variant.afterpulse);
  model.receiver.afterpulse_decay_gates = variant.decay;
  model.receiver.dead_gates = variant.dead;
  model.receiver.jitter = Probability(variant.jitter);
  return model;
}

// What the two simulations are compared in.
struct Seen {
  std::vector<std::uint64_t> clicked = std::vector<std::uint64_t>(3 * 16);  // settings of both << 1 | bit, at clicks
  std::vector<std::uint64_t> quiet = std::vector<std::uint64_t>(3 * 4);     // Alice's settings elsewhere
  std::vector<std::uint64_t> gaps = std::vector<std::uint64_t>(64);  // min(gap, 31) << 1 | same bit as the click before
  std::vector<double> clicks;                                        // of each block
  std::uint64_t pulses = 0;

  void add(const Clicks& block, const std::vector<PulseByPulse::Pulse>& pulses_of_block) {
    std::size_t next = 0;
    for (std::uint64_t i = 0; i < pulses_of_block.size(); ++i) {
      const PulseByPulse::Pulse& pulse = pulses_of_block[i];
      const unsigned alice = pulse.intensity * 4u + static_cast<unsigned>(pulse.sent.basis) * 2 + pulse.sent.bit;
      if (next == block.size() || block.pulse[next] != i) {
        ++quiet[alice];
        continue;
      }
      ++clicked[alice * 4 + block.basis[next] * 2u + block.bit[next]];
      if (next > 0) {
        const std::uint64_t gap = std::min<std::uint64_t>(31, i - block.pulse[next - 1]);
        ++gaps[2 * gap + (block.bit[next] == block.bit[next - 1])];
      }
      ++next;
    }
    clicks.push_back(static_cast<double>(block.size()));
    pulses += pulses_of_block.size();
  }
};

// Alice's settings at every pulse of a sampled block, and Bob's basis where he clicked.
std::vector<PulseByPulse::Pulse> all_pulses(const ClickBlock& block) {
  std::vector<std::uint64_t> indices(block.end - block.begin);
  std::iota(indices.begin(), indices.end(), block.begin);
  const Settings settings = block.settings_at(indices).value();
  std::vector<PulseByPulse::Pulse> pulses;
  for (std::size_t i = 0; i < indices.size(); ++i)
    pulses.push_back({settings.intensity[i], {static_cast<Basis>(settings.basis[i]), settings.bit[i]}, Basis::z});
  return pulses;
}

constexpr std::uint64_t kBlock = 20000;
constexpr int kBlocks = 60;

Seen watch_sampler(const LinkModel& model, std::uint64_t seed) {
  ClickSampler sampler = ClickSampler::create(model, seed).value();
  Seen seen;
  for (int i = 0; i < kBlocks; ++i) {
    const ClickBlock block = sampler.sample_block(kBlock);
    seen.add(block.clicks, all_pulses(block));
  }
  return seen;
}

Seen watch_twin(const LinkModel& model, std::uint64_t seed) {
  PulseByPulse twin = PulseByPulse::create(model, seed).value();
  Seen seen;
  for (int i = 0; i < kBlocks; ++i) {
    const PulseByPulse::Block block = twin.next_block(kBlock);
    seen.add(block.clicks, block.pulses);
  }
  return seen;
}

// Two-sided p-value that two samples of block counts have one mean (normal: the counts are sums over thousands of
// pulses).
double same_mean_p_value(const std::vector<double>& a, const std::vector<double>& b) {
  const double error =
      sample_variance(a) / static_cast<double>(a.size()) + sample_variance(b) / static_cast<double>(b.size());
  return std::erfc(std::abs(mean(a) - mean(b)) / std::sqrt(2 * error));
}

class SamplerAndTwin : public testing::TestWithParam<Variant> {};

TEST_P(SamplerAndTwin, AgreeInTheirJointOutcomes) {
  const LinkModel model = bright_link(GetParam());
  const Seen sampler = watch_sampler(model, 11), twin = watch_twin(model, 12);
  EXPECT_GT(two_sample_chi_square_test(sampler.clicked, twin.clicked), kFalseAlarm);
  EXPECT_GT(two_sample_chi_square_test(sampler.quiet, twin.quiet), kFalseAlarm);
  EXPECT_GT(two_sample_chi_square_test(sampler.gaps, twin.gaps), kFalseAlarm);
  EXPECT_GT(same_mean_p_value(sampler.clicks, twin.clicks), kFalseAlarm);
}

INSTANTIATE_TEST_SUITE_P(Clicks, SamplerAndTwin, testing::ValuesIn(kVariants), [](const auto& variant) {
  std::string name = variant.param.name;
  std::ranges::replace(name, ' ', '_');
  return name;
});

TEST(ClickSampler, EachOfTheTwoHasTheExactLawOfAGate) {
  const LinkModel model = bright_link(kVariants[0]);
  const GateLaw law = gate_law(model);
  // Cells: clicks by settings and bit, then quiet pulses by Alice's settings.
  std::vector<double> expected;
  for (const GateLaw::Entry& entry : law.gates) {
    expected.push_back(entry.prior * (entry.pattern.only_0 + entry.pattern.both / 2));
    expected.push_back(entry.prior * (entry.pattern.only_1 + entry.pattern.both / 2));
  }
  for (std::size_t s = 0; s < law.size(); s += 2)
    expected.push_back(law.gates[s].prior * law.gates[s].pattern.none +
                       law.gates[s + 1].prior * law.gates[s + 1].pattern.none);
  for (Seen seen : {watch_sampler(model, 13), watch_twin(model, 14)}) {
    seen.clicked.insert(seen.clicked.end(), seen.quiet.begin(), seen.quiet.end());
    EXPECT_GT(chi_square_test(seen.clicked, expected), kFalseAlarm);
  }
}

// At a measured link's rates afterpulses, dead time and jitter enter the formulas to first order.
TEST(ClickSampler, GainsAndErrorRatesAgreeWithTheory) {
  for (const Variant& variant :
       {kVariants[0], Variant{"afterpulses", 0.04, 50, 0, 0}, Variant{"all", 0.04, 50, 10, 0.01}}) {
    LinkModel model = LinkModel::standard(Kilometre(100));
    model.receiver.afterpulse = Probability(variant.afterpulse);
    model.receiver.afterpulse_decay_gates = variant.decay;
    model.receiver.dead_gates = variant.dead;
    model.receiver.jitter = Probability(variant.jitter);
    const OpticsBenchResult result = run_optics_bench(model, 2'000'000'000, 15).value();
    const double z = model.source.z_basis.value, bob_z = model.receiver.z_basis.value;
    const double n = 2e9 * (z * bob_z + (1 - z) * (1 - bob_z));
    for (std::size_t k = 0; k < 3; ++k) {
      const OpticsBenchResult::PerIntensity& seen = result.intensities[k];
      const double pulses = n * model.source.intensities[k].probability.value;
      // Second-order terms left out are below (rate x gates)^2, well under the statistical spread here.
      const double gain_z = (seen.measured_gain - seen.expected_gain) / std::sqrt(seen.expected_gain / pulses);
      const double sifted = seen.measured_gain * pulses;
      const double error_z = (seen.measured_error_rate - seen.expected_error_rate) /
                             std::sqrt(seen.expected_error_rate * (1 - seen.expected_error_rate) / sifted);
      EXPECT_GT(std::erfc(std::abs(gain_z) / std::sqrt(2.0)), kFalseAlarm) << variant.name << k;
      EXPECT_GT(std::erfc(std::abs(error_z) / std::sqrt(2.0)), kFalseAlarm) << variant.name << k;
    }
  }
}

// One detector that only has dark counts.
LinkModel dark_link(double dark, const Variant& variant) {
  LinkModel model = bright_link(variant);
  model.source.intensities = {{MeanPhotonNumber(0), Probability(1)}};
  model.receiver.detectors = {DetectorModel{Probability(0), Probability(dark)},
                              DetectorModel{Probability(0), Probability(0)}};
  return model;
}

TEST(ClickSampler, GapsAreTheDeadTimeAndAGeometricWait) {
  const double dark = 0.05;
  ClickSampler sampler = ClickSampler::create(dark_link(dark, {"", 0, 1, 9, 0}), 16).value();
  const ClickBlock block = sampler.sample_block(1'000'000);
  std::vector<std::uint64_t> counts(120);
  for (std::size_t i = 1; i < block.clicks.size(); ++i) {
    const std::uint64_t gap = block.clicks.pulse[i] - block.clicks.pulse[i - 1];
    ASSERT_GE(gap, 10u);
    ++counts[std::min<std::uint64_t>(gap - 10, 119)];
  }
  std::vector<double> expected;
  for (int i = 0; i < 119; ++i) expected.push_back(dark * std::pow(1 - dark, i));
  expected.push_back(std::pow(1 - dark, 119));
  EXPECT_GT(chi_square_test(counts, expected), kFalseAlarm);
}

TEST(ClickSampler, AfterpulsesFollowExponentially) {
  // Rare dark counts, so that the carrier pending at a click is the one that it trapped itself.
  const double dark = 1e-7, p = 0.3, decay = 12;
  const std::uint64_t dead = 4;
  ClickSampler sampler = ClickSampler::create(dark_link(dark, {"", p, decay, dead, 0}), 17).value();
  const ClickBlock block = sampler.sample_block(2'000'000'000'000);
  std::vector<std::uint64_t> counts(82);
  for (std::size_t i = 1; i < block.clicks.size(); ++i) {
    const std::uint64_t delay = block.clicks.pulse[i] - block.clicks.pulse[i - 1] - dead;
    ASSERT_GE(delay, 1u);
    ++counts[std::min<std::uint64_t>(delay - 1, 81)];
  }
  std::vector<double> expected;
  const auto beyond = [&](int j) { return std::pow(1 - dark, j) * (1 - p * (1 - std::exp(-j / decay))); };
  for (int j = 0; j < 81; ++j) expected.push_back(beyond(j) - beyond(j + 1));
  expected.push_back(beyond(81));
  EXPECT_GT(block.clicks.size(), 200'000u);
  EXPECT_GT(chi_square_test(counts, expected), kFalseAlarm);
}

TEST(ClickSampler, NeitherDetectorReportsWhileEitherIsDead) {
  ClickSampler sampler = ClickSampler::create(bright_link({"", 0.1, 5, 20, 0}), 18).value();
  std::uint64_t offset = 0, last = 0;
  bool first = true;
  // Blocks shorter than the dead time: it carries over.
  for (int block = 0; block < 5000; ++block) {
    for (const std::uint64_t pulse : sampler.sample_block(7).clicks.pulse) {
      if (!first) {
        ASSERT_GT(offset + pulse - last, 20u);
      }
      first = false;
      last = offset + pulse;
    }
    offset += 7;
  }
  EXPECT_FALSE(first);
}

void expect_same(const ClickBlock& a, const Clicks& clicks, const Settings& settings) {
  EXPECT_EQ(a.clicks.pulse, clicks.pulse);
  EXPECT_EQ(a.clicks.basis, clicks.basis);
  EXPECT_EQ(a.clicks.bit, clicks.bit);
  EXPECT_EQ(a.settings.intensity, settings.intensity);
  EXPECT_EQ(a.settings.basis, settings.basis);
  EXPECT_EQ(a.settings.bit, settings.bit);
}

TEST(ClickSampler, SeedAndBlockFixEverythingHoweverItIsCut) {
  for (const Variant& variant : kVariants) {
    const LinkModel model = bright_link(variant);
    ClickSampler whole = ClickSampler::create(model, 19).value();
    for (const std::size_t size : {1, 2, 7, 1000}) {
      ClickSampler cut = ClickSampler::create(model, 19).value();
      cut.force_kernel(CandidateKernel::portable);
      ClickSampler reference = ClickSampler::create(model, 19).value();
      for (int b = 0; b < 3; ++b) {
        const ClickBlock block = reference.sample_block(3000);
        EXPECT_EQ(block.number, static_cast<std::uint64_t>(b));
        Clicks clicks;
        Settings settings;
        std::vector<PulseByPulse::Pulse> pulses;
        cut.begin_block(3000);
        std::uint64_t end = 0;
        while (!cut.block_done()) {
          const ClickBlock part = cut.next_part(size);
          EXPECT_EQ(part.begin, end);
          end = part.end;
          clicks.pulse.insert(clicks.pulse.end(), part.clicks.pulse.begin(), part.clicks.pulse.end());
          clicks.basis.append(part.clicks.basis);
          clicks.bit.append(part.clicks.bit);
          settings.intensity.insert(settings.intensity.end(), part.settings.intensity.begin(),
                                    part.settings.intensity.end());
          settings.basis.append(part.settings.basis);
          settings.bit.append(part.settings.bit);
          for (const PulseByPulse::Pulse& pulse : all_pulses(part)) pulses.push_back(pulse);
        }
        EXPECT_EQ(end, 3000u);
        expect_same(block, clicks, settings);
        EXPECT_TRUE(pulses == all_pulses(block)) << variant.name << size;
      }
    }
    const ClickBlock first = whole.sample_block(3000), second = whole.sample_block(3000);
    EXPECT_NE(first.clicks.pulse, second.clicks.pulse);
    EXPECT_NE(ClickSampler::create(model, 20).value().sample_block(3000).clicks.pulse, first.clicks.pulse);
  }
}

TEST(ClickSampler, ABlockLeftUnreadChangesNothingInTheNext) {
  const LinkModel model = bright_link(kVariants[4]);
  ClickSampler read = ClickSampler::create(model, 21).value(), unread = ClickSampler::create(model, 21).value();
  read.sample_block(5000);
  unread.begin_block(5000);
  unread.next_part(10);
  EXPECT_EQ(read.sample_block(5000).clicks.pulse, unread.sample_block(5000).clicks.pulse);
}

TEST(ClickSampler, MemoryOfSettingsHoldsTheClicksAndRefusesWhatIsOutside) {
  ClickSampler sampler = ClickSampler::create(bright_link(kVariants[4]), 22).value();
  const ClickBlock block = sampler.sample_block(4000);
  const Settings again = block.settings_at(block.clicks.pulse).value();
  EXPECT_EQ(again.intensity, block.settings.intensity);
  EXPECT_EQ(again.basis, block.settings.basis);
  EXPECT_EQ(again.bit, block.settings.bit);
  for (const std::uint64_t pulse : {std::uint64_t{4000}, ~std::uint64_t{0}}) {
    const Result<Settings> outside = block.settings_at(std::vector{pulse});
    ASSERT_FALSE(outside);
    EXPECT_EQ(outside.error().code, ErrorCode::invalid_argument);
  }
  EXPECT_EQ(block.settings_at({}).value().size(), 0u);
}

TEST(ClickSampler, LongestBlocksOfRareClicks) {
  for (const double jitter : {0.0, 0.1}) {
    ClickSampler sampler = ClickSampler::create(dark_link(1e-16, {"", 0, 1, 0, jitter}), 23).value();
    const ClickBlock block = sampler.sample_block(ClickSampler::kLongestBlock);
    // Poisson with mean 461.
    const double expected = 1e-16 * 0x1p62;
    EXPECT_GT(std::erfc(std::abs(static_cast<double>(block.clicks.size()) - expected) / std::sqrt(2 * expected)),
              kFalseAlarm);
    std::vector<std::uint64_t> quarters(4);
    for (const std::uint64_t pulse : block.clicks.pulse) ++quarters[pulse >> 60];
    EXPECT_GT(chi_square_test(quarters, std::vector<double>(4, 1.0)), kFalseAlarm);
    EXPECT_TRUE(std::ranges::is_sorted(block.clicks.pulse, std::less_equal{}));
  }
}

TEST(ClickSampler, NoLightAndNoDarkCountsGiveNoClicks) {
  for (const double jitter : {0.0, 0.1}) {
    ClickSampler sampler = ClickSampler::create(dark_link(0, {"", 0, 1, 0, jitter}), 24).value();
    const ClickBlock block = sampler.sample_block(ClickSampler::kLongestBlock);
    EXPECT_EQ(block.clicks.size(), 0u);
    EXPECT_EQ(block.end, ClickSampler::kLongestBlock);
    EXPECT_EQ(block.settings_at(std::vector<std::uint64_t>{0, 1, 2}).value().size(), 3u);
  }
}

TEST(ClickSampler, EveryGateMayClick) {
  for (const std::uint64_t dead : {0, 3}) {
    ClickSampler sampler = ClickSampler::create(dark_link(1, {"", 0, 1, dead, 0}), 25).value();
    const ClickBlock block = sampler.sample_block(1000);
    ASSERT_EQ(block.clicks.size(), 1000u / (dead + 1));
    for (std::size_t i = 0; i < block.clicks.size(); ++i) EXPECT_EQ(block.clicks.pulse[i], i * (dead + 1));
  }
}

TEST(ClickSampler, RefusesAnImpossibleModel) {
  LinkModel model = LinkModel::standard(Kilometre(10));
  model.receiver.misalignment = Probability(1.2);
  EXPECT_FALSE(ClickSampler::create(model, 1));
  EXPECT_FALSE(PulseByPulse::create(model, 1));
  EXPECT_FALSE(run_optics_bench(model, 1, 1));
  EXPECT_FALSE(run_optics_bench(LinkModel::standard(Kilometre(10)), 0, 1));
}

// The same comparison over far more pulses and over random links.
TEST(Full_SamplerAndTwin, AgreeOverRandomLinks) {
  std::mt19937_64 random(26);
  std::uniform_real_distribution<double> uniform;
  constexpr int kLinks = 20;
  for (int link = 0; link < kLinks; ++link) {
    LinkModel model = bright_link({"", uniform(random) < 0.5 ? 0 : 0.4 * uniform(random), 1 + 20 * uniform(random),
                                   random() % 2 * (random() % 12), uniform(random) < 0.5 ? 0 : 0.3 * uniform(random)});
    model.fibre.length = Kilometre(20 * uniform(random));
    model.source.z_basis = Probability(0.2 + 0.6 * uniform(random));
    for (DetectorModel& detector : model.receiver.detectors)
      detector = {Probability(uniform(random)), Probability(0.02 * uniform(random))};
    model.source.intensities[0].mean = MeanPhotonNumber(3 * uniform(random));
    const Seen sampler = watch_sampler(model, random()), twin = watch_twin(model, random());
    EXPECT_GT(two_sample_chi_square_test(sampler.clicked, twin.clicked), kFalseAlarm / kLinks) << link;
    EXPECT_GT(two_sample_chi_square_test(sampler.quiet, twin.quiet), kFalseAlarm / kLinks) << link;
    EXPECT_GT(two_sample_chi_square_test(sampler.gaps, twin.gaps), kFalseAlarm / kLinks) << link;
    EXPECT_GT(same_mean_p_value(sampler.clicks, twin.clicks), kFalseAlarm / kLinks) << link;
  }
}

// Smallest p-value of the four comparisons.
double smallest_p_value(const Seen& a, const Seen& b) {
  return std::min({two_sample_chi_square_test(a.clicked, b.clicked), two_sample_chi_square_test(a.quiet, b.quiet),
                   two_sample_chi_square_test(a.gaps, b.gaps), same_mean_p_value(a.clicks, b.clicks)});
}

TEST(Full_SamplerAndTwin, DifferWhenAnyParameterDiffers) {
  const LinkModel model = bright_link(kVariants[4]);
  const Seen sampler = watch_sampler(model, 27);
  const auto seen = [&](auto change) {
    LinkModel changed = model;
    change(changed);
    return smallest_p_value(sampler, watch_twin(changed, 28)) < kFalseAlarm;
  };
  EXPECT_TRUE(seen([](LinkModel& m) { m.source.intensities[1].mean = MeanPhotonNumber(0.28); }));
  EXPECT_TRUE(seen([](LinkModel& m) { m.source.z_basis = Probability(0.72); }));
  EXPECT_TRUE(seen([](LinkModel& m) { m.receiver.z_basis = Probability(0.63); }));
  EXPECT_TRUE(seen([](LinkModel& m) { m.receiver.misalignment = Probability(0.08); }));
  EXPECT_TRUE(seen([](LinkModel& m) { m.receiver.detectors[1].efficiency = Probability(0.35); }));
  EXPECT_TRUE(seen([](LinkModel& m) { m.receiver.detectors[0].dark_count = Probability(5e-3); }));
  EXPECT_TRUE(seen([](LinkModel& m) { m.receiver.afterpulse = Probability(0.3); }));
  EXPECT_TRUE(seen([](LinkModel& m) { m.receiver.afterpulse_decay_gates = 12; }));
  EXPECT_TRUE(seen([](LinkModel& m) { m.receiver.dead_gates = 4; }));
  EXPECT_TRUE(seen([](LinkModel& m) { m.receiver.jitter = Probability(0.16); }));
}

}  // namespace
}  // namespace herald
