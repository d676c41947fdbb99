#include "herald/quantum/stabiliser.h"

#include <algorithm>
#include <bit>

#include "herald/base/bits.h"
#include "herald/base/result.h"

namespace herald {

StabiliserState::StabiliserState(std::size_t qubits)
    : m_qubits(qubits), m_width(words_for(qubits)), m_bits(2 * (2 * qubits + 1) * m_width), m_minus(2 * qubits + 1) {
  for (std::size_t q = 0; q < qubits; ++q) {
    x_of(q)[q / 64] |= std::uint64_t{1} << (q % 64);
    z_of(qubits + q)[q / 64] |= std::uint64_t{1} << (q % 64);
  }
}

void StabiliserState::check(std::size_t qubit) const { HERALD_CHECK(qubit < m_qubits); }

// Conjugation of each row by the gate: signs where it turns a Pauli into minus another.
void StabiliserState::x(std::size_t qubit) {
  check(qubit);
  for (std::size_t row = 0; row < 2 * m_qubits; ++row) m_minus[row] ^= z_at(row, qubit);
}

void StabiliserState::z(std::size_t qubit) {
  check(qubit);
  for (std::size_t row = 0; row < 2 * m_qubits; ++row) m_minus[row] ^= x_at(row, qubit);
}

void StabiliserState::y(std::size_t qubit) {
  x(qubit);
  z(qubit);
}

void StabiliserState::hadamard(std::size_t qubit) {
  check(qubit);
  const std::size_t word = qubit / 64;
  const std::uint64_t mask = std::uint64_t{1} << (qubit % 64);
  for (std::size_t row = 0; row < 2 * m_qubits; ++row) {
    std::uint64_t &x = x_of(row)[word], &z = z_of(row)[word];
    m_minus[row] ^= (x & z & mask) != 0;  // Y -> -Y
    const std::uint64_t differ = (x ^ z) & mask;
    x ^= differ;
    z ^= differ;
  }
}

void StabiliserState::phase(std::size_t qubit) {
  check(qubit);
  const std::size_t word = qubit / 64;
  const std::uint64_t mask = std::uint64_t{1} << (qubit % 64);
  for (std::size_t row = 0; row < 2 * m_qubits; ++row) {
    const std::uint64_t x = x_of(row)[word] & mask;
    m_minus[row] ^= (x & z_of(row)[word]) != 0;  // Y -> -X
    z_of(row)[word] ^= x;
  }
}

void StabiliserState::cnot(std::size_t control, std::size_t target) {
  check(control);
  check(target);
  HERALD_CHECK(control != target);
  for (std::size_t row = 0; row < 2 * m_qubits; ++row) {
    const bool xc = x_at(row, control), zc = z_at(row, control), xt = x_at(row, target), zt = z_at(row, target);
    m_minus[row] ^= xc && zt && xt == zc;
    x_of(row)[target / 64] ^= std::uint64_t{xc} << (target % 64);
    z_of(row)[control / 64] ^= std::uint64_t{zt} << (control % 64);
  }
}

void StabiliserState::cz(std::size_t a, std::size_t b) {
  hadamard(b);
  cnot(a, b);
  hadamard(b);
}

// row := row * by, up to a factor i where the two do not commute, which happens to destabilisers alone.
void StabiliserState::multiply(std::size_t row, std::size_t by) {
  std::uint64_t *const x1 = x_of(row), *const z1 = z_of(row);
  const std::uint64_t *const x2 = x_of(by), *const z2 = z_of(by);
  // The power of i that each place adds, modulo 4, as two binary digits.
  int power = 2 * (m_minus[row] + m_minus[by]);
  for (std::size_t i = 0; i < m_width; ++i) {
    const std::uint64_t before_z = z1[i], crossed = x1[i] & z2[i];
    const std::uint64_t odd = (x2[i] & before_z) ^ crossed;  // places that do not commute: i or -i
    x1[i] ^= x2[i];
    z1[i] ^= z2[i];
    const std::uint64_t minus = (x1[i] ^ z1[i] ^ crossed) & odd;
    power += std::popcount(odd) + 2 * std::popcount(minus);
  }
  m_minus[row] = (power & 2) != 0;
}

void StabiliserState::copy(std::size_t to, std::size_t from) {
  std::copy_n(x_of(from), 2 * m_width, x_of(to));
  m_minus[to] = m_minus[from];
}

void StabiliserState::clear(std::size_t row) {
  std::fill_n(x_of(row), 2 * m_width, 0);
  m_minus[row] = 0;
}

// A generator that does not commute with Z: then its outcome is open.
std::optional<std::size_t> StabiliserState::generator_with_x(std::size_t qubit) const {
  for (std::size_t row = m_qubits; row < 2 * m_qubits; ++row)
    if (x_at(row, qubit)) return row;
  return std::nullopt;
}

// Z is up to its sign the product of the generators whose destabilisers do not commute with it.
bool StabiliserState::certain_z(std::size_t qubit) {
  const std::size_t scratch = 2 * m_qubits;
  clear(scratch);
  for (std::size_t row = 0; row < m_qubits; ++row)
    if (x_at(row, qubit)) multiply(scratch, m_qubits + row);
  return m_minus[scratch] != 0;
}

void StabiliserState::turn_to_z(std::size_t qubit, Pauli observable) {
  check(qubit);
  if (observable == Pauli::z) return;
  if (observable == Pauli::y) {  // S+ Y S = X
    z(qubit);
    phase(qubit);
  }
  hadamard(qubit);
}

void StabiliserState::turn_back(std::size_t qubit, Pauli observable) {
  if (observable == Pauli::z) return;
  hadamard(qubit);
  if (observable == Pauli::y) phase(qubit);
}

std::optional<bool> StabiliserState::certain_outcome(std::size_t qubit, Pauli observable) {
  turn_to_z(qubit, observable);
  std::optional<bool> outcome;
  if (!generator_with_x(qubit)) outcome = certain_z(qubit);
  turn_back(qubit, observable);
  return outcome;
}

bool StabiliserState::measure(std::size_t qubit, Pauli observable, SimulationRandom& random) {
  turn_to_z(qubit, observable);
  bool outcome = false;
  if (const auto open = generator_with_x(qubit)) {
    outcome = (random.next_word() >> 63) != 0;
    // All others are made to commute with Z, which takes the place of this one.
    for (std::size_t row = 0; row < 2 * m_qubits; ++row)
      if (row != *open && x_at(row, qubit)) multiply(row, *open);
    copy(*open - m_qubits, *open);
    clear(*open);
    z_of(*open)[qubit / 64] |= std::uint64_t{1} << (qubit % 64);
    m_minus[*open] = outcome;
  } else {
    outcome = certain_z(qubit);
  }
  turn_back(qubit, observable);
  return outcome;
}

std::string StabiliserState::generator(std::size_t k) const {
  check(k);
  const std::size_t row = m_qubits + k;
  std::string text = m_minus[row] != 0 ? "-" : "+";
  for (std::size_t q = 0; q < m_qubits; ++q)
    text += x_at(row, q) ? (z_at(row, q) ? 'Y' : 'X') : z_at(row, q) ? 'Z' : 'I';
  return text;
}

}  // namespace herald
