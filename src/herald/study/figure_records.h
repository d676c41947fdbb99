#pragma once
// The records behind figures(), a file a family.

#include "herald/study/figures.h"

namespace herald::study {

std::span<const Figure> twin_field_figures();
std::span<const Figure> bb84_figures();
std::span<const Figure> device_independent_figures();

}  // namespace herald::study
