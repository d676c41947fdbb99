#include "herald/protocol/commitment/attack.h"

#include <fmt/format.h>

#include <cmath>

#include "herald/quantum/eigen_view.h"

namespace herald {
namespace {

double length(std::span<const Complex> vector) {
  double sum = 0;
  for (const Complex& x : vector) sum += std::norm(x);
  return std::sqrt(sum);
}

// (U (x) 1) psi.
Amplitudes on_a(const ComplexMatrix& u, std::span<const Complex> psi, std::size_t dimension_b) {
  Amplitudes result(psi.size());
  for (std::size_t row = 0; row < u.rows(); ++row)
    for (std::size_t a = 0; a < u.columns(); ++a)
      for (std::size_t b = 0; b < dimension_b; ++b)
        result[row * dimension_b + b] += u(row, a) * psi[a * dimension_b + b];
  return result;
}

}  // namespace

Result<CommitmentAttack> attack_commitment(const CommittedStates& states) {
  const auto& [dimension_a, dimension_b, psi] = states;
  for (const Amplitudes& state : psi) {
    if (dimension_a == 0 || dimension_b == 0 || state.size() / dimension_b != dimension_a ||
        state.size() % dimension_b != 0)
      return fail(ErrorCode::invalid_argument, fmt::format("{} amplitudes for a state of dimension {} x {}",
                                                           state.size(), dimension_a, dimension_b));
    if (!(std::abs(length(state) - 1) < 1e-9))
      return fail(ErrorCode::invalid_argument, fmt::format("a state of length {}", length(state)));
  }
  CommitmentAttack attack;
  attack.rotation = uhlmann_rotation(psi[0], psi[1], dimension_a, dimension_b);
  attack.superposition = on_a(attack.rotation.adjoint(), psi[1], dimension_b);
  for (std::size_t i = 0; i < psi[0].size(); ++i) attack.superposition[i] += psi[0][i];
  const double norm = length(attack.superposition);
  for (Complex& x : attack.superposition) x /= norm;

  const ComplexMatrix says_zero =
      discriminate(reduced_to_b(psi[0], dimension_a, dimension_b), reduced_to_b(psi[1], dimension_a, dimension_b)).rho;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXcd> spectrum(view(says_zero));
  attack.reading = value_of(spectrum.eigenvectors().adjoint());
  while (attack.ones < dimension_b && spectrum.eigenvalues()(static_cast<Eigen::Index>(attack.ones)) < 0.5)
    ++attack.ones;
  return attack;
}

ComplexMatrix unprepare(std::span<const Complex> vector) {
  const std::size_t n = vector.size();
  HERALD_CHECK(n > 0 && std::abs(length(vector) - 1) < 1e-9);
  // The mirror between it and the first axis, the phase chosen so that nothing cancels.
  const Complex phase = std::abs(vector[0]) > 0 ? vector[0] / std::abs(vector[0]) : Complex(1);
  Amplitudes mirror(vector.begin(), vector.end());
  mirror[0] += phase;
  const double square = 2 * (1 + std::abs(vector[0]));
  ComplexMatrix reflection = ComplexMatrix::identity(n);
  for (std::size_t j = 0; j < n; ++j)
    for (std::size_t k = 0; k < n; ++k) reflection(j, k) -= 2.0 / square * mirror[j] * std::conj(mirror[k]);
  return reflection;
}

}  // namespace herald
