#include "herald/optics/twin_field.h"

#include <cmath>
#include <numbers>

#include "herald/base/result.h"
#include "herald/optics/bessel.h"

namespace herald {
namespace {

GainAndError rate_of(double gain, double wrong) {
  return gain > 0 ? GainAndError{gain, wrong / gain} : GainAndError{0, 0.5};
}

// (1-r)^k, and 1 minus it, without cancellation.
double passes(double r, unsigned k) { return std::pow(1 - r, k); }
double arrives(double r, unsigned k) { return k == 0 ? 0 : -std::expm1(k * std::log1p(-r)); }

void check(const CharlieNode& node) {
  HERALD_CHECK(node.transmittance >= 0 && node.transmittance <= 1);
  HERALD_CHECK(node.dark_count >= 0 && node.dark_count < 1);
}

}  // namespace

double single_arm_transmittance(Decibel loss, Probability efficiency) {
  return efficiency.value * transmittance(Decibel(loss.value / 2));
}

double phase_slice_error(unsigned slices) {
  HERALD_CHECK(slices >= 2);
  const double width = 2 * std::numbers::pi / slices;
  return 0.5 - std::sin(width) / (2 * width);
}

double phase_matching_error(unsigned slices) {
  HERALD_CHECK(slices >= 2);
  const double half = std::numbers::pi / slices;
  return half - std::pow(std::sin(half), 3) / (half * half);
}

GainAndError twin_field_pulse(const CharlieNode& node, double mean, double error) {
  check(node);
  const double empty = std::expm1(-2 * node.transmittance * mean), dark = 2 * node.dark_count * (1 + empty);
  return rate_of(dark - empty, dark / 2 - error * empty);
}

GainAndError twin_field_single_photon(const CharlieNode& node, double error) {
  check(node);
  const double dark = 2 * node.dark_count * (1 - node.transmittance);
  return rate_of(dark + node.transmittance, dark / 2 + error * node.transmittance);
}

GainAndError phase_matching_pulse(const CharlieNode& node, double mean, double error) {
  check(node);
  const double light = 2 * node.transmittance * mean, empty = std::expm1(-light);
  return rate_of(2 * node.dark_count * (1 + empty) - empty, (node.dark_count + light * error) * (1 + empty));
}

GainAndError phase_matching_photons(const CharlieNode& node, unsigned k, double error) {
  check(node);
  const double dark = node.dark_count * passes(node.transmittance, k), light = arrives(node.transmittance, k);
  return k == 0 ? GainAndError{2 * node.dark_count, 0.5} : rate_of(2 * dark + light, dark + error * light);
}

SendingClicks sending_clicks(const CharlieNode& node, double mean) {
  check(node);
  const double dark = node.dark_count, live = 1 - dark, light = node.transmittance * mean;
  const double half = std::expm1(-light / 2), e_half = 1 + half;    // e^(-r mu/2), and less 1
  const double full = half * (2 + half), e_full = e_half * e_half;  // e^(-r mu), and less 1
  return {.one = 2 * live * e_half * (dark * e_half - half),
          .both = 2 * live * e_full * (bessel_i0_minus_one(light) - full + dark * e_full),
          .none = 2 * live * dark};
}

GainAndError sending_single_photon(const CharlieNode& node, double misalignment) {
  check(node);
  const double r = node.transmittance, live = 1 - node.dark_count, dark = node.dark_count * (1 - r);
  return rate_of(live * (r + 2 * dark), live * (r * misalignment + dark));
}

double matched_phase_wrong_click(const CharlieNode& node, double mean, double misalignment) {
  check(node);
  const double light = 2 * node.transmittance * mean;
  return (1 - node.dark_count) * std::exp(-light) * (std::expm1(light * misalignment) + node.dark_count);
}

GainAndError phase_encoded_click(const CharlieNode& node, double mean, double misalignment) {
  check(node);
  const double dark = node.dark_count, light = node.transmittance * mean, cosine = 1 - 2 * misalignment;
  const double empty = std::expm1(-light), e_light = 1 + empty;
  const double sinh = std::sinh(light * cosine / 2);
  const double gain = 2 * sinh * sinh - empty + dark * e_light;  // cosh(gamma Omega) - (1-p_d) e^-gamma
  const double wrong = e_light * (std::expm1(2 * light * misalignment) + dark) / 2;
  return rate_of((1 - dark) * e_light * gain, (1 - dark) * e_light * wrong);
}

double randomised_click(const CharlieNode& node, double mean_a, double mean_b) {
  check(node);
  // Detector c gets (r/2)(a + b + 2 sqrt(ab) cos): e^(-r(a+b)/2) [I0(r sqrt(ab)) - (1-p_d) e^(-r(a+b)/2)].
  const double half = std::expm1(-node.transmittance * (mean_a + mean_b) / 2), e_half = 1 + half;
  return (1 - node.dark_count) * e_half *
         (bessel_i0_minus_one(node.transmittance * std::sqrt(mean_a * mean_b)) - half + node.dark_count * e_half);
}

PhotonNumberClicks::PhotonNumberClicks(const CharlieNode& node, unsigned most)
    : m_live(1 - node.dark_count),
      m_exchange(node.transmittance * node.transmittance / 4),
      m_dark(most + 1),
      m_pass(most + 1),
      m_light(most + 1) {
  check(node);
  const double r = node.transmittance;
  double lost = 1;  // (1-r)^N
  m_dark[0] = node.dark_count;
  m_pass[0] = 1;
  m_light[0] = 0;
  for (unsigned total = 1; total <= most; ++total) {
    m_light[total] = m_light[total - 1] * (1 - r / 2) + lost * r / 2;
    lost *= 1 - r;
    m_dark[total] = node.dark_count * lost;
    m_pass[total] = m_pass[total - 1] * (1 - r / 2);
  }
}

double PhotonNumberClicks::operator()(unsigned n, unsigned m) const {
  const unsigned total = n + m;
  HERALD_CHECK(total <= most());
  // No photon reaches the other detector: sum over k of C(n,k) C(m,k) (r/2)^(2k) (1-r/2)^(N-2k); less no photon at all.
  double sum = m_light[total] + m_dark[total], weight = 1;
  for (unsigned k = 1; k <= n && k <= m; ++k) {
    weight *= m_exchange * (n - k + 1) * (m - k + 1) / (static_cast<double>(k) * k);
    sum += weight * m_pass[total - 2 * k];
  }
  return m_live * sum;
}

}  // namespace herald
