#include "herald/proof/decoy_bounds.h"

#include <algorithm>
#include <cmath>

#include "herald/base/tail_bounds.h"

namespace herald {
namespace {

// e^k/p_k (count -+ deviation), Lim's n^- and n^+.
struct Weighted {
  double lower = 0;
  double upper = 0;
};

double deviation(double total, const std::optional<Fluctuation>& f) {
  return f ? hoeffding_deviation(total, f->epsilon) : 0;
}

Weighted weigh(const ExpectedCounts& k, double count, double delta, const std::optional<Fluctuation>& f) {
  const double weight = std::exp(k.mean.value) / k.sent.value;
  double lower = count - delta;
  // An expectation of counts is never negative; the papers do not use it.
  if (!f || f->accounting == Accounting::rigorous) lower = std::max(lower, 0.0);
  return {weight * lower, weight * (count + delta)};
}

// No more single-photon errors than errors; the papers do not use it.
double errors_upper(double bound, double errors, const std::optional<Fluctuation>& f) {
  const bool capped = !f || f->accounting == Accounting::rigorous;
  return std::max(0.0, capped ? std::min(bound, errors) : bound);
}

struct BasisCounts {
  double ExpectedCounts::* detections;
  double ExpectedCounts::* errors;
};
BasisCounts counts_of(BasisRole basis) {
  return basis == BasisRole::key ? BasisCounts{&ExpectedCounts::key_detections, &ExpectedCounts::key_errors}
                                 : BasisCounts{&ExpectedCounts::test_detections, &ExpectedCounts::test_errors};
}

struct Totals {
  double detections = 0;
  double errors = 0;
};
Totals totals_of(const DecoyExpectation& o, const BasisCounts& counts) {
  Totals totals;
  for (const ExpectedCounts& k : o.intensities) {
    totals.detections += k.*counts.detections;
    totals.errors += k.*counts.errors;
  }
  return totals;
}

}  // namespace

DecoyBounds three_intensity_bounds(const DecoyExpectation& o, BasisRole basis, std::optional<Fluctuation> f) {
  const auto [detections, errors] = counts_of(basis);
  const Totals totals = totals_of(o, {detections, errors});
  const auto& k = o.intensities;
  const double mu1 = k[0].mean.value, mu2 = k[1].mean.value, mu3 = k[2].mean.value;
  const double tau0 = photon_number_probability(o, 0), tau1 = photon_number_probability(o, 1);
  const double delta = deviation(totals.detections, f);
  const Weighted n1 = weigh(k[0], k[0].*detections, delta, f), n2 = weigh(k[1], k[1].*detections, delta, f),
                 n3 = weigh(k[2], k[2].*detections, delta, f);
  const double all = totals.detections;

  DecoyBounds bounds;
  bounds.vacuum_lower = std::clamp(tau0 * (mu2 * n3.lower - mu3 * n2.upper) / (mu2 - mu3), 0.0, all);  // eq. (2)
  const double ratio = (mu2 * mu2 - mu3 * mu3) / (mu1 * mu1);                                          // eq. (3)
  const double bracket = n2.lower - n3.upper - ratio * (n1.upper - bounds.vacuum_lower / tau0);
  bounds.single_photon_lower = std::clamp(tau1 * mu1 * bracket / (mu1 * (mu2 - mu3) - mu2 * mu2 + mu3 * mu3), 0.0, all);
  if (basis == BasisRole::test) {
    const double delta_errors = deviation(totals.errors, f);
    const Weighted m2 = weigh(k[1], k[1].*errors, delta_errors, f), m3 = weigh(k[2], k[2].*errors, delta_errors, f);
    bounds.single_photon_errors_upper =
        errors_upper(tau1 * (m2.upper - m3.lower) / (mu2 - mu3), totals.errors, f);  // eq. (4)
  }
  return bounds;
}

DecoyBounds two_intensity_bounds(const DecoyExpectation& o, BasisRole basis, std::optional<Fluctuation> f) {
  const auto [detections, errors] = counts_of(basis);
  const Totals totals = totals_of(o, {detections, errors});
  const auto& k = o.intensities;
  const double mu1 = k[0].mean.value, mu2 = k[1].mean.value;
  const double tau0 = photon_number_probability(o, 0), tau1 = photon_number_probability(o, 1);
  const double delta = deviation(totals.detections, f), delta_errors = deviation(totals.errors, f);
  const Weighted n1 = weigh(k[0], k[0].*detections, delta, f), n2 = weigh(k[1], k[1].*detections, delta, f);
  const Weighted m1 = weigh(k[0], k[0].*errors, delta_errors, f), m2 = weigh(k[1], k[1].*errors, delta_errors, f);
  const double all = totals.detections;

  // Half of the vacuum's detections are errors: (A14) counts all errors as the vacuum's, (A16) those of the decoy.
  const double vacuum_errors = std::min(totals.errors, tau0 * m2.upper);
  const double vacuum_upper = std::min(2 * (vacuum_errors + delta), all);
  DecoyBounds bounds;
  bounds.vacuum_lower = std::clamp(tau0 * (mu1 * n2.lower - mu2 * n1.upper) / (mu1 - mu2), 0.0, all);  // (A19)
  const double ratio = mu2 * mu2 / (mu1 * mu1);                                                        // (A17)
  const double bracket = n2.lower - ratio * n1.upper - (1 - ratio) * vacuum_upper / tau0;
  bounds.single_photon_lower = std::clamp(tau1 * mu1 * bracket / (mu2 * (mu1 - mu2)), 0.0, all);
  if (basis == BasisRole::test)
    bounds.single_photon_errors_upper =
        errors_upper(tau1 * (m1.upper - m2.lower) / (mu1 - mu2), totals.errors, f);  // (A22)
  return bounds;
}

}  // namespace herald
