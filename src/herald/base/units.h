#pragma once
// Units are types: a decibel is not a kilometre, an error rate is not a failure probability.

#include <cmath>
#include <compare>

namespace herald {

template <typename Tag>
struct Quantity {
  double value = 0;

  constexpr Quantity() = default;
  constexpr explicit Quantity(double v) : value(v) {}
  constexpr auto operator<=>(const Quantity&) const = default;
  constexpr Quantity operator+(Quantity other) const { return Quantity(value + other.value); }
  constexpr Quantity operator-(Quantity other) const { return Quantity(value - other.value); }
  constexpr Quantity operator*(double factor) const { return Quantity(value * factor); }
  constexpr Quantity operator/(double divisor) const { return Quantity(value / divisor); }
  constexpr double operator/(Quantity other) const { return value / other.value; }
};

using Decibel = Quantity<struct DecibelTag>;  // attenuation: positive is loss
using Kilometre = Quantity<struct KilometreTag>;
using DecibelPerKilometre = Quantity<struct DecibelPerKilometreTag>;
using Hertz = Quantity<struct HertzTag>;
using Seconds = Quantity<struct SecondsTag>;
using MeanPhotonNumber = Quantity<struct MeanPhotonNumberTag>;      // photons per pulse
using Probability = Quantity<struct ProbabilityTag>;                // of one event: in [0, 1]
using ErrorRate = Quantity<struct ErrorRateTag>;                    // wrong bits per bit: in [0, 1]
using FailureProbability = Quantity<struct FailureProbabilityTag>;  // an epsilon of a security statement

constexpr Decibel operator*(DecibelPerKilometre loss, Kilometre length) { return Decibel(loss.value * length.value); }
// 10^(-dB/10)
inline double transmittance(Decibel loss) { return std::pow(10.0, -loss.value / 10.0); }

}  // namespace herald
