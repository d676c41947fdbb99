#pragma once
// Complex matrices as values, for descriptions of protocols. What is computed with them stands in source files, on
// Eigen.

#include <complex>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace herald {

using Complex = std::complex<double>;

class ComplexMatrix {
 public:
  ComplexMatrix() = default;
  ComplexMatrix(std::size_t rows, std::size_t columns) : m_rows(rows), m_columns(columns), m_entries(rows * columns) {}
  static ComplexMatrix identity(std::size_t dimension);
  // |v><v|, as long as v is.
  static ComplexMatrix projector(std::span<const Complex> vector);

  std::size_t rows() const { return m_rows; }
  std::size_t columns() const { return m_columns; }
  Complex& operator()(std::size_t row, std::size_t column) { return m_entries[column * m_rows + row]; }
  const Complex& operator()(std::size_t row, std::size_t column) const { return m_entries[column * m_rows + row]; }
  // Column by column.
  Complex* data() { return m_entries.data(); }
  const Complex* data() const { return m_entries.data(); }

  ComplexMatrix adjoint() const;
  Complex trace() const;
  ComplexMatrix& operator+=(const ComplexMatrix& other);
  ComplexMatrix& operator*=(double factor);
  friend ComplexMatrix operator*(const ComplexMatrix& a, const ComplexMatrix& b);

 private:
  std::size_t m_rows = 0, m_columns = 0;
  std::vector<Complex> m_entries;
};

// a (x) b: the index of a is the slow one.
ComplexMatrix kron(const ComplexMatrix& a, const ComplexMatrix& b);
// Re Tr(a b), for Hermitian arguments of one size.
double trace_product(const ComplexMatrix& a, const ComplexMatrix& b);
// The largest |a_jk - conj(a_kj)|.
double asymmetry(const ComplexMatrix& matrix);
// Of a Hermitian matrix, whose lower triangle is read.
double smallest_eigenvalue(const ComplexMatrix& matrix);
// Whether every entry is finite.
bool is_finite(const ComplexMatrix& matrix);

}  // namespace herald
