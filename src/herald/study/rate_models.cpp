#include <vector>

#include "herald/study/models/capacities.h"
#include "herald/study/rate_model.h"

namespace herald::study {

std::span<const RateModel* const> rate_models() {
  static const std::vector<const RateModel*> kAll = {
      &plob_model(),
      &tgw_model(),
      &repeaters_model(),
  };
  return kAll;
}

}  // namespace herald::study
