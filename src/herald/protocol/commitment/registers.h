#pragma once
// Qubits that are handled together.

#include <optional>
#include <utility>
#include <vector>

#include "herald/quantum/qubit_string.h"

namespace herald {

// Where every qubit has arrived.
inline std::optional<std::vector<Qubit>> all_of(QubitString&& string) {
  std::vector<Qubit> qubits;
  for (std::optional<Qubit>& qubit : take_apart(std::move(string))) {
    if (!qubit) return std::nullopt;
    qubits.push_back(std::move(*qubit));
  }
  return qubits;
}

// The first is bit 0 of the index.
inline void apply_to_all(const ComplexMatrix& unitary, std::vector<Qubit>& qubits) {
  std::vector<Qubit*> all;
  for (Qubit& qubit : qubits) all.push_back(&qubit);
  herald::apply(unitary, all);
}

inline std::size_t measure_all(std::vector<Qubit>&& qubits, SimulationRandom& random) {
  std::size_t index = 0;
  for (std::size_t i = 0; i < qubits.size(); ++i)
    index |= std::size_t{measure(std::move(qubits[i]), Basis::z, random)} << i;
  return index;
}

}  // namespace herald
