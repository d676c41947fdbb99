#include "herald/quantum/channel.h"

#include <cmath>

#include "herald/base/result.h"

namespace herald {
namespace {

ComplexMatrix weighted(ComplexMatrix m, double factor) {
  m *= factor;
  return m;
}

}  // namespace

KrausChannel depolarising(double p, std::size_t dimension) {
  HERALD_CHECK(p >= 0 && p <= 1 && dimension > 0);
  // 1/d = sum_jk |j><k| rho |k><j| / d.
  KrausChannel result = {weighted(ComplexMatrix::identity(dimension), std::sqrt(1 - p))};
  for (std::size_t j = 0; j < dimension; ++j) {
    for (std::size_t k = 0; k < dimension; ++k) {
      ComplexMatrix& jump = result.emplace_back(dimension, dimension);
      jump(j, k) = std::sqrt(p / static_cast<double>(dimension));
    }
  }
  return result;
}

KrausChannel dephasing(double p) {
  HERALD_CHECK(p >= 0 && p <= 1);
  KrausChannel result = {weighted(ComplexMatrix::identity(2), std::sqrt(1 - p)),
                         weighted(ComplexMatrix::identity(2), std::sqrt(p))};
  result.back()(1, 1) *= -1;
  return result;
}

KrausChannel amplitude_damping(double decay) {
  HERALD_CHECK(decay >= 0 && decay <= 1);
  KrausChannel result = {ComplexMatrix::identity(2), ComplexMatrix(2, 2)};
  result.front()(1, 1) = std::sqrt(1 - decay);
  result.back()(0, 1) = std::sqrt(decay);
  return result;
}

KrausChannel rotation(double angle, std::size_t dimension) {
  HERALD_CHECK(dimension >= 2);
  ComplexMatrix turn = ComplexMatrix::identity(dimension);
  turn(0, 0) = turn(1, 1) = std::cos(angle);
  turn(1, 0) = std::sin(angle);
  turn(0, 1) = -std::sin(angle);
  return {turn};
}

KrausChannel loss(double transmittance, std::size_t dimension) {
  HERALD_CHECK(transmittance >= 0 && transmittance <= 1);
  KrausChannel result = {ComplexMatrix(dimension + 1, dimension)};
  for (std::size_t j = 0; j < dimension; ++j) {
    result.front()(j, j) = std::sqrt(transmittance);
    ComplexMatrix lost(dimension + 1, dimension);
    lost(dimension, j) = std::sqrt(1 - transmittance);
    result.push_back(lost);
  }
  return result;
}

KrausChannel composed(const KrausChannel& first, const KrausChannel& second) {
  KrausChannel result;
  for (const ComplexMatrix& later : second)
    for (const ComplexMatrix& earlier : first) result.push_back(later * earlier);
  return result;
}

ComplexMatrix applied(const KrausChannel& channel, const ComplexMatrix& state) {
  HERALD_CHECK(!channel.empty());
  ComplexMatrix result(channel.front().rows(), channel.front().rows());
  for (const ComplexMatrix& k : channel) result += k * state * k.adjoint();
  return result;
}

ComplexMatrix completeness(const KrausChannel& channel) {
  HERALD_CHECK(!channel.empty());
  ComplexMatrix sum(channel.front().columns(), channel.front().columns());
  for (const ComplexMatrix& k : channel) sum += k.adjoint() * k;
  return sum;
}

}  // namespace herald
