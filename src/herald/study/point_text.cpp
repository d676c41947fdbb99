#include "herald/study/point_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <set>

#include "herald/study/words.h"

namespace herald::study {
namespace {

// A point's figures carry names that live as long as the program; there are few of them.
std::string_view interned(std::string_view name) {
  static std::mutex guard;
  static std::set<std::string, std::less<>> names;
  const std::scoped_lock lock(guard);
  const auto found = names.find(name);
  return found != names.end() ? *found : *names.emplace(name).first;
}

bool decode_outcome(Words& words, Point& point) {
  const std::string_view kind = words.next();
  if (kind == "!") {
    int code = 0;
    if (!words.number(code)) return false;
    point.outcome = fail(static_cast<ErrorCode>(code), std::string(words.rest()));
    return true;
  }
  RatePoint result;
  if (kind != "=" || !words.number(result.rate) || !words.number(result.epsilon)) return false;
  while (!words.rest().empty()) {
    const std::string_view word = words.next();
    const std::size_t equals = word.find('=');
    double value = 0;
    if (equals == std::string_view::npos || !Words::parse(word.substr(equals + 1), value)) return false;
    result.figures.emplace_back(interned(word.substr(0, equals)), value);
  }
  point.outcome = std::move(result);
  return true;
}

}  // namespace

std::string encode_point(std::uint64_t index, const Point& point) {
  std::string text = fmt::format("{}", index);
  const auto out = std::back_inserter(text);
  for (const double value : point.values) fmt::format_to(out, " {}", value);
  if (point.outcome) {
    fmt::format_to(out, " = {} {}", point.outcome->rate, point.outcome->epsilon);
    for (const auto& [name, value] : point.outcome->figures) fmt::format_to(out, " {}={}", name, value);
    return text;
  }
  std::string message = point.outcome.error().message;
  std::ranges::replace(message, '\n', ' ');
  return text + fmt::format(" ! {} {}", static_cast<int>(point.outcome.error().code), message);
}

std::optional<std::uint64_t> decode_index(std::string_view text) {
  std::uint64_t index = 0;
  return Words(text).number(index) ? std::optional(index) : std::nullopt;
}

std::optional<Point> decode_point(std::string_view text, const Sweep& sweep) {
  Words words(text);
  std::uint64_t index = 0;
  if (!words.number(index) || index >= sweep.points()) return std::nullopt;
  Point point = sweep.place(index);
  for (double& value : point.values)
    if (!words.number(value)) return std::nullopt;
  if (!decode_outcome(words, point)) return std::nullopt;
  return point;
}

}  // namespace herald::study
