#include "herald/optics/bench_report.h"

#include <bit>
#include <chrono>

#include <fmt/format.h>

#include "herald/optics/click_sampler.h"

namespace herald {
namespace {

// counts[k]: clicks of intensity k with equal bases, and the wrong bits among them
struct Counts {
  std::uint64_t sifted = 0, errors = 0;
};

void count(const ClickBlock& part, std::vector<Counts>& counts) {
  for (std::size_t begin = 0; begin < part.clicks.size(); begin += 64) {
    const std::size_t w = begin / 64, size = std::min<std::size_t>(64, part.clicks.size() - begin);
    const std::uint64_t equal = ~(part.clicks.basis.words()[w] ^ part.settings.basis.words()[w]);
    const std::uint64_t wrong = part.clicks.bit.words()[w] ^ part.settings.bit.words()[w];
    for (std::size_t i = 0; i < size; ++i) {
      Counts& k = counts[part.settings.intensity[begin + i]];
      k.sifted += equal >> i & 1;
      k.errors += (equal & wrong) >> i & 1;
    }
  }
}

double ratio(double a, double b) { return b > 0 ? a / b : 0; }

}  // namespace

Result<OpticsBenchResult> run_optics_bench(const LinkModel& model, std::uint64_t pulses, std::uint64_t seed) {
  if (pulses < 1 || pulses > ClickSampler::kLongestBlock)
    return fail(ErrorCode::invalid_argument, fmt::format("{} pulses: give 1 to 2^62", pulses));
  HERALD_TRY(ClickSampler sampler, ClickSampler::create(model, seed));
  std::vector<Counts> counts(model.source.intensities.size());
  OpticsBenchResult result;
  const auto start = std::chrono::steady_clock::now();
  sampler.begin_block(pulses);
  while (!sampler.block_done()) {
    const ClickBlock part = sampler.next_part(1 << 14);
    result.clicks += part.clicks.size();
    count(part, counts);
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  const Expectation expected = expect(model);
  const double z = model.source.z_basis.value, bob_z = model.receiver.z_basis.value;
  const double n = static_cast<double>(pulses), same = z * bob_z + (1 - z) * (1 - bob_z);
  for (std::size_t k = 0; k < counts.size(); ++k) {
    const Intensity& intensity = model.source.intensities[k];
    const double sifted = static_cast<double>(counts[k].sifted), errors = static_cast<double>(counts[k].errors);
    result.sifted += counts[k].sifted;
    result.errors += counts[k].errors;
    result.intensities.push_back({intensity.mean.value, ratio(sifted, n * intensity.probability.value * same),
                                  expected.rates[k][0].gain.value, ratio(errors, sifted),
                                  expected.rates[k][0].error_rate.value});
  }
  result.pulses = pulses;
  result.clicks_per_second = ratio(static_cast<double>(result.clicks), result.seconds);
  result.pulses_per_second = ratio(n, result.seconds);
  result.light_seconds = n / model.pulse_rate.value;
  result.measured_click = static_cast<double>(result.clicks) / n;
  result.expected_click = expected.click.value;
  result.measured_error_rate = ratio(static_cast<double>(result.errors), static_cast<double>(result.sifted));
  result.expected_error_rate = expected.sifted_error.value;
  return result;
}

}  // namespace herald
