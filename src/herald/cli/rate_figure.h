#pragma once
// The figures of the literature as numbers.

#include <span>
#include <string>

#include "herald/study/figures.h"

namespace herald::cli {

enum class FigureForm : std::uint8_t { table, csv, json };

// The curves' points, and what was published beside them.
std::string figure_text(const study::Figure& figure, std::span<const std::vector<study::Point>> curves,
                        FigureForm form);

}  // namespace herald::cli
