// Goal: ten thousand optimised points of a sending-or-not-sending curve in seconds on one core.

#include <benchmark/benchmark.h>

#include "herald/study/models/twin_field.h"
#include "herald/study/parameters.h"

namespace herald::study {
namespace {

void evaluate(benchmark::State& state, const RateModel& model) {
  const Problem problem = *make_problem(model, {});
  double kilometres = 0;
  for (auto _ : state) {
    kilometres = kilometres < 600 ? kilometres + 0.1 : 0;
    benchmark::DoNotOptimize(model.evaluate(problem.values, Kilometre(kilometres)));
  }
  state.counters["rates/s"] = benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

void optimised(benchmark::State& state, const RateModel& model) {
  double kilometres = 0;
  for (auto _ : state) {
    kilometres = kilometres < 600 ? kilometres + 7.3 : 0;
    Problem problem = *make_problem(model, {});
    benchmark::DoNotOptimize(solve(problem, Kilometre(kilometres)));
  }
  state.counters["points/s"] = benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(evaluate, sns, sns_model());
BENCHMARK_CAPTURE(evaluate, sns_aopp, sns_aopp_model());
BENCHMARK_CAPTURE(evaluate, npp, npp_model());
BENCHMARK_CAPTURE(evaluate, npp_decoy, npp_decoy_model());
BENCHMARK_CAPTURE(optimised, sns, sns_model());
BENCHMARK_CAPTURE(optimised, sns_aopp, sns_aopp_model());
BENCHMARK_CAPTURE(optimised, npp, npp_model());

}  // namespace
}  // namespace herald::study
