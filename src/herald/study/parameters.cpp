#include "herald/study/parameters.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "herald/base/spelling.h"
#include "herald/study/optimise.h"

namespace herald::study {

Result<const RateModel*> find_model(std::string_view name, Models known) {
  std::vector<std::string_view> names;
  for (const RateModel* model : known) {
    names.push_back(model->name);
    names.insert(names.end(), model->aliases.begin(), model->aliases.end());
    if (model->name == name || std::ranges::find(model->aliases, name) != model->aliases.end()) return model;
  }
  return fail(ErrorCode::not_found,
              fmt::format("no protocol or bound is called \"{}\"{}", name, did_you_mean(name, names)));
}

Result<double> parse_number(std::string_view text, std::string_view what) {
  double value = 0;
  const char* const begin = text.data() + (text.starts_with('+') ? 1 : 0);
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range || (error == std::errc() && !std::isfinite(value)))
    return fail(ErrorCode::invalid_argument, fmt::format("{}: \"{}\" is beyond all numbers", what, text));
  if (error != std::errc() || end != text.data() + text.size())
    return fail(ErrorCode::invalid_argument, fmt::format("{}: \"{}\" is no number", what, text));
  return value;
}

Result<Setting> parse_setting(std::string_view text, std::string_view origin) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} {}: say name=value, such as detector.efficiency=0.2", origin, text));
  std::string_view name = text.substr(0, equals), model;
  HERALD_TRY(const double value, parse_number(text.substr(equals + 1), fmt::format("{} {}", origin, name)));
  if (const std::size_t colon = name.find(':'); colon != std::string_view::npos) {
    model = name.substr(0, colon);
    name.remove_prefix(colon + 1);
  }
  return Setting{std::string(name), value, std::string(origin), std::string(model)};
}

std::ptrdiff_t parameter_index(const RateModel& model, std::string_view name) {
  const auto found = std::ranges::find(model.parameters, name, &ParameterSpec::name);
  return found == model.parameters.end() ? -1 : found - model.parameters.begin();
}

bool concerns(const RateModel& model, std::string_view name, Models chosen) {
  if (parameter_index(model, name) < 0) return false;
  return !model.bound || name != "detector.efficiency" || std::ranges::none_of(chosen, [&](const RateModel* other) {
    return !other->bound && parameter_index(*other, name) >= 0;
  });
}

Result<void> check_known(std::string_view name, std::string_view origin, Models models) {
  std::vector<std::string_view> names;
  for (const RateModel* model : models) {
    if (parameter_index(*model, name) >= 0) return {};
    for (const ParameterSpec& spec : model->parameters) names.push_back(spec.name);
  }
  std::string hint;
  for (const std::string_view near : nearest_names(name, names)) {
    std::vector<std::string_view> who;
    for (const RateModel* model : models)
      if (parameter_index(*model, near) >= 0) who.push_back(model->name);
    hint += fmt::format("{}{} ({})", hint.empty() ? "; did you mean " : " or ", near, fmt::join(who, ", "));
  }
  std::vector<std::string_view> chosen, others;
  for (const RateModel* model : models) chosen.push_back(model->name);
  for (const RateModel* model : rate_models())
    if (parameter_index(*model, name) >= 0) others.push_back(model->name);
  if (!hint.empty())
    hint += '?';
  else if (!others.empty())
    hint = fmt::format("; those who know it: {}", fmt::join(others, ", "));
  return fail(ErrorCode::not_found,
              fmt::format("{} {}: no such parameter in {}{}", origin, name, fmt::join(chosen, ", "), hint));
}

Result<void> check_range(const RateModel& model, const ParameterSpec& spec, double value, std::string_view origin) {
  if (value >= spec.least && value <= spec.most) return {};
  return fail(ErrorCode::invalid_argument,
              fmt::format("{} {}={:.12g}: {} permits {:.12g} to {:.12g}{}{}", origin, spec.name, value, model.name,
                          spec.least, spec.most, spec.unit.empty() ? "" : " ", spec.unit));
}

Result<Problem> make_problem(const RateModel& model, std::span<const Setting> settings, Models chosen) {
  Problem problem{&model, {}, {}};
  for (std::size_t i = 0; i < model.parameters.size(); ++i) {
    problem.values.push_back(model.parameters[i].standard);
    if (model.parameters[i].optimised) problem.searched.push_back(i);
  }
  for (const Setting& setting : settings) {
    const std::ptrdiff_t index = parameter_index(model, setting.name);
    if (setting.model.empty() ? !concerns(model, setting.name, chosen) : setting.model != model.name || index < 0)
      continue;
    HERALD_TRY_VOID(
        check_range(model, model.parameters[static_cast<std::size_t>(index)], setting.value, setting.origin));
    fix(problem, setting.name, setting.value);
  }
  return problem;
}

void fix(Problem& problem, std::string_view name, double value) {
  const std::ptrdiff_t index = parameter_index(*problem.model, name);
  if (index < 0) return;
  problem.values[static_cast<std::size_t>(index)] = value;
  std::erase(problem.searched, static_cast<std::size_t>(index));
}

Result<RatePoint> solve(Problem& problem, Kilometre distance) {
  HERALD_TRY(Optimum optimum, optimise(*problem.model, problem.values, problem.searched, distance));
  problem.values = std::move(optimum.values);
  return std::move(optimum.point);
}

}  // namespace herald::study
