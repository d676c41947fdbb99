#include "herald/cli/bound_report.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace herald::cli {
namespace {

using study::Bound;
using study::BoundFigure;
using study::BoundFigurePoints;
using study::Question;
using Json = nlohmann::ordered_json;

std::string with_unit(double value, std::string_view unit) {
  return fmt::format("{:.10g}{}{}", value, unit.empty() ? "" : " ", unit);
}

std::string settings(const Question& question) {
  std::string text;
  for (std::size_t i = 0; i < question.values().size(); ++i) {
    const ProtocolParameter& spec = question.bound().parameters[i];
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", spec.name, with_unit(question.values()[i], spec.unit));
  }
  return text;
}

Json settings_json(const Question& question) {
  Json json = Json::object();
  for (std::size_t i = 0; i < question.values().size(); ++i)
    json[std::string(question.bound().parameters[i].name)] = question.values()[i];
  return json;
}

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

std::string list_text() {
  std::string text, theorem;
  for (const Bound& bound : study::bounds()) {
    if (bound.theorem != theorem)
      text += fmt::format("{}{}: {}\n", theorem.empty() ? "" : "\n", bound.theorem, Question(bound).theorem().title);
    theorem = bound.theorem;
    text += fmt::format("  {:<32} {}{}\n", bound.name, bound.meaning,
                        bound.unit.empty() ? "" : fmt::format(" ({})", bound.unit));
    for (const ProtocolParameter& spec : bound.parameters)
      text += fmt::format("    --{:<28} {} ({}; {:g} to {:g})\n", spec.name, spec.meaning,
                          with_unit(spec.standard, spec.unit), spec.least, spec.most);
  }
  text += "\nfigures (--figure NAME)\n";
  for (const BoundFigure& figure : study::bound_figures())
    text += fmt::format("  {:<32} {}\n", figure.name, figure.title);
  return text;
}

Json list_json() {
  Json json{{"bounds", Json::array()}, {"figures", Json::array()}};
  for (const Bound& bound : study::bounds()) {
    Json entry{{"name", bound.name},
               {"meaning", bound.meaning},
               {"unit", bound.unit},
               {"theorem", bound.theorem},
               {"paper", Question(bound).theorem().paper},
               {"parameters", Json::array()}};
    for (const ProtocolParameter& spec : bound.parameters)
      entry["parameters"].push_back({{"name", spec.name},
                                     {"unit", spec.unit},
                                     {"meaning", spec.meaning},
                                     {"standard", spec.standard},
                                     {"least", spec.least},
                                     {"most", spec.most},
                                     {"whole", spec.whole}});
    json["bounds"].push_back(std::move(entry));
  }
  for (const BoundFigure& figure : study::bound_figures())
    json["figures"].push_back(
        {{"name", figure.name}, {"title", figure.title}, {"source", figure.source}, {"note", figure.note}});
  return json;
}

// A figure's numbers, a row each.
struct Row {
  std::string_view kind, label;
  double x, y, low, high;
};
std::vector<Row> rows_of(const BoundFigure& figure, const BoundFigurePoints& points) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < points.curves.size(); ++i)
    for (const auto& [x, y] : points.curves[i]) rows.push_back({"theory", figure.curves[i].label, x, y, NAN, NAN});
  for (std::size_t i = 0; i < points.cheats.size(); ++i)
    for (const auto& [x, seen] : points.cheats[i])
      rows.push_back({"played", figure.cheats[i].label, x, seen.probability, seen.low, seen.high});
  for (const study::FigureMark& mark : figure.marks) rows.push_back({"published", mark.what, mark.x, mark.y, NAN, NAN});
  return rows;
}

}  // namespace

std::string list_bounds(bool json) { return json ? list_json().dump() + "\n" : list_text(); }

std::string bound_text(const Question& question, double value) {
  const Bound& bound = question.bound();
  const CheatingTheorem& theorem = question.theorem();
  std::string text =
      fmt::format("{}: {}\n{}\n{}\n\n", bound.name, with_unit(value, bound.unit), bound.meaning, settings(question));
  text += fmt::format("theorem {}: {}\n  {}\n  {}\n", theorem.name, theorem.title, theorem.paper, theorem.statement);
  text += "\nassumptions\n";
  for (const Assumption& assumption : theorem.assumptions)
    text += fmt::format("  {:<26} {}\n", assumption.name, assumption.meaning);
  if (!theorem.unsettled.empty()) text += fmt::format("\nunsettled\n  {}\n", theorem.unsettled);
  return text;
}

std::string bound_json(const Question& question, double value) {
  const CheatingTheorem& theorem = question.theorem();
  Json json{{"bound", question.bound().name}, {"meaning", question.bound().meaning},   {"value", number(value)},
            {"unit", question.bound().unit},  {"parameters", settings_json(question)}, {"theorem", theorem.name},
            {"paper", theorem.paper},         {"statement", theorem.statement},        {"assumptions", Json::array()},
            {"unsettled", theorem.unsettled}};
  for (const Assumption& assumption : theorem.assumptions)
    json["assumptions"].push_back({{"name", assumption.name}, {"meaning", assumption.meaning}});
  return json.dump() + "\n";
}

std::string bound_head(const BoundPoint& point, bool csv) {
  const Bound& bound = point.question->bound();
  std::string head;
  for (const study::Axis& axis : point.axes)
    head += fmt::format("{}{}", csv ? axis.name : fmt::format("{:>16}", axis.name), csv ? "," : "");
  if (csv) return head + "value\n";
  return fmt::format("{}: {}{}\n", bound.name, bound.meaning,
                     bound.unit.empty() ? "" : fmt::format(" ({})", bound.unit)) +
         head + fmt::format("{:>20}\n", "value");
}

std::string bound_row(const BoundPoint& point, bool csv) {
  std::string row;
  for (const double value : point.at) row += csv ? fmt::format("{},", value) : fmt::format("{:>16.10g}", value);
  const std::string value = point.value ? fmt::format("{:.10g}", *point.value) : csv ? "" : "-";
  return row + (csv ? value : fmt::format("{:>20}", value)) + "\n";
}

std::string bound_json(const BoundPoint& point) {
  Json json{{"bound", point.question->bound().name},
            {"parameters", settings_json(*point.question)},
            {"value", point.value ? number(*point.value) : Json()},
            {"unit", point.question->bound().unit},
            {"theorem", point.question->bound().theorem}};
  if (!point.value) json["refused"] = point.value.error().message;
  return json.dump() + "\n";
}

std::string figure_text(const BoundFigure& figure, const BoundFigurePoints& points, NumbersAs form) {
  std::string text;
  if (form == NumbersAs::table) text = fmt::format("{}\n{}\n", figure.title, figure.source);
  if (form == NumbersAs::csv) text = "figure,kind,curve,x,y,low,high\n";
  std::string_view label;
  for (const Row& row : rows_of(figure, points)) {
    if (form == NumbersAs::json) {
      text += Json{{"figure", figure.name}, {"kind", row.kind},       {"curve", row.label},      {"x", row.x},
                   {"y", number(row.y)},    {"low", number(row.low)}, {"high", number(row.high)}}
                  .dump() +
              "\n";
      continue;
    }
    const auto written = [](double value) { return std::isnan(value) ? "" : fmt::format("{:.10g}", value); };
    if (form == NumbersAs::csv) {
      text += fmt::format("{},{},\"{}\",{:.10g},{},{},{}\n", figure.name, row.kind, row.label, row.x, written(row.y),
                          written(row.low), written(row.high));
      continue;
    }
    if (row.label != label) text += fmt::format("\n{}: {}\n", row.kind, row.label);
    label = row.label;
    text += fmt::format("{:>16.10g}{:>16}{}\n", row.x, std::isnan(row.y) ? "-" : fmt::format("{:.6g}", row.y),
                        std::isnan(row.low) ? "" : fmt::format("  ({:.6g} to {:.6g})", row.low, row.high));
  }
  return form == NumbersAs::table ? text + fmt::format("\n{}\n", figure.note) : text;
}

}  // namespace herald::cli
