#include "herald/optics/mdi.h"

#include <cmath>

#include "herald/base/result.h"
#include "herald/optics/bessel.h"

namespace herald {
namespace {

void check(const BellMeasurement& node) {
  HERALD_CHECK(node.transmittance_a >= 0 && node.transmittance_a <= 1);
  HERALD_CHECK(node.transmittance_b >= 0 && node.transmittance_b <= 1);
  HERALD_CHECK(node.dark_count >= 0 && node.dark_count < 1);
}

GainAndError rate_of(double gain, double wrong) {
  return gain > 0 ? GainAndError{gain, wrong / gain} : GainAndError{0, 0.5};
}

}  // namespace

GainAndError mdi_key_basis(const BellMeasurement& node, double mean_a, double mean_b) {
  check(node);
  const double dark = node.dark_count, live = (1 - dark) * (1 - dark);
  const double a = node.transmittance_a * mean_a, b = node.transmittance_b * mean_b;
  const double empty_a = std::expm1(-a / 2), empty_b = std::expm1(-b / 2);
  const double empty = empty_a + empty_b + empty_a * empty_b;  // e^(-mu'/2) - 1
  const double right = 2 * live * (1 + empty) * (dark * (1 + empty_a) - empty_a) * (dark * (1 + empty_b) - empty_b);
  const double wrong =
      2 * dark * live * (1 + empty) * (bessel_i0_minus_one(std::sqrt(a * b)) - empty + dark * (1 + empty));
  return rate_of(right + wrong, node.misalignment * right + (1 - node.misalignment) * wrong);
}

GainAndError mdi_test_basis(const BellMeasurement& node, double mean_a, double mean_b) {
  check(node);
  const double a = node.transmittance_a * mean_a, b = node.transmittance_b * mean_b;
  const double quarter = std::expm1(-(a + b) / 4);
  const double y = (1 - node.dark_count) * (1 + quarter), less = node.dark_count * (1 + quarter) - quarter;  // 1 - y
  const double s = std::sqrt(a * b) / 2;
  // 2 y^2 [1 + 2 y^2 - 4 y I0(s) + I0(2s)]
  const double gain = 2 * y * y * (2 * less * less + 4 * less * bessel_i0_minus_one(s) + bessel_i0_interference(s));
  const double right_less_wrong = (1 - 2 * node.misalignment) * y * y * bessel_i0_minus_one(2 * s);
  return rate_of(gain, gain / 2 - right_less_wrong);
}

GainAndError mdi_single_photons_test_basis(const BellMeasurement& node) {
  check(node);
  const double dark = node.dark_count, live = (1 - dark) * (1 - dark);
  const double a = node.transmittance_a, b = node.transmittance_b;
  const double light = live * a * b / 2;
  const double noise = live * dark * (2 * (a * (1 - b) + b * (1 - a)) + a * b + 4 * (1 - a) * (1 - b) * dark);
  return rate_of(light + noise, noise / 2 + node.misalignment * light);
}

}  // namespace herald
