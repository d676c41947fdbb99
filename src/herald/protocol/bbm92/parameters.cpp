#include "herald/protocol/bbm92/parameters.h"

#include <fmt/format.h>

namespace herald::bbm92 {

Result<void> Parameters::validate() const {
  const auto wrong = [](std::string what) { return fail(ErrorCode::invalid_argument, "protocol." + std::move(what)); };
  if (!(stretch > 0 && stretch < 1)) return wrong("stretch is outside (0, 1)");
  if (half_window > std::uint64_t{1} << 40) return wrong("half_window is more than 2^40 ticks");
  if (dead_time > std::uint64_t{1} << 50) return wrong("dead_time is more than 2^50 ticks");
  if (range == 0 || range > std::uint64_t{1} << 40) return wrong("range is outside [1, 2^40] ticks");
  if (!(greatest_drift >= 0 && greatest_drift <= 0.01)) return wrong("drift_ppm is outside [0, 10000]");
  if (!(preparation_quality > 0 && preparation_quality <= 1)) return wrong("preparation_quality is outside (0, 1]");
  if (!(false_alarm.value >= 1e-15 && false_alarm.value <= 0.5)) return wrong("false_alarm is outside [1e-15, 0.5]");
  if (!(abort_error_rate.value > 0 && abort_error_rate.value < 0.5))
    return wrong("abort_error_rate is outside (0, 0.5)");
  if (!(first_error_rate.value >= 0 && first_error_rate.value <= abort_error_rate.value))
    return wrong("first_error_rate is outside [0, abort_error_rate]");
  if (disclosure_efficiency != 0 && !(disclosure_efficiency >= 1 && disclosure_efficiency <= 10))
    return wrong("disclosure_efficiency is neither 0 nor between 1 (Shannon's bound) and 10");
  if (frame_bits < 1024 || frame_bits > std::uint64_t{1} << 27) return wrong("frame_bits is outside [2^10, 2^27]");
  for (const FailureProbability part : {epsilon.secrecy, epsilon.correctness, epsilon.authentication})
    if (!(part.value > 0 && part.value < 1))
      return fail(ErrorCode::invalid_argument, "epsilon: each part must lie in (0, 1)");
  return {};
}

std::string Parameters::describe() const {
  return fmt::format(
      "protocol = bbm92\nstretch = {}\nhalf_window = {}\ndead_time = {}\nrange = {}\ndrift = {}\nkey_basis = {}\n"
      "preparation_quality = {}\nfalse_alarm = {}\nabort_error_rate = {}\nfirst_error_rate = {}\ndisclosure_efficiency "
      "= {}\n"
      "frame_bits = {}\nepsilon = {} {} {}\n",
      stretch, half_window, dead_time, range, greatest_drift, key_basis_is_x ? "x" : "z", preparation_quality,
      false_alarm.value, abort_error_rate.value, first_error_rate.value, disclosure_efficiency, frame_bits,
      epsilon.secrecy.value, epsilon.correctness.value, epsilon.authentication.value);
}

}  // namespace herald::bbm92
