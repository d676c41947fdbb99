#include "herald/protocol/bb84/parameters.h"

#include <fmt/format.h>

#include <cmath>

namespace herald::bb84 {

Result<void> Parameters::validate() const {
  const auto wrong = [](std::string what) { return fail(ErrorCode::invalid_argument, "protocol." + std::move(what)); };
  if (intensities.size() != 2 && intensities.size() != 3)
    return wrong(
        "intensities: three (signal and two decoys) or two (signal and one decoy); there is no finite-key theorem for "
        "fewer");
  double sum = 0;
  for (std::size_t k = 0; k < intensities.size(); ++k) {
    const auto& [mean, probability] = intensities[k];
    if (!(mean.value >= 0 && mean.value <= 10)) return wrong("intensities: a mean photon number is outside [0, 10]");
    if (!(probability.value > 0 && probability.value <= 1))
      return wrong("intensities: a probability is outside (0, 1]");
    if (k != 0 && !(mean < intensities[k - 1].mean)) return wrong("intensities: their mean photon numbers must fall");
    sum += probability.value;
  }
  if (std::abs(sum - 1) > 1e-9) return wrong(fmt::format("intensities: their probabilities add up to {}, not 1", sum));
  if (pulses_per_block == 0 || pulses_per_block > std::uint64_t{1} << 50)
    return wrong("pulses_per_block is outside [1, 2^50]");
  if (!(abort_error_rate.value > 0 && abort_error_rate.value < 0.5))
    return wrong("abort_error_rate is outside (0, 0.5)");
  if (!(first_error_rate.value >= 0 && first_error_rate.value <= abort_error_rate.value))
    return wrong("first_error_rate is outside [0, abort_error_rate]");
  if (frame_bits < 1024 || frame_bits > std::uint64_t{1} << 27) return wrong("frame_bits is outside [2^10, 2^27]");
  for (const FailureProbability part : {epsilon.secrecy, epsilon.correctness, epsilon.authentication})
    if (!(part.value > 0 && part.value < 1))
      return fail(ErrorCode::invalid_argument, "epsilon: each part must lie in (0, 1)");
  return {};
}

std::string Parameters::describe() const {
  std::string text = "protocol = bb84\n";
  for (const auto& [mean, probability] : intensities)
    text += fmt::format("intensity = {} with {}\n", mean.value, probability.value);
  text += fmt::format("pulses_per_block = {}\nabort_error_rate = {}\nframe_bits = {}\n", pulses_per_block,
                      abort_error_rate.value, frame_bits);
  text += fmt::format("epsilon = {} {} {}\n", epsilon.secrecy.value, epsilon.correctness.value,
                      epsilon.authentication.value);
  return text;
}

}  // namespace herald::bb84
