#pragma once
// The two conjugate bases of BB84 and their four states.

#include <cstdint>

namespace herald {

enum class Basis : std::uint8_t { z = 0, x = 1 };  // rectilinear, diagonal

// One of |0>, |1>, |+>, |->: `bit` encoded in `basis`.
struct Bb84State {
  Basis basis = Basis::z;
  bool bit = false;
  bool operator==(const Bb84State&) const = default;
};

// Angle of polarization in units of pi/8: z0 0, x0 2, z1 4, x1 6 (0, 45, 90, 135 degrees).
constexpr unsigned polarization_eighths(Bb84State state) {
  return 2 * static_cast<unsigned>(state.basis) + 4 * static_cast<unsigned>(state.bit);
}

// Malus's law for one photon: the probability cos^2 of the angle between them that a photon polarized as `photon`
// passes an analyser set to `analyser`.
constexpr double pass_probability(Bb84State photon, Bb84State analyser) {
  const unsigned apart = (polarization_eighths(photon) + 8 - polarization_eighths(analyser)) % 8;
  return apart == 0 ? 1.0 : apart == 4 ? 0.0 : 0.5;
}

}  // namespace herald
