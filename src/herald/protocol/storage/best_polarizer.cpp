#include "herald/protocol/storage/best_polarizer.h"

#include <cmath>
#include <numbers>
#include <utility>

namespace herald::storage {

double best_polarizer(double photons, double all_right, double one_right) {
  // A photon's share in the three terms, by the doubled angle.
  struct Passes {
    double all, z, x;
    explicit Passes(double doubled)
        : all((2 + std::cos(doubled) + std::sin(doubled)) / 4),
          z((3 + std::cos(doubled)) / 4),
          x((3 + std::sin(doubled)) / 4) {}
  };
  const auto worth = [&](double doubled) {
    const Passes pass(doubled);
    return all_right * std::pow(pass.all, photons) +
           one_right * (std::pow(pass.z, photons) + std::pow(pass.x, photons));
  };
  // Powers of affine functions are convex, so that turning to the gradient never loses; it begins at Z.
  double doubled = 0;
  for (int step = 0; step < 10'000; ++step) {
    const Passes pass(doubled);
    const double all = all_right * std::pow(pass.all, photons - 1);
    const double before = std::exchange(doubled, std::atan2(all + one_right * std::pow(pass.x, photons - 1),
                                                            all + one_right * std::pow(pass.z, photons - 1)));
    if (std::abs(doubled - before) < 1e-12) break;
  }
  const double breidbart = std::numbers::pi / 4;
  return (worth(breidbart) >= worth(doubled) ? breidbart : doubled) / 2;
}

}  // namespace herald::storage
