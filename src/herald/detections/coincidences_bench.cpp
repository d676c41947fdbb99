// Coincidences of a million pairs: delays from a stretch, events, matching. Goal: matching far faster than tags can be
// read.
#include "herald/detections/coincidences.h"

#include <benchmark/benchmark.h>

#include "herald/detections/synthetic_pairs_test.h"

namespace herald {
namespace {

const SyntheticRecording& recording() {
  static const SyntheticRecording made = [] {
    SimulationRandom random(1);
    return synthetic_recording(
        {.duration = 2'000'000'000, .pair_rate = 5e-4, .delays = {{0, 81, 101, 157}, {0, 81, 101, 157}, {}}}, random);
  }();
  return made;
}
PlanFromStretch planned(std::uint64_t end) {
  return *plan_from(stretch_of(recording().alice, Side::alice, 0, end), stretch_of(recording().bob, Side::bob, 0, end),
                    {});
}
void per_tag(benchmark::State& state, std::size_t tags) {
  state.counters["tags/s"] =
      benchmark::Counter(static_cast<double>(tags * state.iterations()), benchmark::Counter::kIsRate);
}

void delays(benchmark::State& state) {
  const auto tags = stretch_of(recording().alice, Side::alice, 0, 20'000'000).tags.size();
  for (auto _ : state) benchmark::DoNotOptimize(planned(20'000'000));
  per_tag(state, 2 * tags);
}
BENCHMARK(delays)->Unit(benchmark::kMillisecond);

void events(benchmark::State& state) {
  const auto plan = planned(20'000'000).plan;
  SimulationRandom random(1);
  for (auto _ : state) benchmark::DoNotOptimize(own_events(recording().alice, Side::alice, plan, random));
  per_tag(state, recording().alice.size());
}
BENCHMARK(events)->Unit(benchmark::kMillisecond);

void matching(benchmark::State& state) {
  const auto plan = planned(20'000'000).plan;
  SimulationRandom random(1);
  const Events alice = own_events(recording().alice, Side::alice, plan, random),
               bob = own_events(recording().bob, Side::bob, plan, random);
  const CoarseEvents coarse = coarsen(bob, plan.bin_width());
  for (auto _ : state) benchmark::DoNotOptimize(match(alice, coarse, plan));
  per_tag(state, alice.size() + bob.size());
}
BENCHMARK(matching)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace herald
