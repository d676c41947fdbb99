// Optimised points a second, on one core: two parameters over the distance (SNS), five with a finite block (Lim).

#include <benchmark/benchmark.h>

#include "herald/study/optimise.h"
#include "herald/study/parameters.h"

namespace herald::study {
namespace {

void optimised(benchmark::State& state, std::string_view name, double furthest) {
  const Problem problem = *make_problem(**find_model(name), {});
  std::uint64_t evaluations = 0;
  double km = 0;
  for (auto _ : state) {
    const auto optimum = optimise(*problem.model, problem.values, problem.searched, Kilometre(km));
    evaluations += optimum->evaluations;
    km = km < furthest ? km + furthest / 97 : 0;
  }
  state.counters["points/s"] = benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["evaluations/s"] = benchmark::Counter(static_cast<double>(evaluations), benchmark::Counter::kIsRate);
  state.counters["evaluations/point"] = static_cast<double>(evaluations) / static_cast<double>(state.iterations());
}

BENCHMARK_CAPTURE(optimised, sns, "sns", 700.0);
BENCHMARK_CAPTURE(optimised, sns_aopp, "sns-aopp", 780.0);
BENCHMARK_CAPTURE(optimised, bb84_decoy, "bb84-decoy", 140.0);
BENCHMARK_CAPTURE(optimised, bb84_finite, "bb84-finite", 170.0);

}  // namespace
}  // namespace herald::study
