#include "herald/study/models/two_arms.h"

namespace herald::study {

Result<TwoArms> two_arms(double attenuation, double insertion_loss, double position, double efficiency,
                         Kilometre distance) {
  HERALD_TRY_VOID(parameter::validate(distance));
  const auto arm = [&](double share) {
    return efficiency *
           transmittance(DecibelPerKilometre(attenuation) * (distance * share) + Decibel(insertion_loss / 2));
  };
  return TwoArms{arm(position), arm(1 - position)};
}

}  // namespace herald::study
