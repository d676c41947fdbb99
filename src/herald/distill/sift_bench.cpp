// Goal: sifting as fast as memory.
#include "herald/distill/sift.h"

#include <benchmark/benchmark.h>

#include "herald/base/random.h"

namespace herald {
namespace {

void sift_a_block(benchmark::State& state) {
  const Kernel kernel = static_cast<Kernel>(state.range(0));
  if (!available(kernel)) return state.SkipWithError("not on this processor");
  SimulationRandom random(1);
  const std::size_t n = 1 << 20;
  const BitString alice = random_bits(random, n), bob = random_bits(random, n), bits = random_bits(random, n);
  for (auto _ : state) {
    const SiftMasks masks = match_bases(alice, bob);
    benchmark::DoNotOptimize(compact_secret(bits, masks.key, kernel));
    benchmark::DoNotOptimize(compact(bits, masks.test, kernel));
  }
  state.counters["clicks/s"] =
      benchmark::Counter(static_cast<double>(n), benchmark::Counter::kIsIterationInvariantRate);
  state.SetLabel(to_string(kernel));
}
BENCHMARK(sift_a_block)->Arg(0)->Arg(1);

}  // namespace
}  // namespace herald
