#include "herald/proof/photon_number_bound.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace herald {
namespace {

using Wide = long double;

constexpr int kMostIntensities = 5;
constexpr double kMostIntensity = 2;
constexpr unsigned kPhotons = 60;  // of each end, in the certificate

// The constraints in the basis of divided differences over the K intensities, in which the part of photon numbers below
// i drops out of the i-th: sum over n, m of row[n][i] row[m][j] p(n, m) = target(i, j), up to tolerance(i, j) of
// rounding.
template <int K>
struct Constraints {
  using Vector = Eigen::Matrix<double, K, 1>;
  using Matrix = Eigen::Matrix<double, K, K>;
  std::array<Vector, kPhotons> row;
  Matrix target, tolerance;
};

Result<void> validate(const DecoyGains& decoys) {
  const auto& mu = decoys.intensities;
  if (mu.size() < 2 || mu.size() > std::size_t{kMostIntensities} || decoys.gains.size() != mu.size() * mu.size())
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} intensities with {} gains; 2 to {}, and a gain for each pair, are possible", mu.size(),
                            decoys.gains.size(), kMostIntensities));
  for (std::size_t i = 0; i < mu.size(); ++i) {
    if (!(mu[i] >= 0 && mu[i] <= kMostIntensity))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("a decoy of {} photons; 0 to {} are possible", mu[i], kMostIntensity));
    if (i > 0 && !(mu[i] > mu[i - 1]))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("decoy intensities must differ and grow; {} follows {}", mu[i], mu[i - 1]));
  }
  for (const double gain : decoys.gains)
    if (!(gain >= 0 && gain <= 1))
      return fail(ErrorCode::invalid_argument, fmt::format("a gain of {} is not between 0 and 1", gain));
  return {};
}

template <int K>
Constraints<K> constraints(const DecoyGains& decoys) {
  const auto& mu = decoys.intensities;
  Constraints<K> c;
  // The divided difference of mu^n over mu_0 .. mu_i is the sum of all their products of degree n - i.
  typename Constraints<K>::Vector products = Constraints<K>::Vector::Unit(0);
  double factorial = 1;
  for (unsigned n = 0; n < kPhotons; ++n) {
    if (n > 0) {
      factorial *= n;
      for (int i = K - 1; i >= 0; --i) products(i) = mu[i] * products(i) + (i > 0 ? products(i - 1) : 0);
    }
    c.row[n] = products / factorial;
  }
  using WideMatrix = Eigen::Matrix<Wide, K, K>;
  WideMatrix q, difference = WideMatrix::Zero();
  for (int i = 0; i < K; ++i) {
    for (int j = 0; j < K; ++j) q(i, j) = std::exp(static_cast<Wide>(mu[i]) + mu[j]) * decoys.gains[i * K + j];
    for (int j = 0; j <= i; ++j) {
      Wide product = 1;
      for (int b = 0; b <= i; ++b)
        if (b != j) product *= static_cast<Wide>(mu[j]) - mu[b];
      difference(i, j) = 1 / product;
    }
  }
  c.target = (difference * q * difference.transpose()).template cast<double>();
  const WideMatrix terms = difference.cwiseAbs() * q * difference.cwiseAbs().transpose();
  const Wide least = 1e-20L * q.maxCoeff() + 1e-40L;
  c.tolerance = (0x1p-46L * terms.array() + least).matrix().template cast<double>();
  return c;
}

// max over 0 <= p <= 1 of a sqrt(p) - w p.
Wide conjugate(Wide a, Wide w) { return w <= a / 2 ? a - w : a * a / (4 * w); }

template <int K>
class Bound {
  using Vector = typename Constraints<K>::Vector;
  using Matrix = typename Constraints<K>::Matrix;

 public:
  Bound(std::span<const double> c, unsigned parity, const Constraints<K>& constraints)
      : m_c(constraints), m_amplitude(kPhotons, 0.0) {
    for (unsigned n = parity; n < kPhotons; n += 2) m_amplitude[n] = c[n];
    m_searched = std::min(least_photons(1e-15, 1e-11), 24U);
    m_counted = least_photons(kNegligible, kNegligible);
    for (unsigned n = 0; n < m_searched; ++n)
      for (unsigned m = 0; m < m_searched; ++m) m_product.push_back(m_amplitude[n] * m_amplitude[m]);
  }

  // The least of the sums that the search met; negative where no yields show the gains.
  double search() const {
    double best = certified(Matrix::Zero());
    Iterate at = start();
    bool settled = false;
    for (int iteration = 0; iteration < 60 && !settled && best >= 0; ++iteration) {
      if (!improve(at)) break;
      if (at.gap > 1e-6 * std::abs(at.value)) continue;
      const double now = certified(at.w);
      settled = !(now < best * (1 - 1e-7));
      best = std::min(best, now);
    }
    // Where there are no such yields the multipliers grow along a ray on which the sum has no least value.
    for (double length = 1; !settled && best >= 0 && length < 1e9; length *= 10)
      best = std::min(best, certified(length * at.w));
    return best;
  }

 private:
  static constexpr double kNegligible = 1e-30;

  // Photon numbers of one end beyond which neither gains nor amplitudes matter.
  unsigned least_photons(double row, double amplitude) const {
    unsigned n = kPhotons;
    const auto matters = [&](unsigned k) {
      return m_c.row[k](0) > row || m_c.row[k](K - 1) > row || m_amplitude[k] > amplitude;
    };
    while (n > 6 && !matters(n - 1)) --n;
    return n;
  }

  // The sum for w, rounding allowed for: the bound itself.
  double certified(const Matrix& weights) const {
    constexpr Wide kRounding = 64 * std::numeric_limits<Wide>::epsilon();
    using WideVector = Eigen::Matrix<Wide, K, 1>;
    const Eigen::Matrix<Wide, K, K> w = weights.template cast<Wide>(), size_of_w = w.cwiseAbs();
    Wide sum = 0, magnitude = 0;
    for (int i = 0; i < K; ++i) {
      for (int j = 0; j < K; ++j) {
        const Wide term = w(i, j) * m_c.target(i, j);
        sum += term + size_of_w(i, j) * m_c.tolerance(i, j);
        magnitude += std::abs(term);
      }
    }
    for (unsigned n = 0; n < m_counted; ++n) {
      const WideVector left = m_c.row[n].template cast<Wide>();
      const WideVector inner = w.transpose() * left, size_of_inner = size_of_w.transpose() * left;
      for (unsigned m = 0; m < m_counted; ++m) {
        const WideVector right = m_c.row[m].template cast<Wide>();
        const Wide weight = inner.dot(right) - kRounding * size_of_inner.dot(right);
        const Wide term = conjugate(static_cast<Wide>(m_amplitude[n]) * m_amplitude[m], weight);
        sum += term;
        magnitude += term;
      }
    }
    return static_cast<double>(sum + 0x1p-50L * magnitude + 1e6L * kNegligible * (1 + size_of_w.sum()));
  }

  // A point of the interior-point method: yields p[n * searched + m], multipliers w of the gains, below of p >= 0,
  // above of p <= 1.
  struct Iterate {
    Matrix w = Matrix::Zero();
    std::vector<double> p, below, above;
    double value = 0;  // the sum of roots
    double gap = 0;    // complementarity, what the sum may still be wrong by
  };

  // A line that loses and counts darks, roughly as the gains show.
  Iterate start() const {
    const double dark = std::clamp(m_c.target(0, 0), 1e-12, 0.5);
    const double light = std::clamp((m_c.target(0, 1) + m_c.target(1, 0)) / 2, 1e-12, 0.5);
    Iterate at;
    for (unsigned n = 0; n < m_searched; ++n) {
      for (unsigned m = 0; m < m_searched; ++m) {
        at.p.push_back(dark + (0.9 - dark) * -std::expm1(-light * (n + m)));
        at.value += m_product[at.p.size() - 1] * std::sqrt(at.p.back());
      }
    }
    const double barrier = 0.1 * at.value / static_cast<double>(at.p.size());
    for (const double p : at.p) {
      at.below.push_back(barrier / p);
      at.above.push_back(barrier / (1 - p));
    }
    at.gap = 2 * barrier * static_cast<double>(at.p.size());
    return at;
  }

  // One step of Newton's method on the perturbed optimality conditions. False: no further.
  bool improve(Iterate& at) const {
    const std::size_t size = at.p.size();
    const double barrier = 0.1 * at.gap / (2 * static_cast<double>(size));
    std::vector<double> inverse(size), force(size);
    Matrix wanted = -m_c.target;
    Eigen::Matrix<double, K * K, K * K> normal = Eigen::Matrix<double, K * K, K * K>::Zero();
    for (unsigned n = 0; n < m_searched; ++n) {
      const Vector& left = m_c.row[n];
      const Vector inner = at.w.transpose() * left;
      Vector moved = Vector::Zero();
      Matrix spread = Matrix::Zero();
      for (unsigned m = 0; m < m_searched; ++m) {
        const std::size_t c = n * m_searched + m;
        const Vector& right = m_c.row[m];
        const double p = at.p[c], slope = m_product[c] / (2 * std::sqrt(p));
        inverse[c] = 1 / (slope / (2 * p) + at.below[c] / p + at.above[c] / (1 - p));
        force[c] = slope - inner.dot(right) + barrier / p - barrier / (1 - p);
        moved += (p + inverse[c] * force[c]) * right;
        spread += inverse[c] * right * right.transpose();
      }
      wanted += left * moved.transpose();
      const Matrix square = left * left.transpose();
      for (int j = 0; j < K; ++j)
        for (int l = 0; l < K; ++l) normal.template block<K, K>(j * K, l * K) += spread(j, l) * square;
    }
    // Scaled to a unit diagonal: its entries differ by many orders of magnitude.
    const Eigen::Matrix<double, K * K, 1> scale = normal.diagonal().cwiseSqrt().cwiseInverse();
    normal = scale.asDiagonal() * normal * scale.asDiagonal();
    const Eigen::Matrix<double, K * K, 1> direction =
        scale.cwiseProduct(normal.ldlt().solve(scale.cwiseProduct(wanted.reshaped())));
    if (!direction.allFinite()) return false;
    move(at, direction.reshaped(K, K), inverse, force, barrier);
    return true;
  }

  // As far along the step as leaves everything positive.
  void move(Iterate& at, const Matrix& dw, std::span<const double> inverse, std::span<const double> force,
            double barrier) const {
    const std::size_t size = at.p.size();
    std::vector<double> dp(size), below(size), above(size);
    double length = 1;
    const auto keep_positive = [&](double value, double step) {
      if (step < 0) length = std::min(length, -0.95 * value / step);
    };
    for (unsigned n = 0; n < m_searched; ++n) {
      const Vector inner = dw.transpose() * m_c.row[n];
      for (unsigned m = 0; m < m_searched; ++m) {
        const std::size_t c = n * m_searched + m;
        const double p = at.p[c];
        dp[c] = inverse[c] * (force[c] - inner.dot(m_c.row[m]));
        below[c] = (barrier - at.below[c] * dp[c]) / p - at.below[c];
        above[c] = (barrier + at.above[c] * dp[c]) / (1 - p) - at.above[c];
        keep_positive(p, dp[c]);
        keep_positive(1 - p, -dp[c]);
        keep_positive(at.below[c], below[c]);
        keep_positive(at.above[c], above[c]);
      }
    }
    at.w += length * dw;
    at.value = at.gap = 0;
    for (std::size_t c = 0; c < size; ++c) {
      at.p[c] += length * dp[c];
      at.below[c] += length * below[c];
      at.above[c] += length * above[c];
      at.gap += at.below[c] * at.p[c] + at.above[c] * (1 - at.p[c]);
      at.value += m_product[c] * std::sqrt(at.p[c]);
    }
  }

  const Constraints<K>& m_c;
  std::vector<double> m_amplitude;  // [n], 0 for the other parity
  std::vector<double> m_product;    // [n * searched + m], of two amplitudes
  unsigned m_searched = 0;          // photon numbers of each end in the search, and in the bound
  unsigned m_counted = 0;
};

template <int K>
double least_sum(std::span<const double> c, unsigned parity, const DecoyGains& decoys) {
  const Constraints<K> given = constraints<K>(decoys);
  return Bound<K>(c, parity, given).search();
}

}  // namespace

Result<double> root_yield_sum_upper(std::span<const double> c, unsigned parity, const DecoyGains& decoys) {
  HERALD_TRY_VOID(validate(decoys));
  HERALD_CHECK(c.size() == kPhotons && parity < 2);
  constexpr std::array kLeastSum = {least_sum<2>, least_sum<3>, least_sum<4>, least_sum<kMostIntensities>};
  const double bound = kLeastSum[decoys.intensities.size() - 2](c, parity, decoys);
  if (!(bound >= 0))
    return fail(ErrorCode::invalid_argument, "no yields of photon numbers show these gains of the decoys");
  return bound;
}

}  // namespace herald
