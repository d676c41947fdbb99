// Goal: a circuit costs little beside the transfers of its AND gates.
#include "herald/protocol/computation/circuit.h"

#include <benchmark/benchmark.h>

#include "herald/base/random.h"
#include "herald/protocol/computation/bristol.h"
#include "herald/protocol/computation/circuits.h"
#include "herald/protocol/computation/shared_evaluation.h"

namespace herald {
namespace {

void count(benchmark::State& state, const char* what, std::size_t each) {
  state.counters[what] = benchmark::Counter(static_cast<double>(each), benchmark::Counter::kIsIterationInvariantRate);
}

void evaluate_aes_in_the_clear(benchmark::State& state) {
  SimulationRandom random(1);
  const Circuit circuit = aes128_circuit();
  std::vector<std::uint64_t> inputs(circuit.inputs());
  random.fill(inputs);
  for (auto _ : state) benchmark::DoNotOptimize(evaluate_sliced(circuit, inputs));
  count(state, "blocks/s", 64);
  count(state, "gates/s", 64 * circuit.gates().size());
}
BENCHMARK(evaluate_aes_in_the_clear);

// One party's own work; the products are whatever comes.
void evaluate_aes_on_shares(benchmark::State& state) {
  const Circuit circuit = aes128_circuit();
  const Schedule schedule(circuit);
  const BitString input(128);
  for (auto _ : state) {
    SharedEvaluation one(schedule, true);
    one.set_input(0, input);
    one.set_input(1, input);
    while (!one.done()) {
      const auto operands = one.operands();
      one.set_products(operands.left);
    }
    benchmark::DoNotOptimize(one.output(0));
  }
  count(state, "blocks/s", 1);
  count(state, "AND gates/s", circuit.and_count());
}
BENCHMARK(evaluate_aes_on_shares);

void read_aes(benchmark::State& state) {
  const std::string text = *write_bristol(aes128_circuit());
  for (auto _ : state) benchmark::DoNotOptimize(read_bristol(text, "aes"));
  count(state, "bytes/s", text.size());
}
BENCHMARK(read_aes);

}  // namespace
}  // namespace herald
