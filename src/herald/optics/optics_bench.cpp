// Goal: tens of millions of clicks a second on one core; 3.6e12 pulses (an hour at 1 GHz) over 200 km in seconds.

#include <benchmark/benchmark.h>

#include "herald/optics/click_sampler.h"
#include "herald/optics/pulse_by_pulse.h"

namespace herald {
namespace {

LinkModel realistic(Kilometre length) {
  LinkModel model = LinkModel::standard(length);
  model.receiver.afterpulse = Probability(0.04);
  model.receiver.dead_gates = 20;
  model.receiver.jitter = Probability(0.01);
  return model;
}

void sample(benchmark::State& state, const LinkModel& model) {
  ClickSampler sampler = ClickSampler::create(model, 1).value();
  double clicks = 0, pulses = 0;
  sampler.begin_block(ClickSampler::kLongestBlock);
  for (auto _ : state) {
    const ClickBlock part = sampler.next_part(1 << 14);
    clicks += static_cast<double>(part.clicks.size());
    pulses += static_cast<double>(part.end - part.begin);
  }
  state.counters["clicks/s"] = benchmark::Counter(clicks, benchmark::Counter::kIsRate);
  state.counters["pulses/s"] = benchmark::Counter(pulses, benchmark::Counter::kIsRate);
}

void BM_Clicks(benchmark::State& state) {
  sample(state, LinkModel::standard(Kilometre(static_cast<double>(state.range(0)))));
}
BENCHMARK(BM_Clicks)->ArgName("km")->Arg(50)->Arg(100)->Arg(200);

void BM_ClicksWithAfterpulsesDeadTimeJitter(benchmark::State& state) {
  sample(state, realistic(Kilometre(static_cast<double>(state.range(0)))));
}
BENCHMARK(BM_ClicksWithAfterpulsesDeadTimeJitter)->ArgName("km")->Arg(50)->Arg(100)->Arg(200);

void BM_Candidates(benchmark::State& state) {
  const auto kernel = static_cast<CandidateKernel>(state.range(0));
  bool available = false;
  for (const CandidateKernel have : available_candidate_kernels()) available |= have == kernel;
  if (!available) return state.SkipWithError("not on this machine");
  const CandidateSource source(1e-3, kernel);
  CandidateBatch batch;
  std::uint64_t first = 0;
  for (auto _ : state) {
    source.fill({1, 2}, first += CandidateBatch::kSize, batch);
    benchmark::DoNotOptimize(batch);
  }
  state.SetLabel(std::string(to_string(kernel)));
  state.counters["candidates/s"] = benchmark::Counter(static_cast<double>(first), benchmark::Counter::kIsRate);
}
BENCHMARK(BM_Candidates)->ArgName("kernel")->DenseRange(0, 2);

void BM_PulseByPulse(benchmark::State& state) {
  PulseByPulse twin = PulseByPulse::create(LinkModel::standard(Kilometre(50)), 1).value();
  for (auto _ : state) benchmark::DoNotOptimize(twin.next_block(10000));
  state.counters["pulses/s"] =
      benchmark::Counter(10000.0 * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(BM_PulseByPulse);

}  // namespace
}  // namespace herald
