#include "herald/cli/rate_prover.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "herald/cli/command.h"
#include "herald/cli/rate_explain.h"
#include "herald/cli/rate_report.h"
#include "herald/study/picture.h"
#include "herald/study/prover_file.h"

namespace herald::cli {
namespace {

using Json = nlohmann::ordered_json;
using study::ProverReport;

Json finite(double value) { return std::isfinite(value) ? Json(value) : Json(); }

// The places of the swept numbers, one after the other; the last number runs fastest.
class Places {
 public:
  static Result<Places> make(const RateOptions& options) {
    Places places;
    for (const std::string& text : options.set) {
      HERALD_TRY(const study::Setting setting, study::parse_setting(text));
      places.m_fixed.emplace_back(setting.name, setting.value);
    }
    for (const std::string& text : options.sweep) {
      HERALD_TRY(study::Axis axis, parse_sweep(text));
      places.m_axes.push_back(std::move(axis));
    }
    double all = 1;
    for (const study::Axis& axis : places.m_axes) all *= static_cast<double>(axis.values.size());
    if (!(all <= static_cast<double>(study::kMostPoints)))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("these are {:g} points; {:g} at the most", all, static_cast<double>(study::kMostPoints)));
    places.m_size = static_cast<std::uint64_t>(all);
    return places;
  }
  std::uint64_t size() const { return m_size; }
  const std::vector<study::Axis>& axes() const { return m_axes; }
  std::vector<double> at(std::uint64_t index) const {
    std::vector<double> values(m_axes.size());
    for (std::size_t i = m_axes.size(); i-- > 0; index /= m_axes[i].values.size())
      values[i] = m_axes[i].values[index % m_axes[i].values.size()];
    return values;
  }
  std::vector<std::pair<std::string, double>> overrides(std::span<const double> at) const {
    auto all = m_fixed;
    for (std::size_t i = 0; i < at.size(); ++i) all.emplace_back(m_axes[i].name, at[i]);
    return all;
  }

 private:
  std::vector<std::pair<std::string, double>> m_fixed;
  std::vector<study::Axis> m_axes;
  std::uint64_t m_size = 1;
};

// A row as it is printed.
std::string json(const std::string& file, const Places& places, std::span<const double> at, const ProverReport& proof) {
  Json row = {{"protocol", proof.title}, {"file", file}};
  row["parameters"] = Json::object();
  const auto set = places.overrides(at);
  for (const auto& [name, value] : set) row["parameters"][name] = value;
  row["rate"] = finite(std::max(proof.rate, 0.0));
  row["signed_rate"] = finite(proof.rate);
  row["unit"] = "bit/round";
  row["theorem"] = numerical_theorem().name;
  row["epsilon"] = 0;
  row["certified"] = finite(proof.certified);
  row["gap"] = finite(proof.gap);
  row["iterations"] = proof.iterations;
  for (const auto& [name, value] : proof.figures) row["figures"][std::string(name)] = finite(value);
  return row.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string csv_head(const Places& places) {
  std::string text = "file";
  for (const study::Axis& axis : places.axes()) text += "," + axis.name;
  return text + ",rate,signed_rate,certified,gap\n";
}
std::string csv(const std::string& file, std::span<const double> at, const ProverReport& proof) {
  return fmt::format("{}{}{},{},{},{},{}\n", file, at.empty() ? "" : ",", fmt::join(at, ","), std::max(proof.rate, 0.0),
                     proof.rate, proof.certified, proof.gap);
}

std::string table_head(const Places& places) {
  std::string names, units;
  for (const study::Axis& axis : places.axes()) {
    names += fmt::format("{:>{}}", axis.name, std::max<std::size_t>(axis.name.size(), 14) + 2);
    units += std::string(std::max<std::size_t>(axis.name.size(), 14) + 2, ' ');
  }
  return names + fmt::format("{:>16}{:>16}{:>12}\n", "rate", "certified", "gap") + units +
         fmt::format("{:>16}{:>16}{:>12}\n", "bit/round", "bit/round", "bit/round");
}
std::string table(const Places& places, std::span<const double> at, const ProverReport& proof) {
  std::string row;
  for (std::size_t i = 0; i < at.size(); ++i)
    row += fmt::format("{:>{}.10g}", at[i], std::max<std::size_t>(places.axes()[i].name.size(), 14) + 2);
  return row + fmt::format("{:>16}{:>16.9f}{:>12.1e}\n",
                           proof.rate > 0 ? fmt::format("{:.9f}", proof.rate) : "0 (no key)", proof.certified,
                           proof.gap);
}

// The figures that a proof went through, of a single one.
std::string details(const ProverReport& proof) {
  std::string text = fmt::format("{} Newton steps", proof.iterations);
  for (const auto& [name, value] : proof.figures)
    if (std::isfinite(value)) text += fmt::format(", {} {:.6g}", name, value);
  return text + "\n";
}

Result<void> print_file(const RateOptions& options, const std::string& file, const Places& places,
                        const std::atomic<bool>& stop, study::Series& curve) {
  ProverReport proof;
  for (std::uint64_t i = 0; i < places.size(); ++i) {
    if (stop) return fail(ErrorCode::interrupted, "interrupted");
    const std::vector<double> at = places.at(i);
    const auto overrides = places.overrides(at);
    HERALD_TRY(proof, study::prove_file(file, overrides));
    if (i == 0 && !options.json && !options.csv)
      HERALD_TRY_VOID(print(fmt::format("{}\n{}", proof.title, table_head(places))));
    HERALD_TRY_VOID(print(options.json  ? json(file, places, at, proof)
                          : options.csv ? csv(file, at, proof)
                                        : table(places, at, proof)));
    if (!at.empty()) curve.points.emplace_back(at.front(), std::max(proof.rate, 0.0));
  }
  curve.label = proof.title;
  if (options.json || options.csv) return {};
  return print(
      (places.size() == 1 ? details(proof) : "") +
      fmt::format("certified: Eve lacks at least that much of a round, by theorem {}\n", numerical_theorem().name));
}

}  // namespace

bool names_protocol_file(const RateOptions& options) {
  return std::ranges::any_of(options.protocols, [](const std::string& name) { return name.ends_with(".toml"); });
}

Result<void> print_proofs(const RateOptions& options, const std::atomic<bool>& stop) {
  for (const std::string& name : options.protocols)
    if (!name.ends_with(".toml"))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("{}: name protocols or protocol files (.toml), not both at once", name));
  if (options.explain) return print(explain(numerical_theorem(), options.json));
  if (!options.distance.empty() || !options.presets.empty() || options.reach || !options.crossing.empty() ||
      !options.resume.empty())
    return fail(ErrorCode::invalid_argument,
                "a protocol file knows no distance, preset, reach, crossing or journal; --set and --sweep take its "
                "numbers, such as channel.depolarising=0:0.12:0.01");
  HERALD_TRY(const Places places, Places::make(options));
  if (!options.plot.empty()) {
    HERALD_TRY_VOID(study::terminal_for(options.plot));
    if (places.axes().size() != 1 || places.size() < 2)
      return fail(ErrorCode::invalid_argument, "--plot: sweep one number of the protocol file over a range");
  }
  study::Picture picture;
  if (options.csv) HERALD_TRY_VOID(print(csv_head(places)));
  for (const std::string& file : options.protocols)
    HERALD_TRY_VOID(print_file(options, file, places, stop, picture.series.emplace_back()));
  if (options.plot.empty()) return {};
  picture.title = "Certified secret key rate";
  picture.x_label = places.axes().front().name;
  picture.y_label = "rate (bit/round)";
  return study::draw(picture, options.plot);
}

}  // namespace herald::cli
