// Goal: tens of Mbit/s a core at n = 1e6; f below 1.05 from 1 % to 5 %.
#include "herald/distill/cascade.h"

#include <benchmark/benchmark.h>

#include <time.h>

#include "herald/base/entropy.h"
#include "herald/base/random.h"

namespace herald {
namespace {

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// Computation of both parties, one after the other; the counters tell their shares.
void correct_a_key(benchmark::State& state) {
  SimulationRandom random(1);
  const std::size_t n = static_cast<std::size_t>(state.range(0));
  const double rate = static_cast<double>(state.range(1)) / 1000;
  const BitString key = random_bits(random, n);
  BitString noisy = key;
  for (std::size_t i = 0; i < n; ++i)
    if (random.next_bernoulli(rate)) noisy.flip(i);
  const double actual = static_cast<double>(hamming_distance(key, noisy)) / static_cast<double>(n);
  const auto parameters = CascadeParameters::choose(n, ErrorRate(rate), 1);
  double alice_seconds = 0, bob_seconds = 0, disclosed = 0, rounds = 0, query_bytes = 0, keys = 0;
  for (auto _ : state) {
    double time = processor_seconds();
    const auto lap = [&time] {
      const double before = std::exchange(time, processor_seconds());
      return time - before;
    };
    CascadeAlice alice(key, parameters, n);
    alice_seconds += lap();
    CascadeBob bob(noisy, parameters, n);
    while (!bob.done()) {
      const Bytes queries = bob.queries().encode();
      query_bytes += static_cast<double>(queries.size());
      bob_seconds += lap();
      const auto answers = alice.answer(*CascadeQueries::decode(queries, parameters));
      alice_seconds += lap();
      if (!bob.absorb(*answers)) return state.SkipWithError("refused");
    }
    bob_seconds += lap();
    ++keys;
    disclosed += static_cast<double>(bob.disclosed());
    rounds += static_cast<double>(bob.rounds());
  }
  const double bits = static_cast<double>(n) * keys;
  state.counters["Bob Mbit/s"] = bits / bob_seconds / 1e6;
  state.counters["Alice Mbit/s"] = bits / alice_seconds / 1e6;
  state.counters["f"] = disclosed / (bits * binary_entropy(actual));
  state.counters["rounds"] = rounds / keys;
  state.counters["query bits/bit"] = 8 * query_bytes / bits;
}
BENCHMARK(correct_a_key)
    ->ArgsProduct({{1000000}, {10, 30, 50, 110}})
    ->Args({1 << 14, 30})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace herald
