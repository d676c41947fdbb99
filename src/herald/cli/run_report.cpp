#include "herald/cli/run_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace herald::cli {
namespace {

using study::Estimate;
using study::Expectation;
using Json = nlohmann::ordered_json;

std::string probability(double value) { return std::isnan(value) ? "-" : fmt::format("{:.6g}", value); }

const Protocol& protocol_of(const RunPoint& point) { return *point.trials->casting.protocol; }

std::vector<Expectation> expected(const RunPoint& point, std::string_view event) {
  std::vector<Expectation> all = study::expectations(point.trials->casting);
  std::erase_if(all, [&](const Expectation& each) { return each.event != event; });
  return all;
}

std::string_view judgement(const Expectation& theory, const Estimate& measured) {
  if (measured.among == 0) return "not seen";
  const bool empty = theory.relation == study::Relation::at_most    ? theory.value >= 1
                     : theory.relation == study::Relation::at_least ? theory.value <= 0
                                                                    : false;
  if (empty) return "says nothing";
  return theory.possible(measured.low, measured.high) ? "agrees" : "DIFFERS";
}

// Whether a text of this name is given: it takes a parameter's place.
bool given(const Casting& casting, std::string_view name) {
  const auto text = std::ranges::find(casting.protocol->texts, name, &ProtocolText::name);
  return text != casting.protocol->texts.end() &&
         !casting.texts[static_cast<std::size_t>(text - casting.protocol->texts.begin())].from.empty();
}

std::string settings(const Casting& casting) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < casting.values.size(); ++i) {
    const ProtocolParameter& spec = casting.protocol->parameters[i];
    if (given(casting, spec.name)) continue;
    words.push_back(fmt::format("{} {:g}{}{}", spec.name, casting.values[i], spec.unit.empty() ? "" : " ", spec.unit));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

Json parties_json(const Casting& casting) {
  Json parties = Json::object();
  for (const Role& role : casting.protocol->roles) parties[std::string(role.name)] = casting.strategy_name(role.name);
  return parties;
}

Json parameters_json(const Casting& casting) {
  Json parameters = Json::object();
  for (std::size_t i = 0; i < casting.values.size(); ++i)
    parameters[std::string(casting.protocol->parameters[i].name)] = casting.values[i];
  for (std::size_t i = 0; i < casting.texts.size(); ++i)
    if (!casting.texts[i].from.empty())
      parameters[std::string(casting.protocol->texts[i].name)] = casting.texts[i].from;
  return parameters;
}

// A line of its own, where there is one.
std::string remark(const Casting& casting) {
  return casting.protocol->remark == nullptr ? "" : casting.protocol->remark(casting) + "\n";
}

}  // namespace

std::string describe(const Casting& casting) {
  std::vector<std::string> parties;
  for (const Role& role : casting.protocol->roles)
    parties.push_back(fmt::format("{} {}", role.name, casting.strategy_name(role.name)));
  std::string text =
      fmt::format("{}{}{}", fmt::join(parties, ", "), casting.values.empty() ? "" : "; ", settings(casting));
  for (std::size_t i = 0; i < casting.texts.size(); ++i)
    if (!casting.texts[i].from.empty())
      text += fmt::format("; {} of {}", casting.protocol->texts[i].name, casting.texts[i].from);
  return text;
}

std::vector<std::pair<std::string, std::string>> told_by(const Game& game) {
  std::vector<std::pair<std::string, std::string>> told;
  const std::vector<std::string> seats = game.seats();
  for (std::size_t i = 0; i < seats.size(); ++i)
    if (std::string words = game.tells(i, game.verdicts()[i]); !words.empty())
      told.emplace_back(seats[i], std::move(words));
  return told;
}

std::string run_table(const RunPoint& point) {
  const Protocol& protocol = protocol_of(point);
  std::size_t width = 5;
  for (const std::size_t event : point.events) width = std::max(width, protocol.events[event].name.size());
  std::string text = fmt::format("{}: {}\n{}\n{}{} run{}, seed {}\n\n", protocol.name, protocol.title,
                                 describe(point.trials->casting), remark(point.trials->casting), point.tally->runs,
                                 point.tally->runs == 1 ? "" : "s", point.trials->seed);
  for (const auto& [seat, words] : point.told) text += fmt::format("{}: {}\n", seat, words);
  if (!point.told.empty()) text += "\n";
  text += fmt::format("{:<{}}  {:>11}  {:^25}  theory\n", "event", width, "probability",
                      fmt::format("{:g} % interval", 100 * (1 - point.trials->doubt.value)));
  for (const std::size_t event : point.events) {
    const Estimate measured = estimate(*point.trials, *point.tally, event);
    std::string line =
        fmt::format("{:<{}}  {:>11}  {:^25}", protocol.events[event].name, width, probability(measured.probability),
                    fmt::format("{:.6g} to {:.6g}", measured.low, measured.high));
    const auto theory = expected(point, protocol.events[event].name);
    for (std::size_t i = 0; i < theory.size(); ++i)
      line += fmt::format("{}{} {} ({}): {}", i == 0 ? "  " : fmt::format("\n{:{}}", "", width + 42),
                          sign(theory[i].relation), probability(theory[i].value), judgement(theory[i], measured),
                          theory[i].source);
    text += line + "\n";
  }
  return text;
}

std::string sweep_head(const RunPoint& point) {
  std::string head;
  for (const study::Axis& axis : point.axes) head += fmt::format("{:>14}", axis.name);
  for (const std::size_t event : point.events)
    head += fmt::format("{:>18}  {:>13}", protocol_of(point).events[event].name, "theory");
  return head + "\n";
}

std::string sweep_row(const RunPoint& point) {
  std::string row;
  for (const double value : point.at) row += fmt::format("{:>14.10g}", value);
  for (const std::size_t event : point.events) {
    const Estimate measured = estimate(*point.trials, *point.tally, event);
    const auto theory = expected(point, protocol_of(point).events[event].name);
    const std::string said =
        theory.empty() ? "-" : fmt::format("{} {}", sign(theory[0].relation), probability(theory[0].value));
    row += fmt::format("{:>18}  {:>13}", probability(measured.probability), said);
  }
  return row + "\n";
}

std::string csv_head(const RunPoint& point) {
  std::string head;
  for (const study::Axis& axis : point.axes) head += axis.name + ",";
  return head + "event,runs,among,happened,probability,low,high,relation,theory\n";
}

std::string csv_rows(const RunPoint& point) {
  std::string rows;
  for (const std::size_t event : point.events) {
    const Estimate measured = estimate(*point.trials, *point.tally, event);
    const auto theory = expected(point, protocol_of(point).events[event].name);
    rows += fmt::format("{}{}{},{},{},{},{:.10g},{:.10g},{:.10g},{}\n", fmt::join(point.at, ","),
                        point.at.empty() ? "" : ",", protocol_of(point).events[event].name, point.tally->runs,
                        measured.among, measured.happened, measured.probability, measured.low, measured.high,
                        theory.empty() ? "," : fmt::format("{},{:.10g}", sign(theory[0].relation), theory[0].value));
  }
  return rows;
}

std::string run_json(const RunPoint& point) {
  const Protocol& protocol = protocol_of(point);
  Json json{{"protocol", protocol.name},
            {"parties", parties_json(point.trials->casting)},
            {"parameters", parameters_json(point.trials->casting)},
            {"seed", point.trials->seed},
            {"runs", point.tally->runs},
            {"confidence", 1 - point.trials->doubt.value},
            {"events", Json::array()}};
  for (const std::size_t event : point.events) {
    const Estimate measured = estimate(*point.trials, *point.tally, event);
    Json entry{{"name", protocol.events[event].name},
               {"meaning", protocol.events[event].meaning},
               {"given", nullptr},
               {"happened", measured.happened},
               {"among", measured.among},
               {"probability", nullptr},
               {"interval", {measured.low, measured.high}},
               {"theory", Json::array()}};
    if (!protocol.events[event].given.empty()) entry["given"] = protocol.events[event].given;
    if (measured.among != 0) entry["probability"] = measured.probability;
    for (const Expectation& theory : expected(point, protocol.events[event].name))
      entry["theory"].push_back({{"relation", sign(theory.relation)},
                                 {"value", theory.value},
                                 {"agrees", theory.possible(measured.low, measured.high)},
                                 {"source", theory.source}});
    json["events"].push_back(std::move(entry));
  }
  if (protocol.remark != nullptr) json["remark"] = protocol.remark(point.trials->casting);
  for (const auto& [seat, words] : point.told) json["told"][seat] = words;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

study::Series& RunPicture::curve(const std::string& label, study::Look look) {
  const auto found = std::ranges::find(m_curves, label, &study::Series::label);
  if (found != m_curves.end()) return *found;
  return m_curves.emplace_back(label, look, std::vector<std::pair<double, double>>());
}

void RunPicture::add(const RunPoint& point) {
  for (const std::size_t event : point.events) {
    std::string label(protocol_of(point).events[event].name);
    for (std::size_t i = 1; i < point.at.size(); ++i) label += fmt::format(" {}={:g}", point.axes[i].name, point.at[i]);
    const Estimate measured = estimate(*point.trials, *point.tally, event);
    study::Series& marks = curve(label, study::Look::marks);
    for (const double y : {measured.low, measured.probability, measured.high})
      if (measured.among != 0) marks.points.emplace_back(point.at[0], y);
    for (const Expectation& theory : expected(point, protocol_of(point).events[event].name))
      curve(label + " theory " + std::string(sign(theory.relation)),
            theory.relation == study::Relation::equal ? study::Look::line : study::Look::dashed)
          .points.emplace_back(point.at[0], theory.value);
  }
}

study::Picture RunPicture::picture(const Protocol& protocol, const study::Axis& along) const {
  study::Picture picture;
  picture.title = protocol.title;
  picture.x_label = along.name;
  picture.y_label = "probability";
  picture.series = m_curves;
  return picture;
}

std::string transcript_text(const Casting& casting, const Game& game, const MeetingTranscript& transcript, bool json) {
  const auto seats = game.seats();
  if (json) {
    Json run{{"protocol", casting.protocol->name},
             {"parties", parties_json(casting)},
             {"parameters", parameters_json(casting)},
             {"passages", Json::array()},
             {"verdicts", Json::array()}};
    for (const Passage& passage : transcript) {
      Json entry{{"time", passage.time}, {"from", passage.from}, {"to", passage.to}, {"what", passage.what}};
      if (passage.what == "light")
        entry["qubits"] = passage.qubits;
      else
        entry["frame"] = fmt::format("{:02x}", fmt::join(passage.frame, ""));
      run["passages"].push_back(std::move(entry));
    }
    for (std::size_t i = 0; i < seats.size(); ++i) {
      const Verdict& verdict = game.verdicts()[i];
      run["verdicts"].push_back({{"seat", seats[i]},
                                 {"accepted", verdict.accepted},
                                 {"value", verdict.value},
                                 {"phase", verdict.phase},
                                 {"reason", verdict.reason},
                                 {"told", game.tells(i, verdict)}});
    }
    return run.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  std::string text = fmt::format("{}: {}\n{}\n{}\n", casting.protocol->name, casting.protocol->title, describe(casting),
                                 remark(casting));
  for (const Passage& passage : transcript) {
    constexpr std::size_t kShown = 24;
    const std::string what =
        passage.what == "light"
            ? fmt::format("{} qubits", passage.qubits)
            : fmt::format("{}, {} bytes: {:02x}{}", passage.what, passage.frame.size(),
                          fmt::join(std::span(passage.frame).first(std::min(kShown, passage.frame.size())), ""),
                          passage.frame.size() > kShown ? "…" : "");
    text += fmt::format("{:>12.6g} s  {} to {}: {}\n", passage.time, passage.from, passage.to, what);
  }
  text += "\n";
  for (std::size_t i = 0; i < seats.size(); ++i) {
    const Verdict& verdict = game.verdicts()[i];
    const std::string words = game.tells(i, verdict);
    text += verdict.accepted
                ? fmt::format("{} accepts: {}\n", seats[i], words.empty() ? fmt::to_string(verdict.value) : words)
                : fmt::format("{} rejects at \"{}\": {}\n", seats[i], verdict.phase, verdict.reason);
  }
  return text;
}

}  // namespace herald::cli
