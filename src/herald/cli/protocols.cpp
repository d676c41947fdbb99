// herald protocols: the registry.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "herald/cli/command.h"
#include "herald/protocol/registry.h"
#include "herald/study/expectations.h"
#include "herald/study/module.h"

namespace herald::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFooter =
    "  herald protocols                     all of them, with their parties\n"
    "  herald protocols coin-flip           steps, ways to play, parameters, events";

std::string list() {
  std::string text, family;
  for (const Protocol* protocol : protocols()) {
    if (protocol->family != family) text += fmt::format("{}{}\n", family.empty() ? "" : "\n", protocol->family);
    family = protocol->family;
    text += fmt::format("  {:<24} {}\n", protocol->name, protocol->title);
    for (const Role& role : protocol->roles) {
      std::string ways;
      for (const Strategy& strategy : role.strategies)
        ways += fmt::format("{}{}", ways.empty() ? "" : ", ", strategy.name);
      text += fmt::format("  {:<24}   --{}: {}\n", "", role.name, ways);
    }
  }
  return text;
}

std::string range_of(const ProtocolParameter& parameter) {
  return fmt::format("{:g} to {:g}{}{}", parameter.least, parameter.most, parameter.unit.empty() ? "" : " ",
                     parameter.unit);
}

std::string explain(const Protocol& protocol) {
  std::string text =
      fmt::format("{}: {}\n{}\n\n{}\n\nsteps\n", protocol.name, protocol.title, protocol.paper, protocol.summary);
  for (std::size_t i = 0; i < protocol.steps.size(); ++i)
    text += fmt::format("  {}. {} {}\n", i + 1, protocol.steps[i].who, protocol.steps[i].what);
  for (const Role& role : protocol.roles) {
    text += fmt::format("\n--{}\n", role.name);
    for (const Strategy& strategy : role.strategies)
      text += fmt::format("  {:<26} {}\n", strategy.name, strategy.summary);
  }
  text += "\nparameters (--set NAME=VALUE)\n";
  for (const ProtocolParameter& parameter : protocol.parameters)
    text += fmt::format("  {:<26} {} ({:g}; {})\n", parameter.name, parameter.meaning, parameter.standard,
                        range_of(parameter));
  for (const ProtocolText& given : protocol.texts)
    text += fmt::format("  --{:<24} {}\n", fmt::format("{} FILE", given.name), given.meaning);
  if (protocol.inputs)
    text += "  --input PARTY=VALUE        what it puts in, 0x and hexadecimal digits or a number; else at random\n";
  text += "\nevents\n";
  for (const Event& event : protocol.events)
    text += fmt::format("  {:<26} {}{}\n", event.name, event.meaning,
                        event.given.empty() ? "" : fmt::format(", given {}", event.given));
  text += protocol.one_process.empty() ? "\ntwo processes can play it (--as, with `herald desk`)\n"
                                       : fmt::format("\nplays in one process only: {}\n", protocol.one_process);
  return text;
}

// What theory says of every way to cast the roles, at the standard parameters.
Json theory_of(const Protocol& protocol) {
  Json all = Json::array();
  Casting casting = Casting::standard(protocol);
  for (std::size_t role = 0; role < protocol.roles.size();) {
    for (const study::Expectation& theory : study::expectations(casting)) {
      Json parties = Json::object();
      for (const Role& each : protocol.roles) parties[std::string(each.name)] = casting.strategy_name(each.name);
      all.push_back({{"parties", std::move(parties)},
                     {"event", theory.event},
                     {"relation", study::sign(theory.relation)},
                     {"value", theory.value},
                     {"source", theory.source}});
    }
    for (role = 0; role < protocol.roles.size(); ++role) {
      if (++casting.strategies[role] < protocol.roles[role].strategies.size()) break;
      casting.strategies[role] = 0;
    }
  }
  return all;
}

Json as_json(const Protocol& protocol) {
  Json json{{"name", protocol.name},
            {"family", protocol.family},
            {"title", protocol.title},
            {"paper", protocol.paper},
            {"summary", protocol.summary},
            {"steps", Json::array()},
            {"parties", Json::object()},
            {"texts", Json::array()},
            {"parameters", Json::array()},
            {"events", Json::array()},
            {"theory", theory_of(protocol)},
            {"source", protocol.source},
            {"one_process", protocol.one_process}};
  for (const Step& step : protocol.steps) json["steps"].push_back({{"who", step.who}, {"what", step.what}});
  for (const Role& role : protocol.roles)
    for (const Strategy& strategy : role.strategies)
      json["parties"][std::string(role.name)].push_back({{"name", strategy.name}, {"summary", strategy.summary}});
  for (const ProtocolParameter& parameter : protocol.parameters)
    json["parameters"].push_back({{"name", parameter.name},
                                  {"unit", parameter.unit},
                                  {"meaning", parameter.meaning},
                                  {"standard", parameter.standard},
                                  {"least", parameter.least},
                                  {"most", parameter.most},
                                  {"whole", parameter.whole}});
  for (const ProtocolText& given : protocol.texts)
    json["texts"].push_back({{"name", given.name}, {"meaning", given.meaning}});
  json["inputs"] = protocol.inputs;
  for (const Event& event : protocol.events)
    json["events"].push_back({{"name", event.name}, {"meaning", event.meaning}, {"given", event.given}});
  return json;
}

struct ProtocolsOptions {
  std::string protocol;
  bool json = false;
};

Outcome show(const ProtocolsOptions& options) {
  std::vector<const Protocol*> chosen(protocols().begin(), protocols().end());
  if (!options.protocol.empty()) {
    HERALD_TRY(const Protocol* const protocol, study::names_module(options.protocol)
                                                   ? study::load_module(options.protocol)
                                                   : find_protocol(options.protocol));
    chosen = {protocol};
  } else if (!options.json) {
    HERALD_TRY_VOID(print(list()));
    return kDone;
  }
  for (const Protocol* protocol : chosen)
    HERALD_TRY_VOID(print(options.json ? as_json(*protocol).dump() + "\n" : explain(*protocol)));
  return kDone;
}

}  // namespace

void add_protocols(CLI::App& program) {
  const auto options = std::make_shared<ProtocolsOptions>();
  CLI::App& command = add_command(program, "protocols", "The protocols that run: steps, parties, cheats, parameters",
                                  [options] { return show(*options); });
  command.footer(kFooter);
  command.add_option("PROTOCOL", options->protocol, "One of them, or a module of your own");
  command.add_flag("--json", options->json, "Print a JSON object a line");
}

}  // namespace herald::cli
