#pragma once
// The mixed state of some qubits, exactly: 4^n entries, for exact figures under noise. What qubits under noise do one
// event at a time (qubit.h) has this as its mean. Qubit k is bit k of the indices.

#include <cstddef>
#include <span>

#include "herald/quantum/channel.h"
#include "herald/quantum/gate.h"
#include "herald/quantum/state_vector.h"

namespace herald {

class DensityMatrix {
 public:
  static constexpr std::size_t kMostQubits = 12;  // 256 MiB

  // |0...0>.
  explicit DensityMatrix(std::size_t qubits = 0) : DensityMatrix(StateVector(qubits)) {}
  explicit DensityMatrix(const StateVector& pure);
  // 2^n x 2^n, Hermitian, of trace 1.
  explicit DensityMatrix(ComplexMatrix matrix);

  std::size_t qubits() const { return m_qubits; }
  const ComplexMatrix& matrix() const { return m_matrix; }

  void apply(const Gate& gate, std::size_t qubit);
  // Where `control` is 1.
  void apply_controlled(const Gate& gate, std::size_t control, std::size_t target);
  // rho -> U rho U+ on k different qubits; the first of them is bit 0 of U's index.
  void apply(const ComplexMatrix& unitary, std::span<const std::size_t> qubits);
  // A channel of k qubits, to k qubits.
  void apply(const KrausChannel& channel, std::span<const std::size_t> qubits);
  // The other's qubits follow ours.
  void append(const DensityMatrix& other);

  // Tr(E rho) of an element E of a measurement of k qubits.
  double probability(const ComplexMatrix& element, std::span<const std::size_t> qubits) const;
  // Of finding 1 in the basis |0>, |1>.
  double probability_of_one(std::size_t qubit) const;
  // What is left when `qubit` was found to be `outcome`, which is possible: later qubits move up by one.
  void take_out(std::size_t qubit, bool outcome);
  // What is seen of these qubits, of which the first becomes qubit 0.
  DensityMatrix reduced(std::span<const std::size_t> qubits) const;
  // Tr rho^2: 1 of a pure state, 2^-n of the maximally mixed one.
  double purity() const;

 private:
  std::size_t m_qubits = 0;
  ComplexMatrix m_matrix;
};

}  // namespace herald
