// Goals on one core: 3e9 qubits/s prepared in random bases and measured in random bases, 1e7 measured pairs/s, a string
// of 100 photons prepared, moved and measured in less than 100 ns. Beside them twins that keep each qubit as a vector
// (Eigen), and qubits one by one.
#include "herald/quantum/qubit_string.h"

#include <benchmark/benchmark.h>

#include <Eigen/Dense>
#include <cmath>
#include <numbers>

namespace herald {
namespace {

void count(benchmark::State& state, const char* what) {
  state.counters[what] =
      benchmark::Counter(static_cast<double>(state.range(0)), benchmark::Counter::kIsIterationInvariantRate);
}

void conjugate_coding(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  SimulationRandom random(1);
  for (auto _ : state) {
    QubitString photons = prepare(random_bits(random, n), random_bits(random, n));
    benchmark::DoNotOptimize(measure(std::move(photons), random_bits(random, n), random));
  }
  count(state, "qubits/s");
}
BENCHMARK(conjugate_coding)->Arg(100)->Arg(1 << 16);

// A coin flip's string: one basis for all of it, sent, and measured in random bases.
void one_basis(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  SimulationRandom random(1);
  for (auto _ : state) {
    QubitString photons = prepare(random_bits(random, n), Basis::x);
    QubitString received = std::move(photons);
    benchmark::DoNotOptimize(measure(std::move(received), random_bits(random, n), random));
  }
  count(state, "qubits/s");
}
BENCHMARK(one_basis)->Arg(100)->Arg(1 << 16);

void lossy_and_noisy(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  SimulationRandom random(1);
  for (auto _ : state) {
    QubitString photons = prepare(random_bits(random, n), random_bits(random, n));
    lose(photons, 0.1, random);
    depolarise(photons, 0.02, random);
    benchmark::DoNotOptimize(measure(std::move(photons), random_bits(random, n), random));
  }
  count(state, "qubits/s");
}
BENCHMARK(lossy_and_noisy)->Arg(100)->Arg(1 << 16);

void pairs(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  SimulationRandom random(1);
  for (auto _ : state) {
    auto [a, b] = epr_pairs(n);
    benchmark::DoNotOptimize(measure(std::move(a), random_bits(random, n), random));
    benchmark::DoNotOptimize(measure(std::move(b), random_bits(random, n), random));
  }
  count(state, "pairs/s");
}
BENCHMARK(pairs)->Arg(100)->Arg(1 << 16);

void pairs_of_qubits(benchmark::State& state) {
  SimulationRandom random(1);
  for (auto _ : state) {
    auto [a, b] = epr_pair();
    const std::uint64_t bases = random.next_word();
    benchmark::DoNotOptimize(measure(std::move(a), (bases & 1) != 0 ? Basis::x : Basis::z, random));
    benchmark::DoNotOptimize(measure(std::move(b), (bases & 2) != 0 ? Basis::x : Basis::z, random));
  }
  count(state, "pairs/s");
}
BENCHMARK(pairs_of_qubits)->Arg(1);

const Eigen::Matrix2cd kHadamard = (Eigen::Matrix2cd() << 1, 1, 1, -1).finished() / std::numbers::sqrt2;

void conjugate_coding_eigen_twin(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  SimulationRandom random(1);
  for (auto _ : state) {
    const BitString bits = random_bits(random, n), bases = random_bits(random, n), measured = random_bits(random, n);
    BitString seen(n);
    for (std::size_t i = 0; i < n; ++i) {
      Eigen::Vector2cd qubit = Eigen::Vector2cd::Unit(bits[i] ? 1 : 0);
      if (bases[i]) qubit = kHadamard * qubit;
      if (measured[i]) qubit = kHadamard * qubit;
      seen.set(i, random.next_bernoulli(std::norm(qubit[1])));
    }
    benchmark::DoNotOptimize(seen);
  }
  count(state, "qubits/s");
}
BENCHMARK(conjugate_coding_eigen_twin)->Arg(100)->Arg(1 << 16);

void pairs_eigen_twin(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  SimulationRandom random(1);
  for (auto _ : state) {
    const BitString in_a = random_bits(random, n), in_b = random_bits(random, n);
    BitString at_a(n), at_b(n);
    for (std::size_t i = 0; i < n; ++i) {
      Eigen::Matrix2cd pair = Eigen::Matrix2cd::Identity() / std::numbers::sqrt2;  // amplitudes (a, b)
      if (in_a[i]) pair = kHadamard * pair;
      if (in_b[i]) pair = pair * kHadamard;
      at_a.set(i, random.next_bernoulli(pair.row(1).squaredNorm()));
      const Eigen::RowVector2cd rest = pair.row(at_a[i] ? 1 : 0);
      at_b.set(i, random.next_bernoulli(std::norm(rest[1]) / rest.squaredNorm()));
    }
    benchmark::DoNotOptimize(at_a);
    benchmark::DoNotOptimize(at_b);
  }
  count(state, "pairs/s");
}
BENCHMARK(pairs_eigen_twin)->Arg(100)->Arg(1 << 16);

}  // namespace
}  // namespace herald
