#include <fmt/format.h>

#include "herald/base/file.h"
#include "herald/cli/distill_report.h"
#include "herald/study/gnuplot.h"

namespace herald::cli {
namespace {

// Four panels, one a detector of Alice's, with a line for each of Bob's; the data stand in the script.
std::string script(const CorrelationHistogram& h) {
  std::string text =
      "set terminal svg size 1000,700 dynamic background rgb 'white'\n"
      "set output '/dev/stdout'\n"
      "set multiplot layout 2,2 title 'Coincidences by pair of detectors, raw times'\n"
      "set xlabel 'Bob less Alice (ticks)'\nset ylabel 'coincidences per bin'\nset key top right\nset grid\n";
  for (unsigned a = 0; a < kDetectors; ++a) {
    fmt::format_to(std::back_inserter(text), "$a{} << EOD\n", a);
    for (std::size_t k = 0; k < h.counts[a][0].size(); ++k) {
      fmt::format_to(std::back_inserter(text), "{}", -h.range + static_cast<std::int64_t>(k) * h.bin);
      for (unsigned b = 0; b < kDetectors; ++b) fmt::format_to(std::back_inserter(text), " {}", h.counts[a][b][k]);
      text += '\n';
    }
    text += "EOD\n";
  }
  for (unsigned a = 0; a < kDetectors; ++a) {
    fmt::format_to(std::back_inserter(text), "set title 'Alice {}'\nplot ", a);
    for (unsigned b = 0; b < kDetectors; ++b)
      fmt::format_to(std::back_inserter(text), "{}$a{} using 1:{} with steps lw 1.5 title 'Bob {}'", b == 0 ? "" : ", ",
                     a, b + 2, b + kDetectors);
    text += '\n';
  }
  return text + "unset multiplot\n";
}

}  // namespace

Result<void> plot_correlations(const std::filesystem::path& svg, const CorrelationHistogram& histogram) {
  HERALD_TRY(const Bytes drawn, study::gnuplot(script(histogram)));
  return write_file(svg, drawn, FileMode::shared);
}

}  // namespace herald::cli
