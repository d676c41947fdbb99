#pragma once
// The records behind bounds(), a file a family.

#include "herald/study/bounds.h"

namespace herald::study {

std::span<const Bound> coding_bounds();
std::span<const Bound> coin_flip_bounds();
std::span<const Bound> commitment_bounds();
std::span<const Bound> storage_bounds();

using Values = std::span<const double>;

}  // namespace herald::study
