#include "herald/quantum/state_vector.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "herald/base/result.h"

namespace herald {
namespace {

// Without std::complex's care for infinities, which costs more than the product.
Complex product(const Complex& a, const Complex& b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

// The index with a bit inserted at `mask`'s place, which is a power of two: 0 there.
std::size_t spread(std::size_t index, std::size_t mask) { return ((index & ~(mask - 1)) << 1) | (index & (mask - 1)); }

void turn(const Gate& gate, Complex& zero, Complex& one) {
  const Complex before = zero;
  zero = product(gate.m[0], before) + product(gate.m[1], one);
  one = product(gate.m[2], before) + product(gate.m[3], one);
}

}  // namespace

void apply_to_bits(const ComplexMatrix& matrix, std::span<const std::size_t> bits, std::span<Complex> amplitudes) {
  const std::size_t size = std::size_t{1} << bits.size();
  HERALD_CHECK(matrix.rows() == size && matrix.columns() == size);
  std::size_t all = 0;
  for (const std::size_t bit : bits) {
    HERALD_CHECK(bit < 64 && std::size_t{1} << bit < amplitudes.size() && (all >> bit & 1) == 0);
    all |= std::size_t{1} << bit;
  }
  std::vector<std::size_t> places(size);  // of the matrix's index among the state's
  for (std::size_t j = 0; j < size; ++j)
    for (std::size_t k = 0; k < bits.size(); ++k) places[j] |= (j >> k & 1) << bits[k];
  Amplitudes before(size);
  for (std::size_t i = 0; i < amplitudes.size(); ++i) {
    if ((i & all) != 0) continue;
    for (std::size_t j = 0; j < size; ++j) before[j] = amplitudes[i | places[j]];
    for (std::size_t j = 0; j < size; ++j) {
      Complex sum = 0;
      for (std::size_t k = 0; k < size; ++k) sum += product(matrix(j, k), before[k]);
      amplitudes[i | places[j]] = sum;
    }
  }
}

StateVector::StateVector(std::size_t qubits) : m_qubits(qubits) {
  HERALD_CHECK(qubits <= kMostQubits);
  m_amplitudes.resize(std::size_t{1} << qubits);
  m_amplitudes[0] = 1;
}

StateVector::StateVector(Amplitudes amplitudes)
    : m_qubits(static_cast<std::size_t>(std::countr_zero(amplitudes.size()))), m_amplitudes(std::move(amplitudes)) {
  HERALD_CHECK(std::has_single_bit(m_amplitudes.size()) && m_qubits <= kMostQubits && std::abs(norm() - 1) < 1e-9);
}

void StateVector::apply(const Gate& gate, std::size_t qubit) {
  HERALD_CHECK(qubit < m_qubits);
  const std::size_t mask = std::size_t{1} << qubit;
  for (std::size_t high = 0; high < m_amplitudes.size(); high += 2 * mask)
    for (std::size_t i = high; i < high + mask; ++i) turn(gate, m_amplitudes[i], m_amplitudes[i + mask]);
}

void StateVector::apply_controlled(const Gate& gate, std::size_t control, std::size_t target) {
  HERALD_CHECK(control < m_qubits && target < m_qubits && control != target);
  const std::size_t on = std::size_t{1} << control, mask = std::size_t{1} << target;
  const std::size_t low = std::min(on, mask), high = std::max(on, mask);
  for (std::size_t k = 0; k < m_amplitudes.size() / 4; ++k) {
    const std::size_t i = spread(spread(k, low), high) | on;
    turn(gate, m_amplitudes[i], m_amplitudes[i | mask]);
  }
}

void StateVector::apply(const ComplexMatrix& matrix, std::span<const std::size_t> qubits) {
  apply_to_bits(matrix, qubits, m_amplitudes);
}

void StateVector::append(const StateVector& other) {
  HERALD_CHECK(m_qubits + other.m_qubits <= kMostQubits);
  Amplitudes both;
  both.reserve(m_amplitudes.size() * other.m_amplitudes.size());
  for (const Complex& high : other.m_amplitudes)
    for (const Complex& low : m_amplitudes) both.push_back(product(high, low));
  m_amplitudes = std::move(both);
  m_qubits += other.m_qubits;
}

double StateVector::probability_of_one(std::size_t qubit) const {
  HERALD_CHECK(qubit < m_qubits);
  const std::size_t mask = std::size_t{1} << qubit;
  double sum = 0;
  for (std::size_t high = mask; high < m_amplitudes.size(); high += 2 * mask)
    for (std::size_t i = high; i < high + mask; ++i) sum += std::norm(m_amplitudes[i]);
  return std::min(sum, 1.0);
}

void StateVector::take_out(std::size_t qubit, bool outcome) {
  HERALD_CHECK(qubit < m_qubits);
  const std::size_t mask = std::size_t{1} << qubit;
  for (std::size_t k = 0; k < m_amplitudes.size() / 2; ++k)
    m_amplitudes[k] = m_amplitudes[spread(k, mask) | (outcome ? mask : 0)];
  m_amplitudes.resize(m_amplitudes.size() / 2);
  --m_qubits;
  normalise();
}

double StateVector::norm() const {
  double sum = 0;
  for (const Complex& amplitude : m_amplitudes) sum += std::norm(amplitude);
  return std::sqrt(sum);
}

void StateVector::normalise() {
  const double size = norm();
  HERALD_CHECK(size > 0);  // what cannot be was found
  for (Complex& amplitude : m_amplitudes) amplitude /= size;
}

ComplexMatrix StateVector::reduced(std::size_t qubit) const {
  HERALD_CHECK(qubit < m_qubits);
  const std::size_t mask = std::size_t{1} << qubit;
  ComplexMatrix result(2, 2);
  for (std::size_t k = 0; k < m_amplitudes.size() / 2; ++k) {
    const Complex &zero = m_amplitudes[spread(k, mask)], &one = m_amplitudes[spread(k, mask) | mask];
    result(0, 0) += std::norm(zero);
    result(1, 1) += std::norm(one);
    result(0, 1) += product(zero, std::conj(one));
  }
  result(1, 0) = std::conj(result(0, 1));
  return result;
}

}  // namespace herald
