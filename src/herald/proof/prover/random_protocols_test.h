#pragma once
// Random protocols and channels, and an evaluation of Eve's ignorance that shares nothing with the prover.

#include <cmath>
#include <random>

#include "herald/proof/prover/standard_protocols.h"
#include "herald/quantum/eigen_view.h"

namespace herald::prover_test {

using Matrix = Eigen::MatrixXcd;

class RandomProtocols {
 public:
  explicit RandomProtocols(std::uint64_t seed) : m_engine(seed) {}

  Matrix gaussian(Eigen::Index rows, Eigen::Index columns, bool real = false) {
    Matrix m(rows, columns);
    for (Complex& entry : m.reshaped()) entry = {m_normal(m_engine), real ? 0.0 : m_normal(m_engine)};
    return m;
  }
  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(m_engine); }
  double uniform() { return std::uniform_real_distribution<double>(0, 1)(m_engine); }

  ComplexMatrix state(Eigen::Index n, Eigen::Index rank) {
    const Matrix g = gaussian(n, rank);
    const Matrix rho = g * g.adjoint();
    return value_of(rho / rho.trace());
  }
  std::vector<ComplexMatrix> povm(Eigen::Index n, std::size_t count) {
    std::vector<Matrix> elements;
    Matrix sum = Matrix::Zero(n, n);
    for (std::size_t i = 0; i < count; ++i) {
      const Matrix g = gaussian(n, 1 + static_cast<Eigen::Index>(below(static_cast<std::size_t>(n))));
      sum += elements.emplace_back(g * g.adjoint());
    }
    // Wide enough together, or completed by one more.
    if (Eigen::SelfAdjointEigenSolver<Matrix>(sum).eigenvalues()(0) < 1e-3)
      sum += elements.emplace_back(Matrix::Identity(n, n));
    const Matrix root = Eigen::SelfAdjointEigenSolver<Matrix>(sum).operatorInverseSqrt();
    std::vector<ComplexMatrix> result;
    for (const Matrix& m : elements) result.push_back(value_of(root * m * root));
    return result;
  }
  KrausChannel channel(Eigen::Index from, Eigen::Index to, std::size_t count) {
    std::vector<Matrix> kraus;
    Matrix sum = Matrix::Zero(from, from);
    for (std::size_t i = 0; i < count; ++i) {
      const Matrix& k = kraus.emplace_back(gaussian(to, from));
      sum += k.adjoint() * k;
    }
    const Matrix root = Eigen::SelfAdjointEigenSolver<Matrix>(sum).operatorInverseSqrt();
    KrausChannel result;
    for (const Matrix& k : kraus) result.push_back(value_of(k * root));
    return result;
  }
  // Announcements "0" and "1" at random, key bits at random.
  CharacterisedProtocol protocol(Eigen::Index sent, Eigen::Index received) {
    CharacterisedProtocol p;
    double total = 0;
    const std::size_t signals = 2 + below(3);
    for (std::size_t x = 0; x < signals; ++x) {
      const double weight = 0.2 + uniform();
      total += weight;
      const Eigen::Index rank = below(3) == 0 ? sent : 1;
      p.alice.push_back({std::to_string(x), state(sent, rank), weight, x < 2 ? "0" : std::to_string(below(2)),
                         static_cast<int>(x < 2 ? x : below(2))});
    }
    for (AliceOutcome& a : p.alice) a.probability /= total;
    for (ComplexMatrix& effect : povm(received, 2 + below(3)))
      p.bob.push_back(
          {std::to_string(p.bob.size()), std::move(effect), std::to_string(below(2)), static_cast<int>(below(2))});
    p.bob.front().announces = "0";
    p.bob.front().key = 0;
    p.kept = {{"0", "0"}};
    const auto announced = [](const auto& outcomes, const std::string& what) {
      return std::ranges::any_of(outcomes, [&](const auto& o) { return o.announces == what; });
    };
    if (announced(p.alice, "1") && announced(p.bob, "1")) p.kept.emplace_back("1", "1");
    return p;
  }

 private:
  std::mt19937_64 m_engine;
  std::normal_distribution<double> m_normal;
};

inline double entropy(const Matrix& rho) {
  const Eigen::VectorXd values = Eigen::SelfAdjointEigenSolver<Matrix>(rho, Eigen::EigenvaluesOnly).eigenvalues();
  double sum = 0;
  for (const double x : values)
    if (x > 1e-18) sum -= x * std::log2(x);
  return sum;
}

// H(Z|E, announcements) when Eve did nothing but what the channel does: Alice keeps |x>, Eve has the purification of
// all.
inline double ignorance(const CharacterisedProtocol& p, const KrausChannel& channel) {
  // Eve's environment: the Kraus index; E_xy = conditional state of hers, for Alice's signal x and Bob's effect y.
  const auto eve = [&](const AliceOutcome& a, const BobOutcome& b) {
    const auto size = static_cast<Eigen::Index>(channel.size());
    Matrix result(size, size);
    for (Eigen::Index k = 0; k < size; ++k)
      for (Eigen::Index l = 0; l < size; ++l)
        result(k, l) = a.probability * (view(channel[static_cast<std::size_t>(k)]) * view(a.op) *
                                        view(channel[static_cast<std::size_t>(l)]).adjoint() * view(b.op))
                                           .trace();
    return result;
  };
  double sum = 0;
  for (const auto& [announced_a, announced_b] : p.kept) {
    std::vector<Matrix> by_key(
        2, Matrix::Zero(static_cast<Eigen::Index>(channel.size()), static_cast<Eigen::Index>(channel.size())));
    for (const AliceOutcome& a : p.alice)
      for (const BobOutcome& b : p.bob)
        if (a.announces == announced_a && b.announces == announced_b)
          by_key[static_cast<std::size_t>(p.key_from_bob ? *b.key : *a.key)] += eve(a, b);
    sum += entropy(by_key[0]) + entropy(by_key[1]) - entropy(by_key[0] + by_key[1]);
  }
  return sum;
}

}  // namespace herald::prover_test
