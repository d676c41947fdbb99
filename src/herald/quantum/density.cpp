#include "herald/quantum/density.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <vector>

#include "herald/base/result.h"

namespace herald {
namespace {

ComplexMatrix conjugate(ComplexMatrix m) {
  std::transform(m.data(), m.data() + m.rows() * m.columns(), m.data(),
                 [](const Complex& entry) { return std::conj(entry); });
  return m;
}

ComplexMatrix matrix_of(const Gate& gate) {
  ComplexMatrix m(2, 2);
  for (std::size_t i = 0; i < 4; ++i) m(i / 2, i % 2) = gate.m[i];
  return m;
}

std::span<Complex> entries(ComplexMatrix& m) { return {m.data(), m.rows() * m.columns()}; }

// K rho K+: column by column, an entry's index is row + 2^n column, so that K acts on its low bits and its conjugate on
// the high ones.
ComplexMatrix both_sides(const ComplexMatrix& k, ComplexMatrix rho, std::size_t n,
                         std::span<const std::size_t> qubits) {
  apply_to_bits(k, qubits, entries(rho));
  std::vector<std::size_t> columns(qubits.begin(), qubits.end());
  for (std::size_t& column : columns) column += n;
  apply_to_bits(conjugate(k), columns, entries(rho));
  return rho;
}

// `index` with a bit inserted at place `at`.
std::size_t with_bit(std::size_t index, std::size_t at, bool bit) {
  const std::size_t low = (std::size_t{1} << at) - 1;
  return (index & ~low) << 1 | std::size_t{bit} << at | (index & low);
}

}  // namespace

DensityMatrix::DensityMatrix(const StateVector& pure) : m_qubits(pure.qubits()) {
  HERALD_CHECK(m_qubits <= kMostQubits);
  m_matrix = ComplexMatrix::projector(pure.amplitudes());
}

DensityMatrix::DensityMatrix(ComplexMatrix matrix)
    : m_qubits(static_cast<std::size_t>(std::countr_zero(matrix.rows()))), m_matrix(std::move(matrix)) {
  HERALD_CHECK(std::has_single_bit(m_matrix.rows()) && m_matrix.columns() == m_matrix.rows() &&
               m_qubits <= kMostQubits && std::abs(m_matrix.trace() - 1.0) < 1e-9 && asymmetry(m_matrix) < 1e-9);
}

void DensityMatrix::apply(const Gate& gate, std::size_t qubit) { apply(matrix_of(gate), {{qubit}}); }

void DensityMatrix::apply_controlled(const Gate& gate, std::size_t control, std::size_t target) {
  ComplexMatrix controlled = ComplexMatrix::identity(4);
  for (std::size_t i = 0; i < 4; ++i) controlled(2 + i / 2, 2 + i % 2) = gate.m[i];
  apply(controlled, std::array{target, control});
}

void DensityMatrix::apply(const ComplexMatrix& unitary, std::span<const std::size_t> qubits) {
  HERALD_CHECK(std::ranges::all_of(qubits, [&](std::size_t qubit) { return qubit < m_qubits; }));
  m_matrix = both_sides(unitary, std::move(m_matrix), m_qubits, qubits);
}

void DensityMatrix::apply(const KrausChannel& channel, std::span<const std::size_t> qubits) {
  HERALD_CHECK(std::ranges::all_of(qubits, [&](std::size_t qubit) { return qubit < m_qubits; }));
  ComplexMatrix sum(m_matrix.rows(), m_matrix.columns());
  for (const ComplexMatrix& k : channel) sum += both_sides(k, m_matrix, m_qubits, qubits);
  m_matrix = std::move(sum);
}

void DensityMatrix::append(const DensityMatrix& other) {
  HERALD_CHECK(m_qubits + other.m_qubits <= kMostQubits);
  m_matrix = kron(other.m_matrix, m_matrix);
  m_qubits += other.m_qubits;
}

double DensityMatrix::probability(const ComplexMatrix& element, std::span<const std::size_t> qubits) const {
  return trace_product(element, reduced(qubits).m_matrix);
}

double DensityMatrix::probability_of_one(std::size_t qubit) const {
  HERALD_CHECK(qubit < m_qubits);
  double sum = 0;
  for (std::size_t i = 0; i < m_matrix.rows(); ++i)
    if ((i >> qubit & 1) != 0) sum += m_matrix(i, i).real();
  return std::clamp(sum, 0.0, 1.0);
}

void DensityMatrix::take_out(std::size_t qubit, bool outcome) {
  HERALD_CHECK(qubit < m_qubits);
  ComplexMatrix rest(m_matrix.rows() / 2, m_matrix.columns() / 2);
  for (std::size_t column = 0; column < rest.columns(); ++column)
    for (std::size_t row = 0; row < rest.rows(); ++row)
      rest(row, column) = m_matrix(with_bit(row, qubit, outcome), with_bit(column, qubit, outcome));
  const double found = rest.trace().real();
  HERALD_CHECK(found > 0);
  rest *= 1 / found;
  m_matrix = std::move(rest);
  --m_qubits;
}

DensityMatrix DensityMatrix::reduced(std::span<const std::size_t> qubits) const {
  std::size_t kept = 0;
  for (const std::size_t qubit : qubits) {
    HERALD_CHECK(qubit < m_qubits && (kept >> qubit & 1) == 0);
    kept |= std::size_t{1} << qubit;
  }
  const std::size_t size = std::size_t{1} << qubits.size();
  std::vector<std::size_t> places(size);  // of our index among the whole's
  for (std::size_t j = 0; j < size; ++j)
    for (std::size_t k = 0; k < qubits.size(); ++k) places[j] |= (j >> k & 1) << qubits[k];
  DensityMatrix seen(qubits.size());
  seen.m_matrix = ComplexMatrix(size, size);
  for (std::size_t rest = 0; rest < m_matrix.rows(); ++rest) {
    if ((rest & kept) != 0) continue;
    for (std::size_t column = 0; column < size; ++column)
      for (std::size_t row = 0; row < size; ++row)
        seen.m_matrix(row, column) += m_matrix(rest | places[row], rest | places[column]);
  }
  return seen;
}

double DensityMatrix::purity() const { return trace_product(m_matrix, m_matrix); }

}  // namespace herald
