#include "herald/study/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>

#include "herald/base/file.h"
#include "herald/study/gnuplot.h"

namespace herald::study {
namespace {

// Okabe and Ito's colours, that most eyes tell apart.
constexpr const char* kColours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"};

std::string literal(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\n') continue;
    result += c;
    if (c == '\'') result += c;
  }
  return result + "'";
}

bool drawable(const Picture& picture, std::pair<double, double> at) {
  const auto [x, y] = at;
  return std::isfinite(x) && std::isfinite(y) && (!picture.log_x || x > 0) && (!picture.log_y || y > 0);
}

// From the decade below the least to the one above the greatest.
std::string decades(const Picture& picture) {
  double least = std::numeric_limits<double>::infinity(), greatest = 0;
  for (const Series& series : picture.series) {
    for (const auto& point : series.points) {
      if (!drawable(picture, point)) continue;
      least = std::min(least, point.second), greatest = std::max(greatest, point.second);
    }
  }
  if (picture.least_y > 0) least = picture.least_y;
  const double high = std::max(std::ceil(std::log10(greatest)), std::floor(std::log10(least)) + 1);
  return fmt::format("set yrange [1e{:.0f}:1e{:.0f}]\n", std::floor(std::log10(least)), high);
}

std::string x_range(const Picture& picture) {
  double least = std::numeric_limits<double>::infinity(), greatest = -least;
  for (const Series& series : picture.series)
    for (const auto& [x, y] : series.points)
      if (series.look != Look::marks) least = std::min(least, x), greatest = std::max(greatest, x);
  return least < greatest ? fmt::format("set xrange [{}:{}]\n", least, greatest) : "";
}

std::string looks(const Series& series, std::size_t index) {
  const char* const colour = kColours[index % std::size(kColours)];
  switch (series.look) {
    case Look::marks: return fmt::format("with points pt {} ps 1.2 lc rgb '{}'", 6 + index % 8, colour);
    case Look::dashed: return fmt::format("with lines lw 2 dt 2 lc rgb '{}'", colour);
    case Look::dotted: return fmt::format("with lines lw 2 dt 3 lc rgb '{}'", colour);
    case Look::line: break;
  }
  return fmt::format("with lines lw 2 lc rgb '{}'", colour);
}

}  // namespace

Result<std::string_view> terminal_for(const std::filesystem::path& file) {
  const std::string kind = file.extension().string();
  if (kind == ".svg") return "svg size 960,720 dynamic noenhanced background rgb 'white'";
  if (kind == ".png") return "pngcairo size 1440,1080 noenhanced fontscale 1.4 linewidth 1.5";
  if (kind == ".pdf") return "pdfcairo size 24cm,18cm noenhanced";
  return fail(ErrorCode::invalid_argument,
              fmt::format("{}: a picture's name ends in .svg, .png or .pdf", file.string()));
}

Result<std::string> script_of(const Picture& picture, const std::filesystem::path& file) {
  HERALD_TRY(const std::string_view terminal, terminal_for(file));
  std::string script = fmt::format(
      "set terminal {}\nset output '/dev/stdout'\nset title {}\nset xlabel {}\nset ylabel {}\nset grid\n"
      "set key outside below Left reverse vertical maxcols 2 spacing 1.2\nset xlabel offset 0,0.5\nset format y '{}'\n",
      terminal, literal(picture.title), literal(picture.x_label), literal(picture.y_label),
      picture.log_y ? "1e%T" : "%g");
  std::string data, plot;
  std::array<std::size_t, 4> drawn{};  // of each look, for its next colour
  for (std::size_t i = 0; i < picture.series.size(); ++i) {
    const Series& series = picture.series[i];
    std::string rows;
    bool any = false;
    for (const auto& point : series.points) {
      const bool there = drawable(picture, point);
      any |= there;
      rows += there ? fmt::format("{} {}\n", point.first, point.second) : "\n";  // an empty line interrupts the curve
    }
    if (!any) continue;
    data += fmt::format("$s{} << EOD\n{}EOD\n", i, rows);
    plot += fmt::format("{}$s{} using 1:2 {} title {}", plot.empty() ? "plot " : ", ", i,
                        looks(series, drawn[static_cast<std::size_t>(series.look)]++), literal(series.label));
  }
  if (plot.empty())
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: there is no key anywhere, and nothing to draw", file.string()));
  script += x_range(picture);
  if (picture.log_x) script += "set logscale x\nset format x '1e%T'\n";
  if (picture.log_y) script += "set logscale y\n" + decades(picture);
  return script + data + plot + "\n";
}

Result<void> draw(const Picture& picture, const std::filesystem::path& file) {
  HERALD_TRY(const std::string script, script_of(picture, file));
  HERALD_TRY(const Bytes drawn, gnuplot(script));
  return write_file(file, drawn, FileMode::shared);
}

}  // namespace herald::study
