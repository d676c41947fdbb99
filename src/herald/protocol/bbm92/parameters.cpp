#include "herald/protocol/bbm92/parameters.h"

#include <fmt/format.h>

namespace herald::bbm92 {

Result<void> Parameters::validate() const {
  const auto wrong = [](std::string what) { return fail(ErrorCode::invalid_argument, "protocol." + std::move(what)); };
  if (!(stretch > 0 && stretch < 1)) return wrong("stretch is outside (0, 1)");
  if (!(preparation_quality > 0 && preparation_quality <= 1)) return wrong("preparation_quality is outside (0, 1]");
  if (!(abort_error_rate.value > 0 && abort_error_rate.value < 0.5)) return wrong("abort_error_rate is outside (0, 0.5)");
  if (!(first_error_rate.value >= 0 && first_error_rate.value <= abort_error_rate.value))
    return wrong("first_error_rate is outside [0, abort_error_rate]");
  if (frame_bits < 1024 || frame_bits > std::uint64_t{1} << 27) return wrong("frame_bits is outside [2^10, 2^27]");
  for (const FailureProbability part : {epsilon.secrecy, epsilon.correctness, epsilon.authentication})
    if (!(part.value > 0 && part.value < 1)) return fail(ErrorCode::invalid_argument, "epsilon: each part must lie in (0, 1)");
  return {};
}

std::string Parameters::describe() const {
  return fmt::format(
      "protocol = bbm92\nstretch = {}\npreparation_quality = {}\nabort_error_rate = {}\nfirst_error_rate = {}\nframe_bits = {}\nepsilon = {} {} {}\n",
      stretch, preparation_quality, abort_error_rate.value, first_error_rate.value, frame_bits, epsilon.secrecy.value,
      epsilon.correctness.value, epsilon.authentication.value);
}

}  // namespace herald::bbm92
