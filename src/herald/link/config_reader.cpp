#include "herald/link/config_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "herald/base/file.h"
#include "herald/base/spelling.h"
#include "herald/base/toml_parser.h"

namespace herald::link {

struct ConfigReader::State {
  std::string name;
  std::filesystem::path folder;
  toml::table table;
  std::set<std::string> asked;
  std::vector<std::string> faults;

  const toml::node* find(const std::string& key) {
    asked.insert(key);
    return table.at_path(key).node();
  }
  std::string place(const toml::node* node) const {
    return node != nullptr && node->source().begin ? fmt::format("{}:{}", name, node->source().begin.line) : name;
  }
};

namespace {

void merge(toml::table& into, toml::table& from) {
  for (auto&& [key, node] : from) {
    toml::table* const inner = node.as_table();
    toml::node* const there = into.get(key);
    if (inner != nullptr && there != nullptr && there->is_table()) {
      merge(*there->as_table(), *inner);
    } else {
      into.insert_or_assign(key, std::move(node));
    }
  }
}

Result<void> apply_override(toml::table& table, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    return fail(ErrorCode::invalid_argument,
                fmt::format("--set {}: say table.key=value, such as fibre.length_km=80", text));
  Result<toml::table> parsed = parse_toml(text, "--set");
  if (!parsed)
    parsed = parse_toml(fmt::format("{} = '''{}'''", text.substr(0, equals), text.substr(equals + 1)), "--set");
  if (!parsed) return fail(ErrorCode::invalid_argument, fmt::format("--set {}: {}", text, parsed.error().message));
  merge(table, *parsed);
  return {};
}

// Every leaf and every array of the table, by dotted name.
void names(const toml::table& table, const std::string& prefix,
           std::vector<std::pair<std::string, const toml::node*>>& out) {
  for (auto&& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    if (node.is_table()) {
      names(*node.as_table(), name + ".", out);
    } else {
      out.emplace_back(name, &node);
    }
  }
}

}  // namespace

ConfigReader::ConfigReader(std::unique_ptr<State> state) : m_state(std::move(state)) {}
ConfigReader::ConfigReader(ConfigReader&&) noexcept = default;
ConfigReader::~ConfigReader() = default;

Result<ConfigReader> ConfigReader::parse(std::string_view text, std::string_view name,
                                         std::span<const std::string> overrides) {
  auto state = std::make_unique<State>();
  state->name = name;
  HERALD_TRY(state->table, parse_toml(text, name));
  for (const std::string& override_text : overrides) HERALD_TRY_VOID(apply_override(state->table, override_text));
  return ConfigReader(std::move(state));
}

Result<ConfigReader> ConfigReader::load(const std::filesystem::path& path, std::span<const std::string> overrides) {
  Bytes content;
  if (!path.empty()) {
    HERALD_TRY(content, read_file(path, std::size_t{1} << 20));
  }
  HERALD_TRY(ConfigReader reader, parse({reinterpret_cast<const char*>(content.data()), content.size()},
                                        path.empty() ? "no file" : path.string(), overrides));
  reader.m_state->folder = path.parent_path();
  return reader;
}

double ConfigReader::number(const std::string& key, double fallback, double low, double high) {
  const toml::node* node = m_state->find(key);
  if (node == nullptr) return fallback;
  const std::optional<double> value = node->value<double>();
  if (!node->is_number() || !value) {
    fault(key, "is not a number");
    return fallback;
  }
  if (!(*value >= low && *value <= high)) fault(key, fmt::format("is {}; possible are {} to {}", *value, low, high));
  return *value;
}

std::uint64_t ConfigReader::whole(const std::string& key, std::uint64_t fallback, std::uint64_t low,
                                  std::uint64_t high) {
  const double value = number(key, static_cast<double>(fallback), static_cast<double>(low), static_cast<double>(high));
  if (value != std::floor(value)) {
    fault(key, fmt::format("is {}; it must be a whole number", value));
    return fallback;
  }
  return value >= static_cast<double>(low) && value <= static_cast<double>(high) ? static_cast<std::uint64_t>(value)
                                                                                 : fallback;
}

bool ConfigReader::flag(const std::string& key, bool fallback) {
  const toml::node* node = m_state->find(key);
  if (node == nullptr) return fallback;
  if (!node->is_boolean()) fault(key, "is neither true nor false");
  return node->value<bool>().value_or(fallback);
}

std::string ConfigReader::text(const std::string& key, std::string fallback) {
  const toml::node* node = m_state->find(key);
  if (node == nullptr) return fallback;
  if (!node->is_string()) fault(key, "is not a text; put it in quotes");
  return node->value<std::string>().value_or(std::move(fallback));
}

std::string ConfigReader::required_text(const std::string& key) {
  if (m_state->find(key) == nullptr) fault(key, "is missing");
  return text(key, "");
}

std::string ConfigReader::choice(const std::string& key, std::string fallback,
                                 std::span<const std::string_view> choices) {
  std::string value = text(key, std::move(fallback));
  if (std::ranges::find(choices, value) == choices.end())
    fault(key, fmt::format("is \"{}\"; possible are {}", value, fmt::join(choices, ", ")));
  return value;
}

bool ConfigReader::has(const std::string& key) const { return m_state->table.at_path(key).node() != nullptr; }

std::vector<std::vector<double>> ConfigReader::rows(const std::string& key, std::span<const std::string_view> columns) {
  std::vector<std::vector<double>> result;
  const toml::node* node = m_state->find(key);
  if (node == nullptr) return result;
  const toml::array* array = node->as_array();
  if (array == nullptr) fault(key, fmt::format("is not an array of {{ {} }}", fmt::join(columns, " = …, ")));
  for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
    const toml::table* row = array->get(i)->as_table();
    std::vector<double> values;
    for (std::string_view column : columns) {
      const toml::node* cell = row == nullptr ? nullptr : row->get(column);
      if (cell == nullptr || !cell->is_number()) {
        fault(key, fmt::format("entry {} has no number \"{}\"", i + 1, column));
        return {};
      }
      values.push_back(cell->value<double>().value_or(0));
    }
    if (row->size() != columns.size())
      fault(key, fmt::format("entry {} has more than {}", i + 1, fmt::join(columns, " and ")));
    result.push_back(std::move(values));
  }
  return result;
}

std::vector<std::pair<std::string, std::string>> ConfigReader::texts(const std::string& table) {
  std::vector<std::pair<std::string, std::string>> result;
  const toml::node* const node = m_state->find(table);
  if (node == nullptr) return result;
  if (!node->is_table()) {
    fault(table, "is not a table");
    return result;
  }
  for (auto&& [key, value] : *node->as_table()) {
    const std::string name = fmt::format("{}.{}", table, key.str());
    m_state->asked.insert(name);
    if (const auto text = value.value<std::string>())
      result.emplace_back(key.str(), *text);
    else
      m_state->faults.push_back(fmt::format("{}: {} is not a text", m_state->place(&value), name));
  }
  return result;
}

std::vector<std::string> ConfigReader::list(const std::string& key) {
  std::vector<std::string> result;
  const toml::node* const node = m_state->find(key);
  if (node == nullptr) return result;
  if (!node->is_array()) {
    fault(key, "is not an array of texts");
    return result;
  }
  for (const toml::node& each : *node->as_array())
    if (auto text = each.value<std::string>())
      result.push_back(std::move(*text));
    else
      m_state->faults.push_back(fmt::format("{}: {} holds what is not a text", m_state->place(&each), key));
  return result;
}

std::vector<std::string> ConfigReader::tables(const std::string& table) const {
  std::vector<std::string> result;
  if (const toml::table* const all = m_state->table.at_path(table).as_table())
    for (auto&& [key, value] : *all)
      if (value.is_table()) result.emplace_back(key.str());
  return result;
}

void ConfigReader::fault(const std::string& key, std::string what) {
  m_state->faults.push_back(fmt::format("{}: {} {}", m_state->place(m_state->table.at_path(key).node()), key, what));
}

Result<void> ConfigReader::finish() const {
  std::vector<std::string> faults = m_state->faults;
  std::vector<std::pair<std::string, const toml::node*>> there;
  names(m_state->table, "", there);
  for (const auto& [name, node] : there) {
    if (m_state->asked.contains(name)) continue;
    const std::vector<std::string_view> known(m_state->asked.begin(), m_state->asked.end());
    faults.push_back(fmt::format("{}: unknown key {}{}", m_state->place(node), name, did_you_mean(name, known)));
  }
  if (faults.empty()) return {};
  return fail(ErrorCode::invalid_argument, fmt::format("{}", fmt::join(faults, "\n")));
}

std::filesystem::path ConfigReader::resolve(const std::string& path) const {
  return path.empty() ? std::filesystem::path() : m_state->folder / path;
}

}  // namespace herald::link
