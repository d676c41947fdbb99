#pragma once
// The pure state of some qubits, exactly: 2^n amplitudes. Qubit k is bit k of the index.

#include <cstddef>
#include <span>

#include "herald/quantum/distance.h"
#include "herald/quantum/gate.h"

namespace herald {

// A 2^k x 2^k matrix on k different bits of the index of 2^n amplitudes; the first of them is bit 0 of the matrix's
// index.
void apply_to_bits(const ComplexMatrix& matrix, std::span<const std::size_t> bits, std::span<Complex> amplitudes);

class StateVector {
 public:
  static constexpr std::size_t kMostQubits = 26;  // 1 GiB

  // |0...0>.
  explicit StateVector(std::size_t qubits = 0);
  // 2^n amplitudes, which are normalised.
  explicit StateVector(Amplitudes amplitudes);

  std::size_t qubits() const { return m_qubits; }
  const Amplitudes& amplitudes() const { return m_amplitudes; }

  void apply(const Gate& gate, std::size_t qubit);
  // Where `control` is 1.
  void apply_controlled(const Gate& gate, std::size_t control, std::size_t target);
  // A 2^k x 2^k matrix on k different qubits; the first of them is bit 0 of its index. Need not be unitary: a Kraus
  // operator leaves the state unnormalised.
  void apply(const ComplexMatrix& matrix, std::span<const std::size_t> qubits);
  // The other's qubits follow ours.
  void append(const StateVector& other);

  // Of finding 1 in the basis |0>, |1>.
  double probability_of_one(std::size_t qubit) const;
  // What is left when `qubit` was found to be `outcome`, which is possible: later qubits move up by one. Normalised.
  void take_out(std::size_t qubit, bool outcome);
  double norm() const;
  void normalise();
  // What is seen of one qubit.
  ComplexMatrix reduced(std::size_t qubit) const;

 private:
  std::size_t m_qubits = 0;
  Amplitudes m_amplitudes;
};

}  // namespace herald
