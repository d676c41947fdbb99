#include "herald/cheating/optimal.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "herald/cheating/arguments.h"
#include "herald/cheating/coin_flip_strong.h"
#include "herald/quantum/eigen_view.h"

namespace herald {
namespace {

using Matrix = Eigen::MatrixXcd;
using Eigen::Index;

Result<void> validate(const CommitmentStates& commitment) {
  for (const Amplitudes& state : commitment.committed) {
    if (commitment.dimension_a == 0 || state.size() != commitment.dimension_a * commitment.dimension_b)
      return fail(ErrorCode::invalid_argument, "a committed state has not the size of A times B");
    double norm = 0;
    for (const Complex& amplitude : state) norm += std::norm(amplitude);
    if (!(std::abs(norm - 1) < 1e-9))
      return fail(ErrorCode::invalid_argument, fmt::format("a committed state has the norm {}, not 1", norm));
  }
  return {};
}

// (u (x) 1) state.
Amplitudes applied_to_a(const ComplexMatrix& u, const Amplitudes& state, std::size_t dimension_b) {
  Amplitudes result(state.size());
  for (std::size_t row = 0; row < u.rows(); ++row)
    for (std::size_t column = 0; column < u.columns(); ++column)
      for (std::size_t b = 0; b < dimension_b; ++b)
        result[row * dimension_b + b] += u(row, column) * state[column * dimension_b + b];
  return result;
}

Complex product(const Amplitudes& a, const Amplitudes& b) {
  Complex sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::conj(a[i]) * b[i];
  return sum;
}

void set_success(OpeningAttack& attack, const CommitmentStates& commitment) {
  for (std::size_t bit : {0U, 1U})
    attack.success[bit] = std::norm(
        product(commitment.committed[bit], applied_to_a(attack.open[bit], attack.state, commitment.dimension_b)));
}

}  // namespace

Result<Discrimination> best_guess(const CommitmentStates& commitment) {
  HERALD_TRY_VOID(validate(commitment));
  const auto seen = [&](std::size_t bit) {
    return reduced_to_b(commitment.committed[bit], commitment.dimension_a, commitment.dimension_b);
  };
  return discriminate(seen(0), seen(1));
}

Result<OpeningAttack> opening_by_rotation(const CommitmentStates& commitment) {
  HERALD_TRY_VOID(validate(commitment));
  OpeningAttack attack{commitment.committed[0],
                       {ComplexMatrix::identity(commitment.dimension_a),
                        uhlmann_rotation(commitment.committed[0], commitment.committed[1], commitment.dimension_a,
                                         commitment.dimension_b)},
                       {}};
  set_success(attack, commitment);
  return attack;
}

Result<OpeningAttack> opening_by_superposition(const CommitmentStates& commitment) {
  HERALD_TRY(OpeningAttack attack, opening_by_rotation(commitment));
  // psi_0 and U+ psi_1, with the phase that makes their product F >= 0.
  Amplitudes other = applied_to_a(attack.open[1].adjoint(), commitment.committed[1], commitment.dimension_b);
  const Complex overlap = product(other, attack.state);
  const Complex phase = std::abs(overlap) > 0 ? overlap / std::abs(overlap) : 1;
  double norm = 0;
  for (std::size_t i = 0; i < other.size(); ++i) {
    attack.state[i] += phase * other[i];
    norm += std::norm(attack.state[i]);
  }
  for (Complex& amplitude : attack.state) amplitude /= std::sqrt(norm);
  set_success(attack, commitment);
  return attack;
}

Result<BestState> best_state(std::span<const ProductTest> tests) {
  constexpr std::size_t kMostQubits = 9;
  const std::size_t qubits = tests.empty() ? 0 : tests.front().passes.size();
  HERALD_TRY_VOID(permitted("a number of qubits", static_cast<double>(qubits), 1, kMostQubits));
  Matrix mean = Matrix::Zero(Index{1} << qubits, Index{1} << qubits);
  for (const ProductTest& test : tests) {
    HERALD_TRY_VOID(permitted("a test's probability", test.probability, 0, 1));
    if (test.passes.size() != qubits)
      return fail(ErrorCode::invalid_argument, "the tests are not of equally many qubits");
    ComplexMatrix all = ComplexMatrix::identity(1);
    for (const ComplexMatrix& one : test.passes) {
      if (one.rows() != 2 || one.columns() != 2 || !is_finite(one) || asymmetry(one) > 1e-12)
        return fail(ErrorCode::invalid_argument, "a test's operator is not a Hermitian one of a qubit");
      all = kron(one, all);
    }
    mean += test.probability * view(all);
  }
  const Eigen::SelfAdjointEigenSolver<Matrix> spectrum(mean);
  const auto best = spectrum.eigenvectors().col(mean.cols() - 1);
  return BestState{spectrum.eigenvalues()(mean.cols() - 1), Amplitudes(best.begin(), best.end())};
}

namespace {

// The projector on |0> or |+>.
ComplexMatrix bit_is_zero(bool in_x) {
  const double s = 1 / std::numbers::sqrt2;
  return ComplexMatrix::projector(in_x ? Amplitudes{s, s} : Amplitudes{1, 0});
}
ComplexMatrix mean(ComplexMatrix a, const ComplexMatrix& b) {
  a += b;
  a *= 0.5;
  return a;
}

}  // namespace

std::vector<ProductTest> coin_flip_bb84_tests(std::size_t photons) {
  std::vector<ProductTest> tests;
  for (const bool in_x : {false, true})
    tests.push_back({0.5, std::vector(photons, mean(bit_is_zero(in_x), ComplexMatrix::identity(2)))});
  return tests;
}

std::vector<ProductTest> both_strings_tests(std::size_t photons, double length) {
  const double hit = std::exp2(-length);
  std::vector<ProductTest> tests = coin_flip_bb84_tests(photons);
  for (ProductTest& test : tests) test.probability = hit * (1 - hit);
  tests.push_back({(1 - hit) * (1 - hit), std::vector(photons, mean(bit_is_zero(false), bit_is_zero(true)))});
  tests.push_back({hit * hit, std::vector(photons, ComplexMatrix::identity(2))});
  return tests;
}

namespace {

// V (rho) V+ traced over the outgoing message.
Matrix memory_after(const Matrix& isometry, const Matrix& rho, Index outgoing) {
  const Matrix all = isometry * rho * isometry.adjoint();
  const Index memory = all.rows() / outgoing;
  Matrix result(memory, memory);
  for (Index j = 0; j < memory; ++j)
    for (Index i = 0; i < memory; ++i) result(i, j) = all.block(i * outgoing, j * outgoing, outgoing, outgoing).trace();
  return result;
}

// w (x) 1 of a message.
Matrix with_message(const Matrix& w, Index message) {
  Matrix result = Matrix::Zero(w.rows() * message, w.cols() * message);
  for (Index j = 0; j < w.cols(); ++j)
    for (Index i = 0; i < w.rows(); ++i)
      result.block(i * message, j * message, message, message).diagonal().setConstant(w(i, j));
  return result;
}

// The columns span the support.
Matrix support(const Matrix& state) {
  const Eigen::SelfAdjointEigenSolver<Matrix> spectrum(state);
  const Index empty = (spectrum.eigenvalues().array() < 1e-12).count();
  return spectrum.eigenvectors().rightCols(state.cols() - empty);
}

// E_k of an orthogonal basis of the Hermitian matrices of that size.
std::vector<Matrix> hermitian_basis(Index size) {
  std::vector<Matrix> basis;
  for (Index j = 0; j < size; ++j) {
    for (Index i = 0; i <= j; ++i) {
      Matrix m = Matrix::Zero(size, size);
      m(i, j) = m(j, i) = 1;
      basis.push_back(m);
      if (i == j) continue;
      m(i, j) = Complex(0, 1);
      m(j, i) = Complex(0, -1);
      basis.push_back(m);
    }
  }
  return basis;
}

Result<void> validate(const HonestParty& honest) {
  const auto wrong = [](std::size_t step) {
    return fail(ErrorCode::invalid_argument, fmt::format("step {} is not an isometry of its sizes", step));
  };
  std::size_t memory = 1;
  for (std::size_t k = 0; k < honest.steps.size(); ++k) {
    const auto& [isometry, incoming, outgoing] = honest.steps[k];
    if (outgoing == 0 || incoming == 0 || isometry.columns() != memory * incoming || isometry.rows() % outgoing != 0 ||
        !is_finite(isometry))
      return wrong(k);
    const Matrix gram = view(isometry).adjoint() * view(isometry);
    if (!gram.isIdentity(1e-9)) return wrong(k);
    memory = isometry.rows() / outgoing;
  }
  if (honest.steps.empty() || honest.outcome.rows() != memory || honest.outcome.columns() != memory ||
      !is_finite(honest.outcome) || asymmetry(honest.outcome) > 1e-12)
    return fail(ErrorCode::invalid_argument, "the outcome is not a Hermitian operator on the last memory");
  return {};
}

}  // namespace

// Memories are cut down to what can be occupied, so that the program has an interior: whatever the cheater sends lies
// in the support of what the maximally mixed messages make.
Result<SemidefiniteBounds> optimal_cheat(const HonestParty& honest) {
  HERALD_TRY_VOID(validate(honest));
  SemidefiniteProgram program;
  Matrix memory = Matrix::Identity(1, 1), occupied = memory;
  Matrix before;   // the step that made the memory, from (memory, incoming) to (memory', outgoing)
  Index left = 1;  // outgoing of that step
  for (const HonestStep& step : honest.steps) {
    const auto incoming = static_cast<Index>(step.incoming), outgoing = static_cast<Index>(step.outgoing);
    const Matrix start = with_message(memory, incoming) / static_cast<double>(incoming);
    program.blocks.push_back(
        {ComplexMatrix(static_cast<std::size_t>(start.rows()), static_cast<std::size_t>(start.rows())), value_of(start),
         1});
    const std::size_t block = program.blocks.size() - 1;
    for (const Matrix& e : hermitian_basis(memory.rows())) {
      auto& functional = program.functionals.emplace_back();
      functional.push_back({block, value_of(with_message(e, incoming))});
      if (block == 0) continue;
      Matrix earlier = before.adjoint() * with_message(e, left) * before;
      earlier = -(earlier + earlier.adjoint().eval()) / 2;
      functional.push_back({block - 1, value_of(earlier)});
    }
    // The step on what can be occupied.
    const Matrix isometry = view(step.isometry) * with_message(occupied, incoming);
    const Matrix reached = memory_after(isometry, start, outgoing);
    occupied = support(reached);
    before = with_message(occupied, outgoing).adjoint() * isometry;
    memory = occupied.adjoint() * reached * occupied;
    left = outgoing;
  }
  Matrix wanted = occupied.adjoint() * view(honest.outcome) * occupied;
  wanted = before.adjoint() * with_message(wanted, left) * before;
  program.blocks.back().objective = value_of((wanted + wanted.adjoint()) / 2);
  return solve(program);
}

namespace {

ComplexMatrix zeros(std::size_t rows, std::size_t columns) { return {rows, columns}; }

}  // namespace

// Memory (a, sign) -> (a, sign, b), messages t (3), b (2), then (a, sign). The coin is a + b.
HonestParty ambainis_alice() {
  HonestParty alice;
  ComplexMatrix first = zeros(4 * 3, 1), second = zeros(8 * 4, 8);
  for (std::size_t a : {0U, 1U}) {
    for (std::size_t sign : {0U, 1U}) {
      const std::size_t memory = 2 * a + sign;
      first(memory * 3, 0) = std::sqrt(0.125);
      first(memory * 3 + a + 1, 0) = sign == 0 ? std::sqrt(0.125) : -std::sqrt(0.125);
      for (std::size_t b : {0U, 1U}) second((2 * memory + b) * 4 + memory, 2 * memory + b) = 1;
    }
  }
  alice.steps = {{first, 1, 3}, {second, 2, 4}};
  alice.outcome = zeros(8, 8);
  for (std::size_t memory = 0; memory < 8; ++memory)
    if (((memory >> 2) ^ memory) % 2 == 0) alice.outcome(memory, memory) = 1;
  return alice;
}

// Memory (t, b) -> (t, b, a, sign).
HonestParty ambainis_bob() {
  HonestParty bob;
  ComplexMatrix first = zeros(6 * 2, 3);
  for (std::size_t t = 0; t < 3; ++t)
    for (std::size_t b : {0U, 1U}) first((2 * t + b) * 2 + b, t) = 1 / std::numbers::sqrt2;
  bob.steps = {{first, 3, 2}, {ComplexMatrix::identity(24), 4, 1}};
  bob.outcome = zeros(24, 24);
  for (std::size_t a : {0U, 1U}) {
    for (std::size_t sign : {0U, 1U}) {
      Amplitudes state(3);
      state[0] = 1 / std::numbers::sqrt2;
      state[a + 1] = (sign == 0 ? 1 : -1) / std::numbers::sqrt2;
      for (std::size_t t = 0; t < 3; ++t)
        for (std::size_t u = 0; u < 3; ++u)
          bob.outcome((2 * t + a) * 4 + 2 * a + sign, (2 * u + a) * 4 + 2 * a + sign) = state[t] * std::conj(state[u]);
    }
  }
  return bob;
}

// Memory (basis, bit) -> (basis, bit, b), messages a qubit, b, then (basis, bit). The coin is bit + b.
Result<HonestParty> loss_tolerant_alice(double y) {
  HERALD_TRY_VOID(loss_tolerant(y));
  HonestParty alice;
  ComplexMatrix first = zeros(4 * 2, 1), second = zeros(8 * 4, 8);
  for (std::size_t memory = 0; memory < 4; ++memory) {
    const Amplitudes state = loss_tolerant_state(y, memory / 2 == 1, memory % 2 == 1);
    for (std::size_t t : {0U, 1U}) first(memory * 2 + t, 0) = state[t] / 2.0;
    for (std::size_t b : {0U, 1U}) second((2 * memory + b) * 4 + memory, 2 * memory + b) = 1;
  }
  alice.steps = {{first, 1, 2}, {second, 2, 4}};
  alice.outcome = zeros(8, 8);
  for (std::size_t memory = 0; memory < 8; ++memory)
    if (((memory >> 1) ^ memory) % 2 == 0) alice.outcome(memory, memory) = 1;
  return alice;
}

// Memory (qubit, b) -> (qubit, b, basis, bit). Half of the time Bob measured in the other basis and compares nothing.
Result<HonestParty> loss_tolerant_bob(double y) {
  HERALD_TRY_VOID(loss_tolerant(y));
  HonestParty bob;
  ComplexMatrix first = zeros(4 * 2, 2);
  for (std::size_t t : {0U, 1U})
    for (std::size_t b : {0U, 1U}) first((2 * t + b) * 2 + b, t) = 1 / std::numbers::sqrt2;
  bob.steps = {{first, 2, 2}, {ComplexMatrix::identity(16), 4, 1}};
  bob.outcome = zeros(16, 16);
  for (std::size_t opened = 0; opened < 4; ++opened) {
    const std::size_t bit = opened % 2;
    const Amplitudes state = loss_tolerant_state(y, opened / 2 == 1, bit == 1);
    for (std::size_t t : {0U, 1U})
      for (std::size_t u : {0U, 1U})
        bob.outcome((2 * t + bit) * 4 + opened, (2 * u + bit) * 4 + opened) =
            (t == u ? 0.5 : 0) + state[t] * std::conj(state[u]) / 2.0;
  }
  return bob;
}

// Memory: which state, then both notes beside it.
HonestParty bank(std::span<const Amplitudes> states) {
  HERALD_CHECK(!states.empty());
  const std::size_t count = states.size(), d = states.front().size(), notes = d * d;
  HonestParty result;
  ComplexMatrix first = zeros(count * d, 1);
  result.outcome = zeros(count * notes, count * notes);
  for (std::size_t k = 0; k < count; ++k) {
    for (std::size_t i = 0; i < d; ++i) first(k * d + i, 0) = states[k][i] / std::sqrt(static_cast<double>(count));
    const ComplexMatrix one = ComplexMatrix::projector(states[k]);
    const ComplexMatrix both = kron(one, one);
    for (std::size_t i = 0; i < notes; ++i)
      for (std::size_t j = 0; j < notes; ++j) result.outcome(k * notes + i, k * notes + j) = both(i, j);
  }
  result.steps = {{first, 1, d}, {ComplexMatrix::identity(count * notes), notes, 1}};
  return result;
}

}  // namespace herald
