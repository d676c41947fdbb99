// Goal: 4 GB/s of simulation randomness with AVX2 or wider.
#include "herald/base/random.h"

#include <benchmark/benchmark.h>

#include "herald/base/philox.h"

namespace herald {
namespace {

void philox(benchmark::State& state) {
  const Kernel kernel = static_cast<Kernel>(state.range(0));
  if (!available(kernel)) return state.SkipWithError("not on this processor");
  std::vector<std::uint64_t> words(4096);
  std::uint64_t first = 0;
  for (auto _ : state) {
    fill_with_philox(1, 2, first += words.size() / 2, words, kernel);
    benchmark::DoNotOptimize(words.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(8 * words.size()));
  state.SetLabel(to_string(kernel));
}
BENCHMARK(philox)->DenseRange(0, 2);

void fill(benchmark::State& state) {
  SimulationRandom random(1);
  std::vector<std::uint64_t> words(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    random.fill(words);
    benchmark::DoNotOptimize(words.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(8 * words.size()));
}
BENCHMARK(fill)->ArgName("words")->Arg(2)->Arg(64)->Arg(4096);

void word_by_word(benchmark::State& state) {
  SimulationRandom random(1);
  for (auto _ : state) benchmark::DoNotOptimize(random.next_word());
  state.SetBytesProcessed(state.iterations() * 8);
}
BENCHMARK(word_by_word);

void seed_and_draw_one(benchmark::State& state) {
  std::uint64_t seed = 0;
  for (auto _ : state) benchmark::DoNotOptimize(SimulationRandom(++seed).next_word());
}
BENCHMARK(seed_and_draw_one);

void bernoulli(benchmark::State& state) {
  SimulationRandom random(1);
  std::vector<std::uint64_t> words(1024);
  for (auto _ : state) {
    random.fill_bernoulli(words, 0.3);
    benchmark::DoNotOptimize(words.data());
  }
  state.counters["bits/s"] =
      benchmark::Counter(static_cast<double>(64 * words.size()), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(bernoulli);

}  // namespace
}  // namespace herald
