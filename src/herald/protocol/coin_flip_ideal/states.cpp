#include <bit>
#include <cmath>

#include "herald/protocol/coin_flip_ideal/coin_flip_ideal.h"

namespace herald {

CommittedStates basis_commitment(std::size_t photons) {
  const std::size_t strings = std::size_t{1} << photons;
  CommittedStates states{strings, strings, {Amplitudes(strings * strings), Amplitudes(strings * strings)}};
  for (std::size_t sent = 0; sent < strings; ++sent) {
    states.psi[0][sent * strings + sent] = 1 / std::sqrt(static_cast<double>(strings));
    for (std::size_t seen = 0; seen < strings; ++seen)
      states.psi[1][sent * strings + seen] =
          (std::popcount(sent & seen) % 2 == 0 ? 1.0 : -1.0) / static_cast<double>(strings);
  }
  return states;
}

CommittedStates ambainis_commitment() {
  constexpr std::size_t kBob = 4;  // two qubits
  CommittedStates states{2, kBob, {Amplitudes(2 * kBob), Amplitudes(2 * kBob)}};
  for (const std::size_t bit : {0U, 1U})
    for (const std::size_t sign : {0U, 1U}) {
      states.psi[bit][kBob * sign] = 0.5;
      states.psi[bit][kBob * sign + (std::size_t{1} << bit)] = sign == 0 ? 0.5 : -0.5;
    }
  return states;
}

CommittedStates weights_commitment(double y) {
  const double large = std::sqrt(y), small = std::sqrt(1 - y);
  return {2, 2, {Amplitudes{large, 0, 0, small}, Amplitudes{small, 0, 0, large}}};
}

CommittedStates ideal_coin_states(const Casting& casting) {
  const std::size_t which = casting.whole("commitment");
  return which == 0   ? basis_commitment(casting.whole("photons"))
         : which == 1 ? ambainis_commitment()
                      : weights_commitment(casting.real("y"));
}

}  // namespace herald
