// A block's commit and the taking of keys, in keys/s. In memory (test_store.h): a disk's sync comes on top, three a
// block.

#include <benchmark/benchmark.h>

#include "herald/store/test_store.h"

namespace herald::store {
namespace {

void commit_block(benchmark::State& bench) {
  TestDirectory directory;
  KeyStore store = test_store(StoreFiles(directory / "s"), End::alice);
  const auto keys = static_cast<std::size_t>(bench.range(0)), bits = static_cast<std::size_t>(bench.range(1));
  std::uint64_t number = 0;
  for (auto _ : bench) {
    bench.PauseTiming();
    BlockRecord record = test_block(number, keys / 2, bits);
    bench.ResumeTiming();
    must(store.prepare("lab", std::move(record)));
    must(store.commit("lab", number++));
  }
  bench.counters["keys/s"] = benchmark::Counter(static_cast<double>(keys) * static_cast<double>(bench.iterations()),
                                                benchmark::Counter::kIsRate);
}
BENCHMARK(commit_block)->Args({2, 256})->Args({1000, 256})->Args({16, 16384})->MinTime(0.3);

void take_keys(benchmark::State& bench) {
  TestDirectory directory;
  KeyStore store = test_store(StoreFiles(directory / "s"), End::alice);
  const auto count = static_cast<std::uint64_t>(bench.range(0));
  add_block(store, 0, 20000, 256);
  std::uint64_t block = 1, left = 20000;
  for (auto _ : bench) {
    if (left < count) {
      bench.PauseTiming();
      add_block(store, block++, 20000, 256);
      left += 20000;
      bench.ResumeTiming();
    }
    benchmark::DoNotOptimize(must(store.take_keys("lab", Pool::alice_to_bob, count, InsecureSimulated::refuse)));
    left -= count;
  }
  bench.counters["keys/s"] = benchmark::Counter(static_cast<double>(count) * static_cast<double>(bench.iterations()),
                                                benchmark::Counter::kIsRate);
}
BENCHMARK(take_keys)->Arg(1)->Arg(100)->MinTime(0.3);

void open_store(benchmark::State& bench) {
  TestDirectory directory;
  const StoreFiles files(directory / "s");
  {
    KeyStore store = test_store(files, End::alice);
    add_block(store, 0, static_cast<std::size_t>(bench.range(0)) / 2, 256);
  }
  for (auto _ : bench) benchmark::DoNotOptimize(must(KeyStore::open(files)));
  bench.counters["keys/s"] = benchmark::Counter(
      static_cast<double>(bench.range(0)) * static_cast<double>(bench.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(open_store)->Arg(10000)->MinTime(0.3);

}  // namespace
}  // namespace herald::store
