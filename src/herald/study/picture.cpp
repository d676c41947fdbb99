#include "herald/study/picture.h"

#include <fmt/format.h>

#include <algorithm>
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

// Where curves leave room for it.
std::string_view key_place(const Picture& picture) {
  int rising = 0;
  for (const Series& series : picture.series)
    if (!series.points.empty()) rising += series.points.back().second > series.points.front().second ? 1 : -1;
  return rising > 0 ? "bottom right" : "top right";
}

}  // namespace

Result<std::string_view> terminal_for(const std::filesystem::path& file) {
  const std::string kind = file.extension().string();
  if (kind == ".svg") return "svg size 960,640 dynamic noenhanced background rgb 'white'";
  if (kind == ".png") return "pngcairo size 1440,960 noenhanced fontscale 1.4 linewidth 1.5";
  if (kind == ".pdf") return "pdfcairo size 24cm,16cm noenhanced";
  return fail(ErrorCode::invalid_argument,
              fmt::format("{}: a picture's name ends in .svg, .png or .pdf", file.string()));
}

Result<std::string> script_of(const Picture& picture, const std::filesystem::path& file) {
  HERALD_TRY(const std::string_view terminal, terminal_for(file));
  std::string script = fmt::format(
      "set terminal {}\nset output '/dev/stdout'\nset title {}\nset xlabel {}\nset ylabel {}\nset grid\n"
      "set key {} opaque spacing 1.2\nset format y '{}'\n",
      terminal, literal(picture.title), literal(picture.x_label), literal(picture.y_label), key_place(picture),
      picture.log_y ? "1e%T" : "%g");
  std::string data, plot;
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
    plot += fmt::format("{}$s{} using 1:2 {} title {}", plot.empty() ? "plot " : ", ", i, looks(series, i),
                        literal(series.label));
  }
  if (plot.empty())
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: there is no key anywhere, and nothing to draw", file.string()));
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
