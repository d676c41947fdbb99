#include "herald/cli/rate_explain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "herald/cheating/registry.h"
#include "herald/cli/rate_report.h"
#include "herald/proof/registry.h"
#include "herald/study/figures.h"
#include "herald/study/model_points.h"

namespace herald::cli {
namespace {

using Json = nlohmann::ordered_json;
using study::ParameterSpec;
using study::RateModel;

// Broken at words, every line behind `indent` spaces; the first stands after what is there already.
std::string wrapped(std::string_view text, std::size_t indent) {
  constexpr std::size_t kWidth = 110;
  std::string result;
  std::size_t column = indent;
  while (!text.empty()) {
    const std::size_t end = text.find(' ');
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (column > indent && column + 1 + word.size() > kWidth) {
      result += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      result += ' ';
      ++column;
    }
    result += word;
    column += word.size();
  }
  return result + '\n';
}

void line(std::string& text, std::string_view what, std::string_view said) {
  constexpr std::size_t kIndent = 14;
  if (!said.empty()) text += fmt::format("  {:<12}{}", what, wrapped(said, kIndent));
}

struct Checked {
  const PublishedPoint* point;
  double ours;
  bool agrees;
};
std::vector<Checked> checked(const Theorem& theorem) {
  std::vector<Checked> result;
  for (const PublishedPoint& point : theorem.points) {
    const double ours = point.computed();
    result.push_back({&point, ours, std::abs(ours / point.published - 1) <= point.relative_tolerance});
  }
  return result;
}

std::string text_of(const Theorem& t) {
  std::string text = fmt::format("theorem {}: {}\n", t.name, t.title);
  line(text, "paper", t.paper);
  line(text, "equations", t.equations);
  line(text, "statement", t.statement);
  line(text, "observed", t.observed);
  for (const Assumption& a : t.assumptions) line(text, "assumes", fmt::format("{}: {}", a.name, a.meaning));
  if (!t.two_way.empty()) line(text, "two-way", t.two_way);
  if (t.finite) line(text, "length", t.block_length);
  for (const EpsilonShare& share : t.epsilon_shares)
    line(text, "epsilon", fmt::format("{:.4g} of it: {}", share.share, share.meaning));
  for (const Checked& c : checked(t))
    line(text, "published",
         fmt::format("{}: {:.9g}, ours {:.9g}: {} (to {:g}); {}", c.point->what, c.point->published, c.ours,
                     c.agrees ? "agrees" : "DIFFERS", c.point->relative_tolerance, c.point->source));
  return text;
}

std::string settings_of(const study::ModelPoint& point) {
  std::string text;
  for (const auto& [name, value] : point.set) text += fmt::format(", {} = {:g}", name, value);
  return text;
}

std::string said_of(const study::ModelPoint& point) {
  const Result<double> ours = study::compute(point);
  const bool rate = point.kind == study::ModelPoint::Kind::rate;
  const std::string here = !ours                         ? ours.error().message
                           : study::agrees(point, *ours) ? fmt::format("ours {:.7g}: agrees", *ours)
                                                         : fmt::format("ours {:.7g}: DIFFERS", *ours);
  return fmt::format("{}{}: {:.9g}{}, {} (to {:g}{}); {}", point.what, settings_of(point), point.published,
                     rate ? "" : " km", here, point.tolerance, rate ? "" : " km", point.source);
}

Json json_of(const study::ModelPoint& point) {
  const Result<double> ours = study::compute(point);
  return {{"what", std::string(point.what) + settings_of(point)},
          {"source", point.source},
          {"unit", point.kind == study::ModelPoint::Kind::rate ? "" : "km"},
          {"published", point.published},
          {"ours", ours ? Json(*ours) : Json()},
          {"tolerance", point.tolerance},
          {"agrees", ours && study::agrees(point, *ours)}};
}

std::string text_of(const ParameterSpec& spec, double value, bool searched) {
  const std::string said =
      fmt::format("{:.12g}{}{} ({:g} to {:g}{}): {}", value, spec.unit.empty() ? "" : " ", spec.unit, spec.least,
                  spec.most, searched ? ", the best unless set" : "", spec.meaning);
  return fmt::format("  {:<27}{}", spec.name, wrapped(said, 29));
}

Json json_of(const Theorem& t) {
  Json json = {{"name", t.name},           {"title", t.title},          {"protocol", t.protocol},
               {"finite", t.finite},       {"paper", t.paper},          {"equations", t.equations},
               {"statement", t.statement}, {"observed", t.observed},    {"assumptions", Json::array()},
               {"epsilon", Json::array()}, {"published", Json::array()}};
  for (const Assumption& a : t.assumptions) json["assumptions"].push_back({{"name", a.name}, {"meaning", a.meaning}});
  for (const EpsilonShare& s : t.epsilon_shares)
    json["epsilon"].push_back({{"share", s.share}, {"meaning", s.meaning}});
  for (const Checked& c : checked(t))
    json["published"].push_back({{"what", c.point->what},
                                 {"source", c.point->source},
                                 {"published", c.point->published},
                                 {"ours", c.ours},
                                 {"relative_tolerance", c.point->relative_tolerance},
                                 {"agrees", c.agrees}});
  return json;
}

Json json_of(const CheatingTheorem& t) {
  Json json = {{"name", t.name},           {"title", t.title},          {"protocol", t.protocol},
               {"paper", t.paper},         {"equations", t.equations},  {"statement", t.statement},
               {"observed", t.parameters}, {"unsettled", t.unsettled},  {"assumptions", Json::array()},
               {"epsilon", Json::array()}, {"published", Json::array()}};
  for (const Assumption& a : t.assumptions) json["assumptions"].push_back({{"name", a.name}, {"meaning", a.meaning}});
  for (const PublishedPoint& p : t.points)
    json["published"].push_back({{"what", p.what},
                                 {"source", p.source},
                                 {"published", p.published},
                                 {"ours", p.computed()},
                                 {"relative_tolerance", p.relative_tolerance}});
  return json;
}

Json json_of(const RateModel& model) {
  Json json = {{"protocol", model.name},
               {"aliases", model.aliases},
               {"title", model.title},
               {"theorem", model.theorem},
               {"unit", rate_unit(model)},
               {"bound", model.bound},
               {"uses_distance", model.uses_distance}};
  for (const ParameterSpec& spec : model.parameters)
    json["parameters"][std::string(spec.name)] = {{"unit", spec.unit},         {"meaning", spec.meaning},
                                                  {"standard", spec.standard}, {"least", spec.least},
                                                  {"most", spec.most},         {"optimised", spec.optimised}};
  return json;
}

}  // namespace

std::string list_rates(bool json) {
  const auto folders = study::preset_folders();
  const auto presets = study::preset_names(folders);
  if (json) {
    Json all = {{"protocols", Json::array()},
                {"theorems", Json::array()},
                {"cheating", Json::array()},
                {"figures", Json::array()},
                {"presets", presets}};
    for (const RateModel* model : study::rate_models()) all["protocols"].push_back(json_of(*model));
    for (const Theorem& theorem : theorems()) all["theorems"].push_back(json_of(theorem));
    for (const CheatingTheorem& theorem : cheating_theorems()) all["cheating"].push_back(json_of(theorem));
    for (const study::Figure& figure : study::figures())
      all["figures"].push_back(
          {{"name", figure.name}, {"title", figure.title}, {"source", figure.source}, {"note", figure.note}});
    return all.dump() + "\n";
  }
  std::size_t widest = 0;
  for (const RateModel* model : study::rate_models()) widest = std::max(widest, model->name.size() + 2);
  for (const Theorem& t : theorems()) widest = std::max(widest, t.name.size() + 2);
  for (const CheatingTheorem& t : cheating_theorems()) widest = std::max(widest, t.name.size() + 2);
  for (const study::Figure& figure : study::figures()) widest = std::max(widest, figure.name.size() + 2);
  std::string text = "protocols and bounds\n";
  for (const RateModel* model : study::rate_models())
    text += fmt::format("  {:<{}}{} ({}){}\n", model->name, widest, model->title, rate_unit(*model),
                        model->aliases.empty() ? "" : fmt::format("; also {}", fmt::join(model->aliases, ", ")));
  text += "\ntheorems\n";
  for (const Theorem& t : theorems()) text += fmt::format("  {:<{}}{}\n", t.name, widest, t.title);
  text += "\nhow well a party can cheat\n";
  for (const CheatingTheorem& t : cheating_theorems()) text += fmt::format("  {:<{}}{}\n", t.name, widest, t.title);
  text += "\nfigures\n";
  for (const study::Figure& figure : study::figures())
    text += fmt::format("  {:<{}}{}\n", figure.name, widest, figure.title);
  if (!presets.empty()) text += fmt::format("\npresets\n  {}\n", fmt::join(presets, ", "));
  return text +
         "\n`herald rate NAME --explain` says what stands behind one, `herald rate --figure NAME --plot FILE.svg` "
         "draws one.\n";
}

std::string explain(const study::Problem& problem, bool json) {
  const RateModel& model = *problem.model;
  const auto theorem = find_theorem(model.theorem);
  const auto searched = [&](std::size_t i) { return std::ranges::find(problem.searched, i) != problem.searched.end(); };
  if (json) {
    Json all = json_of(model);
    for (std::size_t i = 0; i < model.parameters.size(); ++i) {
      Json& parameter = all["parameters"][std::string(model.parameters[i].name)];
      parameter["optimised"] = searched(i);
      if (!searched(i)) parameter["value"] = problem.values[i];
    }
    if (theorem) all["record"] = json_of(**theorem);
    all["published"] = Json::array();
    for (const study::ModelPoint& point : study::model_points())
      if (point.model == model.name) all["published"].push_back(json_of(point));
    return all.dump() + "\n";
  }
  std::string text = fmt::format("{}: {}, in {}\n", model.name, model.title, rate_unit(model));
  if (theorem) text += text_of(**theorem);
  for (const study::ModelPoint& point : study::model_points())
    if (point.model == model.name) line(text, "published", said_of(point));
  text += "parameters\n";
  for (std::size_t i = 0; i < model.parameters.size(); ++i)
    text += text_of(model.parameters[i], problem.values[i], searched(i));
  return text;
}

std::string explain(const Theorem& theorem, bool json) {
  return json ? json_of(theorem).dump() + "\n" : text_of(theorem);
}

std::string explain(const study::Preset& preset) {
  std::string text = fmt::format("preset {}: {}\n", preset.name, preset.title);
  for (const study::Preset::Value& value : preset.values)
    text += fmt::format("  {:<27}{}", value.setting.name,
                        wrapped(fmt::format("{:.12g}; {}", value.setting.value, value.source), 29));
  return text;
}

}  // namespace herald::cli
