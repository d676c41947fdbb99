#include "herald/quantum/distance.h"

#include <cmath>

#include "herald/base/result.h"
#include "herald/quantum/eigen_view.h"

namespace herald {
namespace {

using Matrix = Eigen::MatrixXcd;
using Spectrum = Eigen::SelfAdjointEigenSolver<Matrix>;

void check_pair(const ComplexMatrix& rho, const ComplexMatrix& sigma) {
  HERALD_CHECK(rho.rows() > 0 && rho.rows() == rho.columns() && sigma.rows() == rho.rows() &&
               sigma.columns() == rho.rows());
}

Matrix root(const ComplexMatrix& rho) {
  const Spectrum spectrum(view(rho));
  return spectrum.eigenvectors() * spectrum.eigenvalues().cwiseMax(0).cwiseSqrt().asDiagonal() *
         spectrum.eigenvectors().adjoint();
}

double trace_norm(const Matrix& m) { return Eigen::JacobiSVD<Matrix>(m).singularValues().sum(); }

// psi_(a, b) as a matrix: row a, column b.
Matrix as_matrix(std::span<const Complex> state, std::size_t a, std::size_t b) {
  HERALD_CHECK(a > 0 && b > 0 && state.size() == a * b);
  using RowMajor = Eigen::Matrix<Complex, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const RowMajor>(state.data(), static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b));
}

}  // namespace

double fidelity(const ComplexMatrix& rho, const ComplexMatrix& sigma) {
  check_pair(rho, sigma);
  return trace_norm(root(rho) * root(sigma));
}

double trace_distance(const ComplexMatrix& rho, const ComplexMatrix& sigma) {
  check_pair(rho, sigma);
  return Spectrum(view(rho) - view(sigma), Eigen::EigenvaluesOnly).eigenvalues().cwiseAbs().sum() / 2;
}

double swap_test_pass(const ComplexMatrix& rho, const ComplexMatrix& sigma) {
  check_pair(rho, sigma);
  return (1 + trace_product(rho, sigma)) / 2;
}

Discrimination discriminate(const ComplexMatrix& rho, const ComplexMatrix& sigma, double prior_of_rho) {
  check_pair(rho, sigma);
  HERALD_CHECK(prior_of_rho >= 0 && prior_of_rho <= 1);
  const Spectrum spectrum(prior_of_rho * view(rho) - (1 - prior_of_rho) * view(sigma));
  Eigen::Index negative = 0;
  while (negative < spectrum.eigenvalues().size() && spectrum.eigenvalues()(negative) <= 0) ++negative;
  const Matrix positive = spectrum.eigenvectors().rightCols(spectrum.eigenvalues().size() - negative);
  return {(1 + spectrum.eigenvalues().cwiseAbs().sum()) / 2, value_of(positive * positive.adjoint())};
}

ComplexMatrix square_root(const ComplexMatrix& matrix) {
  HERALD_CHECK(matrix.rows() > 0 && matrix.rows() == matrix.columns());
  return value_of(root(matrix));
}

ComplexMatrix reduced_to_a(const ComplexMatrix& state, std::size_t a, std::size_t b) {
  HERALD_CHECK(a > 0 && b > 0 && state.rows() == a * b && state.columns() == a * b);
  ComplexMatrix result(a, a);
  for (std::size_t j = 0; j < a; ++j)
    for (std::size_t k = 0; k < a; ++k)
      for (std::size_t i = 0; i < b; ++i) result(j, k) += state(j * b + i, k * b + i);
  return result;
}

ComplexMatrix reduced_to_b(const ComplexMatrix& state, std::size_t a, std::size_t b) {
  HERALD_CHECK(a > 0 && b > 0 && state.rows() == a * b && state.columns() == a * b);
  ComplexMatrix result(b, b);
  for (std::size_t i = 0; i < a; ++i)
    for (std::size_t j = 0; j < b; ++j)
      for (std::size_t k = 0; k < b; ++k) result(j, k) += state(i * b + j, i * b + k);
  return result;
}

ComplexMatrix reduced_to_b(std::span<const Complex> state, std::size_t a, std::size_t b) {
  const Matrix m = as_matrix(state, a, b);
  return value_of(m.transpose() * m.conjugate());
}

Schmidt schmidt(std::span<const Complex> state, std::size_t a, std::size_t b) {
  const Eigen::JacobiSVD<Matrix> svd(as_matrix(state, a, b), Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Eigen::VectorXd& values = svd.singularValues();
  return {{values.begin(), values.end()}, value_of(svd.matrixU()), value_of(svd.matrixV().conjugate())};
}

// <to| U (x) 1 |from> = Tr(U X), X = from to+ as matrices: greatest for U = V W+, X = W S V+.
ComplexMatrix uhlmann_rotation(std::span<const Complex> from, std::span<const Complex> to, std::size_t a,
                               std::size_t b) {
  const Matrix x = as_matrix(from, a, b) * as_matrix(to, a, b).adjoint();
  const Eigen::JacobiSVD<Matrix> svd(x, Eigen::ComputeFullU | Eigen::ComputeFullV);
  return value_of(svd.matrixV() * svd.matrixU().adjoint());
}

}  // namespace herald
