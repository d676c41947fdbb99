#include "herald/cheating/two_bases.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <vector>

#include "herald/base/tail_bounds.h"
#include "herald/cheating/arguments.h"
#include "herald/cheating/coin_flip_bb84.h"

namespace herald {
namespace {

using Matrix = Eigen::MatrixXd;
using Eigen::Index;

constexpr double kMostPhotons = 200;

// The probability that a string with `wrong` wrong ones among `photons` passes.
double passes_with(Index wrong, Index photons, double tolerated) {
  const auto w = static_cast<double>(wrong);
  const Index right = photons - wrong;
  // That so many right ones are tested, or more.
  std::vector<double> or_more(static_cast<std::size_t>(right) + 2);
  for (Index k = right; k >= 0; --k) {
    const auto at = static_cast<std::size_t>(k);
    or_more[at] = or_more[at + 1] + std::exp(binomial_log_pmf(static_cast<double>(right), 0.5, static_cast<double>(k)));
  }
  // The more wrong ones are tested, the more right ones it takes.
  double pass = 0;
  std::size_t needed = 0;
  for (double seen = 0; seen <= w; ++seen) {
    while (needed + 1 < or_more.size() && seen > tolerated * (seen + static_cast<double>(needed))) ++needed;
    pass += std::exp(binomial_log_pmf(w, 0.5, seen)) * or_more[needed];
  }
  return std::min(pass, 1.0);
}

// In the space of a spin j = twice/2: the test in z is a function of J_z, the one in x the same function of J_x.
double largest_of_spin(Index twice, Index photons, const std::vector<double>& pass) {
  const Index levels = twice + 1;
  const double j = static_cast<double>(twice) / 2;
  Matrix x = Matrix::Zero(levels, levels), z = x;
  for (Index k = 0; k < levels; ++k) {
    const double m = j - static_cast<double>(k);
    if (k + 1 < levels) x(k, k + 1) = x(k + 1, k) = std::sqrt(j * (j + 1) - m * (m - 1)) / 2;
    z(k, k) = pass[static_cast<std::size_t>((photons - twice) / 2 + k)];
  }
  // Eigenvalues rise from -j.
  const Eigen::SelfAdjointEigenSolver<Matrix> spin(x);
  Matrix turned = spin.eigenvectors();
  for (Index k = 0; k < levels; ++k) turned.col(levels - 1 - k) *= z(k, k);
  const Matrix mean = (z + turned * spin.eigenvectors().transpose()) / 2;
  const Eigen::SelfAdjointEigenSolver<Matrix> spectrum((mean + mean.transpose()) / 2, Eigen::EigenvaluesOnly);
  return spectrum.eigenvalues()(levels - 1);
}

}  // namespace

Result<double> best_in_either_basis(std::int64_t photons, double tolerated) {
  return best_in_either_basis(photons, photons, tolerated);
}

Result<double> best_in_either_basis(std::int64_t fewest, std::int64_t most, double tolerated) {
  HERALD_TRY_VOID(permitted("a number of photons", static_cast<double>(most), 1, kMostPhotons));
  HERALD_TRY_VOID(permitted("a least number of photons", static_cast<double>(fewest), 1, static_cast<double>(most)));
  HERALD_TRY_VOID(permitted("a tolerated share of errors", tolerated, 0, 1));
  double best = 0;
  for (Index photons = fewest; photons <= most; ++photons) {
    std::vector<double> pass;
    for (Index wrong = 0; wrong <= photons; ++wrong) pass.push_back(passes_with(wrong, photons, tolerated));
    // A smaller spin has at least (photons - twice)/2 wrong in either basis, and passes no better than that many do.
    for (Index twice = photons; twice >= 0 && pass[static_cast<std::size_t>((photons - twice) / 2)] > best; twice -= 2)
      best = std::max(best, largest_of_spin(twice, photons, pass));
  }
  return std::min(best, 1.0);
}

namespace {

constexpr Assumption kAssumptions[] = {
    {"single-photons", "Bob's apparatus measures one photon a pulse, in a basis of his own choice."},
    {"no-memory", "The reader measures before the basis, or the bit that is asked for, is known."}};
constexpr PublishedPoint kPoints[] = {
    {"1 photon: (1 + cos^2(pi/8))/2", "exact", 0.9267766952966369, 1e-14,
     [] { return best_in_either_basis(1, 0).value_or(-1); }},
    {"7 photons", "our eigenvalue of the whole space of 128 dimensions (best_state)", 0.626061, 1e-6,
     [] { return best_in_either_basis(7, 0).value_or(-1); }},
    {"1 photon, all errors tolerated", "exact", 1, 1e-14, [] { return best_in_either_basis(1, 1).value_or(-1); }}};

}  // namespace

const CheatingTheorem& two_bases_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "two-bases",
      .title = "A string that must pass in whichever of two bases is asked for, with losses and errors",
      .protocol = "coin-flip, commit-relativistic",
      .paper = "our derivation, docs/theory/mistrust.md",
      .equations = "the largest eigenvalue of (a(n/2 - J_z) + a(n/2 - J_x))/2, over all spins",
      .statement =
          "without a memory Alice wins Bennett and Brassard's coin flip, and opens Kent's commitment to a bit chosen "
          "late, with at most this; of the commitment it is reached",
      .parameters = "photons that must have come, the share of errors that is tolerated",
      .unsettled =
          "Pulses of several photons are outside: the figures of experiments with weak pulses (Lunghi et al. 2013, Liu "
          "et al. 2014) need their light's parameters, which were not at hand.",
      .assumptions = kAssumptions,
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
