#pragma once
// Assumptions of theorems that trust no device.

#include "herald/proof/assumptions.h"

namespace herald::assumption {

inline constexpr Assumption kQuantumDevices = {
    "quantum-devices", "The devices and Eve obey quantum theory; nothing else is known of how they work."};
inline constexpr Assumption kIsolatedDevices = {
    "isolated-devices",
    "A device learns nothing of the other's setting before it answers, and tells Eve nothing but what the protocol "
    "announces, now or when it is used again."};
inline constexpr Assumption kEveryRoundCounts = {
    "every-round-counts", "A round without detection has an outcome too: no round is left out of the Bell test."};

}  // namespace herald::assumption
