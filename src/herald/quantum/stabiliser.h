#pragma once
// States of thousands of qubits, as long as only Clifford gates and Pauli measurements touch them: the tableau of
// Aaronson and Gottesman, Phys. Rev. A 70, 052328 (2004). n qubits take n^2 / 2 bytes; a gate costs O(n), a measurement
// O(n^2) / 64 for each generator that it changes.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "herald/base/random.h"

namespace herald {

enum class Pauli : std::uint8_t { x, y, z };

class StabiliserState {
 public:
  // |0...0>.
  explicit StabiliserState(std::size_t qubits);

  std::size_t qubits() const { return m_qubits; }

  void x(std::size_t qubit);
  void y(std::size_t qubit);
  void z(std::size_t qubit);
  void hadamard(std::size_t qubit);
  // |1> -> i |1>.
  void phase(std::size_t qubit);
  void cnot(std::size_t control, std::size_t target);
  void cz(std::size_t a, std::size_t b);

  // The outcome, 1 for the eigenvalue -1; the qubit stays, in the state that was found.
  bool measure(std::size_t qubit, Pauli observable, SimulationRandom& random);
  // The outcome if it is certain; else it is 0 or 1 with probability 1/2.
  std::optional<bool> certain_outcome(std::size_t qubit, Pauli observable);

  // Generator k < qubits() of the group of Pauli products that leave the state as it is: "+XZI" for X on qubit 0 and Z
  // on qubit 1.
  std::string generator(std::size_t k) const;

 private:
  // Row r of the tableau, the product of Paulis i^(x z) X^x Z^z on each qubit: words [2 r w, 2 r w + w) are its x bits,
  // the next w its z bits. Rows below n are the destabilisers, rows from n on the stabilisers, the last is scratch.
  std::uint64_t* x_of(std::size_t row) { return m_bits.data() + 2 * row * m_width; }
  std::uint64_t* z_of(std::size_t row) { return x_of(row) + m_width; }
  bool x_at(std::size_t row, std::size_t qubit) const {
    return (m_bits[2 * row * m_width + qubit / 64] >> (qubit % 64) & 1) != 0;
  }
  bool z_at(std::size_t row, std::size_t qubit) const {
    return (m_bits[(2 * row + 1) * m_width + qubit / 64] >> (qubit % 64) & 1) != 0;
  }
  void check(std::size_t qubit) const;
  void multiply(std::size_t row, std::size_t by);
  void copy(std::size_t to, std::size_t from);
  void clear(std::size_t row);
  bool certain_z(std::size_t qubit);
  std::optional<std::size_t> generator_with_x(std::size_t qubit) const;
  void turn_to_z(std::size_t qubit, Pauli observable);
  void turn_back(std::size_t qubit, Pauli observable);

  std::size_t m_qubits, m_width;
  std::vector<std::uint64_t> m_bits;
  std::vector<std::uint8_t> m_minus;  // of each row: the sign
};

}  // namespace herald
