#include "herald/cli/rate_figure.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "herald/cli/rate_report.h"

namespace herald::cli {
namespace {

using study::Figure;
using study::FigureMark;
using study::Point;
using Curves = std::span<const std::vector<Point>>;
using Json = nlohmann::ordered_json;

std::string_view unit_of_axis(const Figure& figure) { return figure.axis == study::kDistance ? " (km)" : ""; }

std::string table(const Figure& figure, Curves curves) {
  std::string text = fmt::format("{}\n{}\n\n", figure.title, figure.source);
  for (std::size_t i = 0; i < curves.size(); ++i)
    text += fmt::format("  [{}] {}: {} ({})\n", i + 1, figure.curves[i].model, figure.curves[i].label,
                        rate_unit(*curves[i].front().model));
  const std::string axis = fmt::format("{}{}", figure.axis, unit_of_axis(figure));
  text += fmt::format("\n{:>16}", axis);
  for (std::size_t i = 0; i < curves.size(); ++i) text += fmt::format("{:>14}", fmt::format("[{}]", i + 1));
  text += '\n';
  for (std::size_t row = 0; row < curves.front().size(); ++row) {
    text += fmt::format("{:>16.10g}", curves.front()[row].at.front());
    for (const auto& curve : curves)
      text += fmt::format("{:>14}", !curve[row].outcome    ? "-"
                                    : curve[row].has_key() ? fmt::format("{:.6e}", curve[row].rate())
                                                           : "0");
    text += '\n';
  }
  if (!figure.marks.empty()) text += "\npublished\n";
  for (const FigureMark& mark : figure.marks)
    text += fmt::format("  {} ({}); {}\n", mark.what, mark.label, mark.source);
  return text + fmt::format("\n{}\n", figure.note);
}

std::string csv(Curves curves, const Figure& figure) {
  std::string text = fmt::format("figure,curve,protocol,{},rate\n", figure.axis);
  for (std::size_t i = 0; i < curves.size(); ++i)
    for (const Point& point : curves[i])
      text += fmt::format("{},\"{}\",{},{},{}\n", figure.name, figure.curves[i].label, point.model->name,
                          point.at.front(), point.outcome ? fmt::format("{}", point.rate()) : "");
  return text;
}

std::string json(Curves curves, const Figure& figure) {
  std::string text;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    for (const Point& point : curves[i]) {
      Json row = {{"figure", figure.name}, {"curve", figure.curves[i].label}, {"protocol", point.model->name}};
      row[std::string(figure.axis)] = point.at.front();
      row["rate"] = point.outcome && std::isfinite(point.rate()) ? Json(point.rate()) : Json();
      row["unit"] = rate_unit(*point.model);
      for (std::size_t k = 0; k < point.values.size(); ++k)
        row["parameters"][std::string(point.model->parameters[k].name)] = point.values[k];
      row["theorem"] = point.model->theorem;
      text += row.dump() + "\n";
    }
  }
  for (const FigureMark& mark : figure.marks) {
    Json row = {{"figure", figure.name}, {"published", mark.what}};
    row[std::string(figure.axis)] = mark.x;
    row["rate"] = mark.y > 0 ? Json(mark.y) : Json();
    row["source"] = mark.source;
    row["label"] = mark.label;
    text += row.dump() + "\n";
  }
  return text;
}

}  // namespace

std::string figure_text(const Figure& figure, Curves curves, FigureForm form) {
  switch (form) {
    case FigureForm::csv: return csv(curves, figure);
    case FigureForm::json: return json(curves, figure);
    case FigureForm::table: break;
  }
  return table(figure, curves);
}

}  // namespace herald::cli
