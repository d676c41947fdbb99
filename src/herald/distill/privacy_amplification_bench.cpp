// Goal: 500 Mbit/s of input at n = 2^20, ratio 1/2, seed fresh, on one core.
#include "herald/distill/privacy_amplification.h"

#include <benchmark/benchmark.h>

#include "herald/base/random.h"
#include "herald/distill/verification.h"

namespace herald {
namespace {

void amplify_to_a_half(benchmark::State& state) {
  const Kernel kernel = static_cast<Kernel>(state.range(1));
  if (!available(kernel)) return state.SkipWithError("not on this processor");
  SimulationRandom random(1);
  const std::size_t n = std::size_t{1} << state.range(0);
  const BitString key = random_bits(random, n), seed = random_bits(random, amplification_seed_bits(n));
  for (auto _ : state) benchmark::DoNotOptimize(amplify(key, seed, n / 2, kernel));
  state.counters["bit/s in"] =
      benchmark::Counter(static_cast<double>(n), benchmark::Counter::kIsIterationInvariantRate);
  state.SetLabel(to_string(kernel));
}
BENCHMARK(amplify_to_a_half)->ArgsProduct({{16, 20, 23}, {1, 2}})->Args({16, 0})->Unit(benchmark::kMillisecond);

void verify_a_key(benchmark::State& state) {
  const Kernel kernel = static_cast<Kernel>(state.range(0));
  if (!available(kernel)) return state.SkipWithError("not on this processor");
  SimulationRandom random(1);
  const std::size_t n = std::size_t{1} << 20;
  const BitString key = random_bits(random, n);
  const auto seed = VerificationSeed::draw(random);
  for (auto _ : state) benchmark::DoNotOptimize(verification_tag(key, seed, 50, kernel));
  state.counters["bit/s"] = benchmark::Counter(static_cast<double>(n), benchmark::Counter::kIsIterationInvariantRate);
  state.SetLabel(to_string(kernel));
}
BENCHMARK(verify_a_key)->Arg(0)->Arg(1);

}  // namespace
}  // namespace herald
