#include "herald/proof/prover/certificate.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "herald/base/entropy.h"
#include "herald/quantum/eigen_view.h"

namespace herald::prover {
namespace {

using Index = Eigen::Index;
using Matrix = Eigen::MatrixXcd;
using Vector = Eigen::VectorXd;

constexpr double kUnit = 0x1p-53;
constexpr double kUp = 1 + 1e-9;       // above the rounding of the norms and the few operations that make up a radius
constexpr double kLeast = 1e-290;      // above every underflow
constexpr double kLogError = 0x1p-50;  // of std::log, relative: four units in the last place

double norm_up(const Matrix& m) { return m.norm() * kUp + kLeast; }

// All matrices within `radius` of `mid`, in Frobenius norm. Every operation encloses the exact result for all members
// of its arguments: a product of inner length k errs by at most sqrt 2 gamma_2k |A||B|, entry by entry, in any order
// of summation and with or without fused operations (Higham, Accuracy and Stability, 2002, sections 3.1, 3.5, 3.6).
struct Ball {
  Matrix mid;
  double radius = 0;
};

double gamma(Index operations) { return static_cast<double>(operations) * kUnit * 1.01; }

Ball product(const Ball& a, const Ball& b) {
  const double na = norm_up(a.mid), nb = norm_up(b.mid);
  const double rounding = 1.5 * gamma(2 * a.mid.cols() + 4) * na * nb;
  return {a.mid * b.mid, kUp * (rounding + na * b.radius + a.radius * nb + a.radius * b.radius) + kLeast};
}

Ball adjoint(const Ball& a) { return {a.mid.adjoint(), a.radius}; }

Ball sum(const Ball& a, const Ball& b, double sign) {
  Matrix mid = a.mid + sign * b.mid;
  const double rounding = 2 * kUnit * norm_up(mid);
  return {std::move(mid), kUp * (a.radius + b.radius + rounding) + kLeast};
}

Ball diagonal(const Vector& values, double error) {
  return {values.cast<Complex>().asDiagonal().toDenseMatrix(), error};
}

// Q and the eigenvalues of a floating-point eigendecomposition: mid = V is nearly unitary, and the ball holds an
// exactly unitary Q. V = QP with ||P - 1|| <= ||P^2 - 1|| = ||V+ V - 1||.
struct Decomposition {
  Ball unitary;
  Vector values;
};

Decomposition decompose(const Matrix& m) {
  const Eigen::SelfAdjointEigenSolver<Matrix> spectrum(m);
  Ball v{spectrum.eigenvectors(), 0};
  const Ball excess = sum(product(adjoint(v), v), {Matrix::Identity(m.rows(), m.rows()), 0}, -1);
  v.radius = kUp * (norm_up(excess.mid) + excess.radius);
  return {std::move(v), spectrum.eigenvalues()};
}

// Q diag(values) Q+.
Ball composed(const Ball& unitary, const Vector& values, double error = 0) {
  return product(product(unitary, diagonal(values, error)), adjoint(unitary));
}

Ball logarithm(const Ball& unitary, const Vector& values) {
  const Vector logs = values.array().log();
  return composed(unitary, logs, kUp * kLogError * logs.norm() + kLeast);
}

// A bound on the smallest eigenvalue of every Hermitian member.
double smallest_eigenvalue(const Ball& ball) {
  const Ball hermitian{(ball.mid + ball.mid.adjoint()) / 2, ball.radius + 2 * kUnit * norm_up(ball.mid)};
  const Decomposition spectrum = decompose(hermitian.mid);
  const Ball rest = sum(hermitian, composed(spectrum.unitary, spectrum.values), -1);
  return spectrum.values.minCoeff() - kUp * (norm_up(rest.mid) + rest.radius);
}

// For an exactly defined omega > 0 and the blocks omega_z of its pinching: log omega - (+)_z (an operator above
// log omega_z). The logarithm is operator monotone, so omega_z <= Q diag(c + r) Q+ suffices.
Ball slope(const Matrix& omega, std::span<const Index> blocks, double floor) {
  const Decomposition whole = decompose(omega);
  const Vector values = whole.values.cwiseMax(0).array() + floor;
  const Ball exact = composed(whole.unitary, values);
  Ball result = logarithm(whole.unitary, values);
  Index at = 0;
  for (const Index size : blocks) {
    const Ball block{exact.mid.block(at, at, size, size), exact.radius};
    const Decomposition part = decompose((block.mid + block.mid.adjoint()) / 2);
    const Ball rest = sum(block, composed(part.unitary, part.values), -1);
    const double above = kUp * (norm_up(rest.mid) + rest.radius);
    const Vector raised = (part.values.array() + above).cwiseMax(above) * (1 + 4 * kUnit);
    const Ball upper = logarithm(part.unitary, raised);
    result.mid.block(at, at, size, size) -= upper.mid;
    result.radius = kUp * (result.radius + upper.radius + 2 * kUnit * norm_up(result.mid)) + kLeast;
    at += size;
  }
  return result;
}

// sum_i y_i Gamma_i, and y.gamma - |y|.tolerance from below.
struct Dual {
  Ball op;
  double value = 0;
};

Dual dual(const Problem& problem, std::span<const double> multipliers) {
  const auto n = static_cast<Index>(problem.dimension);
  Dual result{{Matrix::Zero(n, n), 0}, 0};
  long double value = 0, size = 0;
  double norms = 0;
  std::size_t i = 0;
  for (const auto* rows : {&problem.design, &problem.observed}) {
    for (const Constraint& row : *rows) {
      const double y = multipliers[i++];
      if (y == 0) continue;
      result.op.mid += y * view(row.op);
      result.op.radius += std::abs(y) * row.op_error;
      norms += std::abs(y) * norm_up(view(row.op));
      value += static_cast<long double>(y) * row.value - std::abs(static_cast<long double>(y)) * row.tolerance;
      size += std::abs(static_cast<long double>(y)) * (std::abs(row.value) + row.tolerance);
    }
  }
  result.op.radius = kUp * (result.op.radius + gamma(static_cast<Index>(i) + 4) * norms) + kLeast;
  result.value = static_cast<double>(value - size * static_cast<long double>(4 * kUnit));
  return result;
}

}  // namespace

double certified_minimum(const Problem& problem, const ComplexMatrix& state, std::span<const double> multipliers,
                         double floor) {
  constexpr double kNothing = -std::numeric_limits<double>::infinity();
  HERALD_CHECK(multipliers.size() == problem.design.size() + problem.observed.size() && floor > 0);
  if (!is_finite(state) || !std::ranges::all_of(multipliers, [](double y) { return std::isfinite(y); }))
    return kNothing;
  const auto n = static_cast<Index>(problem.dimension);
  Ball rest{Matrix::Zero(n, n), 0};
  for (const auto& announcement : problem.kraus) {
    std::vector<Index> blocks;
    Index rows = 0;
    for (const ComplexMatrix& k : announcement) rows += blocks.emplace_back(static_cast<Index>(k.rows()));
    Matrix map(rows, n);
    rows = 0;
    for (const ComplexMatrix& k : announcement) {
      map.middleRows(rows, static_cast<Index>(k.rows())) = view(k);
      rows += static_cast<Index>(k.rows());
    }
    const Matrix image = map * view(state) * map.adjoint();
    const Ball g{map, 0};
    rest = sum(rest, product(product(adjoint(g), slope(image, blocks, floor)), g), 1);
  }
  const Dual shown = dual(problem, multipliers);
  rest = sum(rest, shown.op, -1);
  const double least = smallest_eigenvalue(rest);
  const double shift = std::min(least * problem.trace_low, least * problem.trace_high);
  const double bound = shown.value + shift;
  const double safe = bound - 4 * kUnit * (std::abs(shown.value) + std::abs(shift));
  return std::isfinite(safe) ? safe : kNothing;
}

double rounding_bits(const Problem& problem) {
  const double epsilon = std::min(problem.state_defect, 1.0);
  return kUp * (2 * epsilon * std::log2(static_cast<double>(std::max(problem.symbols, 2))) +
                (1 + epsilon) * binary_entropy(epsilon / (1 + epsilon)));
}

}  // namespace herald::prover
