#include "herald/proof/prover/interior_point.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "herald/quantum/eigen_view.h"

namespace herald::prover {
namespace {

using Index = Eigen::Index;
using Matrix = Eigen::MatrixXcd;
using Real = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using Spectrum = Eigen::SelfAdjointEigenSolver<Matrix>;

constexpr double kTiny = 1e-13;  // entries below do not count as structure
constexpr double kLastMu = 2e-12;

// The Hermitian matrices that the worst state can be sought among: block-diagonal as all operators are, real if they
// are. An orthonormal basis: E_jj, (E_jk + E_kj)/sqrt 2, i (E_jk - E_kj)/sqrt 2.
class Coordinates {
 public:
  Coordinates(const Problem& problem) : m_dimension(static_cast<Index>(problem.dimension)) {
    Real size = Real::Zero(m_dimension, m_dimension);
    bool real = true;
    const auto look = [&](const Matrix& op) {
      size = size.cwiseMax(op.cwiseAbs());
      real = real && op.imag().cwiseAbs().maxCoeff() < kTiny;
    };
    for (const auto* rows : {&problem.design, &problem.observed})
      for (const Constraint& row : *rows)
        if (rows == &problem.observed || row.value != 0) look(view(row.op));
    for (const auto& announcement : problem.kraus)
      for (const ComplexMatrix& k : announcement) look(view(k).adjoint() * view(k));
    std::vector<Index> block(problem.dimension);
    std::iota(block.begin(), block.end(), Index{0});
    for (Index j = 0; j < m_dimension; ++j) {
      for (Index k = 0; k < j; ++k) {
        const Index one = block[static_cast<std::size_t>(j)], other = block[static_cast<std::size_t>(k)];
        if (size(j, k) > kTiny) std::ranges::replace(block, one, other);
      }
    }
    for (Index j = 0; j < m_dimension; ++j) {
      m_elements.push_back({j, j, false});
      for (Index k = 0; k < j; ++k) {
        if (block[static_cast<std::size_t>(j)] != block[static_cast<std::size_t>(k)]) continue;
        m_elements.push_back({j, k, false});
        if (!real) m_elements.push_back({j, k, true});
      }
    }
  }
  Index size() const { return static_cast<Index>(m_elements.size()); }
  Vector of(const Matrix& m) const {
    Vector result(size());
    for (Index i = 0; i < size(); ++i) {
      const auto& [j, k, imaginary] = m_elements[static_cast<std::size_t>(i)];
      result(i) = j == k ? m(j, j).real() : std::numbers::sqrt2 * (imaginary ? m(j, k).imag() : m(j, k).real());
    }
    return result;
  }
  Matrix matrix(const Vector& v) const {
    Matrix result = Matrix::Zero(m_dimension, m_dimension);
    for (Index i = 0; i < size(); ++i) {
      const auto& [j, k, imaginary] = m_elements[static_cast<std::size_t>(i)];
      if (j == k) {
        result(j, j) = v(i);
      } else {
        result(j, k) += (imaginary ? Complex(0, v(i)) : Complex(v(i), 0)) / std::numbers::sqrt2;
        result(k, j) = std::conj(result(j, k));
      }
    }
    return result;
  }

 private:
  struct Element {
    Index row, column;
    bool imaginary;
  };
  Index m_dimension;
  std::vector<Element> m_elements;
};

// sign * Tr Y ln Y for Y = M rho M+: the objective is a sum of these.
struct EntropyTerm {
  Matrix map;  // M, of full row rank
  double sign;
  std::vector<Matrix> images;  // M N_k M+ for each direction k
};

// rho = centre + sum v_k N_k meets the design exactly; the first directions are those that the statistics see.
struct Space {
  Matrix centre;
  std::vector<Matrix> directions;
  Real seen;      // (statistic, direction): Tr(Gamma_i N_k)
  Vector offset;  // Tr(Gamma_i centre) - gamma_i
  std::vector<EntropyTerm> terms;

  Index size() const { return static_cast<Index>(directions.size()); }
  Matrix state(const Vector& v) const {
    Matrix rho = centre;
    for (Index k = 0; k < size(); ++k) rho += v(k) * directions[static_cast<std::size_t>(k)];
    return rho;
  }
};

Real coordinates_of(const Coordinates& basis, const std::vector<Constraint>& rows) {
  Real result(basis.size(), static_cast<Index>(rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) result.col(static_cast<Index>(i)) = basis.of(view(rows[i].op));
  return result;
}

std::vector<EntropyTerm> entropy_terms(const Problem& problem) {
  std::vector<EntropyTerm> terms;
  for (const auto& announcement : problem.kraus) {
    Index rows = 0;
    for (const ComplexMatrix& k : announcement) rows += static_cast<Index>(k.rows());
    Matrix whole(rows, static_cast<Index>(problem.dimension));
    rows = 0;
    for (const ComplexMatrix& k : announcement) {
      whole.middleRows(rows, static_cast<Index>(k.rows())) = view(k);
      rows += static_cast<Index>(k.rows());
      terms.push_back({view(k), -1, {}});
    }
    // K rho K+ has the spectrum of R rho R+, K = U R.
    Eigen::ColPivHouseholderQR<Matrix> qr(whole);
    qr.setThreshold(1e-12);
    const Matrix upper = qr.matrixR().topRows(qr.rank()).triangularView<Eigen::Upper>();
    terms.push_back({upper * qr.colsPermutation().transpose(), 1, {}});
  }
  return terms;
}

Space make_space(const Problem& problem, const Coordinates& basis) {
  Space space;
  space.centre = view(problem.interior);
  const Eigen::ColPivHouseholderQR<Real> design(coordinates_of(basis, problem.design));
  const Real all = design.householderQ() * Real::Identity(basis.size(), basis.size());
  Real free = all.rightCols(basis.size() - design.rank());
  const Real statistics = coordinates_of(basis, problem.observed);
  Index seen = 0;
  if (statistics.cols() != 0 && free.cols() != 0) {
    Eigen::ColPivHouseholderQR<Real> turn(free.transpose() * statistics);
    turn.setThreshold(1e-11);
    const Real rotation = turn.householderQ() * Real::Identity(free.cols(), free.cols());
    free = (free * rotation).eval();
    seen = turn.rank();
  }
  space.seen = statistics.transpose() * free;
  space.seen.rightCols(free.cols() - seen).setZero();
  for (Index k = 0; k < free.cols(); ++k) space.directions.push_back(basis.matrix(free.col(k)));
  space.offset.resize(statistics.cols());
  for (Index i = 0; i < statistics.cols(); ++i) {
    const Constraint& row = problem.observed[static_cast<std::size_t>(i)];
    space.offset(i) = trace_product(row.op, problem.interior) - row.value;
  }
  space.terms = entropy_terms(problem);
  for (EntropyTerm& term : space.terms)
    for (const Matrix& n : space.directions) term.images.push_back(term.map * n * term.map.adjoint());
  return space;
}

// Eigenvalues; what is below the noise of the largest is put there.
Vector positive(const Spectrum& spectrum) {
  return spectrum.eigenvalues().cwiseMax(1e-18 * spectrum.eigenvalues().maxCoeff()).cwiseMax(1e-150);
}

double entropy_value(const Spectrum& spectrum) {
  double sum = 0;
  for (const double x : spectrum.eigenvalues())
    if (x > 0) sum += x * std::log(x);
  return sum;
}

double objective_at(const Space& space, const Matrix& rho) {
  double f = 0;
  for (const EntropyTerm& term : space.terms)
    f += term.sign * entropy_value(Spectrum(term.map * rho * term.map.adjoint(), Eigen::EigenvaluesOnly));
  return f;
}

Matrix objective_gradient(const Space& space, const Matrix& rho) {
  Matrix gradient = Matrix::Zero(rho.rows(), rho.cols());
  for (const EntropyTerm& term : space.terms) {
    const Spectrum spectrum(term.map * rho * term.map.adjoint());
    const Vector logs = positive(spectrum).array().log();
    const Matrix turned = spectrum.eigenvectors().adjoint() * term.map;
    gradient += term.sign * (turned.adjoint() * logs.asDiagonal() * turned);
  }
  return gradient;
}

// [ln a - ln b]/(a - b).
double log_quotient(double a, double b) {
  if (a < b) std::swap(a, b);
  const double x = (a - b) / b;
  return std::abs(x) < 1e-9 ? (1 - x / 2) / b : std::log1p(x) / (x * b);
}

// What Newton's method minimises, x = (slack, v): target(x)/mu - ln det rho(v) - sum ln(width_i + slack -+ r_i(v)).
// In the first phase the target is the slack and widths are the tolerances; in the second it is f and the slack is
// none.
class Barrier {
 public:
  Barrier(const Space& space, Vector width, bool first_phase)
      : m_space(space), m_width(std::move(width)), m_extra(first_phase ? 1 : 0) {}

  Index size() const { return m_space.size() + m_extra; }
  double count() const { return static_cast<double>(m_space.centre.rows() + 2 * m_width.size()); }
  Vector residual(const Vector& x) const { return m_space.offset + m_space.seen * x.tail(m_space.size()); }
  Vector room(const Vector& x) const { return m_extra == 0 ? m_width : Vector(m_width.array() + x(0)); }
  Matrix state(const Vector& x) const { return m_space.state(x.tail(m_space.size())); }

  // +infinity outside.
  double value(const Vector& x, double mu) const {
    constexpr double kOutside = std::numeric_limits<double>::infinity();
    const Vector r = residual(x), w = room(x);
    double sum = 0;
    for (Index i = 0; i < r.size(); ++i) {
      if (!(w(i) - std::abs(r(i)) > 0)) return kOutside;
      sum -= std::log(w(i) - r(i)) + std::log(w(i) + r(i));
    }
    const Matrix rho = state(x);
    const Eigen::LLT<Matrix> root(rho);
    if (root.info() != Eigen::Success) return kOutside;
    for (Index j = 0; j < rho.rows(); ++j) {
      const double pivot = root.matrixLLT()(j, j).real();
      if (!(pivot > 0)) return kOutside;
      sum -= 2 * std::log(pivot);
    }
    return sum + (m_extra == 1 ? x(0) : objective_at(m_space, rho)) / mu;
  }

  void derivatives(const Vector& x, double mu, Vector& gradient, Real& hessian) const {
    const Index n = m_space.size();
    gradient = Vector::Zero(size());
    hessian = Real::Zero(size(), size());
    const Matrix rho = state(x);
    const Spectrum spectrum(rho);
    const Vector lambda = positive(spectrum);
    Real inner = Real::Zero(n, n);
    const Vector inverse = lambda.cwiseInverse();
    add(spectrum.eigenvectors(), m_space.directions, -inverse, inverse * inverse.transpose(), 1, gradient, inner);
    if (m_extra == 0) {
      for (const EntropyTerm& term : m_space.terms) {
        const Spectrum y(term.map * rho * term.map.adjoint());
        const Vector values = positive(y);
        Real quotients(values.size(), values.size());
        for (Index i = 0; i < values.size(); ++i)
          for (Index j = 0; j < values.size(); ++j) quotients(i, j) = log_quotient(values(i), values(j));
        add(y.eigenvectors(), term.images, term.sign / mu * values.array().log().matrix(), quotients, term.sign / mu,
            gradient, inner);
      }
    }
    hessian.bottomRightCorner(n, n) = inner.selfadjointView<Eigen::Lower>();
    add_statistics(x, gradient, hessian);
    if (m_extra == 1) gradient(0) += 1 / mu;
  }

  // The largest step along d that keeps all inside, at most 1.
  double reach(const Vector& x, const Vector& d) const {
    const Matrix rho = state(x);
    const Eigen::LLT<Matrix> root(rho);
    Matrix change = m_space.state(d.tail(m_space.size())) - m_space.centre;
    root.matrixL().solveInPlace(change);
    change = root.matrixL().solve(change.adjoint().eval()).eval();
    const double fall = Spectrum(change, Eigen::EigenvaluesOnly).eigenvalues().minCoeff();
    double step = fall < -0.9 ? 0.9 / -fall : 1;
    const Vector r = residual(x), w = room(x), dr = m_space.seen * d.tail(m_space.size());
    for (Index i = 0; i < r.size(); ++i) {
      const double dw = m_extra == 0 ? 0 : d(0);
      for (const double sign : {-1.0, 1.0}) {
        const double here = w(i) + sign * r(i), there = dw + sign * dr(i);
        if (there < -0.9 * here) step = std::min(step, 0.9 * here / -there);
      }
    }
    return step;
  }

  // y of the statistics at the centre of parameter mu.
  Vector multipliers(const Vector& x, double mu) const {
    const Vector r = residual(x), w = room(x);
    return mu * ((w + r).cwiseInverse() - (w - r).cwiseInverse());
  }

 private:
  // Adds Tr(V diag(g) V+ N_k) to the gradient and scale * sum_ij q_ij (V+ N_k V)_ij conj((V+ N_l V)_ij) to the Hessian.
  static void add(const Matrix& v, const std::vector<Matrix>& directions, const Vector& g, const Real& q, double scale,
                  Eigen::Ref<Vector> gradient, Real& hessian) {
    const Index r = v.rows(), n = static_cast<Index>(directions.size());
    Real rows(r * r, n);
    const Index extra = gradient.size() - n;
    for (Index k = 0; k < n; ++k) {
      const Matrix turned = v.adjoint() * directions[static_cast<std::size_t>(k)] * v;
      gradient(extra + k) += g.dot(turned.diagonal().real());
      Index at = 0;
      for (Index j = 0; j < r; ++j) {
        rows(at++, k) = std::sqrt(q(j, j)) * turned(j, j).real();
        for (Index i = 0; i < j; ++i) {
          const double weight = std::sqrt(2 * q(i, j));
          rows(at++, k) = weight * turned(i, j).real();
          rows(at++, k) = weight * turned(i, j).imag();
        }
      }
    }
    hessian.selfadjointView<Eigen::Lower>().rankUpdate(rows.transpose(), scale);
  }

  void add_statistics(const Vector& x, Vector& gradient, Real& hessian) const {
    const Vector r = residual(x), w = room(x);
    const Vector low = (w + r).cwiseInverse(), high = (w - r).cwiseInverse();
    const Index n = m_space.size();
    gradient.tail(n) += m_space.seen.transpose() * (high - low);
    const Vector square = low.cwiseAbs2() + high.cwiseAbs2();
    hessian.bottomRightCorner(n, n) += m_space.seen.transpose() * square.asDiagonal() * m_space.seen;
    if (m_extra == 0) return;
    gradient(0) -= (low + high).sum();
    hessian(0, 0) += square.sum();
    const Vector cross = m_space.seen.transpose() * (low.cwiseAbs2() - high.cwiseAbs2());
    hessian.block(1, 0, n, 1) += cross;
    hessian.block(0, 1, 1, n) += cross.transpose();
  }

  const Space& m_space;
  Vector m_width;
  Index m_extra;
};

// One Newton step from x; the Newton decrement before it, infinite where rounding leaves no step to make.
double newton_step(const Barrier& barrier, double mu, Vector& x) {
  constexpr double kNone = std::numeric_limits<double>::infinity();
  Vector gradient;
  Real hessian;
  barrier.derivatives(x, mu, gradient, hessian);
  const Vector scale = hessian.diagonal().cwiseMax(1e-300).cwiseSqrt().cwiseInverse();
  const Real scaled = scale.asDiagonal() * hessian * scale.asDiagonal();
  Vector step;
  for (double ridge = 0; ridge < 1; ridge = ridge == 0 ? 1e-14 : 100 * ridge) {
    Real shifted = scaled;
    shifted.diagonal().array() += ridge;
    const Eigen::LLT<Real> root(shifted);
    if (root.info() != Eigen::Success) continue;
    step = -(scale.asDiagonal() * root.solve(scale.asDiagonal() * gradient));
    break;
  }
  if (step.size() == 0 || !step.allFinite()) return kNone;
  const double square = -gradient.dot(step);
  if (!(square > 0)) return kNone;
  const double decrement = std::sqrt(square);
  double length = barrier.reach(x, step);
  if (decrement < 0.3) {
    while (length > 1e-6 && !std::isfinite(barrier.value(x + length * step, mu))) length /= 2;
    x += length * step;
    return decrement;
  }
  const double before = barrier.value(x, mu), noise = 1e-11 * std::abs(before);
  for (; length > 1e-9; length /= 2) {
    if (barrier.value(x + length * step, mu) <= before - 0.1 * length * square + noise) {
      x += length * step;
      return decrement;
    }
  }
  return kNone;
}

struct Centring {
  int steps = 0;
  double decrement = std::numeric_limits<double>::infinity();  // before the last step
};

// To the centre of parameter mu, until the decrement is below `precision` or rounding keeps it from falling.
Centring centre(const Barrier& barrier, double mu, double precision, int most, Vector& x) {
  Centring result;
  while (result.steps < most) {
    ++result.steps;
    const double before = std::exchange(result.decrement, newton_step(barrier, mu, x));
    if (!std::isfinite(result.decrement) || result.decrement < precision ||
        (before < 1e-3 && result.decrement > before / 2))
      break;
  }
  return result;
}

// A point within the tolerances widened by `widening`.
Result<Vector> feasible(const Space& space, const Vector& tolerance, double widening, int& iterations) {
  const Barrier barrier(space, tolerance, true);
  Vector x = Vector::Zero(barrier.size());
  if (space.offset.size() == 0) return Vector(x.tail(space.size()));
  x(0) = 2 * (space.offset.cwiseAbs() - tolerance).cwiseMax(0).maxCoeff() + widening;
  for (double mu = x(0) / barrier.count(); x(0) > widening / 2; mu /= 8) {
    iterations += centre(barrier, mu, 0.3, 30, x).steps;
    const double gap = 2 * mu * barrier.count();
    if (x(0) - gap > widening && gap < x(0) / 20)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("no state explains what was observed: the nearest misses a probability by {:.2g}; check "
                              "the statistics, or allow that much by statistics.tolerance",
                              x(0)));
    if (mu < 1e-16)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("no state was found that explains what was observed (nearest: off by {:.2g}); a larger "
                              "statistics.tolerance helps",
                              x(0)));
  }
  return Vector(x.tail(space.size()));
}

// y of all constraints: that of the barrier, and the change that makes grad f - mu rho^-1 - sum y Gamma vanish best as
// seen from rho, where directions of little weight count little.
std::vector<double> multipliers_at(const Problem& problem, const Coordinates& basis, const Matrix& rho,
                                   const Matrix& gradient, const Vector& barrier, double mu) {
  const Spectrum spectrum(rho);
  const Matrix root = spectrum.operatorSqrt();
  const auto designs = static_cast<Index>(problem.design.size());
  Real rows(basis.size(), designs + barrier.size());
  Matrix wanted = gradient;
  for (Index i = 0; i < rows.cols(); ++i) {
    const auto& row = i < designs ? problem.design[static_cast<std::size_t>(i)]
                                  : problem.observed[static_cast<std::size_t>(i - designs)];
    rows.col(i) = basis.of(root * view(row.op) * root);
    if (i >= designs) wanted -= barrier(i - designs) * view(row.op);
  }
  const Matrix seen = root * wanted * root - mu * Matrix::Identity(rho.rows(), rho.cols());
  // First by the design alone, whose multipliers cost nothing.
  const Vector target = basis.of(seen);
  Vector y(rows.cols());
  y.head(designs) = Eigen::CompleteOrthogonalDecomposition<Real>(rows.leftCols(designs)).solve(target);
  y.tail(barrier.size()) = barrier;
  y += Eigen::CompleteOrthogonalDecomposition<Real>(rows).solve(target - rows.leftCols(designs) * y.head(designs));
  return {y.begin(), y.end()};
}

}  // namespace

double objective(const Problem& problem, const ComplexMatrix& state) {
  Space space;
  space.terms = entropy_terms(problem);
  return objective_at(space, view(state));
}

Result<Minimum> minimise(const Problem& problem, double widening) {
  const Coordinates basis(problem);
  const Space space = make_space(problem, basis);
  Vector tolerance(space.offset.size());
  for (Index i = 0; i < tolerance.size(); ++i) tolerance(i) = problem.observed[static_cast<std::size_t>(i)].tolerance;
  Minimum result;
  HERALD_TRY(Vector x, feasible(space, tolerance, widening, result.iterations));
  const Barrier barrier(space, tolerance.array() + widening, false);
  // The last point that was a centre is what counts: where rounding stops the path, its mu is the gap.
  Vector best = x;
  double best_mu = 1;
  for (double mu = 1;; mu = std::max(kLastMu, mu / 10)) {
    const bool last = mu <= kLastMu;
    const Centring centring = centre(barrier, mu, last ? 1e-9 : 0.3, 25, x);
    result.iterations += centring.steps;
    if (!(centring.decrement < 0.5)) break;
    best = x;
    best_mu = mu;
    if (last) break;
  }
  const Matrix rho = barrier.state(best);
  result.state = value_of(rho);
  result.objective = objective_at(space, rho);
  result.multipliers =
      multipliers_at(problem, basis, rho, objective_gradient(space, rho), barrier.multipliers(best, best_mu), best_mu);
  return result;
}

}  // namespace herald::prover
