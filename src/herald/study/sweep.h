#pragma once
// Rates of several models at many points: the product of axes, spread over threads, the same whoever computes which.

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "herald/study/parameters.h"

namespace herald::study {

inline constexpr std::string_view kDistance = "distance";
inline constexpr std::uint64_t kMostPoints = 100'000'000;
inline constexpr double kGreatestDistance = 40'000;  // km: round the Earth

// Something that runs through values.
struct Axis {
  std::string name;  // kDistance in km, or a parameter
  std::vector<double> values;
  std::string origin = {};  // where it was said, for messages; empty: "--distance" or "--sweep"
};

// "A:B:STEP", both ends included; "A:B:xFACTOR" multiplies; "1,2,5" lists; "1" is one value. `what` begins messages.
// Errors: invalid_argument: no number, no or zero step, a step that leads away, more than kMostPoints values.
Result<Axis> parse_axis(std::string_view name, std::string_view range, std::string_view what);

struct Point {
  const RateModel* model = nullptr;
  std::vector<double> at;      // the axes' values, in their order
  std::vector<double> values;  // the model's parameters
  Result<RatePoint> outcome;   // or why the model refuses the point

  double rate() const { return outcome ? std::max(outcome->rate, 0.0) : 0; }
  bool has_key() const { return outcome && outcome->rate > 0; }
};

struct Range {  // of points, by index
  std::uint64_t begin = 0, end = 0;
};

// What is asked for. Each point's result follows from it and the point's index, whoever computes it.
class Sweep {
 public:
  // `axes` make a product, the last running fastest, then the models. Errors: not_found (a parameter that no model
  // knows), invalid_argument (out of range, set and swept, more than kMostPoints).
  static Result<Sweep> make(std::vector<const RateModel*> models, std::vector<Setting> settings,
                            std::vector<Axis> axes);

  std::uint64_t points() const { return m_points; }
  const std::vector<const RateModel*>& models() const { return m_models; }
  const std::vector<Axis>& axes() const { return m_axes; }
  const std::vector<Problem>& problems() const { return m_problems; }
  Point point(std::uint64_t index) const;
  // The point without its result; and what was computed put into it.
  Point place(std::uint64_t index) const;
  // All that the results depend on, the program's version included, for another process; and the sweep from it.
  // Errors: version, malformed.
  std::string text() const;
  static Result<Sweep> parse(std::string_view text, Models known = rate_models());
  // SHA-256 over text(); hexadecimal.
  std::string digest() const;

 private:
  std::vector<const RateModel*> m_models;
  std::vector<Axis> m_axes;
  std::vector<Problem> m_problems;  // one a model
  std::uint64_t m_points = 0;
};

class Spread;

struct SweepOptions {
  unsigned threads = 0;           // 0: as many as the machine has
  std::filesystem::path journal;  // finished points are kept there, and found again; empty: nowhere
  // Called in order of the index, from one thread. An error of its own ends the sweep.
  std::function<Result<void>(std::uint64_t, const Point&)> point;
  std::function<void(std::uint64_t done, std::uint64_t all)> progress;  // about ten times a second
  const std::atomic<bool>* stop = nullptr;                              // set by a signal handler
  Spread* spread = nullptr;  // other processes that compute too (spread.h), each with as many threads: 0 is one, then
};

// Errors: interrupted (stop), the journal's, and those of options.point.
Result<void> run(const Sweep& sweep, const SweepOptions& options);
// All points at once.
Result<std::vector<Point>> run(const Sweep& sweep);

}  // namespace herald::study
