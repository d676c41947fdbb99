#include "herald/proof/prover/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "herald/quantum/eigen_view.h"

namespace herald::prover {
namespace {

using Index = Eigen::Index;
using Matrix = Eigen::MatrixXcd;
using LongMatrix = Eigen::Matrix<std::complex<long double>, Eigen::Dynamic, Eigen::Dynamic>;

constexpr double kUnit = 0x1p-53;
constexpr double kSlack = 1 + 1e-9;         // above the rounding of the few operations that make up a bound
constexpr long double kLeastMode = 1e-13L;  // a direction of Alice's signals with less weight is left out, and paid for
constexpr double kLeastRank = 1e-14;        // an eigenvalue of a key operator below is left out, and paid for

template <typename M>
M hermitian_part(const M& m) {
  return (m + m.adjoint()) / typename M::Scalar(2);
}

// Upper bound on the Frobenius norm of a matrix known to `error` (same norm).
double norm_bound(const Matrix& m, double error = 0) { return (m.norm() + error) * kSlack + 1e-300; }

struct Povm {
  std::vector<Matrix> elements;
  double defect = 0;  // trace-norm distance of an element to that of an exact POVM, at most
};

// The POVM with T^-1/2 M T^-1/2 for M, T the sum of all: what the file's digits stand for.
Povm completed(std::vector<Matrix> elements) {
  const Index n = elements.front().rows();
  const auto sum = [&] {
    Matrix total = Matrix::Zero(n, n);
    for (const Matrix& element : elements) total += element;
    return total;
  };
  for (Matrix& element : elements) element = hermitian_part(element);
  for (int pass = 0; pass < 3; ++pass) {
    const Matrix excess = sum() - Matrix::Identity(n, n);
    if (excess.norm() < 1e-15) break;
    const Eigen::SelfAdjointEigenSolver<Matrix> spectrum(excess);
    const Matrix root = spectrum.eigenvectors() * (1 + spectrum.eigenvalues().array()).rsqrt().matrix().asDiagonal() *
                        spectrum.eigenvectors().adjoint();
    for (Matrix& element : elements) element = hermitian_part<Matrix>(root * element * root);
  }
  const double rounding = static_cast<double>(elements.size()) * static_cast<double>(n) * kUnit;
  const double off = norm_bound(sum() - Matrix::Identity(n, n), rounding);
  return {std::move(elements), 2 * std::sqrt(static_cast<double>(n)) * off};
}

struct Source {
  std::vector<Matrix> elements;  // Alice's POVM on the modes
  Eigen::VectorXd weights;       // her reduced state, diagonal
  std::vector<double> defects;  // trace-norm distance of the signal so prepared to the given one, times its probability
};

// Source replacement in the Schmidt basis of the average signal: P_x = p_x lambda^-1/2 (E+ rho_x E)^T lambda^-1/2.
Source replaced(const CharacterisedProtocol& protocol) {
  const Index n = static_cast<Index>(protocol.alice.front().op.rows());
  long double total = 0;
  for (const AliceOutcome& a : protocol.alice) total += a.probability;
  std::vector<LongMatrix> signals;  // p_x rho_x
  LongMatrix average = LongMatrix::Zero(n, n);
  for (const AliceOutcome& a : protocol.alice) {
    LongMatrix state = hermitian_part<LongMatrix>(view(a.op).cast<std::complex<long double>>());
    state *= std::complex<long double>(a.probability / total / state.trace().real());
    average += state;
    signals.push_back(std::move(state));
  }
  const Eigen::SelfAdjointEigenSolver<LongMatrix> spectrum(average);
  Index modes = 0;
  while (modes < n && spectrum.eigenvalues()(n - 1 - modes) > kLeastMode) ++modes;
  const LongMatrix basis = spectrum.eigenvectors().rightCols(modes);
  Source source;
  source.weights = spectrum.eigenvalues().tail(modes).cast<double>();
  const auto root = source.weights.cast<long double>().cwiseSqrt().eval();
  const auto inverse_root = root.cwiseInverse().cast<std::complex<long double>>().eval();
  for (const LongMatrix& signal : signals) {
    const LongMatrix seen = basis.adjoint() * signal * basis;
    const LongMatrix element = (inverse_root.asDiagonal() * seen * inverse_root.asDiagonal()).transpose();
    source.elements.push_back(hermitian_part<Matrix>(element.cast<std::complex<double>>()));
    const auto prepared = root.cast<std::complex<long double>>().asDiagonal() *
                          source.elements.back().cast<std::complex<long double>>().transpose() *
                          root.cast<std::complex<long double>>().asDiagonal();
    const long double inside = (LongMatrix(prepared) - seen).norm();
    const long double outside = (signal - basis * seen * basis.adjoint()).norm();
    const auto size = static_cast<double>(n);
    source.defects.push_back(kSlack * std::sqrt(size) *
                             static_cast<double>(inside + outside + 64 * n * 0x1p-63L * signal.norm()));
  }
  return source;
}

// W with W+ W = m, as many rows as m has rank.
Matrix factor(const Matrix& m) {
  const Eigen::SelfAdjointEigenSolver<Matrix> spectrum(m);
  Index rank = 0;
  while (rank < m.rows() && spectrum.eigenvalues()(m.rows() - 1 - rank) > kLeastRank) ++rank;
  return spectrum.eigenvalues().tail(rank).cwiseSqrt().asDiagonal() * spectrum.eigenvectors().rightCols(rank).adjoint();
}

// The two laboratories: operators after source replacement, and what is known of them.
struct Laboratories {
  std::vector<Matrix> alice, bob;
  double alice_defect = 0, all_alice_defects = 0, bob_defect = 0;
};

struct KeyOperators {
  std::vector<Matrix> symbols;  // of the holder, by key symbol
  Matrix other;                 // of the other, for the announcement
};

KeyOperators key_operators(const CharacterisedProtocol& protocol, const Laboratories& labs,
                           const std::pair<std::string, std::string>& kept, int symbols) {
  KeyOperators result;
  const Index a = labs.alice.front().rows(), b = labs.bob.front().rows();
  const Index holder = protocol.key_from_bob ? b : a, other = protocol.key_from_bob ? a : b;
  result.symbols.assign(static_cast<std::size_t>(symbols), Matrix::Zero(holder, holder));
  result.other = Matrix::Zero(other, other);
  const auto add = [&](bool holds, const std::optional<int>& key, const Matrix& op) {
    (holds ? result.symbols[static_cast<std::size_t>(*key)] : result.other) += op;
  };
  for (std::size_t x = 0; x < labs.alice.size(); ++x)
    if (protocol.alice[x].announces == kept.first) add(!protocol.key_from_bob, protocol.alice[x].key, labs.alice[x]);
  for (std::size_t y = 0; y < labs.bob.size(); ++y)
    if (protocol.bob[y].announces == kept.second) add(protocol.key_from_bob, protocol.bob[y].key, labs.bob[y]);
  if (protocol.key_noise > 0) {
    const double moved = protocol.key_noise / (symbols - 1);
    Matrix all = Matrix::Zero(holder, holder);
    for (const Matrix& m : result.symbols) all += m;
    for (Matrix& m : result.symbols) m = (m * (1 - protocol.key_noise - moved) + all * moved).eval();
  }
  return result;
}

void add_key_map(Problem& problem, const CharacterisedProtocol& protocol, const Laboratories& labs) {
  double defect = 0;
  for (const auto& kept : protocol.kept) {
    const KeyOperators ops = key_operators(protocol, labs, kept, problem.symbols);
    const Matrix other = factor(ops.other);
    std::vector<ComplexMatrix> blocks;
    for (const Matrix& symbol : ops.symbols) {
      const Matrix root = factor(symbol);
      const Matrix &a = protocol.key_from_bob ? other : root, &b = protocol.key_from_bob ? root : other;
      const Matrix &whole_a = protocol.key_from_bob ? ops.other : symbol,
                   &whole_b = protocol.key_from_bob ? symbol : ops.other;
      // Of ||(a (x) b)+ (a (x) b) - A (x) B||, with the rounding of products and of the sums over outcomes.
      const double norm_a = norm_bound(whole_a), norm_b = norm_bound(whole_b);
      const double off_a = norm_bound(a.adjoint() * a - whole_a), off_b = norm_bound(b.adjoint() * b - whole_b);
      const double terms = static_cast<double>(labs.alice.size() + labs.bob.size() + 4 * problem.dimension + 32);
      const double rounding = terms * kUnit * (norm_a + off_a) * (norm_b + off_b);
      defect += kSlack * (off_a * (norm_b + off_b) + norm_a * off_b + 4 * rounding);
      if (a.rows() == 0 || b.rows() == 0) continue;
      blocks.push_back(kron(value_of(a), value_of(b)));
    }
    defect += labs.bob_defect;
    if (!blocks.empty()) problem.kraus.push_back(std::move(blocks));
  }
  problem.state_defect = kSlack * (labs.all_alice_defects + defect) + (problem.trace_high - 1);
}

void add_observed(Problem& problem, const Laboratories& labs, std::span<const Observed> observed) {
  for (const Observed& o : observed) {
    Constraint row;
    row.op = ComplexMatrix(problem.dimension, problem.dimension);
    double norms = 0;
    for (const auto& [x, y] : o.pairs) {
      row.op += kron(value_of(labs.alice[x]), value_of(labs.bob[y]));
      norms += norm_bound(labs.alice[x]) * norm_bound(labs.bob[y]);
    }
    row.op_error = kSlack * static_cast<double>(o.pairs.size() + 4) * kUnit * norms;
    row.value = o.probability;
    row.tolerance =
        kSlack * (o.tolerance + static_cast<double>(o.pairs.size()) * (labs.alice_defect + labs.bob_defect));
    problem.observed.push_back(std::move(row));
  }
}

// Alice's reduced state, entry by entry, or the trace alone.
void add_design(Problem& problem, const Eigen::VectorXd* weights, std::size_t bob) {
  const ComplexMatrix identity_bob = ComplexMatrix::identity(bob);
  if (weights == nullptr) {
    problem.design.push_back({ComplexMatrix::identity(problem.dimension), 1, 0, 0});
    problem.interior = ComplexMatrix::identity(problem.dimension);
    problem.interior *= 1 / static_cast<double>(problem.dimension);
    return;
  }
  const auto modes = static_cast<std::size_t>(weights->size());
  ComplexMatrix diagonal(modes, modes);
  for (std::size_t j = 0; j < modes; ++j) {
    diagonal(j, j) = (*weights)(static_cast<Index>(j));
    for (std::size_t k = 0; k <= j; ++k) {
      for (const Complex unit : {Complex(1, 0), Complex(0, 1)}) {
        if (j == k && unit.imag() != 0) continue;
        ComplexMatrix op(modes, modes);
        op(j, k) = unit;
        op(k, j) = std::conj(unit);
        problem.design.push_back({kron(op, identity_bob), j == k ? diagonal(j, j).real() : 0, 0, 0});
      }
    }
  }
  ComplexMatrix mixed = identity_bob;
  mixed *= 1 / static_cast<double>(bob);
  problem.interior = kron(diagonal, mixed);
  const auto trace = static_cast<double>(weights->cast<long double>().sum());
  problem.trace_low = trace - 4 * kUnit;
  problem.trace_high = trace + 4 * kUnit;
}

Result<void> validate(const CharacterisedProtocol& protocol, std::span<const Observed> observed) {
  for (const Observed& o : observed) {
    if (!(o.probability >= 0 && o.probability <= 1 && o.tolerance >= 0 && o.tolerance <= 1))
      return fail(ErrorCode::invalid_argument, fmt::format("an observed probability of {} +- {} is not between 0 and 1",
                                                           o.probability, o.tolerance));
    for (const auto& [x, y] : o.pairs)
      if (x >= protocol.alice.size() || y >= protocol.bob.size())
        return fail(ErrorCode::invalid_argument, "an observation of an outcome that the protocol does not have");
  }
  return {};
}

template <typename Outcome>
std::vector<Matrix> operators_of(const std::vector<Outcome>& outcomes) {
  std::vector<Matrix> result;
  for (const Outcome& outcome : outcomes) result.emplace_back(view(outcome.op));
  return result;
}

template <typename Outcome>
void complete(std::vector<Outcome>& outcomes) {
  const Povm povm = completed(operators_of(outcomes));
  for (std::size_t i = 0; i < outcomes.size(); ++i) outcomes[i].op = value_of(povm.elements[i]);
}

}  // namespace

Result<Problem> make_problem(const CharacterisedProtocol& protocol, std::span<const Observed> observed) {
  HERALD_TRY_VOID(herald::validate(protocol));
  HERALD_TRY_VOID(validate(protocol, observed));
  Laboratories labs;
  Povm bob = completed(operators_of(protocol.bob));
  labs.bob = std::move(bob.elements);
  labs.bob_defect = bob.defect;
  std::optional<Source> source;
  if (protocol.entangled) {
    Povm alice = completed(operators_of(protocol.alice));
    labs.alice = std::move(alice.elements);
    labs.alice_defect = alice.defect;
    labs.all_alice_defects = alice.defect * static_cast<double>(labs.alice.size());
  } else {
    source = replaced(protocol);
    labs.alice = source->elements;
    for (const double defect : source->defects) {
      labs.alice_defect = std::max(labs.alice_defect, defect);
      labs.all_alice_defects += defect;
    }
  }
  Problem problem;
  const auto a = static_cast<std::size_t>(labs.alice.front().rows());
  const auto b = static_cast<std::size_t>(labs.bob.front().rows());
  problem.dimension = a * b;
  problem.symbols = key_symbols(protocol);
  if (labs.alice_defect > 1e-6)
    return fail(ErrorCode::invalid_argument,
                "the signals are so nearly dependent that rounding hides what Eve learns; leave out directions of "
                "negligible weight");
  constexpr std::size_t kMostDimensions = 64, kMostNumbers = std::size_t{1} << 24;
  if (problem.dimension > kMostDimensions ||
      (observed.size() + a * a) * problem.dimension * problem.dimension > kMostNumbers)
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("a joint state of {} x {} dimensions with {} observed figures is too large; possible are {} "
                    "dimensions in all: truncate, or sum outcomes",
                    a, b, observed.size(), kMostDimensions));
  add_design(problem, source ? &source->weights : nullptr, b);
  add_key_map(problem, protocol, labs);
  add_observed(problem, labs, observed);
  return problem;
}

CharacterisedProtocol normalised(const CharacterisedProtocol& protocol) {
  CharacterisedProtocol result = protocol;
  complete(result.bob);
  if (result.entangled) {
    complete(result.alice);
    return result;
  }
  double total = 0;
  for (const AliceOutcome& a : result.alice) total += a.probability;
  for (AliceOutcome& a : result.alice) {
    a.probability /= total;
    const Matrix state = hermitian_part<Matrix>(view(a.op));
    a.op = value_of(state / state.trace().real());
  }
  return result;
}

}  // namespace herald::prover
