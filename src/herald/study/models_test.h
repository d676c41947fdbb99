#pragma once
// Models for the tests of the study engine: small, written apart from optics and proof, with published optima.

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "herald/base/entropy.h"
#include "herald/study/rate_model.h"

namespace herald::study::testing {

inline double h2(double p) { return p <= 0 || p >= 1 ? 0 : -p * std::log2(p) - (1 - p) * std::log2(1 - p); }

// Sending-or-not-sending (Wang, Yu, Hu, PRA 98, 062323), expm1 forms.
inline constexpr ParameterSpec kSnsParameters[] = {
    {"fibre.attenuation", "dB/km", "of the fibre", 0.2, 0, 10},
    {"detector.efficiency", "", "of Charlie's detectors", 0.8, 0, 1},
    {"detector.dark_count", "per gate", "of each detector", 1e-11, 0, 0.5},
    {"misalignment", "", "of the single-photon states", 0.15, 0, 0.5},
    {"reconciliation.efficiency", "", "leak over the Shannon limit", 1.1, 1, 3},
    {"probability.send", "", "to send", 0.02, 1e-6, 0.5, true, true},
    {"intensity.signal", "photons/pulse", "mean", 0.4, 1e-4, 2, true, true},
};
inline Result<RatePoint> sns_rate(std::span<const double> v, Kilometre distance) {
  const double pd = v[2], ea = v[3], f = v[4], e = v[5], mu = v[6];
  const double r = v[1] * std::pow(10.0, -v[0] * distance.value / 20);
  const double quiet = 1 - pd;
  const double one = std::exp(-r * mu / 2), two = std::exp(-r * mu);
  const double n_sig = 4 * e * (1 - e) * quiet * one * (-std::expm1(-r * mu / 2) + pd * one);
  const double i0 = 1 + r * mu * r * mu / 4 + std::pow(r * mu, 4) / 64 + std::pow(r * mu, 6) / 2304;
  const double n_err = 2 * (1 - e) * (1 - e) * pd * quiet + 2 * e * e * quiet * two * (i0 - quiet * two);
  const double s_z = n_sig + n_err, s1 = 2 * quiet * (r / 2 + pd * (1 - r));
  const double e1 = (r * ea * quiet + (1 - r) * pd * quiet) / s1;
  RatePoint point;
  point.rate = 2 * e * (1 - e) * mu * std::exp(-mu) * s1 * (1 - h2(std::min(e1, 0.5))) - f * s_z * h2(n_err / s_z);
  point.figures = {{"gain", s_z}, {"single_photon_error_rate", e1}};
  return point;
}
inline constexpr std::string_view kSnsAliases[] = {"sending-or-not-sending"};
inline constexpr RateModel kSns = {"sns", kSnsAliases, "Sending or not sending", "bb84",  "pulse",
                                   false, true,        kSnsParameters,           sns_rate};

// The repeaterless bound.
inline constexpr ParameterSpec kPlobParameters[] = {{"fibre.attenuation", "dB/km", "of the fibre", 0.2, 0, 10}};
inline Result<RatePoint> plob_rate(std::span<const double> v, Kilometre distance) {
  RatePoint point;
  point.rate = -std::log1p(-std::pow(10.0, -v[0] * distance.value / 10)) / std::numbers::ln2;
  return point;
}
inline constexpr RateModel kPlob = {"plob", {},   "PLOB bound",    "bb84",   "channel use",
                                    true,   true, kPlobParameters, plob_rate};

// A rate of an error rate alone, without a fibre.
inline constexpr ParameterSpec kPlainParameters[] = {{"error_rate", "", "of the sifted key", 0.05, 0, 0.5}};
inline Result<RatePoint> plain_rate(std::span<const double> v, Kilometre) {
  RatePoint point;
  point.rate = 1 - 2 * h2(v[0]);
  return point;
}
inline constexpr RateModel kPlain = {"shor-preskill", {},    "1 - 2h",         "bb84",    "round",
                                     false,           false, kPlainParameters, plain_rate};

// Two decoys with a finite key (Lim et al., PRA 89, 022307), the paper's formula to the letter.
inline constexpr ParameterSpec kLimParameters[] = {
    {"block.sifted", "bits", "of the sifted key", 1e7, 1e3, 1e15, false, true},
    {"intensity.signal", "photons/pulse", "", 0.5, 1e-3, 1.5, true},
    {"intensity.weak", "photons/pulse", "", 0.1, 1e-3, 1, true, true},
    {"probability.signal", "", "", 0.5, 0.001, 0.999, true},
    {"probability.weak", "", "", 0.3, 0.001, 0.999, true},
    {"probability.key_basis", "", "", 0.9, 0.01, 0.999, true},
};
inline Result<RatePoint> lim_rate(std::span<const double> v, Kilometre distance) {
  constexpr double kDark = 6e-7, kAfter = 4e-2, kMisaligned = 5e-3, kEfficiency = 1.16, kCorrect = 1e-15;
  const double n_x = v[0], px = v[5], pz = 1 - px;
  const std::array<double, 3> mu{v[1], v[2], 2e-4}, p{v[3], v[4], 1 - v[3] - v[4]};
  if (p[2] < 1e-3 || mu[0] <= mu[1] + mu[2] || mu[1] <= mu[2])
    return fail(ErrorCode::invalid_argument, "intensities or probabilities that cannot be");
  const double eta = 0.1 * std::pow(10.0, -0.2 * distance.value / 10);
  double total = 0, errors = 0;
  std::array<double, 3> gain{}, wrong{};
  for (std::size_t k = 0; k < 3; ++k) {
    const double d = -std::expm1(-eta * mu[k]) + 2 * kDark * std::exp(-eta * mu[k]);
    gain[k] = d * (1 + kAfter);
    wrong[k] = kDark + kMisaligned * -std::expm1(-eta * mu[k]) + kAfter * d / 2;
    total += p[k] * gain[k];
    errors += p[k] * wrong[k];
  }
  const double pulses = n_x / (px * px * total), n_z = pulses * pz * pz * total, m_z = pulses * pz * pz * errors;
  double bits = 0;  // epsilon_sec = 1e-15 per bit: solved for by iteration
  RatePoint point;
  for (int round = 0; round < 30; ++round) {
    const double es = 1e-15 * std::max(bits, 1.0), log = std::log(21 / es);
    const auto n = [&](std::size_t k, double sign) {
      return std::exp(mu[k]) / p[k] * (pulses * px * px * p[k] * gain[k] + sign * std::sqrt(n_x / 2 * log));
    };
    const auto nz = [&](std::size_t k, double sign) {
      return std::exp(mu[k]) / p[k] * (pulses * pz * pz * p[k] * gain[k] + sign * std::sqrt(n_z / 2 * log));
    };
    const auto m = [&](std::size_t k, double sign) {
      return std::exp(mu[k]) / p[k] * (pulses * pz * pz * p[k] * wrong[k] + sign * std::sqrt(m_z / 2 * log));
    };
    double t0 = 0, t1 = 0;
    for (std::size_t k = 0; k < 3; ++k) t0 += p[k] * std::exp(-mu[k]), t1 += p[k] * std::exp(-mu[k]) * mu[k];
    const double below = mu[0] * (mu[1] - mu[2]) - mu[1] * mu[1] + mu[2] * mu[2];
    const auto vacuum = [&](auto& c) {
      return std::max(0.0, t0 * (mu[1] * c(2, -1) - mu[2] * c(1, 1)) / (mu[1] - mu[2]));
    };
    const auto single = [&](auto& c, double s0) {
      return t1 * mu[0] *
             (c(1, -1) - c(2, 1) - (mu[1] * mu[1] - mu[2] * mu[2]) / (mu[0] * mu[0]) * (c(0, 1) - s0 / t0)) / below;
    };
    const double s_x0 = vacuum(n), s_x1 = single(n, s_x0), s_z1 = single(nz, vacuum(nz));
    if (s_x1 <= 0 || s_z1 <= 0) {
      point.rate = (std::min(s_x1, s_z1) - n_x) / pulses;
      return point;
    }
    const double b = std::max(1e-12, t1 * (m(1, 1) - m(2, -1)) / (mu[1] - mu[2]) / s_z1);
    if (b >= 0.5) {
      point.rate = -b * n_x / pulses;
      return point;
    }
    const double g = std::sqrt((s_z1 + s_x1) * (1 - b) * b / (s_z1 * s_x1 * std::numbers::ln2) *
                               std::log2((s_z1 + s_x1) / (s_z1 * s_x1 * (1 - b) * b) * 441 / (es * es)));
    const double leak = kEfficiency * n_x * h2(errors / total);
    const double next =
        s_x0 + s_x1 * (1 - h2(std::min(0.5, b + g))) - leak - 6 * std::log2(21 / es) - std::log2(2 / kCorrect);
    point.epsilon = es + kCorrect;
    point.rate = next / pulses;
    if (std::abs(next - bits) < 1e-6) break;
    bits = next;
  }
  return point;
}
inline constexpr RateModel kLim = {"lim", {},   "Lim et al.",   "bb84-finite", "pulse",
                                   false, true, kLimParameters, lim_rate};

inline std::vector<double> standard_values(const RateModel& model) {
  std::vector<double> values;
  for (const ParameterSpec& spec : model.parameters) values.push_back(spec.standard);
  return values;
}
inline std::vector<std::size_t> optimised_of(const RateModel& model) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < model.parameters.size(); ++i)
    if (model.parameters[i].optimised) indices.push_back(i);
  return indices;
}

}  // namespace herald::study::testing
