#pragma once
// A source between two ends: which part of the light reaches and is detected at each.

#include "herald/study/models/parameters.h"

namespace herald::study {

struct TwoArms {
  double alice = 1, bob = 1;  // from the source to a click
};

// Of a line with that insertion loss on both sides together. Errors: invalid_argument, for a distance that is none.
Result<TwoArms> two_arms(double attenuation, double insertion_loss, double position, double efficiency,
                         Kilometre distance);

inline constexpr ParameterSpec kSourcePosition = {
    "source.position", "", "where the source of pairs stands, as a share of the way from Alice to Bob", 0.5, 0, 1};
inline constexpr ParameterSpec kPairVisibility = {
    "visibility", "", "of the pairs: error rate (1 - visibility)/2, CHSH value 2 sqrt2 visibility", 0.98, 0, 1};

}  // namespace herald::study
