#include "herald/cheating/money.h"

#include <Eigen/Eigenvalues>
#include <cmath>
#include <numbers>

#include "herald/cheating/arguments.h"

namespace herald {
namespace {

Result<double> power(double base, double photons) {
  HERALD_TRY_VOID(permitted("a number of photons", photons, 0, kMostCounted));
  return std::pow(base, photons);
}

}  // namespace

Result<double> counterfeit_optimal(double photons) { return power(0.75, photons); }
Result<double> counterfeit_measure_resend(double photons) { return power(0.625, photons); }
Result<double> counterfeit_classical_verification(double photons) {
  return power(0.75 + std::numbers::sqrt2 / 8, photons);
}

KrausChannel optimal_cloner() {
  KrausChannel cloner(2, ComplexMatrix(4, 2));
  const double unit = 1 / std::sqrt(12.0);
  cloner[0](0, 0) = cloner[1](3, 1) = 3 * unit;
  cloner[0](1, 1) = cloner[0](2, 1) = cloner[0](3, 0) = unit;
  cloner[1](0, 1) = cloner[1](1, 0) = cloner[1](2, 0) = unit;
  return cloner;
}

double counterfeit_success(const KrausChannel& cloner, std::span<const Amplitudes> states) {
  double success = 0;
  for (const Amplitudes& state : states) {
    const ComplexMatrix one = ComplexMatrix::projector(state);
    success += trace_product(kron(one, one), applied(cloner, one));
  }
  return success / static_cast<double>(states.size());
}

double counterfeit_bound(std::span<const Amplitudes> states) {
  HERALD_CHECK(!states.empty());
  const std::size_t d = states.front().size();
  const auto size = static_cast<Eigen::Index>(d * d * d);
  Eigen::MatrixXcd q = Eigen::MatrixXcd::Zero(size, size);
  for (const Amplitudes& state : states) {
    Eigen::VectorXcd three(size);
    for (std::size_t i = 0; i < d * d * d; ++i)
      three(static_cast<Eigen::Index>(i)) = state[i / (d * d)] * state[i / d % d] * std::conj(state[i % d]);
    q += three * three.adjoint() / static_cast<double>(states.size());
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXcd> spectrum(q, Eigen::EigenvaluesOnly);
  return static_cast<double>(d) * spectrum.eigenvalues().maxCoeff();
}

std::vector<Amplitudes> wiesner_states() {
  const double s = 1 / std::numbers::sqrt2;
  return {{1, 0}, {0, 1}, {s, s}, {s, -s}};
}

std::vector<Amplitudes> six_states() {
  const double s = 1 / std::numbers::sqrt2;
  auto states = wiesner_states();
  states.push_back({s, Complex(0, s)});
  states.push_back({s, Complex(0, -s)});
  return states;
}

namespace {

constexpr Assumption kAssumptions[] = {
    {"secret-description", "The bank alone knows the basis and bit of each photon; the counterfeiter has one note."},
    {"bank-says-once",
     "The bank does not give a note back after refusing it, nor test the same note again and again."}};
constexpr PublishedPoint kPoints[] = {
    {"20 photons, optimal", "theory sheet 11, independent script", 3.171212e-3, 2e-7,
     [] { return counterfeit_optimal(20).value_or(-1); }},
    {"1 photon, the explicit map", "Molina, Vidick, Watrous 2012, theorem 1", 0.75, 1e-14,
     [] { return counterfeit_success(optimal_cloner(), wiesner_states()); }},
    {"1 photon, the dual bound", "Molina, Vidick, Watrous 2012, theorem 1", 0.75, 1e-14,
     [] { return counterfeit_bound(wiesner_states()); }},
    {"1 photon of six states, the dual bound", "Molina, Vidick, Watrous 2012", 2.0 / 3, 1e-14,
     [] { return counterfeit_bound(six_states()); }},
    {"20 photons, measured and sent again", "theory sheet 11, independent script", 8.2718e-5, 1e-5,
     [] { return counterfeit_measure_resend(20).value_or(-1); }},
    {"1 photon, classical verification", "theory sheet 11, independent script", 0.92677670, 1e-8,
     [] { return counterfeit_classical_verification(1).value_or(-1); }}};

}  // namespace

const CheatingTheorem& money_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "money",
      .title = "Counterfeiting Wiesner's money",
      .protocol = "money",
      .paper = "Wiesner, SIGACT News 15, 78 (1983); Molina, Vidick, Watrous, TQC 2012, arXiv 1202.4010",
      .equations = "theorem 1 of Molina, Vidick and Watrous, its map and its dual point |Q| 1, computed",
      .statement =
          "two notes out of one both pass with probability (3/4)^n at best, (5/8)^n by measuring, "
          "(3/4 + sqrt 2/8)^n where the bank takes outcomes instead of photons",
      .parameters = "n, photons in a note",
      .unsettled = {},
      .assumptions = kAssumptions,
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
