#pragma once
// A fibre and a receiver with a background (Ma, Qi, Zhao, Lo 2005), the first parameters of many models.

#include <array>
#include <cstddef>
#include <span>

#include "herald/optics/weak_pulse_statistics.h"
#include "herald/study/models/parameters.h"

namespace herald::study {

struct BackgroundFibre {
  BackgroundChannel channel;
  double reconciliation;  // f
};

// Standard values: Gobby, Yuan, Shields, Appl. Phys. Lett. 84, 3762 (2004), as Ma et al. 2005 take them.
inline constexpr std::array kGysFibre = {
    parameter::with(parameter::kAttenuation, 0.21),         parameter::kInsertionLoss,
    parameter::with(parameter::kDetectorEfficiency, 0.045), parameter::with(parameter::kMisalignment, 0.033),
    parameter::with(parameter::kBackgroundYield, 1.7e-6),   parameter::kBackgroundError,
    parameter::with(parameter::kReconciliation, 1.22)};
inline constexpr std::size_t kBackgroundFibreParameters = kGysFibre.size();

// kGysFibre and `more` behind it.
template <std::size_t N>
constexpr auto gys_fibre(const std::array<ParameterSpec, N>& more) {
  std::array<ParameterSpec, kBackgroundFibreParameters + N> all{};
  for (std::size_t i = 0; i < kBackgroundFibreParameters; ++i) all[i] = kGysFibre[i];
  for (std::size_t i = 0; i < N; ++i) all[kBackgroundFibreParameters + i] = more[i];
  return all;
}

// From the first kBackgroundFibreParameters of `values`; behind_fibre<N> gives the others. Errors: invalid_argument,
// for a distance that is none.
Result<BackgroundFibre> background_fibre(std::span<const double> values, Kilometre distance);

template <std::size_t N>
std::array<double, N> behind_fibre(std::span<const double> values) {
  return parameter::values_of<N>(values.subspan(kBackgroundFibreParameters));
}

}  // namespace herald::study
