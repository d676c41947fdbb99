#include "herald/study/bounds.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "herald/base/spelling.h"
#include "herald/cheating/registry.h"
#include "herald/study/bound_records.h"

namespace herald::study {

std::span<const Bound> bounds() {
  static const std::vector<Bound> kAll = [] {
    std::vector<Bound> all;
    for (const auto family : {coding_bounds(), coin_flip_bounds(), commitment_bounds(), storage_bounds()})
      all.insert(all.end(), family.begin(), family.end());
    return all;
  }();
  return kAll;
}

Result<const Bound*> find_bound(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Bound& bound : bounds()) {
    if (bound.name == name) return &bound;
    names.push_back(bound.name);
  }
  return fail(ErrorCode::not_found,
              fmt::format("no bound is called \"{}\"{}; `herald bound` has all", name, did_you_mean(name, names)));
}

Question::Question(const Bound& bound) : m_bound(&bound) {
  for (const ProtocolParameter& spec : bound.parameters) m_values.push_back(spec.standard);
}

const CheatingTheorem& Question::theorem() const {
  const auto found = find_cheating_theorem(m_bound->theorem);
  HERALD_CHECK(found);
  return **found;
}

Result<void> Question::set(std::string_view parameter, double value) {
  const auto spec = std::ranges::find(m_bound->parameters, parameter, &ProtocolParameter::name);
  if (spec == m_bound->parameters.end()) {
    std::vector<std::string_view> names;
    for (const ProtocolParameter& known : m_bound->parameters) names.push_back(known.name);
    return fail(ErrorCode::not_found, fmt::format("{} has no parameter {}{}; it has {}", m_bound->name, parameter,
                                                  did_you_mean(parameter, names), fmt::join(names, ", ")));
  }
  if (!(value >= spec->least && value <= spec->most) || (spec->whole && value != std::floor(value)))
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} = {:.12g}: {} permits {} from {:g} to {:g}{}{}", parameter, value, m_bound->name,
                            spec->whole ? "a whole number" : "a number", spec->least, spec->most,
                            spec->unit.empty() ? "" : " ", spec->unit));
  m_values[static_cast<std::size_t>(spec - m_bound->parameters.begin())] = value;
  return {};
}

}  // namespace herald::study
