#include "herald/study/sweep.h"

#include <botan/hash.h>
#include <botan/hex.h>
#include <fmt/format.h>

#include "herald/base/version.h"
#include "herald/study/words.h"

namespace herald::study {
namespace {

std::string head_line() { return fmt::format("herald {}", kVersion); }

// "name=value name=value? …", all the model's parameters in their order; "?": searched.
std::optional<Problem> parse_problem(const RateModel& model, Words& words) {
  Problem problem{&model, {}, {}};
  for (std::size_t i = 0; i < model.parameters.size(); ++i) {
    const ParameterSpec& spec = model.parameters[i];
    std::string_view value = words.next();
    if (!value.starts_with(spec.name) || !value.substr(spec.name.size()).starts_with('=')) return std::nullopt;
    value.remove_prefix(spec.name.size() + 1);
    if (value.ends_with('?')) {
      problem.searched.push_back(i);
      value.remove_suffix(1);
    }
    double& number = problem.values.emplace_back();
    if (!Words::parse(value, number) || !(number >= spec.least && number <= spec.most)) return std::nullopt;
  }
  if (!words.rest().empty()) return std::nullopt;
  return problem;
}

}  // namespace

Result<Sweep> Sweep::make(std::vector<const RateModel*> models, std::vector<Setting> settings, std::vector<Axis> axes) {
  for (Setting& setting : settings) {
    if (setting.model.empty()) {
      HERALD_TRY_VOID(check_known(setting.name, setting.origin, models));
      continue;
    }
    HERALD_TRY(const RateModel* const model, find_model(setting.model, models));
    setting.model = model->name;
    HERALD_TRY_VOID(check_known(setting.name, setting.origin, {&model, 1}));
  }
  Sweep sweep;
  double points = static_cast<double>(models.size());
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const Axis& axis = axes[i];
    const std::string option = axis.name == kDistance ? "--distance" : "--sweep";
    const std::string what = axis.origin.empty() ? option : axis.origin;
    if (axis.values.empty())
      return fail(ErrorCode::invalid_argument, fmt::format("{} {}: nothing in it", what, axis.name));
    for (std::size_t j = 0; j < i; ++j)
      if (axes[j].name == axis.name)
        return fail(ErrorCode::invalid_argument, fmt::format("{} is swept twice", axis.name));
    if (std::ranges::find(settings, axis.name, &Setting::name) != settings.end())
      return fail(ErrorCode::invalid_argument, fmt::format("{} is both set and swept", axis.name));
    points *= static_cast<double>(axis.values.size());
    if (axis.name == kDistance) {
      for (const double km : axis.values)
        if (!(km >= 0 && km <= kGreatestDistance))
          return fail(ErrorCode::invalid_argument,
                      fmt::format("{} {:g}: permitted are 0 to {:g} km", what, km, kGreatestDistance));
      continue;
    }
    HERALD_TRY_VOID(check_known(axis.name, what, models));
    for (const RateModel* model : models) {
      const std::ptrdiff_t index = parameter_index(*model, axis.name);
      for (const double value : axis.values)
        if (concerns(*model, axis.name, models))
          HERALD_TRY_VOID(check_range(*model, model->parameters[static_cast<std::size_t>(index)], value, what));
    }
  }
  if (!(points <= static_cast<double>(kMostPoints)))
    return fail(ErrorCode::invalid_argument,
                fmt::format("these are {:g} points; {:g} at the most", points, static_cast<double>(kMostPoints)));
  for (const RateModel* model : models) {
    HERALD_TRY(Problem problem, make_problem(*model, settings, models));
    sweep.m_problems.push_back(std::move(problem));
  }
  sweep.m_points = static_cast<std::uint64_t>(points);
  sweep.m_models = std::move(models);
  sweep.m_axes = std::move(axes);
  return sweep;
}

Point Sweep::place(std::uint64_t index) const {
  const std::size_t which = index % m_models.size();
  index /= m_models.size();
  Point point{m_models[which], std::vector<double>(m_axes.size()), m_problems[which].values, RatePoint{}};
  for (std::size_t i = m_axes.size(); i-- > 0; index /= m_axes[i].values.size())
    point.at[i] = m_axes[i].values[index % m_axes[i].values.size()];
  return point;
}

Point Sweep::point(std::uint64_t index) const {
  Point point = place(index);
  Problem problem = m_problems[index % m_models.size()];
  Kilometre distance(0);
  for (std::size_t i = 0; i < m_axes.size(); ++i) {
    if (m_axes[i].name == kDistance)
      distance = Kilometre(point.at[i]);
    else if (concerns(*point.model, m_axes[i].name, m_models))
      fix(problem, m_axes[i].name, point.at[i]);
  }
  point.outcome = solve(problem, distance);
  point.values = std::move(problem.values);
  return point;
}

std::string Sweep::text() const {
  std::string text = head_line() + "\n";
  for (const Problem& problem : m_problems) {
    text += fmt::format("{}:", problem.model->name);
    for (std::size_t i = 0; i < problem.values.size(); ++i)
      text += fmt::format(" {}={}{}", problem.model->parameters[i].name, problem.values[i],
                          std::ranges::find(problem.searched, i) == problem.searched.end() ? "" : "?");
    text += '\n';
  }
  for (const Axis& axis : m_axes) {
    text += axis.name;
    for (const double value : axis.values) text += fmt::format(" {}", value);
    text += '\n';
  }
  return text;
}

Result<Sweep> Sweep::parse(std::string_view text, Models known) {
  Words lines(text);
  if (const std::string_view head = lines.next('\n'); head != head_line())
    return fail(ErrorCode::version,
                fmt::format("a sweep of \"{}\", and this is \"{}\"", head.substr(0, 40), head_line()));
  Sweep sweep;
  double points = 0;
  while (!lines.rest().empty()) {
    const std::string_view line = lines.next('\n');
    Words words(line);
    const std::string_view name = words.next();
    bool good = !name.empty();
    if (name.ends_with(':')) {
      HERALD_TRY(const RateModel* const model, find_model(name.substr(0, name.size() - 1), known));
      auto problem = parse_problem(*model, words);
      good = problem.has_value() && sweep.m_axes.empty();
      if (good) sweep.m_problems.push_back(std::move(*problem));
      sweep.m_models.push_back(model);
      points = static_cast<double>(sweep.m_models.size());
    } else {
      Axis axis{std::string(name), {}};
      while (good && !words.rest().empty()) good = words.number(axis.values.emplace_back());
      points *= static_cast<double>(axis.values.size());
      sweep.m_axes.push_back(std::move(axis));
    }
    if (!good) return fail(ErrorCode::malformed, fmt::format("not a line of a sweep: {}", line.substr(0, 80)));
  }
  if (!(points >= 1 && points <= static_cast<double>(kMostPoints)))
    return fail(ErrorCode::malformed, "a sweep without points");
  sweep.m_points = static_cast<std::uint64_t>(points);
  return sweep;
}

std::string Sweep::digest() const {
  const auto hash = Botan::HashFunction::create_or_throw("SHA-256");
  hash->update(text());
  return Botan::hex_encode(hash->final(), false);
}

}  // namespace herald::study
