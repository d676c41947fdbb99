#pragma once
// A diagram of rates: curves over an axis, with published points beside them.

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "herald/base/result.h"

namespace herald::study {

enum class Look : std::uint8_t { line, dashed, dotted, marks };

struct Series {
  std::string label;
  Look look = Look::line;
  std::vector<std::pair<double, double>> points;  // (x, y); on a logarithmic axis what is not positive is a gap
};

struct Picture {
  std::string title, x_label, y_label;
  bool log_x = false, log_y = false;
  double least_y = 0;  // where a logarithmic axis begins; 0: wherever the curves end
  std::vector<Series> series;
};

// gnuplot's terminal for a file. Errors: invalid_argument, unless it ends in .svg, .png or .pdf.
Result<std::string_view> terminal_for(const std::filesystem::path& file);

// As gnuplot's script for a file of this kind. Errors: terminal_for's; invalid_argument, where there is nothing to
// draw.
Result<std::string> script_of(const Picture& picture, const std::filesystem::path& file);

// Draws into the file, whole or not at all. Errors: those of script_of, gnuplot and write_file.
Result<void> draw(const Picture& picture, const std::filesystem::path& file);

}  // namespace herald::study
