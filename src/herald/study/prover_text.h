#pragma once
// Operators and numbers of a protocol file, as TOML has them.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "herald/base/toml_parser.h"
#include "herald/quantum/matrix.h"

namespace herald::study {

// "0.5", "0.5+0.5i", "-i", "1e-3 - 2i".
std::optional<Complex> parse_complex(std::string_view text);

// Faults of a file, gathered with their lines.
class FileFaults {
 public:
  explicit FileFaults(std::string_view file) : m_file(file) {}
  void add(const toml::node* node, const std::string& what);
  // Keys of `table`, called `owner`, that are not among `known`.
  void check_keys(const toml::table& table, const std::string& owner, std::span<const std::string_view> known);
  bool none() const { return m_faults.empty(); }
  // Errors: invalid_argument, with all of them.
  Result<void> result() const;

 private:
  std::string m_file;
  std::vector<std::string> m_faults;
};

// What `table`, called `owner`, has under `key`; `fallback` where it is silent. Outside [low, high], or no number: a
// fault.
double read_number(const toml::table& table, const std::string& owner, std::string_view key, double fallback,
                   double low, double high, FileFaults& faults);
std::string read_text(const toml::table& table, const std::string& owner, std::string_view key, std::string fallback,
                      FileFaults& faults);
// An array of complex numbers, at most 4096 long.
std::optional<std::vector<Complex>> read_vector(const toml::node& node, const std::string& owner, FileFaults& faults);
// An array of rows, at most 4096 numbers in all.
std::optional<ComplexMatrix> read_matrix(const toml::node& node, const std::string& owner, FileFaults& faults);
// |v><v| of `vector`, which must be normalised, or `matrix`: exactly one of them is there.
std::optional<ComplexMatrix> read_operator(const toml::table& table, const std::string& owner, FileFaults& faults);

// Puts `value` in the place of the number called `path` ("alice.H.probability"). Errors: invalid_argument; not_found,
// with the nearest names.
Result<void> set_number(toml::table& table, const std::string& path, double value);

}  // namespace herald::study
