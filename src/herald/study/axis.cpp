#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "herald/study/sweep.h"

namespace herald::study {
namespace {

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// 0.30000000000000004 is what 0.1 + 2 * 0.1 gives, and not what anybody asked for.
double rounded(double value) {
  const std::string text = fmt::format("{:.12g}", value);
  double result = value;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return result;
}

Result<std::vector<double>> steps(std::string_view range, std::string_view what) {
  auto parts = split(range, ':');
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorCode::invalid_argument, fmt::format("{} {}: {}", what, range, why));
  };
  if (parts.size() != 3) return refuse("say FROM:TO:STEP, FROM:TO:xFACTOR or a list A,B,C");
  const bool factor = parts[2].starts_with('x');
  if (factor) parts[2].remove_prefix(1);
  HERALD_TRY(const double from, parse_number(parts[0], what));
  HERALD_TRY(const double to, parse_number(parts[1], what));
  HERALD_TRY(const double step, parse_number(parts[2], what));
  if (!factor && step == 0) return refuse("a step of zero never arrives");
  if (factor && (!(step > 0) || step == 1)) return refuse("a factor is positive and not 1");
  if (factor && !(from > 0 && to > 0)) return refuse("only what is positive is multiplied");
  const double count = factor ? std::log(to / from) / std::log(step) : (to - from) / step;
  constexpr double kRounding = 1e-9;
  if (count < -kRounding)
    return refuse(fmt::format("a step of {}{:g} leads away from {:g}", factor ? "x" : "", step, to));
  if (!(count < static_cast<double>(kMostPoints)))
    return refuse(fmt::format("these are more than {:g} points", static_cast<double>(kMostPoints)));
  std::vector<double> values(static_cast<std::size_t>(std::floor(count + kRounding)) + 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto k = static_cast<double>(i);
    values[i] = rounded(factor ? from * std::pow(step, k) : from + k * step);
  }
  return values;
}

}  // namespace

Result<Axis> parse_axis(std::string_view name, std::string_view range, std::string_view what) {
  Axis axis{std::string(name), {}};
  if (range.find(':') != std::string_view::npos) {
    HERALD_TRY(axis.values, steps(range, what));
    return axis;
  }
  for (const std::string_view part : split(range, ',')) {
    HERALD_TRY(const double value, parse_number(part, what));
    axis.values.push_back(value);
  }
  return axis;
}

}  // namespace herald::study
