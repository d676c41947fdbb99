#include "herald/study/optimise.h"

#include <nlopt.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace herald::study {
namespace {

using Unit = std::vector<double>;  // a place in the unit cube, one coordinate a searched parameter

struct Candidate {
  double score = 0;
  Unit at;
};

class Search {
 public:
  Search(const RateModel& model, std::span<const double> values, std::span<const std::size_t> searched,
         Kilometre distance)
      : m_model(model), m_values(values.begin(), values.end()), m_searched(searched), m_distance(distance) {}

  std::size_t dimensions() const { return m_searched.size(); }
  std::uint32_t evaluations() const { return m_evaluations; }

  // The signed rate; kImpossible where the model refuses.
  double score(std::span<const double> unit) {
    const auto point = evaluate(unit);
    if (!point) return kImpossible;
    HERALD_CHECK(!std::isnan(point->rate));
    return std::clamp(point->rate, kImpossible, -kImpossible);
  }

  Result<RatePoint> evaluate(std::span<const double> unit) {
    for (std::size_t k = 0; k < m_searched.size(); ++k) {
      const ParameterSpec& spec = m_model.parameters[m_searched[k]];
      const double value = spec.logarithmic ? spec.least * std::pow(spec.most / spec.least, unit[k])
                                            : spec.least + unit[k] * (spec.most - spec.least);
      m_values[m_searched[k]] = std::clamp(value, spec.least, spec.most);
    }
    ++m_evaluations;
    return m_model.evaluate(m_values, m_distance);
  }

  const std::vector<double>& values() const { return m_values; }
  void move_to(Kilometre distance) { m_distance = distance; }

  // From `from`, with a first simplex of size `step`.
  Candidate climb(const Candidate& from, double step, double tolerance, int most_evaluations) {
    const auto d = static_cast<unsigned>(dimensions());
    const std::unique_ptr<nlopt_opt_s, decltype(&nlopt_destroy)> search(nlopt_create(NLOPT_LN_SBPLX, d),
                                                                        &nlopt_destroy);
    HERALD_CHECK(search != nullptr);
    const auto objective = [](unsigned n, const double* x, double*, void* self) {
      return static_cast<Search*>(self)->score({x, n});
    };
    nlopt_set_max_objective(search.get(), objective, this);
    nlopt_set_lower_bounds1(search.get(), 0);
    nlopt_set_upper_bounds1(search.get(), 1);
    nlopt_set_initial_step1(search.get(), step);
    nlopt_set_ftol_rel(search.get(), tolerance);
    nlopt_set_xtol_abs1(search.get(), 1e-9);
    nlopt_set_maxeval(search.get(), most_evaluations);
    Candidate best = from;
    double reached = 0;
    const nlopt_result status = nlopt_optimize(search.get(), best.at.data(), &reached);
    if (status < 0 || !(reached > from.score)) return from;
    best.score = reached;
    return best;
  }

  static constexpr double kImpossible = -1e300;

 private:
  const RateModel& m_model;
  std::vector<double> m_values;
  std::span<const std::size_t> m_searched;
  Kilometre m_distance;
  std::uint32_t m_evaluations = 0;
};

// Point k of the additive recurrence by powers of the generalised golden ratio (the root of x^(d+1) = x + 1), denser
// towards the ends, where probabilities and weak intensities have their optima.
class LowDiscrepancy {
 public:
  explicit LowDiscrepancy(std::size_t dimensions) : m_step(dimensions) {
    double ratio = 2;
    for (int i = 0; i < 60; ++i) ratio = std::pow(1 + ratio, 1 / static_cast<double>(dimensions + 1));
    double power = 1;
    for (double& step : m_step) step = power /= ratio;
  }
  Unit operator()(std::uint32_t k) const {
    Unit unit(m_step.size());
    for (std::size_t i = 0; i < unit.size(); ++i) {
      double whole = 0;
      const double u = std::modf(0.5 + m_step[i] * k, &whole);
      unit[i] = u * u * (3 - 2 * u);
    }
    return unit;
  }

 private:
  std::vector<double> m_step;
};

double separation(const Unit& a, const Unit& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

// The best of them that are not each other's neighbours.
std::vector<Candidate> best_apart(std::vector<Candidate> sample, std::size_t most) {
  std::ranges::stable_sort(sample, std::ranges::greater(), &Candidate::score);
  std::vector<Candidate> best;
  for (Candidate& candidate : sample) {
    if (best.size() == most || candidate.score == Search::kImpossible) break;
    if (std::ranges::all_of(best, [&](const Candidate& b) { return separation(b.at, candidate.at) > 0.1; }))
      best.push_back(std::move(candidate));
  }
  return best;
}

// Steps of several sizes: whole counts make some models' rates bumpy.
Candidate polished(Search& search, Candidate best) {
  const int budget = 150 * static_cast<int>(search.dimensions());
  for (int round = 0; round < 4; ++round) {
    const double before = best.score;
    for (const double step : {0.05, 0.015, 0.005}) best = search.climb(best, step, 1e-11, budget);
    if (best.score - before <= 1e-7 * std::abs(best.score)) break;
  }
  return best;
}

// The best of a sample of the whole box and of climbs from its best points; when no sample is feasible, its first
// point.
Candidate global_best(Search& search, std::size_t size, std::size_t climbs) {
  const std::size_t d = search.dimensions();
  const LowDiscrepancy sequence(d);
  std::vector<Candidate> sample;
  for (std::uint32_t k = 0; k < size; ++k) {
    Unit at = sequence(k);
    const double score = search.score(at);
    sample.push_back({score, std::move(at)});
  }
  Candidate best = sample.front();
  for (const Candidate& start : best_apart(sample, climbs)) {
    Candidate top = search.climb(start, 0.1, 1e-4, 60 * static_cast<int>(d));
    if (top.score > best.score) best = std::move(top);
  }
  return best;
}

// Near the end of its reach a protocol has a key in a corner of the box too small to be met by chance: the optimum of a
// shorter distance is followed outwards.
Candidate followed_outwards(Search& search, Kilometre distance, std::size_t size, std::size_t climbs) {
  constexpr int kSteps = 16;
  for (const double share : {0.99, 0.96, 0.9, 0.8}) {
    search.move_to(distance * share);
    Candidate best = global_best(search, size, climbs);
    if (best.score <= 0) continue;
    best = polished(search, best);
    for (int step = 1; step <= kSteps; ++step) {
      search.move_to(distance * (share + (1 - share) * step / kSteps));
      best.score = search.score(best.at);
      for (const double size_of_step : {0.03, 0.01})
        best = search.climb(best, size_of_step, 1e-6, 100 * static_cast<int>(search.dimensions()));
    }
    search.move_to(distance);
    return best;
  }
  search.move_to(distance);
  return {};
}

// The highest rate that is found; a thorough search before it is said that there is none.
Candidate best_of(Search& search, Kilometre distance, bool shorter_is_better) {
  const std::size_t d = search.dimensions(), size = std::size_t{32} << std::min<std::size_t>(d, 6), climbs = d + 1;
  Candidate best = global_best(search, size, climbs);
  if (best.score <= 0 && shorter_is_better) {
    Candidate followed = followed_outwards(search, distance, size, climbs);
    if (!followed.at.empty() && followed.score > best.score) best = std::move(followed);
  }
  if (best.score <= 0) {
    Candidate thorough = global_best(search, 4 * size, 3 * climbs);
    if (thorough.score > best.score) best = std::move(thorough);
  }
  return best.score > 0 ? polished(search, best) : best;
}

}  // namespace

Result<Optimum> optimise(const RateModel& model, std::span<const double> values, std::span<const std::size_t> searched,
                         Kilometre distance) {
  HERALD_CHECK(values.size() == model.parameters.size());
  Search search(model, values, searched, distance);
  Candidate best;
  if (!searched.empty()) best = best_of(search, distance, model.uses_distance && distance.value > 0);
  HERALD_TRY(RatePoint point, search.evaluate(best.at));
  return Optimum{search.values(), std::move(point), search.evaluations()};
}

}  // namespace herald::study
