#pragma once
// What `herald bound` evaluates: the theorems of cheating/ as functions of named parameters, a record each.

#include <span>
#include <string_view>
#include <vector>

#include "herald/cheating/theorem.h"
#include "herald/protocol/protocol.h"

namespace herald::study {

struct Bound {
  std::string_view name;  // "transfer-memory"
  std::string_view meaning;
  std::string_view unit;                          // "qubits", "s"; empty for probabilities and other plain numbers
  std::string_view theorem;                       // in the registry of cheating/
  std::span<const ProtocolParameter> parameters;  // named as those of protocols
  // `values` as `parameters`, each within its limits. Errors: the theorem's, for what cannot go together.
  Result<double> (*evaluate)(std::span<const double> values);
};

// All of them, in the order in which they are listed.
std::span<const Bound> bounds();
// Errors: not_found, with the nearest names.
Result<const Bound*> find_bound(std::string_view name);

// A bound with its parameters set.
class Question {
 public:
  explicit Question(const Bound& bound);

  const Bound& bound() const { return *m_bound; }
  const CheatingTheorem& theorem() const;
  std::span<const double> values() const { return m_values; }
  // Errors: not_found, with the parameters that there are; invalid_argument, with the permitted range.
  Result<void> set(std::string_view parameter, double value);
  Result<double> answer() const { return m_bound->evaluate(m_values); }

 private:
  const Bound* m_bound;
  std::vector<double> m_values;
};

}  // namespace herald::study
