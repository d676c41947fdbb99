#pragma once
// A TOML file read strictly: every key asked for by name with its range, every other key refused with its line and the
// nearest known name. All faults are gathered and told at once.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "herald/base/result.h"

namespace herald::link {

class ConfigReader {
 public:
  // `overrides` are "table.key=value" in TOML's notation (a bare word counts as a string); they win over the file. An
  // empty path reads the overrides alone. Errors: not_found, io, malformed (with file and line).
  static Result<ConfigReader> load(const std::filesystem::path& path, std::span<const std::string> overrides);
  // For tests and fuzzing: the text of a file.
  static Result<ConfigReader> parse(std::string_view text, std::string_view name,
                                    std::span<const std::string> overrides = {});
  ConfigReader(ConfigReader&&) noexcept;
  ~ConfigReader();

  // The value of "table.key", or `fallback` where the file is silent; outside [low, high] is a fault.
  double number(const std::string& key, double fallback, double low, double high);
  std::uint64_t whole(const std::string& key, std::uint64_t fallback, std::uint64_t low, std::uint64_t high);
  bool flag(const std::string& key, bool fallback);
  std::string text(const std::string& key, std::string fallback);
  // Must be there.
  std::string required_text(const std::string& key);
  // One of `choices`.
  std::string choice(const std::string& key, std::string fallback, std::span<const std::string_view> choices);
  bool has(const std::string& key) const;
  // Rows of an array of tables that hold numbers: intensities = [{ mean = 0.5, probability = 0.7 }, …]; empty where the
  // file is silent.
  std::vector<std::vector<double>> rows(const std::string& key, std::span<const std::string_view> columns);

  // A table of texts, whose keys are the user's: applications = { vpn-1 = "kme-a" }; empty where the file is silent.
  std::vector<std::pair<std::string, std::string>> texts(const std::string& table);
  // An array of texts: applications = ["vpn-1", "vpn-2"]; empty where the file is silent.
  std::vector<std::string> list(const std::string& key);
  // The names of the tables in a table: links for [links.north] and [links.south].
  std::vector<std::string> tables(const std::string& table) const;

  void fault(const std::string& key, std::string what);
  // Ok when nothing was wrong and every key of the file was asked for.
  Result<void> finish() const;
  // A path in the file is meant relative to the file.
  std::filesystem::path resolve(const std::string& path) const;

 private:
  struct State;
  explicit ConfigReader(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

}  // namespace herald::link
