#pragma once
// How `herald distill` tells its findings: for people, for programs, as a picture.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "herald/cli/distill_analysis.h"

namespace herald::cli {

std::string report_text(const DistillReport& report);
nlohmann::json report_json(const DistillReport& report);

// SVG of the sixteen pairs' correlations, by gnuplot. Errors: not_found (no gnuplot: what to install), io.
Result<void> plot_correlations(const std::filesystem::path& svg, const CorrelationHistogram& histogram);

}  // namespace herald::cli
