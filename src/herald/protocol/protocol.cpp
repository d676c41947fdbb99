#include "herald/protocol/protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "herald/base/spelling.h"

namespace herald {
namespace {

template <typename Named>
std::size_t index_of(std::span<const Named> all, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find(all, name, &Named::name) - all.begin());
}

template <typename Named>
Error unknown(std::string_view what, std::string_view name, std::span<const Named> all) {
  std::vector<std::string_view> names;
  for (const Named& one : all) names.push_back(one.name);
  return {ErrorCode::not_found, fmt::format("there is no {} \"{}\"{}", what, name, did_you_mean(name, names)) +
                                    fmt::format("; possible are {}", fmt::join(names, ", "))};
}

}  // namespace

std::optional<Party<Verdict>> Game::program(std::size_t) { return std::nullopt; }
std::string Game::tells(std::size_t, const Verdict&) const { return {}; }

Casting Casting::standard(const Protocol& protocol) {
  Casting casting{&protocol, std::vector<std::size_t>(protocol.roles.size()), {}};
  casting.texts.resize(protocol.texts.size());
  for (const ProtocolParameter& parameter : protocol.parameters) casting.values.push_back(parameter.standard);
  return casting;
}

Result<void> Casting::cast(std::string_view role, std::string_view strategy) {
  const std::size_t at = index_of(protocol->roles, role);
  if (at == protocol->roles.size())
    return std::unexpected(unknown(fmt::format("party in {}", protocol->name), role, protocol->roles));
  const auto all = protocol->roles[at].strategies;
  const std::size_t chosen = index_of(all, strategy);
  if (chosen == all.size())
    return std::unexpected(unknown(fmt::format("way for {}'s {} to play", protocol->name, role), strategy, all));
  strategies[at] = chosen;
  return {};
}

Result<void> Casting::set(std::string_view parameter, double value) {
  const std::size_t at = index_of(protocol->parameters, parameter);
  if (at == protocol->parameters.size())
    return std::unexpected(unknown(fmt::format("parameter of {}", protocol->name), parameter, protocol->parameters));
  const ProtocolParameter& spec = protocol->parameters[at];
  if (!(value >= spec.least && value <= spec.most) || (spec.whole && value != std::floor(value)))
    return fail(ErrorCode::invalid_argument, fmt::format("{} = {:g}: possible is {} from {:g} to {:g}{}{}", spec.name,
                                                         value, spec.whole ? "a whole number" : "a number", spec.least,
                                                         spec.most, spec.unit.empty() ? "" : " ", spec.unit));
  values[at] = value;
  return {};
}

Result<void> Casting::give(std::string_view text, GivenText given) {
  const std::size_t at = index_of(protocol->texts, text);
  if (at == protocol->texts.size())
    return fail(ErrorCode::not_found, fmt::format("{} takes no {}", protocol->name, text));
  texts[at] = std::move(given);
  return {};
}

Result<void> Casting::input(std::string_view seat, std::string value) {
  if (!protocol->inputs)
    return fail(ErrorCode::invalid_argument, fmt::format("the parties of {} take no inputs", protocol->name));
  inputs.insert_or_assign(std::string(seat), std::move(value));
  return {};
}

double Casting::real(std::string_view parameter) const {
  const std::size_t at = index_of(protocol->parameters, parameter);
  HERALD_CHECK(at < values.size());
  return values[at];
}

std::size_t Casting::strategy(std::string_view role) const {
  const std::size_t at = index_of(protocol->roles, role);
  HERALD_CHECK(at < strategies.size());
  return strategies[at];
}

std::string_view Casting::strategy_name(std::string_view role) const {
  const std::size_t at = index_of(protocol->roles, role);
  HERALD_CHECK(at < strategies.size());
  return protocol->roles[at].strategies[strategies[at]].name;
}

}  // namespace herald
