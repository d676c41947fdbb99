#include "herald/cheating/semidefinite.h"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "herald/quantum/eigen_view.h"

namespace herald {
namespace {

using Matrix = Eigen::MatrixXcd;
using Real = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using Eigen::Index;
using Blocks = std::vector<Matrix>;

// Hermitian blocks as one real vector, with Tr(a b) as the scalar product.
Vector coordinates(const Blocks& blocks) {
  Index size = 0;
  for (const Matrix& m : blocks) size += m.size();
  Vector x(size);
  Index k = 0;
  for (const Matrix& m : blocks) {
    for (Index j = 0; j < m.cols(); ++j) {
      x(k++) = m(j, j).real();
      for (Index i = 0; i < j; ++i) {
        x(k++) = std::numbers::sqrt2 * m(i, j).real();
        x(k++) = std::numbers::sqrt2 * m(i, j).imag();
      }
    }
  }
  return x;
}

// The inverse; `like` tells the sizes.
Blocks blocks_of(const Vector& x, const Blocks& like) {
  Blocks blocks;
  Index k = 0;
  for (const Matrix& shape : like) {
    Matrix m(shape.rows(), shape.cols());
    for (Index j = 0; j < m.cols(); ++j) {
      m(j, j) = x(k++);
      for (Index i = 0; i < j; ++i, k += 2) {
        m(i, j) = Complex(x(k), x(k + 1)) / std::numbers::sqrt2;
        m(j, i) = std::conj(m(i, j));
      }
    }
    blocks.push_back(std::move(m));
  }
  return blocks;
}

double least_eigenvalue(const Matrix& m) {
  return Eigen::SelfAdjointEigenSolver<Matrix>(m, Eigen::EigenvaluesOnly).eigenvalues().minCoeff();
}

Blocks square_factors(const Blocks& x) {
  Blocks factors;
  for (const Matrix& m : x) factors.emplace_back(m.llt().matrixL());
  return factors;
}

// L+ M L, block by block: M as seen from X = L L+.
Blocks seen(const Blocks& m, const Blocks& factors) {
  Blocks result;
  for (std::size_t j = 0; j < m.size(); ++j) result.emplace_back(factors[j].adjoint() * m[j] * factors[j]);
  return result;
}

Result<void> validate(const SemidefiniteProgram& program) {
  const auto hermitian = [](const ComplexMatrix& m, std::size_t size) {
    return m.rows() == size && m.columns() == size && is_finite(m) && asymmetry(m) < 1e-12;
  };
  for (const auto& block : program.blocks) {
    const std::size_t size = block.start.rows();
    if (size == 0 || !hermitian(block.start, size) || !hermitian(block.objective, size))
      return fail(ErrorCode::invalid_argument, "a block's matrices are not Hermitian, finite and of one size");
    if (!(smallest_eigenvalue(block.start) > 0))
      return fail(ErrorCode::invalid_argument, "a block's start is not positive definite");
    if (!(block.trace_bound >= 0 && std::isfinite(block.trace_bound)))
      return fail(ErrorCode::invalid_argument, "a block's trace has no bound");
  }
  for (const auto& functional : program.functionals)
    for (const auto& term : functional)
      if (term.block >= program.blocks.size() || !hermitian(term.matrix, program.blocks[term.block].start.rows()))
        return fail(ErrorCode::invalid_argument, "a functional does not fit its block");
  return {};
}

// An orthonormal basis of the span of the functionals, one a column.
Real functional_basis(const SemidefiniteProgram& program, const Blocks& like, Index size) {
  Real columns = Real::Zero(size, static_cast<Index>(program.functionals.size()));
  for (Index i = 0; i < columns.cols(); ++i) {
    Blocks sum;
    for (const Matrix& shape : like) sum.push_back(Matrix::Zero(shape.rows(), shape.cols()));
    for (const auto& term : program.functionals[static_cast<std::size_t>(i)]) sum[term.block] += view(term.matrix);
    columns.col(i) = coordinates(sum);
  }
  if (columns.cols() == 0) return columns;
  const Eigen::ColPivHouseholderQR<Real> qr(columns);
  return qr.householderQ() * Real::Identity(size, qr.rank());
}

// The centre's equations at X, in coordinates seen from it: y minimises |C + mu - sum y A|, what is left over mu is
// Newton's step. The dual point's S is (mu - left) seen back.
struct Newton {
  Vector y;
  Blocks step;
  double decrement = 0;
};

Newton newton_step(const Blocks& x, const Blocks& objective, const std::vector<Blocks>& basis, double mu) {
  const Blocks factors = square_factors(x);
  Blocks target = seen(objective, factors);
  for (Matrix& m : target) m.diagonal().array() += mu;
  const Vector wanted = coordinates(target);
  Newton result;
  Vector left = wanted;
  if (!basis.empty()) {
    Real rows(wanted.size(), static_cast<Index>(basis.size()));
    for (std::size_t i = 0; i < basis.size(); ++i)
      rows.col(static_cast<Index>(i)) = coordinates(seen(basis[i], factors));
    result.y = Eigen::HouseholderQR<Real>(rows).solve(wanted);
    left -= rows * result.y;
  }
  result.decrement = left.norm() / mu;
  result.step = blocks_of(left / mu, x);
  for (std::size_t j = 0; j < x.size(); ++j) result.step[j] = factors[j] * result.step[j] * factors[j].adjoint();
  return result;
}

// Onto the functionals' values, which rounding moves away from.
Blocks projected(const Blocks& x, const Blocks& start, const Real& functionals) {
  const Vector point = coordinates(x);
  return blocks_of(point - functionals * (functionals.transpose() * (point - coordinates(start))), x);
}

// So much of the start that no eigenvalue is negative.
Blocks in_the_cone(Blocks x, const Blocks& start) {
  double share = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double lacking = -least_eigenvalue(x[j]);
    if (lacking > 0) share = std::max(share, lacking / (lacking + least_eigenvalue(start[j])));
  }
  for (std::size_t j = 0; j < x.size(); ++j) x[j] = (1 - share) * x[j] + share * start[j];
  return x;
}

double value_at(const Blocks& objective, const Blocks& x) {
  double value = 0;
  for (std::size_t j = 0; j < x.size(); ++j) value += (objective[j] * x[j]).trace().real();
  return value;
}

}  // namespace

Result<SemidefiniteBounds> solve(const SemidefiniteProgram& program) {
  HERALD_TRY_VOID(validate(program));
  Blocks start, objective;
  Index order = 0;
  for (const auto& block : program.blocks) {
    start.emplace_back(view(block.start));
    objective.emplace_back(view(block.objective));
    order += start.back().rows();
  }
  const Real functionals = functional_basis(program, start, coordinates(start).size());
  std::vector<Blocks> basis;
  for (Index i = 0; i < functionals.cols(); ++i) basis.push_back(blocks_of(functionals.col(i), start));
  const Vector values = functionals.transpose() * coordinates(start);

  const auto upper_bound = [&](const Vector& y) {
    Blocks dual = blocks_of(functionals * y - coordinates(objective), start);
    double bound = values.dot(y);
    for (std::size_t j = 0; j < dual.size(); ++j)
      bound += program.blocks[j].trace_bound * std::max(0.0, -least_eigenvalue(dual[j]));
    return bound;
  };

  SemidefiniteBounds result{value_at(objective, start), std::numeric_limits<double>::infinity(), {}};
  Blocks x = start, best = start;
  const double last_mu = 1e-10 / static_cast<double>(order);
  for (double mu = 1; mu > last_mu; mu /= 5) {
    for (int steps = 0; steps < 50; ++steps) {
      const Newton newton = newton_step(x, objective, basis, mu);
      if (!std::isfinite(newton.decrement)) break;
      if (newton.decrement < 1) result.upper = std::min(result.upper, upper_bound(newton.y));
      const double length = newton.decrement < 0.5 ? 1 : 1 / (1 + newton.decrement);
      for (std::size_t j = 0; j < x.size(); ++j) x[j] += length * newton.step[j];
      if (newton.decrement < 0.1) break;
    }
    const Blocks feasible = in_the_cone(projected(x, start, functionals), start);
    const double value = value_at(objective, feasible);
    if (value > result.lower) {
      result.lower = value;
      best = feasible;
    }
  }
  for (const Matrix& m : best) result.solution.push_back(value_of(m));
  return result;
}

}  // namespace herald
