#include "herald/study/prover_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "herald/base/spelling.h"

namespace herald::study {
namespace {

constexpr std::size_t kMostNumbers = 4096;
constexpr double kDigits = 1e-3;

// Numbers that a file may be silent about.
constexpr std::array<std::string_view, 7> kOptional = {
    "channel.depolarising",      "channel.misalignment", "channel.transmittance", "key.noise",
    "reconciliation.efficiency", "reconciliation.leak",  "statistics.tolerance"};

std::optional<Complex> complex_of(const toml::node& node) {
  std::optional<Complex> value;
  if (node.is_number()) value = node.value<double>();
  if (const auto text = node.value<std::string_view>(); text && node.is_string()) value = parse_complex(*text);
  if (value && !(std::isfinite(value->real()) && std::isfinite(value->imag()))) value.reset();
  return value;
}

void numbers_of(const toml::table& table, const std::string& prefix, std::vector<std::string>& names) {
  for (auto&& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    if (const toml::table* inner = node.as_table()) numbers_of(*inner, name + ".", names);
    if (node.is_number()) names.push_back(name);
  }
}

}  // namespace

std::optional<Complex> parse_complex(std::string_view text) {
  std::string packed;
  for (const char c : text)
    if (c != ' ') packed += c;
  double parts[2] = {0, 0};
  bool there[2] = {false, false};
  const char *at = packed.data(), *const end = at + packed.size();
  while (at != end) {
    double sign = 1;
    if (*at == '+' || *at == '-') {
      sign = *at++ == '-' ? -1 : 1;
    } else if (there[0] || there[1]) {
      return std::nullopt;
    }
    double size = 1;
    const bool digits = at != end && *at != 'i';
    if (digits) {
      if (!(*at >= '0' && *at <= '9') && *at != '.') return std::nullopt;
      const auto [after, error] = std::from_chars(at, end, size);
      if (error != std::errc()) return std::nullopt;
      at = after;
    }
    const bool imaginary = at != end && *at == 'i';
    if (imaginary) ++at;
    if ((!digits && !imaginary) || std::exchange(there[imaginary ? 1 : 0], true)) return std::nullopt;
    parts[imaginary ? 1 : 0] = sign * size;
  }
  if (!there[0] && !there[1]) return std::nullopt;
  return Complex(parts[0], parts[1]);
}

void FileFaults::add(const toml::node* node, const std::string& what) {
  const bool placed = node != nullptr && node->source().begin;
  m_faults.push_back(placed ? fmt::format("{}:{}: {}", m_file, node->source().begin.line, what)
                            : fmt::format("{}: {}", m_file, what));
}

void FileFaults::check_keys(const toml::table& table, const std::string& owner,
                            std::span<const std::string_view> known) {
  for (auto&& [key, node] : table)
    if (std::ranges::find(known, key.str()) == known.end())
      add(&node, fmt::format("{} has no key {}{}", owner, key.str(), did_you_mean(key.str(), known)));
}

Result<void> FileFaults::result() const {
  if (none()) return {};
  return fail(ErrorCode::invalid_argument, fmt::format("{}", fmt::join(m_faults, "\n")));
}

double read_number(const toml::table& table, const std::string& owner, std::string_view key, double fallback,
                   double low, double high, FileFaults& faults) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return fallback;
  const std::optional<double> value = node->is_number() ? node->value<double>() : std::nullopt;
  if (value && *value >= low && *value <= high) return *value;
  faults.add(node, value ? fmt::format("{}.{} is {}; possible are {} to {}", owner, key, *value, low, high)
                         : fmt::format("{}.{} is not a number", owner, key));
  return fallback;
}

std::string read_text(const toml::table& table, const std::string& owner, std::string_view key, std::string fallback,
                      FileFaults& faults) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return fallback;
  if (!node->is_string()) faults.add(node, fmt::format("{}.{} is not a text; put it in quotes", owner, key));
  return node->value<std::string>().value_or(std::move(fallback));
}

std::optional<std::vector<Complex>> read_vector(const toml::node& node, const std::string& owner, FileFaults& faults) {
  const toml::array* array = node.as_array();
  if (array == nullptr || array->empty() || array->size() > kMostNumbers) {
    faults.add(&node, fmt::format("{} is not an array of 1 to {} numbers", owner, kMostNumbers));
    return std::nullopt;
  }
  std::vector<Complex> result;
  for (auto&& entry : *array) {
    const auto value = complex_of(entry);
    if (!value) {
      faults.add(&entry,
                 fmt::format("{}, entry {}, is not a number such as 0.5 or \"0.5+0.5i\"", owner, result.size() + 1));
      return std::nullopt;
    }
    result.push_back(*value);
  }
  return result;
}

std::optional<ComplexMatrix> read_matrix(const toml::node& node, const std::string& owner, FileFaults& faults) {
  const toml::array* array = node.as_array();
  if (array == nullptr || array->empty() || array->size() > kMostNumbers) {
    faults.add(&node, fmt::format("{} is not an array of rows, such as [[1, 0], [0, 1]]", owner));
    return std::nullopt;
  }
  std::vector<std::vector<Complex>> rows;
  for (auto&& entry : *array) {
    auto row = read_vector(entry, fmt::format("{}, row {}", owner, rows.size() + 1), faults);
    if (!row) return std::nullopt;
    if (row->size() * array->size() > kMostNumbers || (!rows.empty() && row->size() != rows.front().size())) {
      faults.add(&entry,
                 fmt::format("{}, row {}, has {} entries; the first row has {}, and all together at most {}", owner,
                             rows.size() + 1, row->size(), rows.empty() ? row->size() : rows[0].size(), kMostNumbers));
      return std::nullopt;
    }
    rows.push_back(std::move(*row));
  }
  ComplexMatrix result(rows.size(), rows.front().size());
  for (std::size_t j = 0; j < rows.size(); ++j)
    for (std::size_t k = 0; k < rows[j].size(); ++k) result(j, k) = rows[j][k];
  return result;
}

std::optional<ComplexMatrix> read_operator(const toml::table& table, const std::string& owner, FileFaults& faults) {
  const toml::node *vector = table.get("vector"), *matrix = table.get("matrix");
  if ((vector == nullptr) == (matrix == nullptr)) {
    faults.add(&table, fmt::format("{} has {} vector and matrix; give one of them", owner,
                                   vector == nullptr ? "neither" : "both"));
    return std::nullopt;
  }
  if (matrix != nullptr) return read_matrix(*matrix, owner + ".matrix", faults);
  auto entries = read_vector(*vector, owner + ".vector", faults);
  if (!entries) return std::nullopt;
  if (entries->size() * entries->size() > kMostNumbers) {
    faults.add(vector, fmt::format("{} has {} dimensions; possible are 64", owner, entries->size()));
    return std::nullopt;
  }
  double square = 0;
  for (const Complex& entry : *entries) square += std::norm(entry);
  if (!(std::abs(square - 1) <= kDigits)) {
    faults.add(vector, fmt::format("{} is not normalised: the squares of its vector's entries have the sum {:.6g} and "
                                   "not 1; divide them by {:.6g}",
                                   owner, square, std::sqrt(square)));
    return std::nullopt;
  }
  for (Complex& entry : *entries) entry /= std::sqrt(square);
  return ComplexMatrix::projector(*entries);
}

Result<void> set_number(toml::table& table, const std::string& path, double value) {
  if (!std::isfinite(value))
    return fail(ErrorCode::invalid_argument, fmt::format("{} = {} is not a finite number", path, value));
  std::vector<std::string> known;
  numbers_of(table, "", known);
  for (const std::string_view name : kOptional)
    if (std::ranges::find(known, name) == known.end()) known.emplace_back(name);
  const std::vector<std::string_view> views(known.begin(), known.end());
  if (std::ranges::find(views, path) == views.end())
    return fail(ErrorCode::not_found, fmt::format("the protocol has no number {}{}", path, did_you_mean(path, views)));
  toml::table* here = &table;
  std::string_view rest = path;
  for (std::size_t dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
    const std::string_view key = rest.substr(0, dot);
    if (!here->contains(key) && std::ranges::find(kOptional, path) != kOptional.end()) here->insert(key, toml::table());
    here = here->contains(key) ? here->get(key)->as_table() : nullptr;
    if (here == nullptr)
      return fail(ErrorCode::not_found, fmt::format("{}: {} is no table of the protocol", path, key));
    rest.remove_prefix(dot + 1);
  }
  here->insert_or_assign(rest, value);
  return {};
}

}  // namespace herald::study
