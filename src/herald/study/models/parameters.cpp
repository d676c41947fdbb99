#include "herald/study/models/parameters.h"

#include <fmt/format.h>

#include <cmath>

namespace herald::study::parameter {

Result<void> validate(Kilometre distance) {
  if (!(distance.value >= 0 && std::isfinite(distance.value)))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a distance of {} km is not possible; 0 or more is", distance.value));
  return {};
}

Result<bool> yes_or_no(std::string_view name, double value) {
  if (value != 0 && value != 1)
    return fail(ErrorCode::invalid_argument, fmt::format("{} is 0 or 1, not {}", name, value));
  return value == 1;
}

}  // namespace herald::study::parameter
