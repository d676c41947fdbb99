#pragma once
// Unitary operations on one qubit.

#include <array>
#include <cmath>
#include <complex>
#include <numbers>

namespace herald {

// [[m[0], m[1]], [m[2], m[3]]], unitary, in the basis |0>, |1>.
struct Gate {
  std::array<std::complex<double>, 4> m;

  Gate adjoint() const { return {{std::conj(m[0]), std::conj(m[2]), std::conj(m[1]), std::conj(m[3])}}; }
  // First the right factor.
  friend Gate operator*(const Gate& a, const Gate& b) {
    return {{a.m[0] * b.m[0] + a.m[1] * b.m[2], a.m[0] * b.m[1] + a.m[1] * b.m[3], a.m[2] * b.m[0] + a.m[3] * b.m[2],
             a.m[2] * b.m[1] + a.m[3] * b.m[3]}};
  }
};

namespace gate {

inline constexpr Gate kX{{0, 1, 1, 0}};
inline constexpr Gate kY{{0, std::complex<double>(0, -1), std::complex<double>(0, 1), 0}};
inline constexpr Gate kZ{{1, 0, 0, -1}};
inline constexpr Gate kHadamard{
    {1 / std::numbers::sqrt2, 1 / std::numbers::sqrt2, 1 / std::numbers::sqrt2, -1 / std::numbers::sqrt2}};
inline constexpr Gate kPhase{{1, 0, 0, std::complex<double>(0, 1)}};  // S

// cos(angle)|0> + sin(angle)|1> from |0>: a polarization turned by `angle`, radian. R_y(2 angle).
inline Gate rotation(double angle) {
  const double c = std::cos(angle), s = std::sin(angle);
  return {{c, -s, s, c}};
}
// |1> -> e^(i angle) |1>, radian.
inline Gate phase(double angle) { return {{1, 0, 0, std::polar(1.0, angle)}}; }

}  // namespace gate
}  // namespace herald
