#include "herald/study/models/background_fibre.h"

namespace herald::study {

Result<BackgroundFibre> background_fibre(std::span<const double> values, Kilometre distance) {
  HERALD_CHECK(values.size() >= kBackgroundFibreParameters);
  HERALD_TRY_VOID(parameter::validate(distance));
  const auto [attenuation, insertion_loss, efficiency, misalignment, yield, error, reconciliation] =
      parameter::values_of<kBackgroundFibreParameters>(values.first(kBackgroundFibreParameters));
  const Probability eta =
      fibre_transmittance(distance, DecibelPerKilometre(attenuation), Decibel(insertion_loss), Probability(efficiency));
  return BackgroundFibre{{eta, Probability(yield), ErrorRate(error), ErrorRate(misalignment)}, reconciliation};
}

}  // namespace herald::study
