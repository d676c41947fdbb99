#pragma once
// Where a protocol's rate overtakes a bound, and how far it reaches.

#include <atomic>
#include <optional>

#include "herald/study/parameters.h"

namespace herald::study {

struct Crossing {
  std::optional<double> overtakes;   // km, to 0.01: from there on its rate is above the bound's
  std::optional<double> falls_back;  // km, to 0.01: where it is below again
};

// The bound is that of the fibre alone where `efficiency` is 1; with the detectors' efficiency in it, of a channel that
// much more lossy: 10 log10(1/efficiency) / attenuation kilometres longer. Both run over one fibre: `bound` has the
// protocol's fibre.attenuation. Searched from 0 to `most`. Errors: those of the models; invalid_argument when either
// knows no distance; interrupted (stop).
Result<Crossing> crossing(const Problem& protocol, const Problem& bound, double efficiency, Kilometre most,
                          const std::atomic<bool>* stop = nullptr);

// The greatest distance with a key, to 0.01 km; nothing when there is none at 0; `most` when there is one that far.
// Errors as above.
Result<std::optional<double>> reach(const Problem& protocol, Kilometre most, const std::atomic<bool>* stop = nullptr);

}  // namespace herald::study
