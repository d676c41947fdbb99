#include "herald/optics/bessel.h"

#include <cmath>

#include "herald/base/result.h"

namespace herald {

double bessel_i0_minus_one(double x) {
  HERALD_CHECK(std::abs(x) <= 700);
  const double quarter = x * x / 4;
  double sum = 0, term = 1;
  for (double k = 1;; ++k) {
    term *= quarter / (k * k);
    const double next = sum + term;
    if (next == sum) return sum;
    sum = next;
  }
}

double bessel_i0_interference(double x) {
  HERALD_CHECK(std::abs(x) <= 350);
  // The k-th terms are (x^k/k!)^2 and 4 (x^k/k!)^2 / 4^k; they cancel at k = 1.
  const double square = x * x;
  double sum = 0, term = square, weight = 1;
  for (double k = 2;; ++k) {
    term *= square / (k * k);
    weight /= 4;
    const double next = sum + term * (1 - weight);
    if (next == sum) return sum;
    sum = next;
  }
}

}  // namespace herald
