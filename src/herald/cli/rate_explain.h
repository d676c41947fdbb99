#pragma once
// What stands behind a rate: models, theorems and presets in words.

#include <string>

#include "herald/proof/claim.h"
#include "herald/study/preset.h"

namespace herald::cli {

// All models, theorems, figures and presets; a line each, or one JSON object.
std::string list_rates(bool json);

// Theorem, paper, equations, assumptions, how the failure probability is shared, published points beside ours, and the
// parameters with their ranges. `problem` has the values that are set.
std::string explain(const study::Problem& problem, bool json);
std::string explain(const study::Preset& preset);
std::string explain(const Theorem& theorem, bool json);

}  // namespace herald::cli
