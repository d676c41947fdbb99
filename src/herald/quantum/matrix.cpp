#include "herald/quantum/matrix.h"

#include <algorithm>
#include <cmath>

#include "herald/base/result.h"
#include "herald/quantum/eigen_view.h"

namespace herald {

ComplexMatrix ComplexMatrix::identity(std::size_t dimension) {
  ComplexMatrix result(dimension, dimension);
  for (std::size_t j = 0; j < dimension; ++j) result(j, j) = 1;
  return result;
}

ComplexMatrix ComplexMatrix::projector(std::span<const Complex> vector) {
  ComplexMatrix result(vector.size(), vector.size());
  for (std::size_t j = 0; j < vector.size(); ++j) {
    result(j, j) = std::norm(vector[j]);
    for (std::size_t k = 0; k < j; ++k) {
      result(j, k) = vector[j] * std::conj(vector[k]);
      result(k, j) = std::conj(result(j, k));
    }
  }
  return result;
}

ComplexMatrix ComplexMatrix::adjoint() const { return value_of(view(*this).adjoint()); }

Complex ComplexMatrix::trace() const {
  HERALD_CHECK(m_rows == m_columns);
  Complex sum = 0;
  for (std::size_t j = 0; j < m_rows; ++j) sum += (*this)(j, j);
  return sum;
}

ComplexMatrix& ComplexMatrix::operator+=(const ComplexMatrix& other) {
  HERALD_CHECK(m_rows == other.m_rows && m_columns == other.m_columns);
  for (std::size_t i = 0; i < m_entries.size(); ++i) m_entries[i] += other.m_entries[i];
  return *this;
}

ComplexMatrix& ComplexMatrix::operator*=(double factor) {
  for (Complex& entry : m_entries) entry *= factor;
  return *this;
}

ComplexMatrix operator*(const ComplexMatrix& a, const ComplexMatrix& b) {
  HERALD_CHECK(a.columns() == b.rows());
  return value_of(view(a) * view(b));
}

ComplexMatrix kron(const ComplexMatrix& a, const ComplexMatrix& b) {
  ComplexMatrix result(a.rows() * b.rows(), a.columns() * b.columns());
  for (std::size_t j = 0; j < a.rows(); ++j)
    for (std::size_t k = 0; k < a.columns(); ++k)
      for (std::size_t l = 0; l < b.rows(); ++l)
        for (std::size_t m = 0; m < b.columns(); ++m) result(j * b.rows() + l, k * b.columns() + m) = a(j, k) * b(l, m);
  return result;
}

double trace_product(const ComplexMatrix& a, const ComplexMatrix& b) {
  HERALD_CHECK(a.rows() == b.rows() && a.columns() == b.columns() && a.rows() == a.columns());
  return view(a).conjugate().cwiseProduct(view(b)).sum().real();
}

double asymmetry(const ComplexMatrix& matrix) {
  HERALD_CHECK(matrix.rows() == matrix.columns());
  return matrix.rows() == 0 ? 0 : (view(matrix) - view(matrix).adjoint()).cwiseAbs().maxCoeff();
}

double smallest_eigenvalue(const ComplexMatrix& matrix) {
  HERALD_CHECK(matrix.rows() == matrix.columns() && matrix.rows() != 0);
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXcd>(view(matrix), Eigen::EigenvaluesOnly).eigenvalues().minCoeff();
}

bool is_finite(const ComplexMatrix& matrix) {
  return std::all_of(matrix.data(), matrix.data() + matrix.rows() * matrix.columns(),
                     [](const Complex& z) { return std::isfinite(z.real()) && std::isfinite(z.imag()); });
}

}  // namespace herald
