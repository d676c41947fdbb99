#include "herald/cli/rate_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "herald/proof/registry.h"

namespace herald::cli {
namespace {

using study::kDistance;
using study::Point;
using study::RateModel;
using study::Sweep;

std::string number(double value) { return std::isinf(value) ? "inf" : fmt::format("{:.10g}", value); }

class Table : public RateReport {
 public:
  explicit Table(const Sweep& sweep) : m_sweep(sweep) {
    for (const study::Axis& axis : sweep.axes()) {
      std::size_t widest = 0;
      for (const double value : axis.values) widest = std::max(widest, number(value).size());
      add(axis.name, unit_of(axis, sweep.models()), widest);
    }
    const bool alone = sweep.models().size() == 1;
    for (const RateModel* model : sweep.models()) add(std::string(model->name), rate_unit(*model), kCell);
    if (alone) {
      m_searched = sweep.problems().front().searched;
      for (const study::Axis& axis : sweep.axes())
        std::erase(m_searched, static_cast<std::size_t>(study::parameter_index(*sweep.models().front(), axis.name)));
      for (const std::size_t i : m_searched) {
        const study::ParameterSpec& spec = sweep.models().front()->parameters[i];
        add(std::string(spec.name), std::string(spec.unit), kCell);
      }
    }
  }

  std::string head() override {
    std::string names, units;
    for (const Column& column : m_columns) {
      names += fmt::format("{:>{}}", column.name, column.width);
      units += fmt::format("{:>{}}", column.unit, column.width);
    }
    return names + "\n" + units + "\n";
  }

  std::string point(const Point& point) override {
    if (m_cell == 0)
      for (const double value : point.at) cell(number(value));
    if (!point.outcome)
      cell("-"), m_refused = true;
    else if (point.has_key())
      cell(std::isinf(point.rate()) ? "inf" : fmt::format("{:.6e}", point.rate()));
    else
      cell("0 (no key)");
    for (const std::size_t i : m_searched) cell(point.has_key() ? fmt::format("{:.6g}", point.values[i]) : "");
    if (m_cell < m_columns.size()) return "";
    m_cell = 0;
    return std::exchange(m_row, "") + "\n";
  }

  std::string foot() override {
    std::string text = "\n";
    for (std::size_t k = 0; k < m_sweep.models().size(); ++k) {
      const RateModel& model = *m_sweep.models()[k];
      text += fmt::format("{}: {}, by theorem {}{}", model.name, model.title, model.theorem, length_of(model));
      std::vector<std::string_view> searched;
      for (const std::size_t i : m_sweep.problems()[k].searched)
        if (std::ranges::find(m_sweep.axes(), model.parameters[i].name, &study::Axis::name) == m_sweep.axes().end())
          searched.push_back(model.parameters[i].name);
      if (!searched.empty()) text += fmt::format("; best {}", fmt::join(searched, ", "));
      text += '\n';
    }
    if (m_refused) text += "-: outside what the theorem or the model is good for\n";
    return text;
  }

 private:
  struct Column {
    std::string name, unit;
    std::size_t width;
  };
  static constexpr std::size_t kCell = 12;

  void add(std::string name, std::string unit, std::size_t widest) {
    const std::size_t gap = m_columns.empty() ? 0 : 2;
    const std::size_t width = gap + std::max({widest, name.size(), unit.size()});
    m_columns.push_back({std::move(name), std::move(unit), width});
  }
  void cell(std::string_view text) { m_row += fmt::format("{:>{}}", text, m_columns[m_cell++].width); }
  static std::string length_of(const RateModel& model) {
    if (model.bound) return ", an upper bound";
    const auto theorem = find_theorem(model.theorem);
    return theorem && (*theorem)->finite ? ", finite keys" : ", infinitely long keys";
  }

  const Sweep& m_sweep;
  std::vector<Column> m_columns;
  std::vector<std::size_t> m_searched;
  std::size_t m_cell = 0;
  std::string m_row;
  bool m_refused = false;
};

std::string csv_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

class Csv : public RateReport {
 public:
  explicit Csv(const Sweep& sweep) {
    for (std::size_t i = 0; i < sweep.axes().size(); ++i)
      if (sweep.axes()[i].name == kDistance) m_distance = i;
    for (const RateModel* model : sweep.models())
      for (const study::ParameterSpec& spec : model->parameters)
        if (std::ranges::find(m_names, spec.name) == m_names.end()) m_names.push_back(spec.name);
  }
  std::string head() override {
    return fmt::format("protocol,distance_km,rate,signed_rate,unit,epsilon,theorem,{},error\n",
                       fmt::join(m_names, ","));
  }
  std::string point(const Point& point) override {
    const RateModel& model = *point.model;
    std::string row = fmt::format("{},", model.name);
    if (m_distance && model.uses_distance) row += fmt::format("{}", point.at[*m_distance]);
    if (point.outcome)
      row += fmt::format(",{},{},{},{},{}", point.rate(), point.outcome->rate, rate_unit(model), point.outcome->epsilon,
                         model.theorem);
    else
      row += fmt::format(",,,{},,{}", rate_unit(model), model.theorem);
    for (const std::string_view name : m_names) {
      const std::ptrdiff_t index = study::parameter_index(model, name);
      row += index < 0 ? "," : fmt::format(",{}", point.values[static_cast<std::size_t>(index)]);
    }
    return row + "," + (point.outcome ? "" : csv_text(point.outcome.error().message)) + "\n";
  }

 private:
  std::optional<std::size_t> m_distance;
  std::vector<std::string_view> m_names;
};

class Json : public RateReport {
 public:
  explicit Json(const Sweep& sweep) : m_sweep(sweep) {}

  std::string point(const Point& point) override {
    const RateModel& model = *point.model;
    nlohmann::ordered_json json = {{"protocol", model.name}, {"distance_km", nullptr}};
    for (std::size_t i = 0; i < point.at.size(); ++i)
      if (m_sweep.axes()[i].name == kDistance && model.uses_distance) json["distance_km"] = point.at[i];
    json["rate"] = nullptr;
    if (point.outcome) {
      json["rate"] = finite(point.rate());
      json["signed_rate"] = finite(point.outcome->rate);
    }
    json["unit"] = rate_unit(model);
    for (std::size_t i = 0; i < point.values.size(); ++i)
      json["parameters"][std::string(model.parameters[i].name)] = point.values[i];
    json["theorem"] = model.theorem;
    if (point.outcome) {
      json["epsilon"] = point.outcome->epsilon;
      for (const auto& [name, value] : point.outcome->figures) json["figures"][std::string(name)] = finite(value);
    } else {
      json["error"] = point.outcome.error().message;
    }
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  }

 private:
  // JSON has no infinity: the bounds' over a fibre of no length.
  static nlohmann::ordered_json finite(double value) {
    return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
  }
  const Sweep& m_sweep;
};

}  // namespace

std::unique_ptr<RateReport> rate_table(const Sweep& sweep) { return std::make_unique<Table>(sweep); }
std::unique_ptr<RateReport> rate_csv(const Sweep& sweep) { return std::make_unique<Csv>(sweep); }
std::unique_ptr<RateReport> rate_json(const Sweep& sweep) { return std::make_unique<Json>(sweep); }

std::string rate_unit(const RateModel& model) { return fmt::format("bit/{}", model.use); }

std::string unit_of(const study::Axis& axis, study::Models models) {
  if (axis.name == kDistance) return "km";
  for (const RateModel* model : models)
    if (const auto index = study::parameter_index(*model, axis.name); index >= 0)
      return std::string(model->parameters[static_cast<std::size_t>(index)].unit);
  return "";
}

}  // namespace herald::cli
