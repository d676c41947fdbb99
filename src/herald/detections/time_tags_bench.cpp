// Goal: text at 50 MB/s or more, binary faster still.
#include "herald/detections/time_tags.h"

#include <benchmark/benchmark.h>

#include "herald/base/random.h"

namespace herald {
namespace {

TimeTags poisson_like_tags(std::size_t count) {
  SimulationRandom random(1);
  TimeTags tags;
  std::uint64_t time = 0;
  for (std::size_t i = 0; i < count; ++i)
    tags.push_back(static_cast<unsigned>(random.next_below(8)), time += random.next_below(9000));
  return tags;
}

void read_form(benchmark::State& state, TagsForm form) {
  const TimeTags tags = poisson_like_tags(1 << 20);
  const Bytes bytes = format_time_tags(tags, form);
  for (auto _ : state) benchmark::DoNotOptimize(parse_time_tags(bytes, "bench"));
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes.size() * state.iterations()));
  state.counters["tags/s"] =
      benchmark::Counter(static_cast<double>(tags.size() * state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(read_form, text, TagsForm::text);
BENCHMARK_CAPTURE(read_form, gzip, TagsForm::gzip);
BENCHMARK_CAPTURE(read_form, binary, TagsForm::binary);

}  // namespace
}  // namespace herald
